"""Whole pages for visitors without a session, kept until the content changes.

Stands inside GZip and outside everything that knows a person (CSP, session, CSRF, user). Keeps an
answer only when it is the same for everybody; see `may_keep`. What is kept:

- under scheme, host, path and the parameters of the address, when all of these are in
  PAGE_CACHE_PARAMETERS: an unknown parameter may show in a page, and where somebody is, is theirs;
- who brings a mark of PAGE_CACHE_IGNORED gets the page that is kept without it; a page that was made
  for one is not kept, since it may repeat it in a link;
- with a text of the visitor (PAGE_CACHE_TEXTS) for a minute, in the memory of the process alone, when
  the view says that it may be: a class that looks for one course is answered once, and what
  people look for is written nowhere;
- with its headers, compressed twice (Brotli and gzip), with an ETag, so that a visitor who comes
  back gets 304;
- until the token of home.content changes or its next hour has come;
- not in the seconds after a change where a search engine answers.

A page that used the nonce of its content security policy is not kept: a nonce is for one answer.
Pages of this project use none (JSON-LD is data), so their policy names no nonce at all.

What has to see every request (home.marks) stands before this middleware.
"""

import gzip
import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import brotli
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from home import content
from home.marks import PREFIX

logger = logging.getLogger(__name__)

RUN = secrets.token_hex(6)
"""Drawn when the server starts, the same in its workers: pages end with the code and the settings
that made them."""

LONGEST_QUERY = 200
"""Without the marks that are ignored."""
LONGEST_ADDRESS = 2000
LONGEST_PAGE = 2_000_000
KEPT_TYPES = (
    "text/html",
    "application/rss+xml",
    "application/atom+xml",
    "application/xml",
    "text/calendar",
)
TEXT_TYPES = ("text/html", "application/json")
TEXT_SECONDS = 60
NEVER_BELOW = ("/gestion/", "/media/", "/documents/", "/static/", "/healthz", "/readyz")
KNOWN_VARY = {"cookie", "accept-encoding", "hx-request"}
NOT_STORED = {"content-length", "content-encoding", "etag", "date", "x-cache"}
SHARED = "public, no-cache"
"""A browser may keep the page, and asks each time whether it is still the one (304)."""
PERSONAL = "private, no-cache"


class Kept(NamedTuple):
    """An answer as it lies in the cache."""

    token: str
    until: float
    headers: list[tuple[str, str]]
    etag: str
    brotli: bytes
    gzip: bytes


def key_of(request: HttpRequest) -> str:
    """The key of the answer to this request; "" when such a request is never answered from here."""
    if request.method not in ("GET", "HEAD") or not settings.PAGE_CACHE:
        return ""
    if request.path.startswith(NEVER_BELOW) or is_personal(request):
        return ""
    if any(name in request.META for name in ("HTTP_HX_REQUEST", "HTTP_RANGE")):
        return ""
    query = known_query(request)
    if query is None:
        return ""
    address = f"{request.scheme}://{request.get_host()}{request.path}?{query}"
    return f"page:{RUN}:{hashlib.sha256(address.encode('utf-8', 'surrogateescape')).hexdigest()}"


def known_query(request: HttpRequest) -> str | None:
    """The parameters of the address as they were written, without the marks that no page reads; None
    when pages are not kept with one of them, or when they are too long.
    """
    query = request.META.get("QUERY_STRING", "")
    if not query:
        return ""
    if len(query) > LONGEST_ADDRESS:
        return None
    ignored = {name for name in request.GET if settings.PAGE_CACHE_IGNORED.fullmatch(name)}
    if not request.GET.keys() - ignored <= known_parameters():
        return None
    if ignored:
        known = request.GET.copy()
        for name in ignored:
            del known[name]
        query = known.urlencode()
    return query if len(query) <= LONGEST_QUERY else None


def known_parameters() -> frozenset[str]:
    """The names under which pages are kept."""
    return settings.PAGE_CACHE_PARAMETERS | settings.PAGE_CACHE_TEXTS


def has_text(request: HttpRequest) -> bool:
    """True when the address holds words that somebody typed."""
    return not settings.PAGE_CACHE_TEXTS.isdisjoint(request.GET)


def may_keep_text(request: HttpRequest) -> None:
    """A view says that its answer is the same for everybody and leaves counting to home.marks."""
    request.may_keep_text = True  # type: ignore[attr-defined]


def is_personal(request: HttpRequest) -> bool:
    """True when somebody is signed in, or was: the session, messages and log-ins."""
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        or "messages" in request.COOKIES
        or "HTTP_AUTHORIZATION" in request.META
    )


