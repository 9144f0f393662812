"""In which language a page is asked, and where else it can be read.

The address alone decides: French has no prefix, the others stand below `/de/`, `/nl/`, `/en/` of
the sites that settings.TRANSLATED_SITES names. No cookie and no Accept-Language: a kept page
(home.page_cache) is the same for everybody. On any other site such an address is one like another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy
from wagtail.models import Page, Site
from wagtail.views import serve

FRENCH: str = settings.LANGUAGE_CODE
NAMES: dict[str, str] = dict(settings.LANGUAGES)

# What the scripts of cisp.be say; French stands in the scripts themselves (static/js/words.js).
SCRIPT_WORDS = (
    gettext_lazy("Nous ne voyons pas où vous êtes. Écrivez votre commune ou votre code postal."),
    gettext_lazy("Votre téléphone met trop de temps. Écrivez votre commune ou votre code postal."),
    gettext_lazy("Nous cherchons où vous êtes…"),
    gettext_lazy("Position trouvée."),
    gettext_lazy("Ma position"),
    gettext_lazy("à moins de 1 km"),
    gettext_lazy("à {km} km"),
    gettext_lazy("{count} lieux groupés : {names}. Agrandir."),
    gettext_lazy("{count} lieu sur la carte."),
    gettext_lazy("{count} lieux sur la carte."),
    gettext_lazy("{count} sans adresse exacte : voir la liste."),
    gettext_lazy("Agrandir la carte"),
    gettext_lazy("Réduire la carte"),
    gettext_lazy("La carte ne s’affiche pas. La liste montre les mêmes lieux."),
    gettext_lazy("La carte arrive…"),
    gettext_lazy("Fermer"),
    gettext_lazy("Voir ce lieu"),
    gettext_lazy("Lieux proposés"),
    gettext_lazy("1 lieu proposé. Flèches pour choisir."),
    gettext_lazy("{count} lieux proposés. Flèches pour choisir."),
    gettext_lazy("Aucun lieu proposé."),
    gettext_lazy("Pages et mots proposés"),
    gettext_lazy("1 proposition. Flèches pour choisir."),
    gettext_lazy("{count} propositions. Flèches pour choisir."),
    gettext_lazy("Aucune proposition."),
)


def current() -> str:
    """The language of the page that is being made, «fr» where none was chosen."""
    language = translation.get_language() or FRENCH
    return language if language in NAMES else FRENCH


def is_french() -> bool:
    """True on every page of two sites, and on most of the third."""
    return current() == FRENCH


def is_translated(request: HttpRequest) -> bool:
    """True on the hosts whose pages may be read in several languages."""
    host = request.META.get("HTTP_HOST", "").partition(":")[0].lower()
    return any(settings.SITE_HOSTS[theme] == host for theme in settings.TRANSLATED_SITES)


def language_of(request: HttpRequest) -> str:
    """The language that the address names."""
    first = request.path_info.lstrip("/").partition("/")[0]
    if first not in NAMES or first == FRENCH or not is_translated(request):
        return FRENCH
    site = Site.find_for_request(request)
    # Without a home page in it, nothing stands below: an address that does not exist, in French.
    return first if site and first in _root_paths(site) else FRENCH


class LanguageMiddleware:
    """Make the whole answer, error pages too, in the language of the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set request.LANGUAGE_CODE and Content-Language."""
        language = language_of(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


def home_of(site: Site, language: str = "") -> Page | None:
    """The home page of a site in a language (the current one), as its own type; None where none is
    live.

    The same one for each language and `site`, which a request keeps.
    """
    from home.sites import home_page

    language = language or current()
    known: dict[str, Page | None] = site.__dict__.setdefault("_home_pages", {})
    if language not in known:
        known[language] = home_page(site.root_page_id, language)
        if language == FRENCH:
            # Nobody has to read it once more.
            site.root_page = known[language]
    return known[language]


def home_url(language: str = "") -> str:
    """`/`, or `/de/`."""
    language = language or current()
    return "/" if language == FRENCH else f"/{language}/"


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's own view, from the home page of the language on: 404 where there is none.

    Wagtail would answer `/nl/` with the French home page.
    """
    site = Site.find_for_request(request)
    home = home_of(site) if site else None
    if home is None:
        raise Http404
    if not hasattr(request, "_wagtail_route_for_request"):
        parts = [part for part in path.split("/") if part]
        request._wagtail_route_for_request = home.route(request, parts)  # type: ignore[attr-defined]
    return serve(request, path)


