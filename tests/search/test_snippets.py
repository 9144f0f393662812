"""Quotes: marked, escaped, around the words (Q-06)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.french import stems
from search.snippets import LENGTH, marked, quote
from tests.factories import StandardPageFactory
from tests.support import Html

ATTACKS = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "javascript:alert(1)", "<mark>faux</mark>", "&lt;script&gt;", "'\"<b>", "<scr<script>ipt>",
    "<a href='x' onclick='y'>lanterne</a>", "{{ 7 * 7 }}", "</mark><script>", "&#60;b&#62;",
]  # fmt: skip


def test_words_are_marked_by_their_stem():
    assert marked("L’Électricité et les électriciennes", set(stems("electricite"))) == (
        "L’<mark>Électricité</mark> et les électriciennes"
    )
    assert marked("Formateur·rice", set(stems("formatrice"))) == "<mark>Formateur</mark>·rice"
    assert marked("a < b", set()) == "a &lt; b"


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_a_page_becomes_markup(sites, interfede_client, attack):
    StandardPageFactory(
        title=f"Lanterne {attack}"[:255],
        slug="lanterne",
        parent=sites["interfede"].root_page,
        search_description=f"{attack} lanterne {attack}",
        introduction=f"lanterne alert script mark {attack}",
    )
    for query in ("lanterne", "lanterne script alert mark img b"):
        response = interfede_client.get("/recherche/", {"q": query})
        html = Html(response)
        shown = [e for e in html.elements if any(p.tag == "ol" for p in e.parents)]
        assert {e.tag for e in shown} <= {"li", "p", "b", "h3", "a", "mark", "span", "svg", "use"}
        assert all(not name.startswith("on") for e in shown for name in e.attrs)
        assert html.all("mark")


@given(st.text(max_size=400), st.text(max_size=30))
def test_any_text_is_escaped(text, query):
    wanted = set(stems(query))
    without_marks = re.sub(r"</?mark>", "", marked(text, wanted))
    assert "<" not in without_marks
    assert ">" not in without_marks
    piece = quote(text, wanted)
    assert len(piece.text) <= LENGTH + 10
    assert piece.text.strip("… ") in " ".join([text]).strip() or not piece.text


def test_the_piece_is_where_the_words_are():
    text = "Bla bla bla. " * 60 + "La lanterne éclaire le chemin du facteur. " + "Fin. " * 60
    piece = quote(text, set(stems("lanterne facteur")))
    assert "lanterne éclaire le chemin du facteur" in piece.text
    assert piece.text.startswith("… ")
    assert piece.text.endswith(" …")
    assert piece.hits == 2


def test_the_piece_with_most_of_the_words_wins():
    text = "Une lanterne. " + "Rien. " * 100 + "Un facteur et sa lanterne."
    assert "facteur et sa lanterne" in quote(text, set(stems("lanterne facteur"))).text
