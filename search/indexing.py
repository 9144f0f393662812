"""Pages enter the search when every visitor may see them, and leave it when not.

Everything that changes what may be found ends in :func:`refresh`: publishing, unpublishing,
moving, deleting, restricting a section, replacing a file. It runs in the transaction of the
change, so that both are seen together.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Manager
from django.utils import timezone, translation
from django.utils.translation import gettext
from wagtail.documents import get_document_model
from wagtail.models import Page, PageViewRestriction, ReferenceIndex, Site
from wagtail.search.backends import get_search_backends
from wagtail.search.index import SearchField

from home.languages import is_french
from search.backends.terms import index_words
from search.backends.words import as_text, texts_of
from search.models import IndexedPage, Passage

MAX_TEXT = 200_000
PLAIN_KIND = "Page"
# A room may say more of its pages by `search_date`, `search_topics`, `search_keywords` and
# `search_passages`; else these names, which their types use for the public date, are read.
DATE_NAMES = ("search_date", "sort_date", "issue_date", "date", "starts_at")
# Fields whose text stands elsewhere in the entry.
NOT_TEXT = {"title", "draft_title", "search_description", "files_text", "spoken_text"}


class Part(NamedTuple):
    """A passage that a page names itself (`search_passages`)."""

    label: str
    url: str
    text: str


class Home(NamedTuple):
    """A site as the search needs it."""

    site_id: int
    theme: str
    path: str


def sites() -> list[Home]:
    """The sites that have an identity, in two queries."""
    found = Site.objects.filter(sitebranding__isnull=False).select_related(
        "root_page", "sitebranding"
    )
    by_key = {each.root_page.translation_key: each for each in found}
    # The home pages of the other languages stand beside that of the site.
    roots = Page.objects.filter(translation_key__in=by_key).order_by("path")
    return [
        Home(by_key[key].pk, by_key[key].sitebranding.theme, path)
        for path, key in roots.values_list("path", "translation_key")
    ]


def restricted_paths() -> tuple[str, ...]:
    """Tree paths of the private sections."""
    return tuple(PageViewRestriction.objects.values_list("page__path", flat=True))


def refresh(pages: Iterable[Page]) -> None:
    """Bring the search up to date with these pages, whatever happened to them."""
    homes, private = sites(), restricted_paths()
    for page in pages:
        home = next((each for each in homes if page.path.startswith(each.path)), None)
        hidden = not page.live or page.path.startswith(private) if private else not page.live
        specific = page.specific
        if home is None or hidden or not may_be_found(specific):
            forget([page.pk])
        else:
            _store(specific, home)


def refresh_below(path: str) -> None:
    """The same for a page and all below it."""
    refresh(Page.objects.filter(path__startswith=path).order_by("path").specific())


def forget(page_ids: Iterable[int]) -> None:
    """Take pages out of the search."""
    for entry in IndexedPage.objects.filter(pk__in=list(page_ids)):
        for backend in get_search_backends(with_auto_update=True):
            backend.delete(entry)
        entry.delete()


def may_be_found(page: Page) -> bool:
    """A page type may keep a page out: its own robots rule says «noindex»."""
    return "noindex" not in getattr(page, "robots", "")


def _store(page: Page, home: Home) -> None:
    """Write the entry of a page, its passages, and the index."""
    with translation.override(page.locale.language_code):
        _store_in_its_language(page, home)


def _store_in_its_language(page: Page, home: Home) -> None:
    when = page_date(page)
    documents = documents_of(page)
    parts = list(passages_of(page, documents))
    entry, _ = IndexedPage.objects.update_or_create(
        pk=page.pk,
        defaults={
            "site_id": home.site_id,
            "theme": home.theme,
            "language": page.locale.language_code,
            "title": page.title,
            "description": page.search_description,
            "kind": kind_of(page),
            "date": when,
            "year": when.year if when else None,
            "date_label": str(getattr(page, "date_label", "") or "")[:60],
            "topics": topics_of(page),
            "keywords": _keywords(page, when),
            "text": page_text(page, documents)[:MAX_TEXT],
        },
    )
    entry.passages.all().delete()
    Passage.objects.bulk_create(
        [
            Passage(
                entry=entry,
                position=position,
                label=part.label[:255],
                url=part.url,
                text=part.text,
                words=f" {index_words(part.text, entry.language)} ",
            )
            for position, part in enumerate(parts)
            if part.text.strip()
        ]
    )
    for backend in get_search_backends(with_auto_update=True):
        backend.add(entry)


def page_date(page: Page) -> date | None:
    """The date that the public sees, by the name that the type gives it; None without one."""
    for name in DATE_NAMES:
        value: Any = getattr(page, name, None)
        if isinstance(value, datetime):
            return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
        if isinstance(value, date):
            return value
    return None


def kind_of(page: Page) -> str:
    """What the page is, in its language: «Étude», «Outil numérique»."""
    kind = str(getattr(page, "kind_label", "") or getattr(page, "kind", "") or PLAIN_KIND)
    return kind[:60] if is_french() else gettext(kind)[:60]


def topics_of(page: Page) -> list[str]:
    """Labels of the subjects of a page."""
    topics: Any = getattr(page, "search_topics", None)
    if topics is None:
        topics = getattr(page, "topics", None)
        topics = topics.all() if isinstance(topics, Manager) else ()
    return [str(each) for each in topics]


def _keywords(page: Page, when: date | None) -> str:
    """Kind, subjects, year, and what the page names itself (`search_keywords`)."""
    words = [
        kind if (kind := kind_of(page)) != PLAIN_KIND else "",
        *topics_of(page),
        str(when.year) if when else "",
        as_text(getattr(page, "search_keywords", "")),
        page.seo_title,
    ]
    return " · ".join(word for word in words if word)


def page_text(page: Page, documents: Iterable[Any] = ()) -> str:
    """The text of the fields that the type declares for the search, without title and files.

    A block of files gives the words of its documents as its own; a result tells them by page.
    """
    fields = [
        field
        for field in page.get_search_fields()
        if getattr(field, "field_name", "") not in NOT_TEXT
    ]
    texts = [" ".join(text.split()) for _, text in texts_of(page, fields, SearchField)]
    whole = "\n".join(text for text in texts if text)
    for document in documents:
        if said := " ".join(getattr(document, "text", "").split()):
            whole = whole.replace(said, "")
    return whole


def passages_of(page: Page, documents: Iterable[Any]) -> Iterator[Part]:
    """What the page names itself, then the pages of the files that it offers."""
    yield from getattr(page, "search_passages", list)()
    for document in documents:
        texts = getattr(document, "page_texts", [])
        for number, text in enumerate(texts, start=1):
            label = f"{document.title}, page {number}" if len(texts) > 1 else document.title
            yield Part(label, f"{document.url}#page={number}", " ".join(text.split()))


def documents_of(page: Page) -> list[Any]:
    """The documents that a page refers to, in its fields, blocks and children."""
    model = get_document_model()
    wanted = ContentType.objects.get_for_model(model).pk
    references = ReferenceIndex._extract_references_from_object(page)
    keys = dict.fromkeys(int(key) for type_id, key, *_ in references if type_id == wanted)
    documents = model.objects.in_bulk(list(keys))
    return [documents[key] for key in keys if key in documents]


def pages_using(document: Any) -> Iterable[Page]:
    """Live pages that offer a document."""
    ids = [
        usage.object_id
        for usage in ReferenceIndex.get_references_to(document)
        if usage.base_content_type == ContentType.objects.get_for_model(Page)
    ]
    return Page.objects.filter(pk__in=ids, live=True).specific()
