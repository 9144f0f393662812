"""SQLite's FTS5, over stems."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Expression, FloatField, Func
from modelsearch.backends.database.sqlite.query import MatchExpression
from modelsearch.backends.database.sqlite.sqlite import (
    SQLiteAutocompleteQueryCompiler,
    SQLiteIndex,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
)
from modelsearch.query import SearchQuery
from modelsearch.utils import get_content_type_pk
from wagtail.search.models import SQLiteFTSIndexEntry

from search.backends.words import PrefixQueryMixin, WordIndexMixin, WordQueryMixin

TITLE_WEIGHT = 5.0


class WeightedBM25(Func):
    """Rank of a row, lowest first: a word of the title counts more than one of the text.

    Wagtail's own expression gives every column the same weight.
    """

    output_field = FloatField()

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, list]:  # type: ignore[override]  # noqa: ARG002
        """In the order of the table's columns: autocomplete, body, title."""
        table = SQLiteFTSIndexEntry._meta.db_table
        return f"bm25({table}, 0.0, 1.0, {TITLE_WEIGHT})", []


class Index(WordIndexMixin, SQLiteIndex):
    """Wagtail's table, filled with stems."""

    def vector(
        self,
        texts: Sequence[tuple[str, float | None]],
        *,
        autocomplete: bool = False,  # noqa: ARG002
    ) -> str:
        """One text: FTS5 knows no weights inside a column."""
        return " ".join(words for words, _ in texts)


class QueryCompiler(WordQueryMixin, SQLiteSearchQueryCompiler):
    """All words, ranked by title and text."""

    def _build_rank_expression(self, vectors: Any, config: Any) -> Expression:  # noqa: ARG002
        return WeightedBM25()


class AutocompleteQueryCompiler(PrefixQueryMixin, SQLiteAutocompleteQueryCompiler):
    """The last word may be incomplete."""


class SearchBackend(SQLiteSearchBackend):
    """Wagtail's backend over stems."""

    index_class = Index
    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler

    def ranked(self, model: type, query: SearchQuery, limit: int) -> list[tuple[int, float]]:
        """`[(primary key, score)]`, best first, higher is better.

        The index alone is asked: Wagtail's own way evaluates the match again for each row found.
        """
        compiler = self.query_compiler_class(model.objects.all(), query)  # type: ignore[attr-defined]
        built = compiler.build_search_query(compiler.query)
        rows = (
            SQLiteFTSIndexEntry.objects.filter(
                MatchExpression(["title", "body"], built),
                index_entry__content_type=get_content_type_pk(model),
            )
            .annotate(score=WeightedBM25())
            .order_by("score", "index_entry")
            .values_list("index_entry__object_id", "score")[:limit]
        )
        return [(int(pk), -score) for pk, score in rows]
