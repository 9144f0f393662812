"""Pages that are read and telephone numbers that are pressed, counted by day and site (S-11).

Nothing tells who: a count has a day, a site and a page. Address, program of the visitor, page that
led here are looked at for the rule below and forgotten; no cookie, no identifier, nothing derived
from one. So nobody can say how many people came, only how many pages were read.

**What counts as a page that is read.** A GET of a whole HTML page that a browser shows in its
window (200, or 304 when the browser has it already), on a site, by somebody who may not enter the
admin. Not a part that a script asks for, not a page fetched ahead, not a frame.

**Robots.** A program that does not call itself a browser («Mozilla/…», as all of them do), or whose
name says what it is (`ROBOTS`), is not counted. A robot that lies is: the figures are no proof.

**Who says no** (Global Privacy Control or Do Not Track) is not counted, though nothing of theirs
would be kept: the figures are a little low, and the promise is simple.

Two middlewares, because kept pages (home.page_cache) are answered before the views: the inner one
writes on the answer which page it is, the cache keeps the mark, the outer one counts it and takes
it off. On a page that is kept that costs some microseconds and no query.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from wagtail.models import Page, Site

from home import counters
from home.marks import PREFIX, CountingMiddleware
from home.media import is_staff
from home.origins import from_this_site
from home.throttle import MinuteBrake

VISIT = "visite"
CALL = "appel"
"""Kinds of DailyCount; the key is `page:<primary key>` or `vue:<name of the route>`, "" when the
page of a call is not known."""

MARK = f"{PREFIX}Page"
"""`<site>:<key>` between the two middlewares; never sent."""
PAGE, VIEW = "page:", "vue:"
NEVER_BELOW = ("/gestion/", "/media/", "/documents/", "/static/", "/api/")

ROBOTS = re.compile(
    r"bot\b|bot[/;]|crawl|spider|slurp|preview|monitor|scan|check|fetch|archive|headless|lighthouse"
    r"|facebookexternalhit|pingdom|uptime|validator|python|curl|wget|\+https?:",
    re.IGNORECASE,
)
CALLS_A_MINUTE = {"page": 30, "site": 300}
"""What a process counts in a minute: a script moves no figure far, and nobody's address is asked."""
LONGEST_BODY = 1000


# --- The rule ------------------------------------------------------------------------------------


def is_robot(request: HttpRequest) -> bool:
    """True unless the visitor's program calls itself a browser and nothing else."""
    name = request.META.get("HTTP_USER_AGENT", "")
    return not name.startswith("Mozilla/") or ROBOTS.search(name) is not None


def says_no(request: HttpRequest) -> bool:
    """True when the browser asks not to be followed."""
    return request.META.get("HTTP_SEC_GPC") == "1" or request.META.get("HTTP_DNT") == "1"


def is_left_out(request: HttpRequest) -> bool:
    """Robots, and who says no: true for every count."""
    return is_robot(request) or says_no(request)


def is_reading(request: HttpRequest) -> bool:
    """True for a GET that shows a page in a window, by a browser that does not say no."""
    meta = request.META
    return (
        request.method == "GET"
        and not request.path.startswith(NEVER_BELOW)
        # Browsers say so over HTTPS; older ones say nothing.
        and meta.get("HTTP_SEC_FETCH_DEST", "document") == "document"
        and "prefetch" not in meta.get("HTTP_SEC_PURPOSE", "")
        and "HTTP_HX_REQUEST" not in meta
        and not is_left_out(request)
    )


# --- Pages ---------------------------------------------------------------------------------------


class VisitsMiddleware(CountingMiddleware):
    """Stands outside the kept pages: counts the pages that are read."""

    mark = MARK

    def count(self, request: HttpRequest, response: HttpResponseBase, note: str) -> None:
        """By page and site."""
        if response.status_code in (200, 304) and is_reading(request):
            site_id, _, key = note.partition(":")
            counters.count(VISIT, key, int(site_id))


class VisitMarkMiddleware:
    """Stands inside the kept pages: says on a page which one it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Mark whole pages that anybody but the staff gets."""
        response = self.get_response(request)
        if (
            request.method == "GET"
            and response.status_code == 200
            and response.get("Content-Type", "").startswith("text/html")
            and not request.path.startswith(NEVER_BELOW)
            and (key := _key_of(request))
            and not is_staff(request)
            and (site := Site.find_for_request(request))
        ):
            response[MARK] = f"{site.pk}:{key}"
        return response


def _key_of(request: HttpRequest) -> str:
    """The page that was served, else the name of the view: never the address, which may be a key."""
    if page_id := getattr(request, "read_page_id", None):
        return f"{PAGE}{page_id}"
    match = request.resolver_match
    return f"{VIEW}{match.url_name}" if match and match.url_name else ""


def note_page(page: Page, request: HttpRequest, *args: object, **kwargs: object) -> None:  # noqa: ARG001
    """Hook `before_serve_page`."""
    request.read_page_id = page.pk  # type: ignore[attr-defined]


# --- Calls ---------------------------------------------------------------------------------------

_brake = MinuteBrake()


@csrf_exempt  # no cookie to protect, and a beacon sends no token: the origin is asked instead
@require_POST
def note_call(request: HttpRequest) -> HttpResponse:
    """`/api/appel/` (page: path): a telephone number was pressed there. 204, or a French message in
    JSON. The number itself is neither sent nor kept.
    """
    if not from_this_site(request):
        return _refuse(403, "Cette adresse ne répond qu’aux pages du site.")
    if _length(request) > LONGEST_BODY:
        return _refuse(413, "C’est trop long.")
    path = request.POST.get("page", "")
    site = Site.find_for_request(request)
    if site is None or not path.startswith("/") or "\x00" in path:
        return _refuse(400, "Donnez le chemin de la page.")
    if is_left_out(request) or is_staff(request):
        return HttpResponse(status=204)
    key = _page_at(request, path)
    if not _brake.lets(CALL, site.pk, key, CALLS_A_MINUTE["page"], CALLS_A_MINUTE["site"]):
        return _refuse(429, "Trop d’appels en une minute.")
    counters.count(CALL, key, site.pk)
    return HttpResponse(status=204)


def forget_minute() -> None:
    """Begin a new minute (tests)."""
    global _brake  # noqa: PLW0603
    _brake = MinuteBrake()


def _length(request: HttpRequest) -> int:
    """What the visitor says that it sends; the server reads no more than that."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else LONGEST_BODY + 1


def _page_at(request: HttpRequest, path: str) -> str:
    """The key of the public page at this path; "" without one (the search, a list)."""
    found = Page.route_for_request(request, path)
    return f"{PAGE}{found.page.pk}" if found else ""


def _refuse(status: int, message: str) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)
