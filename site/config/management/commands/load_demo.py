"""Fill the three sites with demo content. Safe to run again: what exists stays."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

import essor.demo
import home.demo
import home.demo_languages
import pedatech.demo
import podcasts.demo
from cisp_map import demo as cisp_demo
from cisp_map.gazetteer import ATTRIBUTIONS
from cisp_map.models import Centre, FinderPage, Locality, SiteAccess
from config.roles import ROLES, groups_of
from home.demo import Text
from home.models import HomePage, SiteBranding
from home.themes import Theme

TRANSLATED_TEXTS = ("comment-ca-se-passe", "est-ce-pour-moi", "infos", "contact")


class Command(BaseCommand):
    """`load_demo [--if-empty] [--sites N]`."""

    help = "Charge le contenu de démonstration des trois sites."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="ne rien faire si du contenu existe déjà"
        )
        parser.add_argument(
            "--sites", type=int, default=cisp_demo.SITES, help="nombre de lieux de formation"
        )
        parser.add_argument("--port", type=int, default=None, help="port des adresses publiques")

    def handle(self, *args, if_empty: bool, sites: int, port: int | None, **options) -> None:
        """Sites, gazetteer, texts, training sites, log-in: each step whole or not at all."""
        call_command("bootstrap_sites", port=port, stdout=self.stdout)
        finder = FinderPage.source()
        if if_empty and finder.get_children().exists():
            self.stdout.write("Du contenu existe déjà : rien n’est chargé.")
            return
        if not Locality.objects.exists():
            call_command("load_gazetteer", stdout=self.stdout)
        with transaction.atomic():
            home.demo.load_organisations()
            texts = home.demo.load() + self._sources()
            cisp_demo.load_vocabulary()
            for theme in (Theme.CISP, Theme.INTERFEDE):
                texts += cisp_demo.load_help_point_page(
                    HomePage.objects.get(sites_rooted_here__sitebranding__theme=theme)
                )
            real = cisp_demo.load_real_sites(finder)
            fictional = cisp_demo.load_fictional_sites(finder, sites)
        translated = self._languages(finder)
        pages = self._rooms()
        home.demo.load_redirects()
        self._login()
        self.stdout.write(
            f"{texts} pages de texte, {real} lieux réels et {fictional} lieux de démonstration, "
            f"{translated} pages traduites, {pages} pages de publications, de podcasts et de ressources."
        )

    @staticmethod
    def _rooms() -> int:
        """Publications, podcasts and resources: each room whole or not at all."""
        made = 0
        for theme, load in (
            (Theme.INTERFEDE, podcasts.demo.load),
            (Theme.INTERFEDE, essor.demo.load),
            (Theme.PEDATECH, pedatech.demo.load),
        ):
            with transaction.atomic():
                made += load(HomePage.objects.get(sites_rooted_here__sitebranding__theme=theme))
        return made

    @staticmethod
    def _languages(finder: FinderPage) -> int:
        """German, Dutch and English: words of trades, home page, finder, some texts."""
        with transaction.atomic():
            cisp_demo.load_vocabulary_translations()
            home_page = finder.get_parent()
            below = home_page.get_descendants().filter(slug__in=TRANSLATED_TEXTS).order_by("path")
            return home.demo_languages.translate(
                [home_page, finder, *below],
                home.demo_languages.read_texts(home.demo.DATA / "textes_traduits.csv"),
            )

    @staticmethod
    def _sources() -> int:
        """The page that names the sources of the gazetteer, as their licences ask."""
        items = "".join(
            f"<li>{each.what} : "
            f'<a href="{each.url}">{each.source}</a>, '
            f'<a href="{each.licence_url}">{each.licence}</a></li>'
            for each in ATTRIBUTIONS
        )
        text = Text(
            "infos",
            "sources",
            "Sources",
            "D’où viennent les lieux, les cartes et les textes de ce site.",
            (
                ("heading", {"text": "Lieux et cartes", "level": "2"}),
                ("text", f"<ul>{items}</ul>"),
                ("heading", {"text": "Centres", "level": "2"}),
                (
                    "text",
                    "<p>Les centres réels viennent de sources publiques ; leurs coordonnées "
                    "restent à confirmer. Les « centres de démonstration » sont inventés.</p>",
                ),
            ),
        )
        branding = SiteBranding.objects.select_related("site__root_page").get(theme=Theme.CISP)
        return int(home.demo.add_text(branding.site.root_page, text))

    def _login(self) -> None:
        """A demo administrator and an account for each role, only where the settings name one (never in production)."""
        login = getattr(settings, "DEMO_LOGIN", None)
        if not login:
            return
        name, password = login
        user, created = get_user_model().objects.get_or_create(
            username=name, defaults={"is_staff": True, "is_superuser": True}
        )
        if created:
            user.set_password(password)
            user.save()
        self._role_logins(password)

    @staticmethod
    def _role_logins(password: str) -> None:
        """An account for each role of config.roles, named after it, with the demo password."""
        for role in ROLES:
            if role.is_superuser:
                continue
            user, created = get_user_model().objects.get_or_create(
                username=role.key, defaults={"email": f"{role.key}@example.org"}
            )
            if not created:
                continue
            user.set_password(password)
            user.save()
            user.groups.set(Group.objects.filter(name__in=groups_of(role)))
            centre = Centre.objects.filter(is_demo=True, federation__isnull=False).first()
            if centre and role.key == "centre":
                SiteAccess.objects.create(user=user, centre=centre)
            elif centre and role.key == "federation":
                SiteAccess.objects.create(user=user, federation=centre.federation)
