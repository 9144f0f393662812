"""`/recherche/` answers anything that is typed, on every site."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from home.themes import Theme
from tests.factories import StandardPageFactory
from tests.support import Html, PublicClient


def titles(html, class_=""):
    """Titles of the results: of the chosen sites, or of the part «Aussi sur…»."""
    return [
        each.text
        for each in html.all("h3")
        if any("search-elsewhere" in parent.classes for parent in each.parents) == bool(class_)
    ]


@pytest.mark.parametrize("theme", Theme.values)
def test_this_site_first_then_also_on_the_others(sites, clients, theme):
    for each, site in sites.items():
        for number in range(5):
            StandardPageFactory(
                title=f"Lanterne {each} {number}", parent=site.root_page, search_description="Bref"
            )
    html = Html(clients[theme].get("/recherche/?q=lanterne"))
    assert sorted(titles(html)) == [f"Lanterne {theme} {number}" for number in range(5)]
    assert len(titles(html, "elsewhere")) == 6  # three of each other site
    assert not any(theme in title for title in titles(html, "elsewhere"))
    assert [each.text for each in html.all("a", "arrow-link") if "résultats de" in each.text] == [
        f"Les 5 résultats de {sites[other].sitebranding.site_name}"
        for other in Theme.values
        if other != theme
    ]
    links = [each.attrs["href"] for each in html.all("a", data_result="")]
    assert sum(link.startswith("http") for link in links) == 6


def test_the_three_sites_at_once(sites, clients):
    for each, site in sites.items():
        StandardPageFactory(title=f"Lanterne {each}", parent=site.root_page)
    html = Html(clients["pedatech"].get("/recherche/?q=lanterne&sites=tous"))
    assert sorted(titles(html)) == sorted(f"Lanterne {each}" for each in Theme.values)
    assert titles(html)[0] == "Lanterne pedatech"
    assert titles(html, "elsewhere") == []
    chosen = [each.text for each in html.all("a", "chip", aria_current="true")]
    assert chosen == ["Les trois sites 3 résultats"]


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=%00", "q=%22", "q=%22a", "q=%ff%fe", "q=" + "a" * 10000, "q=a&page=0",
     "q=formation&page=99999", "q=formation&page=abc", "q=formation&sites=xyz", "q=a&q=b",
     "q=%27%3B+DROP+TABLE+x%3B--", "q=a*+OR+b", "q=%F0%9F%99%82", "q=%25s%25d"],
)  # fmt: skip
def test_bad_input_gets_a_page(demo, cisp_client, query):
    response = cisp_client.get(f"/recherche/?{query}")
    assert response.status_code == 200
    assert Html(response).one("h1").text == "Chercher"


@given(text=st.text(max_size=80))
@example(text='"')
@example(text='a "b')
@example(text="NEAR(a, b) ^c -d {e}:f")
def test_any_text_gets_a_page(demo, text):
    assert (
        PublicClient("interfede.localhost").get(f"/recherche/?q={quote(text)}").status_code == 200
    )


def test_what_is_typed_is_shown_as_text(demo, interfede_client):
    response = interfede_client.get("/recherche/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in response.content.decode()
    assert "&lt;script&gt;alert(1)" in response.content.decode()


def test_pages_of_results_are_linked_and_cost_the_same(sites, interfede_client):
    parent = sites["interfede"].root_page
    StandardPageFactory(title="Lanterne 0", parent=parent)
    interfede_client.get("/recherche/?q=lanterne")  # fills the cache of the roots of the sites
    interfede_client.get("/recherche/?q=lanterne")
    one = len(interfede_client.queries)
    for number in range(1, 21):
        StandardPageFactory(title=f"Lanterne {number}", parent=parent)
    first = Html(interfede_client.get("/recherche/?q=lanterne"))
    assert len(interfede_client.queries) == one
    assert first.one("h2", "search-count").text == "21 résultats pour « lanterne »"
    found = titles(first)
    for number in (2, 3):
        found += titles(Html(interfede_client.get(f"/recherche/?q=lanterne&page={number}")))
    assert len(found) == len(set(found)) == 21
