"""Counts of facets: each equals the number of results after the click (P-02)."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pedatech.catalogue.search import count_facets
from pedatech.catalogue.table import FACETS, Table, current_table
from pedatech.models import CataloguePage
from tests.factories.pedatech import ResourcePageFactory, RubricFactory, TermFactory
from tests.support import Html, examples

USED = ("genre", "theme", "public", "annee")
VALUES = ("a", "b", "c")


@st.composite
def catalogues(draw):
    """`(rows, choices, scope)`: a row is facet → values."""
    number = draw(st.integers(0, 25))
    rows = draw(
        st.lists(
            st.fixed_dictionaries({name: st.sets(st.sampled_from(VALUES)) for name in USED}),
            min_size=number,
            max_size=number,
        )
    )
    choices = draw(
        st.dictionaries(
            st.sampled_from(USED), st.frozensets(st.sampled_from((*VALUES, "inconnu")), min_size=1)
        )
    )
    scope = draw(st.integers(0, (1 << number) - 1))
    return rows, choices, scope


def passing(rows, choices, scope) -> list[int]:
    """The rule said plainly: one of the chosen values in each facet."""
    return [
        number
        for number, row in enumerate(rows)
        if scope >> number & 1 and all(row[name] & values for name, values in choices.items())
    ]


@given(catalogues())
@settings(max_examples=examples(500))
def test_a_count_equals_the_result_after_the_click(drawn):
    rows, choices, scope = drawn
    table = Table()
    table.masks = {name: {} for name in FACETS}
    for name in USED:
        for value in VALUES:
            mask = sum(1 << number for number, row in enumerate(rows) if value in row[name])
            if mask:
                table.masks[name][value] = mask
    result, counts, unchanged = count_facets(table, scope, choices)
    assert [number for number in range(len(rows)) if result >> number & 1] == passing(
        rows, choices, scope
    )
    for name in USED:
        for value in VALUES:
            clicked = {**choices, name: choices.get(name, frozenset()) | {value}}
            after = passing(rows, clicked, scope)
            assert counts[name].get(value, 0) == (
                len(after) if any(value in row[name] for row in rows) else 0
            )
            if (name, value) in unchanged:
                assert after == passing(rows, choices, scope)


@pytest.fixture
def classed(catalogue):
    """Thirty resources in two rubrics, three themes, two audiences."""
    draw = random.Random(5)
    themes = [TermFactory(name=name) for name in ("Alpha", "Bêta", "Gamma")]
    audiences = [TermFactory(vocabulary="public", name=name) for name in ("Groupe", "Équipe")]
    section = RubricFactory(name="Outils")
    inside = RubricFactory(name="Dedans", parent=section)
    for number in range(30):
        ResourcePageFactory(
            title=f"Ressource {number}",
            resource_kind=draw.choice(("outil", "guide", "fiche")),
            terms=[*draw.sample(themes, draw.randint(0, 2)), draw.choice(audiences)],
            rubrics=[draw.choice((section, inside))],
            year=draw.choice((2022, 2023)),
            duration=draw.choice((None, 20, 45, 400)),
        )
    catalogue.refresh_from_db()
    return catalogue


@pytest.mark.parametrize(
    "query",
    [
        "",
        "theme=alpha",
        "theme=alpha&theme=beta&genre=guide",
        "public=groupe&annee=2022",
        "q=guide",
    ],
)
def test_the_page_keeps_what_its_counts_promise(classed, pedatech_client, query):
    html = Html(pedatech_client.get(f"/catalogue/?{query}"))
    boxes = [
        box
        for box in html.all("input", type="checkbox", form="catalogue")
        if "checked" not in box.attrs
    ]
    assert boxes
    labels = html.all("label", "choice")
    counts = {}
    for label in labels:
        box = next((each for each in boxes if label in each.parents), None)
        if box:
            number = next(
                each for each in html.all("span", "choice__count") if label in each.parents
            )
            counts[box.attrs["name"], box.attrs["value"]] = int(number.text.split()[0])
    assert len(counts) == len(boxes)
    for (name, value), count in counts.items():
        after = Html(pedatech_client.get(f"/catalogue/?{query}&{name}={value}"))
        assert int(after.one(id="resultats").text.split()[0]) == count, (name, value)


def test_the_rubrics_count_what_lies_inside_under_the_present_choices(classed, pedatech_client):
    html = Html(pedatech_client.get("/catalogue/rubriques/outils/?genre=guide"))
    links = [each for each in html.all("a") if "/rubriques/" in each.attrs["href"]]
    inside = next(each for each in links if "outils/dedans" in each.attrs["href"])
    assert inside.attrs["href"].endswith("?genre=guide")
    promised = int(inside.text.split()[1])
    after = Html(pedatech_client.get(inside.attrs["href"]))
    assert int(after.one(id="resultats").text.split()[0]) == promised


@pytest.mark.parametrize("number", [1, 20])
def test_as_many_queries_for_one_as_for_twenty(catalogue, pedatech_client, number):
    for _ in range(number):
        ResourcePageFactory(terms=[TermFactory()])
    pedatech_client.get("/catalogue/")
    assert len(pedatech_client.queries) <= 15 + 9  # the table is read once more
    pedatech_client.get("/catalogue/?genre=outil&q=ressource")
    assert len(pedatech_client.queries) <= 15
    test_as_many_queries_for_one_as_for_twenty.seen.add(len(pedatech_client.queries))
    assert len(test_as_many_queries_for_one_as_for_twenty.seen) == 1


test_as_many_queries_for_one_as_for_twenty.seen = set()


def test_every_change_gives_a_new_table(catalogue, pedatech_client):
    page = ResourcePageFactory(title="Avant")
    assert "Avant" in pedatech_client.get("/catalogue/").content.decode()
    page.title = "Après"
    page.save_revision().publish()
    assert "Après" in pedatech_client.get("/catalogue/").content.decode()
    term = TermFactory(name="Nouveau")
    page.terms = [term]
    page.save_revision().publish()
    assert 'value="nouveau"' in pedatech_client.get("/catalogue/").content.decode()
    page.unpublish()
    assert "Après" not in pedatech_client.get("/catalogue/").content.decode()


def test_private_and_draft_resources_are_in_no_count(catalogue, pedatech_client):
    from wagtail.models import PageViewRestriction

    ResourcePageFactory(title="Publique")
    ResourcePageFactory(title="Brouillon", live=False)
    private = ResourcePageFactory(title="Privée")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    html = Html(pedatech_client.get("/catalogue/"))
    assert html.one(id="resultats").text == "1 ressource"
    assert pedatech_client.get(f"/catalogue/{private.slug}/").status_code == 302
    for words in ("Privée", "Brouillon"):
        assert (
            Html(pedatech_client.get(f"/catalogue/?q={words}"))
            .one(id="resultats")
            .text.startswith("Aucune ressource")
        )
    assert [row.title for row in current_table(CataloguePage.objects.get()).rows] == ["Publique"]