def may_keep(request: HttpRequest, response: HttpResponseBase) -> bool:
    """True for an answer that is the same for everybody: a whole page without a cookie, a token or
    a nonce, that does not say of itself that it is private. With a text the view must allow it.
    """
    if request.method != "GET" or response.status_code != 200 or response.streaming:
        return False
    if not request.GET.keys() <= known_parameters():
        return False
    with_text = has_text(request)
    if with_text and not getattr(request, "may_keep_text", False):
        return False
    content_type = response.get("Content-Type", "").partition(";")[0].strip()
    return (
        content_type in (TEXT_TYPES if with_text else KEPT_TYPES)
        and not response.cookies
        and not response.has_header("X-Accel-Redirect")
        # A form that writes, or a browser that had one.
        and "CSRF_COOKIE" not in request.META
        # Only true once it was used.
        and not bool(getattr(request, "csp_nonce", None))
        and not _names(response, "Cache-Control") & {"private", "no-store", "no-cache"}
        and _names(response, "Vary") <= KNOWN_VARY
    )


def _names(response: HttpResponseBase, header: str) -> set[str]:
    """The names in a header, without their values: `max-age=0, private` → {"max-age", "private"}."""
    parts = response.get(header, "").split(",")
    return {part.partition("=")[0].strip().lower() for part in parts if part.strip()}


class PageCacheMiddleware:
    """Answer from the cache, or keep the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """See the module."""
        key = key_of(request)
        token = content.current() if key else ""
        if not token:
            response: HttpResponseBase = self.get_response(request)
            if is_personal(request) and not response.has_header("Cache-Control"):
                response["Cache-Control"] = PERSONAL
            return response
        store = "texts" if has_text(request) else "pages"
        kept = self._get(store, key)
        if kept is not None and kept.token == token and time.time() < kept.until:
            return answer(request, kept, "hit")
        response = self.get_response(request)
        if not may_keep(request, response) or content.is_settling():
            return response
        kept = keep(response, token, with_text=store == "texts")
        if kept is None:
            return response
        self._set(store, key, kept)
        return answer(request, kept, "miss")

    def _get(self, store: str, key: str) -> Kept | None:
        """What lies there; a cache that is down is an empty one."""
        try:
            return caches[store].get(key)
        except Exception:
            logger.warning("The cache of pages cannot be read.", exc_info=True)
            return None

    def _set(self, store: str, key: str, kept: Kept) -> None:
        """Keep; a full disk or a cache that is down costs speed only."""
        try:
            caches[store].set(key, kept, timeout=max(1.0, kept.until - time.time()))
        except Exception:
            logger.warning("The cache of pages cannot be written.", exc_info=True)


def keep(response: HttpResponseBase, token: str, *, with_text: bool = False) -> Kept | None:
    """The answer in the form that is kept; None when it is too large."""
    body: bytes = response.content  # type: ignore[attr-defined]
    if len(body) > LONGEST_PAGE:
        return None
    if not response.has_header("Cache-Control"):
        seconds = settings.CDN_SECONDS
        shared = f"public, max-age=0, s-maxage={seconds}" if seconds else SHARED
        response["Cache-Control"] = PERSONAL if with_text else shared
    patch_vary_headers(response, ["Accept-Encoding", "HX-Request"])
    until = content.next_change(token).timestamp()
    return Kept(
        token,
        min(until, time.time() + TEXT_SECONDS) if with_text else until,
        [pair for pair in response.items() if pair[0].lower() not in NOT_STORED],
        f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',
        brotli.compress(body, mode=brotli.MODE_TEXT, quality=5),
        gzip.compress(body, 6, mtime=0),
    )


def answer(request: HttpRequest, kept: Kept, how: str) -> HttpResponseBase:
    """The kept answer in an encoding that the browser reads; 304 when it has it already."""
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "").lower()
    encoding, body = "", b""
    if _accepts(accepted, "br"):
        encoding, body = "br", kept.brotli
    elif _accepts(accepted, "gzip"):
        encoding, body = "gzip", kept.gzip
    else:
        body = gzip.decompress(kept.gzip)
    headers: dict[str, Any] = dict(kept.headers)
    headers |= {"ETag": kept.etag, "Content-Length": str(len(body)), "X-Cache": how}
    if encoding:
        headers["Content-Encoding"] = encoding
    response = HttpResponse(b"" if request.method == "HEAD" else body, headers=headers)
    conditional = get_conditional_response(request, etag=kept.etag, response=response)
    if conditional is None:
        return response
    for name, note in kept.headers:
        if name.startswith(PREFIX):  # a page that the browser has already is read too
            conditional[name] = note
    return conditional


def _accepts(accepted: str, encoding: str) -> bool:
    """True when the header names the encoding without refusing it (`;q=0`)."""
    for part in accepted.split(","):
        name, _, weight = part.partition(";")
        if name.strip() == encoding:
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
