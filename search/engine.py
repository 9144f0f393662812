"""The one door to Wagtail's search: every room asks here, no room asks the backend."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from wagtail.models import Page
from wagtail.search import index
from wagtail.search.backends import get_search_backend, get_search_backends
from wagtail.search.backends.base import BaseSearchResults
from wagtail.search.query import MATCH_NONE, PlainText, SearchQuery

from search.addresses import DATABASE
from search.backends.terms import analysed
from search.health import health
from search.indexing import refresh
from search.models import IndexedPage
from search.queries import clean_words

T = TypeVar("T")

MAX_CANDIDATES = 5000


def backend() -> Any:
    """The backend that answers searches."""
    return get_search_backend()


def database() -> Any:
    """The backend of the database, which is always up to date with it."""
    names = settings.WAGTAILSEARCH_BACKENDS
    return get_search_backend(DATABASE if DATABASE in names else "default")


def is_incomplete() -> bool:
    """True while the database answers in the place of a search engine."""
    return DATABASE in settings.WAGTAILSEARCH_BACKENDS and health().is_down


def of_engine(ask: Callable[[Any], T]) -> T | None:
    """What `ask` gets from the backend of the search engine, in the engine's own words.

    None when no engine is configured, or while it does not answer: the caller asks the database.
    """
    if DATABASE not in settings.WAGTAILSEARCH_BACKENDS:
        return None
    engine = backend()
    return engine.answered(lambda: ask(engine), lambda: None)


def words_filter(words: str) -> dict[str, Any]:
    """In the words of both engines: the documents that hold all of `words`."""
    from search.backends.cluster import compiled

    return compiled(analysed(PlainText(clean_words(words), operator="and")))


def search_queryset(queryset: QuerySet, words: str) -> BaseSearchResults:
    """Search `queryset` for all of `words`, best first; Wagtail's lazy results.

    The caller's queryset says who may see what: live, public, this site. The operator is always
    given, because backends differ on their default.
    """
    return backend().search(clean_words(words), queryset, operator="and")


def matching_ids(queryset: QuerySet, words: str, limit: int = 1000) -> list[int]:
    """Primary keys of the objects of `queryset` that hold all of `words`, in one query.

    Of the database, because what is asked next is a query of the database.
    """
    words = clean_words(words)
    if not words:
        return []
    results = database().search(words, queryset, operator="and", order_by_relevance=False)
    return list(results.get_queryset().values_list("pk", flat=True)[:limit])


def ranked_pages(query: SearchQuery, limit: int = MAX_CANDIDATES) -> list[tuple[int, float]]:
    """`[(page id, score)]` of the public pages that answer a query, best first."""
    if query is MATCH_NONE:
        return []
    return backend().ranked(IndexedPage, query, limit)


def forget(instance: Model) -> None:
    """Take an object out of every index: it still exists, but is no longer to be found."""
    index.remove_object(instance)


def remember(model: type[Model], instances: Iterable[Model]) -> None:
    """Put objects into every index that were written in bulk, without signals.

    Pages enter the joint index of the three sites too. In the transaction of the caller.
    """
    found = list(instances)
    for each in get_search_backends(with_auto_update=True):
        if each.catch_indexing_errors:  # a service, which may be down: its writes wait their turn
            for instance in found:
                each.add(instance)
        else:
            each.add_bulk(model, found)
    refresh(page for page in found if isinstance(page, Page))
