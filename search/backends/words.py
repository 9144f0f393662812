"""What SQLite and PostgreSQL have in common: texts become stems before they are indexed."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Manager, Model
from django.utils.encoding import force_str
from modelsearch.utils import get_content_type_pk
from wagtail.search.index import AutocompleteField, BaseField, RelatedFields, SearchField

from search.backends.terms import analysed, index_words, language_of, prefix_words

Texts = list[tuple[SearchField, str]]


def as_text(value: Any) -> str:
    """A value of a field as text; lists and dictionaries give the texts of what they hold."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return ", ".join(as_text(each) for each in value)
    return force_str(value)


def texts_of(
    instance: Model, fields: Iterable[BaseField | RelatedFields], kind: type[BaseField]
) -> list[tuple[Any, str]]:
    """`[(field, text)]` of the fields of one kind, those of related objects included."""
    found: list[tuple[Any, str]] = []
    for field in fields:
        if isinstance(field, RelatedFields):
            related = field.get_value(instance)
            if related is None:
                continue
            several = related.all() if isinstance(related, Manager) else [related]
            for each in several:
                found += texts_of(each, field.fields, kind)
        elif isinstance(field, kind):
            found.append((field, as_text(field.get_value(instance))))
    return found


class WordIndexMixin:
    """An index table of Wagtail's that holds stems.

    Objects are written in one statement; the length of titles, which Wagtail measures anew over
    the whole table at each save, is left to the ranking.
    """

    backend: Any
    entries: Any

    def vector(
        self, texts: Sequence[tuple[str, float | None]], *, autocomplete: bool = False
    ) -> Any:
        """The value of a column for `[(words, boost)]`."""
        raise NotImplementedError

    def entry_values(self, instance: Model) -> dict[str, Any]:
        """The columns of one object."""
        fields = instance.get_search_fields()  # type: ignore[attr-defined]
        language = language_of(instance)
        title: list[tuple[str, float | None]] = []
        body: list[tuple[str, float | None]] = []
        for field, text in texts_of(instance, fields, SearchField):
            words = index_words(text, language)
            if words:
                (title if field.field_name == "title" else body).append((words, field.boost))
        prefixes = [
            (prefix_words(text), None) for _, text in texts_of(instance, fields, AutocompleteField)
        ]
        return {
            "title": self.vector(title),
            "body": self.vector(body),
            "autocomplete": self.vector(prefixes, autocomplete=True),
        }

    def add_items(self, model: type[Model], objs: Iterable[Model]) -> None:
        """Write the entries of objects of one model."""
        if not model.get_search_fields():  # type: ignore[attr-defined]
            return
        content_type_id = get_content_type_pk(model)
        entries = [
            self.entries.model(
                content_type_id=content_type_id,
                object_id=force_str(instance.pk),
                **self.entry_values(instance),
            )
            for instance in objs
        ]
        self.entries.bulk_create(
            entries,
            batch_size=200,
            update_conflicts=True,
            unique_fields=("content_type", "object_id"),
            update_fields=("title", "body", "autocomplete"),
        )

    def _refresh_title_norms(self, full: bool = False) -> None:
        """The ranking does not use them."""


class WordQueryMixin:
    """A query whose words become stems."""

    query: Any
    analyse: Callable[[str], str] = staticmethod(index_words)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.query = analysed(self.query, self.analyse)


class PrefixQueryMixin(WordQueryMixin):
    """A query that completes the last word: folded, not stemmed."""

    analyse = staticmethod(prefix_words)
