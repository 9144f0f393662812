"""Links of the public pages: those that lead nowhere.

Inside the sites, Wagtail's index of references says which page names one that nobody can read.
Outside, each address is asked now and then, in the background, and only when EXTERNAL_LINKS says so:
through home.outside, so that no text of an editor makes this server ask its own neighbours.
"""

import http.client
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import BigIntegerField, Q
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, ReferenceIndex, Site

from home import outside
from home.models import LinkCheck
from home.visibility import public_pages

TIMEOUT_SECONDS = 8
MOST_HOPS = 5
AGAIN_DAYS = 7
PAUSE_SECONDS = 0.5
LONGEST = 1_000
USER_AGENT = "Mozilla/5.0 (compatible; interfede.be, verification des liens)"
PORTS = {"http": 80, "https": 443}
UNSURE = (401, 403, 405, 406, 429, 451, 500, 501, 502, 503, 504, 999)
"""Answers of servers that do not like to be asked: nobody can say from outside."""


class Refused(Exception):
    """An address that this server does not ask."""


@dataclass(frozen=True)
class Answer:
    """What a visit said."""

    state: str
    reason: str = ""


# --- Asking ------------------------------------------------------------------------------------


def ask(url: str) -> Answer:
    """Visit an address with HEAD, then GET where HEAD is not liked; nothing is read of the answer."""
    try:
        for method in ("HEAD", "GET"):
            status = _status(method, url)
            if status < 400:
                return Answer(LinkCheck.State.GOOD)
            if status in (404, 410) and method == "GET":
                return Answer(LinkCheck.State.BROKEN, f"réponse {status}")
    except (Refused, outside.NotOutside) as error:
        inside = isinstance(error, outside.NotOutside)
        return Answer(LinkCheck.State.UNKNOWN, "adresse interne" if inside else str(error))
    except socket.gaierror:
        return Answer(LinkCheck.State.BROKEN, "ce site n’existe plus")
    except (OSError, http.client.HTTPException, ValueError, UnicodeError):
        return Answer(LinkCheck.State.UNKNOWN, "pas de réponse")
    state = LinkCheck.State.UNKNOWN if status in UNSURE else LinkCheck.State.BROKEN
    return Answer(state, f"réponse {status}")


def _status(method: str, url: str) -> int:
    """The status at the end of the redirects; each hop is checked anew."""
    for _ in range(MOST_HOPS):
        parts = urlsplit(url)
        port = PORTS.get(parts.scheme)
        if port is None or not parts.hostname or (parts.port or port) != port:
            raise Refused("adresse inhabituelle")
        if parts.username or parts.password:
            raise Refused("adresse inhabituelle")
        host = parts.hostname.encode("idna").decode()
        connection = outside.connection(parts.scheme, host, TIMEOUT_SECONDS)
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
            "?" + quote(parts.query, safe="/?%:@!$&'()*+,;=~") if parts.query else ""
        )
        try:
            connection.request(method, target, headers={"User-Agent": USER_AGENT, "Accept": "*/*"})
            response = connection.getresponse()
            status, location = response.status, response.getheader("Location")
        finally:
            connection.close()
        if status not in (301, 302, 303, 307, 308) or not location:
            return status
        url = urljoin(url, location)
    raise Refused("trop de redirections")


# --- What the pages name -------------------------------------------------------------------------


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def outside_links(page: Page) -> list[str]:
    """The addresses outside the sites that a page names: in texts, blocks and fields for addresses."""
    found: set[str] = set()
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            found |= set(_of_data(getattr(page, field.name).get_prep_value()))
        elif isinstance(field, (RichTextField, models.URLField)):
            found |= set(_of_text(getattr(page, field.name)))
    own = {site.hostname.lower() for site in Site.objects.all()}
    return sorted(
        url
        for url in found
        if len(url) <= LONGEST and (urlsplit(url).hostname or "").lower() not in own | {""}
    )


def _of_data(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield from _of_text(data)
    elif isinstance(data, dict):
        for each in data.values():
            yield from _of_data(each)
    elif isinstance(data, list | tuple):
        for each in data:
            yield from _of_data(each)


def _of_text(text: str | None) -> Iterator[str]:
    text = (text or "").strip()
    if "<a " in text:
        parser = _Anchors()
        parser.feed(text)
        candidates = parser.found
    else:
        candidates = [text] if " " not in text else []
    for url in candidates:
        try:
            if urlsplit(url).scheme in PORTS:
                yield url
        except ValueError:
            continue


def note_links(pages: Iterable[Page] | None = None) -> int:
    """Write down which addresses the public pages name today; what is named no more goes. How many."""
    every: Any = public_pages()
    chosen: Iterable[Page] = every.specific() if pages is None else pages
    named = 0
    seen = []
    for page in chosen:
        urls = outside_links(page)
        seen.append(page.pk)
        LinkCheck.objects.filter(page=page.pk).exclude(url__in=urls).delete()
        LinkCheck.objects.bulk_create(
            [LinkCheck(page_id=page.pk, url=url) for url in urls], ignore_conflicts=True
        )
        named += len(urls)
    if pages is None:
        LinkCheck.objects.exclude(page__in=seen).delete()
    return named


def check_outside(limit: int = 500) -> int:
    """Ask each address that was not asked for a week, once for all pages that name it; how many.

    Nothing at all while EXTERNAL_LINKS is off.
    """
    if not settings.EXTERNAL_LINKS:
        return 0
    before = timezone.now() - timedelta(days=AGAIN_DAYS)
    waiting = (
        LinkCheck.objects.filter(Q(checked_at=None) | Q(checked_at__lt=before))
        .order_by("url")
        .values_list("url", flat=True)
        .distinct()
    )
    urls = list(waiting[:limit])
    for number, url in enumerate(urls):
        if number:
            time.sleep(PAUSE_SECONDS)
        answer = ask(url)
        LinkCheck.objects.filter(url=url).update(
            state=answer.state, reason=answer.reason, checked_at=timezone.now()
        )
    return len(urls)


@dataclass(frozen=True)
class BrokenInside:
    """A public page that names one that nobody can read."""

    page: Page
    target: str


def broken_inside(root: Page) -> list[BrokenInside]:
    """Links from public pages below `root` to pages that are not public any more. Two queries."""
    page_type = ContentType.objects.get_for_model(Page)
    below = public_pages().filter(path__startswith=root.path)
    sources = {page.pk: page for page in below}
    links = (
        ReferenceIndex.objects.filter(base_content_type=page_type, to_content_type=page_type)
        .annotate(source=Cast("object_id", BigIntegerField()))
        .filter(source__in=list(sources))
        .exclude(model_path="footer_page")
        .values_list("source", "to_object_id")
        .distinct()
    )
    wanted: dict[int, set[int]] = {}
    for source, target in links:
        wanted.setdefault(int(target), set()).add(source)
    readable = set(public_pages().filter(pk__in=wanted).values_list("pk", flat=True))
    titles = dict(Page.objects.filter(pk__in=wanted).values_list("pk", "title"))
    return sorted(
        (
            BrokenInside(sources[source], titles.get(target, "une page supprimée"))
            for target, found in wanted.items()
            if target not in readable
            for source in found
        ),
        key=lambda each: (each.page.title, each.page.pk, each.target),
    )
