"""In which language a page is asked, and where else it can be read.

The address alone decides: French has no prefix, the others stand below `/de/`, `/nl/`, `/en/` of
the sites that settings.TRANSLATED_SITES names. No cookie and no Accept-Language: a kept page
(home.page_cache) is the same for everybody. On any other site such an address is one like another.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
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
    gettext_lazy("Agrandir la carte"),
    gettext_lazy("Réduire la carte"),
    gettext_lazy("La carte ne s’affiche pas. La liste montre les mêmes lieux."),
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
    if first in NAMES and first != FRENCH and is_translated(request):
        return first
    return FRENCH


class LanguageMiddleware:
    """Make the whole answer, error pages too, in the language of the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set request.LANGUAGE_CODE and Content-Language."""
        language = language_of(request)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


def home_of(site: Site, language: str = "") -> Page | None:
    """The live home page of a site in a language (the current one); None where there is none."""
    language = language or current()
    if language == FRENCH:
        return site.root_page
    return (
        Page.objects.live()
        .filter(translation_key=site.root_page.translation_key, locale__language_code=language)
        .first()
    )


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
        request._wagtail_route_for_request = home.specific.route(request, parts)  # type: ignore[attr-defined]
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


def readings(request: HttpRequest) -> list[Reading]:
    """The languages of this site, French first, each with the address of what is shown.

    One query; none and an empty list on a site in French alone.
    """
    site = Site.find_for_request(request) if is_translated(request) else None
    if site is None:
        return []
    route = getattr(request, "_wagtail_route_for_request", None)
    page: Page | None = route[0] if route else None
    home_key = site.root_page.translation_key
    wanted = Q(translation_key=home_key)
    if page is not None and getattr(page, "read_below_parent", False):
        parent = Page.objects.filter(path=page.path[: -Page.steplen])
        wanted |= Q(translation_key__in=parent.values("translation_key"))
    elif page is not None:
        wanted |= Q(translation_key=page.translation_key)
    homes: dict[str, str] = {}
    same: dict[str, str] = {}
    rows = Page.objects.live().filter(wanted, view_restrictions__isnull=True)
    for each in rows.select_related("locale").order_by("depth", "path"):
        url = each.get_url(request)
        language = each.locale.language_code
        if url and each.translation_key == home_key:
            homes[language] = url
        elif url:
            same[language] = url
    here = current()
    if page is not None and page.translation_key == home_key:
        same = homes
    elif same.get(here) and request.path.startswith(same[here]):
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


def direction() -> str:
    """`rtl` for Arabic, `ltr` else: of the whole page."""
    return "rtl" if translation.get_language_bidi() else "ltr"
