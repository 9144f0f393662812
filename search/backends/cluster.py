"""What Elasticsearch and OpenSearch have in common, added to Wagtail's backends.

Texts are analysed twice: by the engine's French, German, Dutch or English analyzer, for whoever
asks Wagtail's own fields, and by search.french, into `_words_title` and `_words_body`, which is
where searches look: so that both engines and both databases find the same pages.
"""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from modelsearch.backends.base import BaseSearchResults, FilterFieldError
from modelsearch.backends.elasticsearchbase import ElasticsearchAtomicIndexRebuilder
from modelsearch.query import And, Boost, MatchAll, Not, Or, Phrase, PlainText, SearchQuery
from wagtail.search.backends import get_search_backend
from wagtail.search.index import SearchField, class_is_indexed

from search import outbox
from search.addresses import DATABASE
from search.backends.terms import analysed, index_words, language_of
from search.backends.words import texts_of
from search.health import health
from search.models import IndexedPage, Rebuild

T = TypeVar("T")

WORDS_TITLE, WORDS_BODY = "_words_title", "_words_body"
TITLE_WEIGHT = 5
FACET_SIZE = 1000
CHUNK = 5000
"""Documents of one answer, when all are read."""
ELIDED = ["l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu"]

SETTINGS: dict[str, Any] = {
    "settings": {
        "index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
        "analysis": {
            "filter": {
                "elided": {"type": "elision", "articles_case": True, "articles": ELIDED},
                "stem_fr": {"type": "stemmer", "language": "light_french"},
                "stem_de": {"type": "stemmer", "language": "light_german"},
                "stem_nl": {"type": "stemmer", "language": "dutch"},
                "stem_en": {"type": "stemmer", "language": "english"},
                "edgengram": {"type": "edge_ngram", "min_gram": 2, "max_gram": 15},
            },
            "analyzer": {
                # Named `default`: Wagtail's joint fields name no analyzer.
                "default": {
                    "type": "custom",
                    "tokenizer": "standard",
                    "filter": ["elided", "lowercase", "stem_fr", "asciifolding"],
                },
                **{
                    f"text_{language}": {
                        "type": "custom",
                        "tokenizer": "standard",
                        "filter": ["lowercase", f"stem_{language}", "asciifolding"],
                    }
                    for language in ("de", "nl", "en")
                },
                "words": {"type": "custom", "tokenizer": "whitespace", "filter": ["lowercase"]},
                "edgengram_analyzer": {
                    "type": "custom",
                    "tokenizer": "standard",
                    "filter": ["elided", "lowercase", "asciifolding", "edgengram"],
                },
                "prefix": {
                    "type": "custom",
                    "tokenizer": "standard",
                    "filter": ["elided", "lowercase", "asciifolding"],
                },
            },
        },
    }
}
LANGUAGES = ("de", "nl", "en")


class EngineRefused(Exception):
    """The engine answered one of several searches with an error."""


class MappingMixin:
    """Adds the words of search.french, the fields of the other languages, and what a model names.

    A model may add fields of its own, that only an engine holds: `search_properties` (a class
    attribute) is their mapping, `search_document()` their values.
    """

    model: type[Model]
    type_map: dict[str, str]
    edgengram_analyzer_config = {"analyzer": "edgengram_analyzer", "search_analyzer": "prefix"}

    def __init__(self, model: type[Model]) -> None:
        super().__init__(model)  # type: ignore[call-arg]
        self.type_map = {**self.type_map, "GeoPoint": "geo_point"}

    def get_mapping(self) -> dict[str, Any]:
        """Wagtail's mapping and ours."""
        mapping = super().get_mapping()  # type: ignore[misc]
        mapping["properties"] |= getattr(self.model, "search_properties", {})
        mapping["properties"] |= {
            WORDS_TITLE: {"type": "text", "analyzer": "words"},
            WORDS_BODY: {"type": "text", "analyzer": "words"},
            **{
                f"_text_{language}": {"type": "text", "analyzer": f"text_{language}"}
                for language in LANGUAGES
            },
        }
        return mapping

    def get_document(self, obj: Model) -> dict[str, Any]:
        """Wagtail's document and ours."""
        document = super().get_document(obj)  # type: ignore[misc]
        texts = texts_of(obj, obj.get_search_fields(), SearchField)  # type: ignore[attr-defined]
        title = [text for field, text in texts if field.field_name == "title"]
        body = [text for field, text in texts if field.field_name != "title"]
        language = language_of(obj)
        document[WORDS_TITLE] = index_words("\n".join(title), language)
        document[WORDS_BODY] = index_words("\n".join(body), language)
        document |= getattr(obj, "search_document", dict)()
        if language in LANGUAGES:
            document[f"_text_{language}"] = "\n".join([*title, *body])
        return document


