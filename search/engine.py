"""The one door to Wagtail's search: every room asks here, no room asks the backend."""

from django.db.models import Model, QuerySet
from wagtail.search import index
from wagtail.search.backends import get_search_backend
from wagtail.search.backends.base import BaseSearchResults

MAX_WORDS = 12
MAX_LENGTH = 200


def clean_words(text: str) -> str:
    """Make any input safe to search for: no control characters, at most MAX_LENGTH and MAX_WORDS.

    NUL bytes would make PostgreSQL refuse the query, Wagtail's SQLite backend does not escape
    quotation marks, and nobody reads a hit on a thirteenth word.
    """
    printable = "".join(
        char if char.isprintable() and char != '"' else " " for char in text[: MAX_LENGTH * 4]
    )
    return " ".join(printable[:MAX_LENGTH].split()[:MAX_WORDS])


def search_queryset(queryset: QuerySet, words: str) -> BaseSearchResults:
    """Search `queryset` for all of `words`, best first; Wagtail's lazy results.

    The caller's queryset says who may see what: live, public, this site. The operator is always
    given, because backends differ on their default.
    """
    return get_search_backend().search(clean_words(words), queryset, operator="and")


def matching_ids(queryset: QuerySet, words: str, limit: int = 1000) -> list[int]:
    """Primary keys of the objects of `queryset` that hold all of `words`, in one query."""
    words = clean_words(words)
    if not words:
        return []
    results = get_search_backend().search(words, queryset, operator="and", order_by_relevance=False)
    if hasattr(results, "get_queryset"):  # database backends: no need to build the objects
        return list(results.get_queryset().values_list("pk", flat=True)[:limit])
    return [result.pk for result in results[:limit]]


def forget(instance: Model) -> None:
    """Take an object out of every index: it still exists, but is no longer to be found."""
    index.remove_object(instance)
