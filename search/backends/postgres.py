"""PostgreSQL's full-text search, over stems.

The configuration `french_words` (migration 0001) folds accents and keeps every stem as it is:
PostgreSQL's own stemmer would join «formation» and «format», and knows no inclusive forms.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import SearchRank, SearchVector
from django.db.models import Expression, F, TextField, Value
from django.db.models.expressions import CombinedExpression
from modelsearch.backends.database.postgres.postgres import (
    EMPTY_VECTOR,
    PostgresAutocompleteQueryCompiler,
    PostgresIndex,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
)
from modelsearch.backends.database.postgres.weights import get_weight
from modelsearch.query import SearchQuery
from modelsearch.utils import ADD, get_content_type_pk
from wagtail.search.models import IndexEntry

from search.backends.words import PrefixQueryMixin, WordIndexMixin, WordQueryMixin

CONFIGURATION = "french_words"
TITLE_WEIGHT = 4.0
BY_LENGTH = 1
"""ts_rank divides by 1 + the logarithm of the length of the text."""


class Index(WordIndexMixin, PostgresIndex):
    """Wagtail's table, filled with stems."""

    def vector(
        self, texts: Sequence[tuple[str, float | None]], *, autocomplete: bool = False
    ) -> Expression:
        """A tsvector with the weight of each field."""
        vectors = [
            SearchVector(
                Value(words, output_field=TextField()),
                weight="D" if autocomplete else get_weight(boost),
                config=CONFIGURATION,
            )
            for words, boost in texts
            if words
        ]
        return ADD(vectors) if vectors else EMPTY_VECTOR


def rank(query: Any) -> Expression:
    """Rank of an entry, highest first."""
    return SearchRank(F("title"), query) * TITLE_WEIGHT + SearchRank(
        F("body"), query, normalization=Value(BY_LENGTH)
    )


class QueryCompiler(WordQueryMixin, PostgresSearchQueryCompiler):
    """All words, ranked by title and text."""


class AutocompleteQueryCompiler(PrefixQueryMixin, PostgresAutocompleteQueryCompiler):
    """The last word may be incomplete."""


class SearchBackend(PostgresSearchBackend):
    """Wagtail's backend over stems."""

    index_class = Index
    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.config = CONFIGURATION
        # Wagtail names "simple", which keeps the accents.
        self.autocomplete_config = CONFIGURATION

    def ranked(self, model: type, query: SearchQuery, limit: int) -> list[tuple[int, float]]:
        """`[(primary key, score)]`, best first, higher is better. The index alone is asked."""
        compiler = self.query_compiler_class(model.objects.all(), query)  # type: ignore[attr-defined]
        built = compiler.build_tsquery(compiler.query, config=CONFIGURATION)
        rows = (
            IndexEntry.objects.filter(content_type=get_content_type_pk(model))
            .annotate(both=CombinedExpression(F("title"), "||", F("body")))
            .filter(both=built)
            .annotate(score=rank(built))
            .order_by("-score", "pk")
            .values_list("object_id", "score")[:limit]
        )
        return [(int(pk), score) for pk, score in rows]