class QueryCompilerMixin:
    """Asks for the words of search.french."""

    query: SearchQuery
    fields: Any
    queryset: QuerySet
    order_by_relevance: bool

    def on_database(self) -> BaseSearchResults:
        """The same search, asked of the database's index."""
        return get_search_backend(DATABASE).search(
            self.query, self.queryset, order_by_relevance=self.order_by_relevance
        )

    def get_inner_query(self) -> dict[str, Any]:
        """The query over stems; over the engine's own fields when the caller names some."""
        if self.fields:
            return super().get_inner_query()  # type: ignore[misc]
        return compiled(analysed(self.query))


class AutocompleteMixin:
    """Beginnings of words, asked of the database while the engine does not answer."""

    query: SearchQuery
    queryset: QuerySet
    order_by_relevance: bool

    def on_database(self) -> BaseSearchResults:
        """The same question, asked of the database's index."""
        return get_search_backend(DATABASE).autocomplete(
            self.query, self.queryset, order_by_relevance=self.order_by_relevance
        )


def compiled(query: SearchQuery) -> dict[str, Any]:
    """The query language of both engines for a query over stems."""
    match query:
        case MatchAll():
            result: dict[str, Any] = {"match_all": {}}
        case Not():
            result = {"bool": {"must_not": compiled(query.subquery)}}
        case Boost():
            result = {"bool": {"must": compiled(query.subquery), "boost": query.boost}}
        case And():
            result = {"bool": {"must": [compiled(each) for each in query.subqueries]}}
        case Or():
            result = {"dis_max": {"queries": [compiled(each) for each in query.subqueries]}}
        case Phrase():
            result = _match(query.query_string, type="phrase")
        case PlainText():
            kind = "must" if query.operator == "and" else "should"
            result = {"bool": {kind: [_match(stem) for stem in query.query_string.split()]}}
        case _:
            raise NotImplementedError(type(query).__name__)
    return result


def _match(words: str, **options: Any) -> dict[str, Any]:
    fields = [f"{WORDS_TITLE}^{TITLE_WEIGHT}", WORDS_BODY]
    return {"multi_match": {"query": words, "fields": fields, "tie_breaker": 0.3, **options}}


class IndexMixin:
    """An index whose single writes wait for the end of the transaction and are never lost."""

    name: str
    backend: Any
    es: Any
    mapping_class: Any

    def add_item(self, item: Model) -> None:
        """Called when an object is saved."""
        if class_is_indexed(type(item)):
            outbox.write_later(item)

    def delete_item(self, item: Model) -> None:
        """Called when an object is deleted, or may no longer be found."""
        if class_is_indexed(type(item)):
            outbox.write_later(item)

    def put_document(self, item: Model) -> None:
        """Write the document of an object now."""
        mapping = self.mapping_class(type(item))
        self.backend.put(self.name, mapping.get_document_id(item), mapping.get_document(item))

    def remove(self, key: str) -> None:
        """Remove a document now; one that is not there is removed already."""
        with suppress(self.backend.NotFoundError):
            self.es.delete(index=self.name, id=key, refresh=self.backend.refresh)


