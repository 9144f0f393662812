"""Redirects: one hop, whatever stands in the table.

An old address leads to a page of ours (with a route of it) or to an address elsewhere. A target that
is the old address of another redirect is followed when it is written and once more when it is
served, so a visitor never sees a chain; a target that leads back is refused, and never served. What
is asked for is compared as Unicode in composed form, percent-encoded or not. Hits and addresses that
lead nowhere are counted by day (home.desk.missing).
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.db.models import Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.utils.encoding import iri_to_uri, uri_to_iri
from wagtail.contrib.redirects.models import Redirect
from wagtail.coreutils import get_dummy_request
from wagtail.models import Page, Site

from home import counters
from home.desk import missing

HITS = "redirection"
"""The kind of DailyCount; its key is the primary key of the redirect."""
MOST_STEPS = 10
LONGEST = 255


class RedirectError(ValueError):
    """Why an address or a target is refused, in French for whoever wrote it."""


@dataclass(frozen=True)
class Target:
    """Where a redirect leads: a page with a route of it, or an address."""

    page: Page | None = None
    route: str = ""
    link: str = ""

    @property
    def text(self) -> str:
        """As one reads it; "" for a page without an address."""
        if self.page is None:
            return self.link
        return (self.page.full_url or "").rstrip("/") + (self.route or "/")

    def is_same(self, redirect: Redirect) -> bool:
        """True when the redirect leads there already."""
        return (
            redirect.redirect_page_id,
            redirect.redirect_page_route_path,
            redirect.redirect_link,
        ) == (
            self.page.pk if self.page else None,
            self.route,
            self.link,
        )

    def write(self, redirect: Redirect) -> None:
        """Let the redirect lead there; the caller saves it."""
        redirect.redirect_page = self.page
        redirect.redirect_page_route_path = self.route
        redirect.redirect_link = self.link
        redirect.__dict__.pop("link", None)  # kept from before


# --- Addresses ---------------------------------------------------------------------------------


def site_of_host(host: str) -> Site | None:
    """The site that answers to this host: its own, the public name that it carries, or `www.` of
    one of the two.
    """
    name = host.lower().partition(":")[0].removeprefix("www.")
    if not name:
        return None
    return next(
        (
            site
            for site in Site.objects.select_related("root_page").order_by("pk")
            if name in (site.hostname.lower(), site.site_name.lower())
        ),
        None,
    )


def read_old(text: str, site: Site | None) -> tuple[str, Site | None]:
    """Path and site of an old address, `/lessor/` or `https://www.interfede.be/lessor/`.

    The host of the address decides over `site`. RedirectError for the address of somebody else,
    the first page, and what is too long.
    """
    text = unicodedata.normalize("NFC", text.strip())
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise RedirectError("L’ancienne adresse n’est pas une adresse.") from error
    if parts.scheme and parts.scheme not in ("http", "https"):
        raise RedirectError("L’ancienne adresse commence par « / » ou par « https:// ».")
    if parts.netloc:
        found = site_of_host(parts.netloc)
        if found is None:
            raise RedirectError("L’ancienne adresse n’est pas celle d’un des trois sites.")
        site = found
    path = normal_path(text)
    if path == "/":
        raise RedirectError("La page d’accueil ne se redirige pas.")
    if "\0" in path or len(path) > LONGEST:
        raise RedirectError(f"L’ancienne adresse a plus de {LONGEST} signes.")
    return path, site


def normal_path(text: str) -> str:
    """The path as it stands in the table: decoded, composed, without the last slash. A space stays
    encoded, as browsers send it.
    """
    return unicodedata.normalize("NFC", Redirect.normalise_path(iri_to_uri(text.strip())))


def read_target(text: str, site: Site | None) -> Target:
    """What an address leads to: `/contact/` on `site`, or a whole address.

    An address of ours becomes the page that answers there, so that it follows the page when it
    moves. RedirectError for what is no address, and for one of ours that answers nothing.
    """
    text = unicodedata.normalize("NFC", text.strip())
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise RedirectError("La nouvelle adresse n’est pas une adresse.") from error
    is_known = parts.scheme in ("http", "https") if parts.netloc else not parts.scheme
    if not text or not is_known:
        raise RedirectError("La nouvelle adresse commence par « / » ou par « https:// ».")
    if parts.netloc:
        site = site_of_host(parts.netloc)
        if site is None:
            if len(text) > LONGEST or any(each.isspace() for each in text):
                raise RedirectError("La nouvelle adresse n’est pas une adresse.")
            return Target(link=text)
    elif not text.startswith("/") or text.startswith("//"):
        raise RedirectError("La nouvelle adresse commence par « / » ou par « https:// ».")
    elif site is None:
        raise RedirectError("Choisissez un site, ou écrivez la nouvelle adresse en entier.")
    found = page_at(site, parts.path)
    if found is not None and not parts.query and not parts.fragment:
        return Target(page=found[0], route=found[1])
    link = site.root_url + text[text.index(parts.path) :] if parts.path else site.root_url + "/"
    if len(link) > LONGEST:
        raise RedirectError(f"La nouvelle adresse a plus de {LONGEST} signes.")
    return Target(link=link)


def page_at(site: Site, path: str) -> tuple[Page, str] | None:
    """The live page that answers to a path, with the route of it; None when none does."""
    components = [unquote(each) for each in path.split("/") if each]
    request = get_dummy_request(path=path, site=site)
    try:
        page, _args, _kwargs = site.root_page.specific.route(request, components)
    except Http404:
        return None
    if not isinstance(page, Page):
        return None
    own = [each for each in (page.get_url(request) or "").split("/") if each]
    if "://" in (page.get_url(request) or ""):
        own = own[2:]
    rest = components[len(own) :]
    if not rest:
        return page, ""
    last_slash = "" if "." in rest[-1] else "/"
    return page, "/" + "/".join(rest) + last_slash


# --- From a redirect to its end ----------------------------------------------------------------


def at(path: str, site: Site | None) -> Redirect | None:
    """The redirect of a normal path: the site's own before the one of all sites."""
    found = Redirect.objects.filter(old_path=path).filter(Q(site=site) | Q(site=None))
    return (
        found.select_related("redirect_page").order_by("site_id").last() if site else found.first()
    )


