"""The nightly comparison of the search with the pages, and its repair."""

from dataclasses import dataclass

from django.db.models import F
from wagtail.models import Page

from search import indexing
from search.models import IndexedPage

CHUNK = 100
MISSING, SURPLUS, OLDER = "manque", "de trop", "périmée"


@dataclass(frozen=True)
class Difference:
    """A page that the search shows otherwise than it is."""

    pk: int
    title: str
    reason: str


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
    return found


def repair(found: list[Difference]) -> None:
    """Index anew, or take out, the pages that differ."""
    surplus = [each.pk for each in found if each.reason == SURPLUS]
    indexing.forget(surplus)
    changed = [each.pk for each in found if each.reason != SURPLUS]
    indexing.refresh(Page.objects.filter(pk__in=changed).specific())


def rebuild() -> int:
    """Make every entry anew; searches are answered meanwhile. The number of pages indexed."""
    expected = expected_pages()
    indexing.forget(IndexedPage.objects.exclude(pk__in=expected).values_list("pk", flat=True))
    keys = list(expected)
    for start in range(0, len(keys), CHUNK):
        indexing.refresh(Page.objects.filter(pk__in=keys[start : start + CHUNK]).specific())
    return IndexedPage.objects.count()
