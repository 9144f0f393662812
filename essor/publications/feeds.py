"""Atom feeds: of the whole site, of a kind, of a topic (I-36).

A page type of any room joins the feed of the site by `in_feed = True`. The identifier of an entry
comes from a key of the page that never changes, so that a new title, address or host makes no
reader show the entry again.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import quote_etag
from wagtail.models import Page, get_page_models

from essor.models import ArticlePage, PublicationCorrection, PublicationPage
from home.models import BasePage, HomePage

AUTHORITY = "interfede.be,2026"
"""Of the `tag:` addresses (RFC 4151): part of every identifier, never to be changed."""
ENTRIES = 40
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands for a moment that nobody noted."""
CONTENT_TYPE = "application/atom+xml; charset=utf-8"


class _Feed(Atom1Feed):
    """Its date is that of its entries: the same content gives the same bytes."""

    def latest_post_date(self) -> datetime:
        """The last change of any entry; a fixed day for an empty feed."""
        return max((item["updateddate"] for item in self.items), default=BEGINNING)


@dataclass(frozen=True)
class FeedEntry:
    """One entry of a feed."""

    uid: str
    title: str
    url: str
    summary: str
    published: datetime
    updated: datetime
    categories: tuple[str, ...]


def feed_models() -> list[type[Page]]:
    """The page types that belong in the feed of the site."""
    return [model for model in get_page_models() if issubclass(model, BasePage) and model.in_feed]


def site_entries(home: HomePage, request: HttpRequest) -> list[FeedEntry]:
    """The newest pages of every type that is followed, and the corrections."""
    pages = list(
        Page.objects.descendant_of(home)
        .live()
        .public()
        .type(*feed_models())
        .order_by("-first_published_at", "-pk")[:ENTRIES]
    )
    publications = _publications([page.pk for page in pages])
    entries = [_entry(publications.get(page.pk, page), request) for page in pages]
    public = Page.objects.descendant_of(home).live().public()
    return _newest([*entries, *_corrections(public, request)])


def publication_entries(
    index: Page, request: HttpRequest, kind_ids: list[int], topic_ids: list[int]
) -> list[FeedEntry]:
    """The newest publications of these kinds and topics (none: of all), and their corrections."""
    found = PublicationPage.objects.descendant_of(index).live().public()
    if kind_ids:
        found = found.filter(publication_kind__in=kind_ids)
    if topic_ids:
        found = found.about(topic_ids)
    newest = found.order_by("-first_published_at", "-pk").values_list("pk", flat=True)[:ENTRIES]
    publications = _publications(list(newest))
    entries = [_entry(page, request) for page in publications.values()]
    return _newest([*entries, *_corrections(found, request)])


def magazine_entries(
    magazine: Page, request: HttpRequest, rubric_ids: list[int]
) -> list[FeedEntry]:
    """The newest issues and articles of a magazine; with rubrics, their articles alone."""
    found = Page.objects.descendant_of(magazine).live().public()
    if rubric_ids:
        articles = ArticlePage.objects.filter(rubric__in=rubric_ids).values("pk")
        found = found.filter(pk__in=articles)
    newest = found.order_by("-first_published_at", "-pk")[:ENTRIES]
    return _newest([_entry(page, request) for page in newest])


def atom(
    request: HttpRequest, title: str, entries: list[FeedEntry], home_url: str, key: str
) -> HttpResponseBase:
    """The feed; 304 when the reader has it already. `key` names the feed for ever."""
    feed = _Feed(
        title=title,
        link=home_url,
        description=None,
        subtitle="Publications du secteur de l’insertion socioprofessionnelle en Wallonie",
        language="fr",
        feed_url=request.build_absolute_uri(),
        author_name="Interfédération des CISP",
        feed_guid=f"tag:{AUTHORITY}:flux/{key}",
    )
    for entry in entries:
        feed.add_item(
            title=entry.title,
            link=entry.url,
            # A summary is HTML for Atom1Feed; ours is text.
            description=escape(entry.summary or entry.title),
            unique_id=entry.uid,
            pubdate=entry.published,
            updateddate=entry.updated,
            categories=entry.categories,
        )
    body = feed.writeString("utf-8")
    response = HttpResponse(body, content_type=CONTENT_TYPE)
    etag = quote_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=300"
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer or response


def _publications(pks: list[int]) -> dict[int, PublicationPage]:
    found = (
        PublicationPage.objects.filter(pk__in=pks)
        .select_related("publication_kind")
        .prefetch_related("topics")
    )
    by_pk = {page.pk: page for page in found}
    return {pk: by_pk[pk] for pk in pks if pk in by_pk}


def _entry(page: Page, request: HttpRequest) -> FeedEntry:
    categories: tuple[str, ...]
    if isinstance(page, PublicationPage):
        categories = (page.kind, *(topic.name for topic in page.topics.all()))
    else:
        model = page.cached_content_type.model_class()
        categories = (getattr(model, "kind", "Page"),)
    first = (
        page.first_published_at
        or page.last_published_at
        or page.latest_revision_created_at
        or BEGINNING
    )
    return FeedEntry(
        uid=f"tag:{AUTHORITY}:page/{page.translation_key}",
        title=page.title,
        url=page.get_full_url(request) or "",
        summary=page.search_description,
        published=first,
        updated=page.last_published_at or first,
        categories=categories,
    )


def _corrections(pages, request: HttpRequest) -> list[FeedEntry]:  # noqa: ANN001
    """The newest correction notices of these pages."""
    notices = (
        PublicationCorrection.objects.filter(
            page__in=pages.order_by().values("pk"), published_at__isnull=False
        )
        .select_related("page")
        .order_by("-published_at", "-pk")[:ENTRIES]
    )
    return [
        FeedEntry(
            uid=f"tag:{AUTHORITY}:correctif/{notice.uid}",
            title=f"Correctif : {notice.page.title}",
            url=f"{notice.page.get_full_url(request)}#correctif-{notice.pk}",
            summary=notice.text,
            published=notice.published_at,
            updated=notice.published_at,
            categories=("Correctif",),
        )
        for notice in notices
    ]


def _newest(entries: list[FeedEntry]) -> list[FeedEntry]:
    entries.sort(key=lambda entry: (entry.published, entry.uid), reverse=True)
    return entries[:ENTRIES]