@dataclass(frozen=True)
class Reading:
    """A language in which one may go on."""

    language: str
    name: str
    url: str
    """path, from the root of the site on"""
    is_current: bool
    is_same_page: bool
    """False when this page is not translated: the link leads to the home page"""

    @property
    def direction(self) -> str:
        """`rtl` for Arabic."""
        return "rtl" if translation.get_language_info(self.language)["bidi"] else "ltr"


def _root_paths(site: Site) -> dict[str, str]:
    """Language → path of the home page in the tree; kept in the cache by Wagtail."""
    return {
        root.language_code: root.root_path
        for root in Site.get_site_root_paths()
        if root.site_id == site.pk
    }


def _asked_page(request: HttpRequest) -> Page | None:
    route = getattr(request, "_wagtail_route_for_request", None)
    return route[0] if route else None


def readings(request: HttpRequest) -> list[Reading]:
    """The languages of this site, French first, each with the address of what is shown.

    Empty on a site in French alone.
    """
    from home.sites import rows_of_translations

    site = Site.find_for_request(request) if is_translated(request) else None
    roots = _root_paths(site) if site else {}
    home = home_of(site) if site and len(roots) > 1 else None
    if home is None:
        return []
    page = _asked_page(request)
    is_below = page is not None and getattr(page, "read_below_parent", False)
    parent_path = page.path[: -Page.steplen] if page and is_below else ""
    rows = rows_of_translations(
        home.translation_key, page.translation_key if page else None, parent_path
    )
    homes: dict[str, str] = {}
    same: dict[str, str] = {}
    keys = {page.translation_key} if page else set()
    if parent_path:
        keys = {key for path, _t, _u, _m, key, _l in rows if path == parent_path}
    for _path, _title, url_path, _menu, key, language in rows:
        root = roots.get(language)
        if root is None or not url_path.startswith(root):
            continue
        url = home_url(language) + url_path[len(root) :]
        if key == home.translation_key:
            homes[language] = url
        if key in keys:
            same[language] = url
    here = current()
    if here in same and request.path.startswith(same[here]) and same is not homes:
        rest = request.path[len(same[here]) :]
        same = {language: f"{url}{rest}" for language, url in same.items()}
    elif page is None and request.resolver_match and request.resolver_match.url_name == "search":
        for language in homes:
            with translation.override(language):
                same[language] = reverse("search")
    if len(homes) < 2:
        return []
    return [
        Reading(code, name, same.get(code) or homes[code], code == here, code in same)
        for code, name in NAMES.items()
        if code in homes
    ]


def script_words() -> dict[str, str]:
    """French sentence of a script → the same in the current language; empty in French."""
    if is_french():
        return {}
    with translation.override(FRENCH):
        french = [str(each) for each in SCRIPT_WORDS]
    return dict(zip(french, (str(each) for each in SCRIPT_WORDS), strict=True))


def interface_is_french() -> bool:
    """True in French, and in a language whose pages are translated and whose interface is not yet."""
    return not _has_catalogue(current())


@cache
def _has_catalogue(language: str) -> bool:
    return (settings.LOCALE_PATHS[0] / language).is_dir()


def direction() -> str:
    """`rtl` for Arabic, `ltr` else: of the whole page."""
    return "rtl" if translation.get_language_bidi() else "ltr"