class Rebuilder(ElasticsearchAtomicIndexRebuilder):
    """Makes an index anew beside the one that answers, then puts it in its place.

    Wagtail's own leaves the half-made index of a rebuild that failed, and loses what is written
    while it runs. It waits as long as a busy cluster needs: nobody waits for it.
    """

    def __init__(self, index: Any) -> None:
        patient = index.backend.patient()
        super().__init__(patient.index_class(patient, index.name))

    def start(self) -> Any:
        """Remove what a failed rebuild left; from here on writes are noted."""
        for name in self._leftovers():
            self.index.backend.index_class(self.index.backend, name).delete()
        Rebuild.objects.create()
        return super().start()

    def finish(self) -> None:
        """Switch over, then repeat what was written meanwhile.

        In one step: between Wagtail's two, both indices answer, and each page is found twice.
        """
        self.index.refresh()
        if self.alias.is_alias():
            old = [each.name for each in self.alias.aliased_indices()]
        else:
            self.alias.delete()  # an index that has the name of the alias
            old = []
        self.index.es.indices.update_aliases(
            body={
                "actions": [
                    {"add": {"index": self.index.name, "alias": self.alias.name}},
                    *({"remove_index": {"index": name}} for name in old),
                ]
            }
        )
        Rebuild.objects.all().delete()
        outbox.replay()

    def _leftovers(self) -> list[str]:
        """Indices of this name that answer to no alias."""
        answer = self.index.es.indices.get_alias(index=f"{self.alias.name}_*")
        return [name for name, each in dict(answer).items() if not each["aliases"]]


class ResultsMixin:
    """All values of a facet, where Wagtail asks for ten; answers of the database while the engine
    does not give any.
    """

    backend: Any
    query_compiler: Any
    start: int
    stop: int | None
    _score_field: str | None

    def _do_search(self) -> list[Any]:
        return self.backend.answered(
            lambda: list(super(ResultsMixin, self)._do_search()),  # type: ignore[misc]
            lambda: list(self._from_database()),
        )

    def _do_count(self) -> int:
        return self.backend.answered(
            lambda: super(ResultsMixin, self)._do_count(),  # type: ignore[misc]
            lambda: self._from_database().count(),
        )

    def _from_database(self) -> Any:
        """The same search, limits and all, asked of the database."""
        results = self.query_compiler.on_database()
        if self._score_field:
            results = results.annotate_score(self._score_field)
        return results[self.start : self.stop]

    def facet(self, field_name: str) -> OrderedDict[Any, int]:
        """Value → number of results, most frequent first."""
        return self.backend.answered(
            lambda: self._facet(field_name),
            lambda: self.query_compiler.on_database().facet(field_name),
        )

    def _facet(self, field_name: str) -> OrderedDict[Any, int]:
        field = self.query_compiler._get_filterable_field(field_name)
        if field is None:
            model = self.query_compiler.queryset.model.__name__
            raise FilterFieldError(
                f'Cannot facet with field "{field_name}": add it to {model}.search_fields.',
                field_name=field_name,
            )
        column = self.query_compiler.mapping.get_field_column_name(field)
        body = {
            "query": self.query_compiler.get_query(),
            "aggregations": {
                "values": {"terms": {"field": column, "size": FACET_SIZE}},
                "none": {"missing": {"field": column}},
            },
        }
        index = self.backend.get_index_for_model(self.query_compiler.queryset.model).name
        answer = self._backend_do_search(body, index=index, size=0)  # type: ignore[attr-defined]
        counts = OrderedDict(
            (bucket["key"], bucket["doc_count"])
            for bucket in answer["aggregations"]["values"]["buckets"]
        )
        if none := answer["aggregations"]["none"]["doc_count"]:
            counts[None] = none
        return counts


@cache
def _client(client_class: type, key: str) -> Any:
    """One client a process and configuration: it keeps connections open and knows dead nodes."""
    return client_class(**_arguments[key])


_arguments: dict[str, dict[str, Any]] = {}


def shared_client(client_class: type, **arguments: Any) -> Any:
    """The client of this process for these arguments."""
    key = repr(sorted(arguments.items(), key=lambda item: item[0]))
    _arguments[key] = arguments
    return _client(client_class, key)


PATIENT_SECONDS = 60
NOTHING_STORED = "_none_"
"""What sorts a document is known without opening it: five times faster for thousands of keys."""
READ = ",".join(
    f"responses.{part}"
    for part in (
        "error",
        "hits.total",
        "hits.hits.sort",
        "hits.hits.fields",
        "hits.hits._source",
        "aggregations",
    )
)
"""The parts of an answer that anybody reads: the rest would be written, sent and read for nothing."""


