"""What the project as a whole adds to the admin: personal data and how long they are kept."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from config import privacy_views
from config.personal_data import ACTION


@hooks.register("register_admin_urls")
def privacy_addresses() -> list[URLPattern]:
    """For administrators."""
    return [
        path("vie-privee/personne/", privacy_views.person, name="personal_data"),
        path("vie-privee/durees/", privacy_views.retention, name="retention"),
    ]


class _AdministratorsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """For administrators."""
        return bool(getattr(request.user, "is_superuser", False))


@hooks.register("register_settings_menu_item")
def person_item() -> MenuItem:
    """Réglages → «Données d’une personne»."""
    return _AdministratorsItem(
        "Données d’une personne",
        reverse("personal_data"),
        name="personal-data",
        icon_name="user",
        order=900,
    )


@hooks.register("register_settings_menu_item")
def retention_item() -> MenuItem:
    """Réglages → «Durées de conservation»."""
    return _AdministratorsItem(
        "Durées de conservation",
        reverse("retention"),
        name="retention",
        icon_name="time",
        order=910,
    )


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """Erasing stands in the history, without the person."""
    actions.register_action(
        ACTION, "Effacer les données d’une personne", "Données d’une personne effacées"
    )
