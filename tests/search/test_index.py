"""The index of the database: the same words are found on SQLite and on PostgreSQL (Q-02)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from home.models import StandardPage
from search.engine import matching_ids, ranked_pages, search_queryset
from search.models import IndexedPage
from search.queries import understand
from tests.factories import StandardPageFactory
from tests.search.test_french import APART, MEET

SYNTAX = [
    'NEAR(a b)', 'a NEAR/2 b', '"', '""', 'a"b', "*", "a*", "title:*", "\\", "[* TO *]", "a AND",
    "OR OR", "NOT", "-a", "^a", "(a", "a)", "'; DROP TABLE x;--", "%", "_", "a:b:c", "\x00", "é\x00",
    "🙂", "مرحبا", "\u202eabc", "a" * 10_000, "& | !", "<->", ":*", "a & !b",
]  # fmt: skip


@pytest.fixture
def parent(sites):
    return sites["interfede"].root_page


def found(query):
    ids = [pk for pk, _ in ranked_pages(understand(query).query())]
    return set(IndexedPage.objects.filter(pk__in=ids).values_list("description", flat=True))


def test_the_table_of_pairs_holds_in_the_index(parent):
    texts = dict.fromkeys(text for _, text in (*MEET, *APART))
    for number, text in enumerate(texts):
        StandardPageFactory(title=f"Lanterne {number}", parent=parent, search_description=text)
    assert len(texts) > 90
    missed = [(query, text) for query, text in MEET if text not in found(query)]
    mixed = [(query, text) for query, text in APART if text in found(query)]
    assert (missed, mixed) == ([], [])


def test_wagtails_own_search_finds_the_same_words(parent):
    page = StandardPageFactory(title="Atelier", parent=parent, introduction="Formateur·rices")
    StandardPageFactory(title="Formulaire", parent=parent)
    pages = StandardPage.objects.all()
    assert [each.pk for each in search_queryset(pages, "formatrice")] == [page.pk]
    assert matching_ids(pages, "l'atelier formatrices") == [page.pk]
    assert matching_ids(pages, "le") == []
    assert [each.pk for each in pages.autocomplete("ateli")] == [page.pk]
    assert [each.pk for each in pages.autocomplete("ATÉLI")] == [page.pk]
    assert list(pages.autocomplete("'")) == []


def test_quoted_words_follow_each_other(parent):
    together = StandardPageFactory(title="Une nappe rouge", parent=parent)
    apart = StandardPageFactory(
        title="Nappe de la Wallonie", parent=parent, introduction="Rouge neige"
    )
    assert {pk for pk, _ in ranked_pages(understand("nappe rouge").query())} == {
        together.pk,
        apart.pk,
    }
    for quoted in ('"nappe rouge"', "«\u00a0Nappe rouge\u00a0»", "“nappe rouge”"):
        assert [pk for pk, _ in ranked_pages(understand(quoted).query())] == [together.pk]
    assert ranked_pages(understand('"rouge nappe"').query()) == []
    assert len(ranked_pages(understand('nappe "rouge').query())) == 2


@pytest.mark.parametrize("text", SYNTAX)
def test_syntax_is_searched_as_text(parent, text):
    StandardPageFactory(title="Lanterne", parent=parent)
    assert ranked_pages(understand(text).query()) == []
    assert list(search_queryset(StandardPage.objects.all(), text)) == []


@given(text=st.text(max_size=80))
@example(text="NEAR(a, b) ^c -d {e}:f")
def test_any_text_can_be_asked(demo, text):
    ranked_pages(understand(text).query())
    matching_ids(StandardPage.objects.all(), text)