class BackendMixin:
    """Wagtail's backend with our analysis, one client a process, ranked keys, and the database
    behind it.
    """

    settings = SETTINGS
    atomic_rebuilder_class = Rebuilder
    es: Any
    errors: tuple[type[Exception], ...]
    """What the client raises when the engine does not answer as it should."""

    def __init__(self, params: dict[str, Any]) -> None:
        # Tests want to find at once what they wrote.
        self.refresh: bool = params.pop("REFRESH", False)
        self.patient_params = {**params, "TIMEOUT": PATIENT_SECONDS, "REFRESH": self.refresh}
        super().__init__(params)  # type: ignore[call-arg]

    def patient(self) -> "BackendMixin":
        """The same backend for what takes longer than a search may."""
        return type(self)(dict(self.patient_params))

    def ranked(self, model: type[Model], query: SearchQuery, limit: int) -> list[tuple[int, float]]:
        """`[(primary key, score)]`, best first, higher is better."""
        return self.answered(
            lambda: self._ranked(model, query, limit),
            lambda: get_search_backend(DATABASE).ranked(model, query, limit),
        )

    def answered(self, ask: Callable[[], T], ask_database: Callable[[], T]) -> T:
        """What the engine says; while it says nothing, what the database says."""
        state = health()
        if not state.is_down:
            try:
                answer = ask()
            except self.errors as error:
                state.failed(error)
            else:
                state.worked()
                return answer
        return ask_database()

    def ping(self) -> None:
        """Raise one of `errors` unless the engine answers for our pages."""
        self.search_body({"size": 0}, IndexedPage)

    def _ranked(
        self, model: type[Model], query: SearchQuery, limit: int
    ) -> list[tuple[int, float]]:
        compiler = self.query_compiler_class(model.objects.all(), query)  # type: ignore[attr-defined]
        answer = self.search_body(
            {
                "query": {
                    "bool": {
                        "must": compiler.get_inner_query(),
                        "filter": compiler.get_content_type_filter(),
                    }
                },
                "size": limit,
                "stored_fields": NOTHING_STORED,
                "sort": ["_score", {"pk": "asc"}],
            },
            model,
        )
        return [(int(pk), score) for score, pk in map(itemgetter("sort"), answer["hits"]["hits"])]

    def search_body(self, body: dict[str, Any], model: type[Model]) -> Any:
        """Ask the index of a model in the engine's own words; READ is what comes back."""
        return self.search_bodies([body], model)[0]

    def search_bodies(self, bodies: list[dict[str, Any]], model: type[Model]) -> list[Any]:
        """Several searches in one request; raises one of `errors` when one of them fails."""
        index = self.get_index_for_model(model).name  # type: ignore[attr-defined]
        lines = [line for body in bodies for line in ({}, body)]
        answers = list(self._several(index, lines)["responses"])
        for answer in answers:
            if "error" in answer:
                raise EngineRefused(str(answer["error"])[:500])
            answer["hits"].setdefault("hits", [])  # an empty list does not come back
        return answers

    def titles(self, model: type[Model]) -> dict[int, str]:
        """Key → title of all objects of a model that the index holds."""
        kind = self.mapping_class(model).get_content_type()  # type: ignore[attr-defined]
        body: dict[str, Any] = {
            "query": {"term": {"_django_content_type": kind}},
            "_source": ["pk", "title"],
            "sort": [{"pk": "asc"}],
            "size": CHUNK,
        }
        found: dict[int, str] = {}
        while hits := self.search_bodies([body], model)[0]["hits"]["hits"]:
            found |= {int(hit["_source"]["pk"]): hit["_source"]["title"] for hit in hits}
            body["search_after"] = hits[-1]["sort"]
        return found

    def sources(self, keys: list[int], model: type[Model], part: str) -> dict[int, Any]:
        """Key → the part of its document of that name, for the documents that have it."""
        if not keys:
            return {}
        index = self.get_index_for_model(model).name  # type: ignore[attr-defined]
        answer = self._documents(index, [str(key) for key in keys], part)
        return {
            int(each["_id"]): each["_source"][part]
            for each in answer["docs"]
            if part in each.get("_source", {})
        }

    def _several(self, index: str, lines: list[dict[str, Any]]) -> Any:
        """The client's multi-search, with READ as its `filter_path`."""
        raise NotImplementedError

    def _documents(self, index: str, keys: list[str], part: str) -> Any:
        raise NotImplementedError

    def put(self, index: str, key: str, document: dict[str, Any]) -> None:
        """Store a document."""
        raise NotImplementedError
