"""Configuration of the room `home`."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Registers the room with Django."""

    name = "home"
    verbose_name = "La base commune"

    def ready(self) -> None:
        """Register the checks of the page types; covers go with their documents; kept pages end
        with the content they show.
        """
        from django.core.checks import register

        from home.checks import check_page_types

        register(check_page_types)
        from django.db.models.signals import post_delete, post_save

        from home.documents import forget_cover
        from home.models import SiteDocument

        post_delete.connect(forget_cover, sender=SiteDocument)

        from home.desk.reviews import write_date

        post_save.connect(write_date)

        from home import content

        content.watch()

        from wagtail.signals import copy_for_translation_done, page_published

        from home.translations import learn_changes, share_rights

        copy_for_translation_done.connect(share_rights, dispatch_uid="home.translations")
        page_published.connect(learn_changes, dispatch_uid="home.translations")
        from home.spreadsheets import make_exports_safe

        make_exports_safe()
