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

from search import french, languages

MAX_INDEXED = 400_000
"""Characters of a text that are indexed: a study of 150 pages."""


class Stems(PlainText):
    """Words that need no analysis, separated by blanks."""


class StemPhrase(Phrase):
    """Stems that follow each other, in this order."""


def index_words(text: str, language: str = languages.FRENCH) -> str:
    """The stems of a text in their order, as an index holds them."""
    return " ".join(languages.stems(text[:MAX_INDEXED], language))


def language_of(instance: object) -> str:
    """The language in which an object is indexed: its own, or French."""
    return str(getattr(instance, "language", "") or languages.FRENCH)


def prefix_words(text: str) -> str:
    """The folded words of a text, which one completes while typing: not stemmed."""
    return " ".join(french.words(text[:MAX_INDEXED]))


def analysed(query: SearchQuery, analyse: Callable[[str], str] = index_words) -> SearchQuery:
    """The same query over stems; MATCH_NONE when nothing that can be searched for is left."""
    result = query
    if isinstance(query, PlainText) and not isinstance(query, Stems):
        words = analyse(query.query_string)
        result = Stems(words, query.operator, query.boost) if words else MATCH_NONE
    elif isinstance(query, Phrase) and not isinstance(query, StemPhrase):
        words = analyse(query.query_string)
        result = StemPhrase(words) if words else MATCH_NONE
    elif isinstance(query, Fuzzy):  # typing mistakes are the work of search.lexicon
        result = analysed(PlainText(query.query_string, query.operator), analyse)
    elif isinstance(query, Boost):
        result = Boost(analysed(query.subquery, analyse), query.boost)
    elif isinstance(query, Not) and query is not MATCH_NONE:
        result = Not(analysed(query.subquery, analyse))
    elif isinstance(query, And | Or):
        parts = _parts(query.subqueries, analyse)
        result = type(query)(parts) if len(parts) > 1 else (parts or [MATCH_NONE])[0]
    return result


def _parts(queries: Iterable[SearchQuery], analyse: Callable[[str], str]) -> list[SearchQuery]:
    """The parts of a combination that still ask for something."""
    return [
        part for part in (analysed(each, analyse) for each in queries) if part is not MATCH_NONE
    ]
