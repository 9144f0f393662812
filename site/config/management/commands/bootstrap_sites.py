"""Make the three sites: home pages, identities, groups (config.roles). Safe to run again."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from wagtail.models import Locale, Page, Site

import cisp_map.bootstrap
import essor.bootstrap
import pedatech.bootstrap
import podcasts.bootstrap
import search.bootstrap
from cisp_map.models import FinderPage
from config.roles import SITE_NAMES, make_groups
from home.models import HomePage, SiteBranding, StandardPage
from home.themes import Theme


@dataclass(frozen=True)
class Blueprint:
    """What a site is made from when it does not exist yet."""

    theme: Theme
    title: str
    slug: str
    tagline: str
    seo_title: str
    description: str


BLUEPRINTS = (
    Blueprint(
        Theme.CISP,
        "Trouver une formation",
        "cisp",
        "Se former gratuitement, près de chez soi",
        "Trouver une formation gratuite près de chez moi",
        "Toutes les formations des centres d’insertion socioprofessionnelle (CISP) de Wallonie : "
        "cherchez par lieu et par métier.",
    ),
    Blueprint(
        Theme.INTERFEDE,
        "Interfédé",
        "interfede",
        "L’Interfédération des centres d’insertion socioprofessionnelle",
        "L’Interfédération des CISP de Wallonie",
        "Études, mémorandums, presse et publications du secteur de l’insertion "
        "socioprofessionnelle en Wallonie.",
    ),
    Blueprint(
        Theme.PEDATECH,
        "Péda Tech CISP",
        "pedatech",
        "Les ressources des formatrices et formateurs",
        "Péda Tech CISP : ressources pour former",
        "Outils, référentiels et formations en ligne pour les formatrices et formateurs des CISP.",
    ),
)

OFFERED_LANGUAGES = ("fr", "de", "nl", "en")


class Command(BaseCommand):
    """`bootstrap_sites [--port N]`."""

    help = "Crée ou complète les trois sites (adresses, pages d’accueil, groupes, collections)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=None, help="port des adresses publiques")

    @transaction.atomic
    def handle(self, *args, port: int | None, **options) -> None:
        """Make what is missing; change only hosts and ports of what exists."""
        root = Page.objects.filter(depth=1).first() or Page.add_root(title="Racine", slug="root")
        self._drop_welcome_page(root)
        self._locales()
        for blueprint in BLUEPRINTS:
            home = self._home_page(root, blueprint)
            site = self._site(home, blueprint, port or self._default_port())
            self._branding(site, blueprint)
            self._legal_pages(home, site)
        self._finder()
        for theme, make_pages in (
            (Theme.INTERFEDE, essor.bootstrap.make_pages),
            (Theme.INTERFEDE, podcasts.bootstrap.make_pages),
            (Theme.PEDATECH, pedatech.bootstrap.make_pages),
        ):
            make_pages(HomePage.objects.get(sites_rooted_here__sitebranding__theme=theme))
        search.bootstrap.load_synonyms()
        make_groups()
        cisp_map.bootstrap.make_workflow()
        for site in Site.objects.order_by("pk"):
            self.stdout.write(f"{site.root_url}/")

    @staticmethod
    def _default_port() -> int:
        """The port of the admin's base address: one truth for links and mails."""
        parts = urlsplit(settings.WAGTAILADMIN_BASE_URL)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @staticmethod
    def _drop_welcome_page(root: Page) -> None:
        """Wagtail's own first migration leaves a welcome page and a site; neither is ours."""
        for page in root.get_children().filter(slug="home"):
            if page.specific_class is Page:
                Site.objects.filter(root_page=page).delete()
                page.delete()
        # Deleting pages leaves the counter of children of a loaded root stale.
        root.refresh_from_db()

    @staticmethod
    def _locales() -> None:
        """The languages in which cisp.be is offered; each begins with a translated home page."""
        for language in OFFERED_LANGUAGES:
            Locale.objects.get_or_create(language_code=language)

    @staticmethod
    def _home_page(root: Page, blueprint: Blueprint) -> HomePage:
        home = HomePage.objects.child_of(root).filter(slug=blueprint.slug).first()
        if home is None:
            home = HomePage(
                title=blueprint.title,
                slug=blueprint.slug,
                seo_title=blueprint.seo_title,
                search_description=blueprint.description,
            )
            root.add_child(instance=home)
            home.save_revision().publish()
        return home

    @staticmethod
    def _site(home: HomePage, blueprint: Blueprint, port: int) -> Site:
        site = Site.objects.filter(root_page=home).first() or Site(root_page=home)
        site.hostname = settings.SITE_HOSTS[blueprint.theme.value]
        site.port = port
        site.site_name = SITE_NAMES[blueprint.theme]
        # One must be the default; no request reaches it by another name (CanonicalHostMiddleware).
        site.is_default_site = blueprint.theme is Theme.INTERFEDE
        site.save()
        return site

    @staticmethod
    def _branding(site: Site, blueprint: Blueprint) -> None:
        SiteBranding.objects.get_or_create(
            site=site,
            defaults={
                "theme": blueprint.theme,
                "site_name": SITE_NAMES[blueprint.theme],
                "tagline": blueprint.tagline,
                "organisation": "Interfédération des CISP",
                "address": "Rue Marie-Henriette, 19-21\n5000 Namur",
                "phone": "081 74 32 00",
                "email": "secretariat@interfede.be",
                "networks": [],
            },
        )

    @staticmethod
    def _legal_pages(home: HomePage, site: Site) -> None:
        """The pages of the footer; their texts come with the demo content and the editors."""
        section = StandardPage.objects.child_of(home).filter(slug="infos").first()
        if section is None:
            section = StandardPage(
                title="Informations pratiques",
                slug="infos",
                introduction="Nous écrire, vos données, l’accessibilité et les sources de ce site.",
                search_description=f"Contact, vie privée et accessibilité de {site.site_name}.",
                show_in_menus=False,
            )
            home.add_child(instance=section)
            section.save_revision().publish()
        branding = SiteBranding.objects.get(site=site)
        if branding.footer_page_id is None:
            branding.footer_page = section
            branding.save()

    @staticmethod
    def _finder() -> None:
        home = HomePage.objects.get(sites_rooted_here__sitebranding__theme=Theme.CISP)
        if not FinderPage.objects.child_of(home).exists():
            page = FinderPage(
                title="Formations",
                slug="formations",
                show_in_menus=True,
                seo_title="Toutes les formations CISP en Wallonie",
                search_description="Cherchez une formation gratuite par lieu et par métier.",
            )
            home.add_child(instance=page)
            page.save_revision().publish()
