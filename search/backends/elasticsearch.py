"""Elasticsearch 9, through its own client."""

from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.helpers import bulk
from modelsearch.backends.elasticsearch9 import (
    Elasticsearch9AutocompleteQueryCompiler,
    Elasticsearch9Index,
    Elasticsearch9Mapping,
    Elasticsearch9SearchBackend,
    Elasticsearch9SearchQueryCompiler,
    Elasticsearch9SearchResults,
)

from search.backends.cluster import (
    PATIENT_SECONDS,
    READ,
    AutocompleteMixin,
    BackendMixin,
    EngineRefused,
    IndexMixin,
    MappingMixin,
    QueryCompilerMixin,
    ResultsMixin,
    shared_client,
)


class Mapping(MappingMixin, Elasticsearch9Mapping):
    """Wagtail's mapping with our words."""


class Index(IndexMixin, Elasticsearch9Index):
    """Wagtail's index, written after the transaction."""


class QueryCompiler(QueryCompilerMixin, Elasticsearch9SearchQueryCompiler):
    """All words."""

    mapping_class = Mapping


class AutocompleteQueryCompiler(AutocompleteMixin, Elasticsearch9AutocompleteQueryCompiler):
    """Beginnings of words."""

    mapping_class = Mapping


class SearchResults(ResultsMixin, Elasticsearch9SearchResults):
    """Results with whole facets."""


class SearchBackend(BackendMixin, Elasticsearch9SearchBackend):
    """Wagtail's backend with our analysis."""

    mapping_class = Mapping
    index_class = Index
    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    results_class = SearchResults
    errors = (ApiError, TransportError, EngineRefused)

    @staticmethod
    def client_class(**arguments: Any) -> Elasticsearch:
        """The client of this process."""
        return shared_client(Elasticsearch, **arguments)

    def put(self, index: str, key: str, document: dict[str, Any]) -> None:
        """Store a document."""
        self.es.index(index=index, id=key, document=document, refresh=self.refresh)

    def _several(self, index: str, lines: list[dict[str, Any]]) -> Any:
        return self.es.msearch(index=index, searches=lines, filter_path=READ)

    def _documents(self, index: str, keys: list[str], part: str) -> Any:
        return self.es.mget(index=index, ids=keys, source_includes=part)

    def bulk(self, client: Any, actions: list[dict], **options: Any) -> Any:
        """Many documents take longer than a search may."""
        return bulk(client.options(request_timeout=PATIENT_SECONDS), actions, **options)
