"""What is asked of an index: Wagtail's query classes over words that are stems already."""

from collections.abc import Callable, Iterable

from wagtail.search.query import (
    MATCH_NONE,
    And,
    Boost,
    Fuzzy,
    Not,
    Or,
    Phrase,
    PlainText,
    SearchQuery,
)

from search import french

MAX_INDEXED = 400_000
"""Characters of a text that are indexed: a study of 150 pages."""


class Stems(PlainText):
    """Words that need no analysis, separated by blanks."""


class StemPhrase(Phrase):
    """Stems that follow each other, in this order."""


def index_words(text: str) -> str:
    """The stems of a text in their order, as an index holds them."""
    return " ".join(french.stems(text[:MAX_INDEXED]))


def prefix_words(text: str) -> str:
    """The folded words of a text, which one completes while typing: not stemmed."""
    return " ".join(french.words(text[:MAX_INDEXED]))


def analysed(query: SearchQuery, analyse: Callable[[str], str] = index_words) -> SearchQuery:
    """The same query over stems; MATCH_NONE when nothing that can be searched for is left."""
    if isinstance(query, Stems | StemPhrase):
        return query
    if isinstance(query, PlainText):
        words = analyse(query.query_string)
        return Stems(words, query.operator, query.boost) if words else MATCH_NONE
    if isinstance(query, Phrase):
        words = analyse(query.query_string)
        return StemPhrase(words) if words else MATCH_NONE
    if isinstance(query, Fuzzy):  # typing mistakes are search.spelling's work
        return analysed(PlainText(query.query_string, query.operator), analyse)
    if isinstance(query, Boost):
        return Boost(analysed(query.subquery, analyse), query.boost)
    if isinstance(query, Not):
        return query if query is MATCH_NONE else Not(analysed(query.subquery, analyse))
    if isinstance(query, And | Or):
        parts = _parts(query.subqueries, analyse)
        if not parts:
            return MATCH_NONE
        return parts[0] if len(parts) == 1 else type(query)(parts)
    return query


def _parts(
    queries: Iterable[SearchQuery], analyse: Callable[[str], str]
) -> list[SearchQuery]:
    """The parts of a combination that still ask for something."""
    return [part for part in (analysed(each, analyse) for each in queries) if part is not MATCH_NONE]
