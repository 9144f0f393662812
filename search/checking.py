"""The nightly comparison of the search with the pages, and its repair.

Pages are compared with the entries of the search, and what a search engine holds with the database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import apps
from django.db.models import F
from wagtail.models import Page

from search import indexing, outbox
from search.engine import of_engine
from search.models import IndexedPage

CHUNK = 100
MISSING, SURPLUS, OLDER = "manque", "de trop", "périmée"


@dataclass(frozen=True)
class Difference:
    """A page that the search shows otherwise than it is."""

    pk: int
    title: str
    reason: str
    label: str = ""
    """«app.model» of an object whose document in the search engine differs; "" for an entry"""


def expected_pages() -> dict[int, str]:
    """Key → title of the pages that every visitor may see, on a site that has an identity."""
    expected: dict[int, str] = {}
    for home in indexing.sites():
        pages = Page.objects.live().public().filter(path__startswith=home.path)
        expected |= dict(pages.values_list("pk", "title"))
    return expected


def differences() -> list[Difference]:
    """What is missing, what should not be there, what says something else than the page."""
    expected = expected_pages()
    indexed = dict(IndexedPage.objects.values_list("pk", "title"))
    found = [Difference(pk, title, SURPLUS) for pk, title in indexed.items() if pk not in expected]
    lacking = [pk for pk in expected if pk not in indexed]
    for page in Page.objects.filter(pk__in=lacking).specific():
        if indexing.may_be_found(page):
            found.append(Difference(page.pk, page.title, MISSING))
    found += [
        Difference(pk, title, OLDER)
        for pk, title in indexed.items()
        if pk in expected and expected[pk] != title
    ]
    known = {each.pk for each in found}
    # Pages that changed after they were indexed; a second of tolerance between two clocks.
    older = IndexedPage.objects.filter(page__last_published_at__gt=F("updated_at")).values_list(
        "pk", "title"
    )
    found += [Difference(pk, title, OLDER) for pk, title in older if pk not in known]
    return [*found, *engine_differences()]


def engine_models() -> list[Any]:
    """What an engine is asked about: entries, and models that add to their documents."""
    return [
        IndexedPage,
        *(each for each in apps.get_models() if hasattr(each, "search_properties")),
    ]


def engine_differences() -> Iterator[Difference]:
    """Where the search engine holds other objects, or other titles, than the database.

    Nothing while it does not answer: what it misses then is noted (search.outbox).
    """
    for model in engine_models():
        held: dict[int, str] | None = of_engine(partial(_titles, model))
        if held is None:
            return
        label = model._meta.label_lower
        objects = dict(model.get_indexed_objects().order_by().values_list("pk", "title"))
        for pk in sorted(objects.keys() | held.keys()):
            if pk not in held:
                yield Difference(pk, objects[pk], MISSING, label)
            elif pk not in objects:
                yield Difference(pk, held[pk], SURPLUS, label)
            elif objects[pk] != held[pk]:
                yield Difference(pk, objects[pk], OLDER, label)


def _titles(model: Any, engine: Any) -> dict[int, str]:
    return engine.titles(model)


def repair(found: list[Difference]) -> None:
    """Index anew, or take out, the pages that differ."""
    entries = [each for each in found if not each.label]
    indexing.forget([each.pk for each in entries if each.reason == SURPLUS])
    changed = [each.pk for each in entries if each.reason != SURPLUS]
    indexing.refresh(Page.objects.filter(pk__in=changed).specific())
    for each in found:
        if each.label:
            outbox.write(each.label, str(each.pk))


def rebuild() -> int:
    """Make every entry anew; searches are answered meanwhile. The number of pages indexed."""
    expected = expected_pages()
    indexing.forget(IndexedPage.objects.exclude(pk__in=expected).values_list("pk", flat=True))
    keys = list(expected)
    for start in range(0, len(keys), CHUNK):
        indexing.refresh(Page.objects.filter(pk__in=keys[start : start + CHUNK]).specific())
    return IndexedPage.objects.count()