def next_redirect(target: Target) -> Redirect | None:
    """The redirect that a visitor of this target would meet; None at an end."""
    if target.page is not None:
        return None
    parts = urlsplit(target.link)
    site = site_of_host(parts.netloc)
    if site is None or page_at(site, parts.path) is not None:
        return None
    return at(normal_path(target.link), site) or at(normal_path(parts.path), site)


def target_of(redirect: Redirect) -> Target:
    """What stands in the table."""
    return Target(
        redirect.redirect_page,
        redirect.redirect_page_route_path if redirect.redirect_page else "",
        "" if redirect.redirect_page else redirect.redirect_link,
    )


def end_of(target: Target, starts: set[int] | None = None) -> Target | None:
    """Follow the redirects from a target on; None when they lead in a circle or to one of `starts`
    (primary keys).
    """
    seen = set(starts or ())
    for _ in range(MOST_STEPS):
        following = next_redirect(target)
        if following is None:
            return target
        if following.pk in seen:
            return None
        seen.add(following.pk)
        target = target_of(following)
    return None


def leads_back(path: str, site: Site | None, target: Target) -> bool:
    """True when the target is the old address itself."""
    own = urlsplit(target.text)
    target_site = site_of_host(own.netloc)
    if target_site is None or (site is not None and site != target_site):
        return False
    whole = own.path + (f"?{own.query}" if own.query else "")
    return normal_path(whole) == path


def checked(
    path: str, site: Site | None, target: Target, redirect: Redirect | None = None
) -> Target:
    """The end of the target's chain. RedirectError for a circle."""
    end = end_of(target, {redirect.pk} if redirect and redirect.pk else None)
    if end is None or leads_back(path, site, end) or leads_back(path, site, target):
        raise RedirectError("Cette redirection mène à elle-même.")
    return end


def flatten_behind(redirect: Redirect) -> int:
    """Let the redirects that lead to this one's old address lead to its target; how many."""
    changed = 0
    tail = urlsplit(redirect.old_path).path
    for other in Redirect.objects.filter(redirect_page=None).exclude(pk=redirect.pk):
        if not unquote(urlsplit(other.redirect_link).path).rstrip("/").endswith(tail):
            continue
        end = end_of(target_of(other), {other.pk})
        if end is not None and not end.is_same(other):
            end.write(other)
            other.save()
            changed += 1
    return changed


# --- Serving -----------------------------------------------------------------------------------


def candidates(full_path: str) -> list[str]:
    """The paths under which a request may stand in the table, the most exact first; none for an
    address that is no address.
    """
    try:
        whole = Redirect.normalise_path(full_path, decode_unicode=False)
        bare = urlsplit(whole).path
    except ValueError:
        return []
    paths: list[str] = []
    for encoded in (whole, bare):
        decoded = uri_to_iri(encoded)
        for each in (unicodedata.normalize("NFC", decoded), decoded, encoded):
            if each not in paths and "\0" not in each and len(each) <= LONGEST:
                paths.append(each)
    return paths


def find(request: HttpRequest, site: Site | None) -> Redirect | None:
    """The redirect for what was asked: one query."""
    paths = candidates(request.get_full_path())
    if not paths:
        return None
    rows = Redirect.get_for_site(site).filter(old_path__in=paths).select_related("redirect_page")
    return min(
        rows,
        key=lambda row: (paths.index(row.old_path), row.site_id is None, row.pk),
        default=None,
    )


def address_for(redirect: Redirect, request: HttpRequest) -> str:
    """Where the visitor goes, in one hop; "" when that is nowhere: a circle, a page that is not live
    or lies in the bin.
    """
    end = end_of(target_of(redirect), {redirect.pk})
    if end is None:
        return ""
    if end.page is None:
        return end.link
    if not end.page.live:
        return ""
    base = end.page.specific_deferred.get_url(request)
    if not base:
        return ""
    return base.rstrip("/") + end.route if end.route else base


class RedirectMiddleware:
    """After a page that was not found: the redirect of its address, or a count of the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """See the module."""
        response = self.get_response(request)
        if response.status_code != 404:
            return response
        site = Site.find_for_request(request)
        redirect = find(request, site)
        address = address_for(redirect, request) if redirect else ""
        if redirect is None or not address:
            missing.note(request, site)
            return response
        if request.method in ("GET", "HEAD"):
            counters.count(HITS, str(redirect.pk), site.pk if site else None)
        kind = HttpResponsePermanentRedirect if redirect.is_permanent else HttpResponseRedirect
        return kind(request.build_absolute_uri(address))
