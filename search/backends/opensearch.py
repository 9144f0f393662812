"""OpenSearch 3, through opensearch-py."""

from typing import Any

from modelsearch.backends.opensearch3 import (
    OpenSearch3AutocompleteQueryCompiler,
    OpenSearch3Index,
    OpenSearch3Mapping,
    OpenSearch3SearchBackend,
    OpenSearch3SearchQueryCompiler,
    OpenSearch3SearchResults,
)
from opensearchpy import OpenSearch, OpenSearchException
from opensearchpy.helpers import bulk

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


class Mapping(MappingMixin, OpenSearch3Mapping):
    """Wagtail's mapping with our words."""


class Index(IndexMixin, OpenSearch3Index):
    """Wagtail's index, written after the transaction."""


class QueryCompiler(QueryCompilerMixin, OpenSearch3SearchQueryCompiler):
    """All words."""

    mapping_class = Mapping


class AutocompleteQueryCompiler(AutocompleteMixin, OpenSearch3AutocompleteQueryCompiler):
    """Beginnings of words."""

    mapping_class = Mapping


class SearchResults(ResultsMixin, OpenSearch3SearchResults):
    """Results with whole facets."""


class SearchBackend(BackendMixin, OpenSearch3SearchBackend):
    """Wagtail's backend with our analysis."""

    mapping_class = Mapping
    index_class = Index
    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    results_class = SearchResults
    errors = (OpenSearchException, EngineRefused)

    @staticmethod
    def client_class(**arguments: Any) -> OpenSearch:
        """The client of this process."""
        return shared_client(OpenSearch, **arguments)

    def _get_host_config_from_url(self, url: Any) -> dict[str, Any]:
        """Wagtail's, without an empty log-in that would hide the one of the options."""
        config = super()._get_host_config_from_url(url)
        return {name: value for name, value in config.items() if value is not None}

    def put(self, index: str, key: str, document: dict[str, Any]) -> None:
        """Store a document."""
        self.es.index(index=index, id=key, body=document, refresh=self.refresh)

    def _several(self, index: str, lines: list[dict[str, Any]]) -> Any:
        return self.es.msearch(body=lines, index=index, filter_path=READ)

    def _documents(self, index: str, keys: list[str], part: str) -> Any:
        return self.es.mget(body={"ids": keys}, index=index, _source_includes=part)

    def bulk(self, client: Any, actions: list[dict], **options: Any) -> Any:
        """Many documents take longer than a search may."""
        return bulk(client, actions, request_timeout=PATIENT_SECONDS, **options)
