"""`/formations/` as a visitor gets it: every input, every state, and what it costs."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cisp_map.finder_page import PER_PAGE
from cisp_map.models import TrainingSitePage
from tests.factories import CentreFactory, FederationFactory, TradeFactory, TrainingSitePageFactory
from tests.support import Html, PublicClient, examples, result_ids

MAX_QUERIES = 12


def get(client: PublicClient, query: str = "", **parameters: str) -> Html:
    response = client.get(f"/formations/?{query or urlencode(parameters)}")
    assert response.status_code == 200
    return Html(response)


def field_error(html: Html, name: str) -> str:
    """The message beside a field, tied to it for those who hear the page."""
    field = html.one(id=f"id_{name}")
    message = html.one(id=f"id_{name}_error")
    assert f"id_{name}_error" in field.attrs["aria-describedby"].split()
    assert field.attrs["aria-invalid"] == "true"
    return message.text


def messages(html: Html) -> list[str]:
    return [each.text for each in html.all("div", "message")]


# --- Bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("lieu=Xyzzyville", "lieu", "Xyzzyville"),
        ("lieu=Paris", "lieu", "Wallonie"),
        ("lieu=Antwerpen", "lieu", "Wallonie"),
        ("lieu=2000", "lieu", "Flandre"),
        ("lieu=%00", "lieu", "signes illisibles"),
        ("lieu=Namur%00", "lieu", "signes illisibles"),
        ("lieu=" + "a" * 10_000, "lieu", "trop long"),
        ("lieu=%ff%fe", "lieu", "signes illisibles"),
        ("q=%00cuisine", "q", "signes illisibles"),
        ("q=" + "cuisine+" * 1250, "q", "trop long"),
        ("q=%c3%28", "q", "signes illisibles"),
        ("q=cuisine%1b[2J", "q", "signes illisibles"),
        ("rayon=-1", "rayon", "5, 10, 25, 50 ou 100"),
        ("rayon=abc", "rayon", "5, 10, 25, 50 ou 100"),
        ("rayon=1e9", "rayon", "5, 10, 25, 50 ou 100"),
        ("rayon=15", "rayon", "5, 10, 25, 50 ou 100"),
        ("rayon=25.0", "rayon", "5, 10, 25, 50 ou 100"),
        ("rayon=%F0%9D%9F%93", "rayon", "5, 10, 25, 50 ou 100"),
        ("tri=autre", "tri", "Choisissez un ordre"),
        ("q=cuisine&q=soudure", "q", "deux fois"),
        ("lieu=Namur&lieu=Mons", "lieu", "deux fois"),
        ("rayon=5&rayon=10", "rayon", "deux fois"),
        ("lat=48.85&lon=2.35", "lieu", "pas en Wallonie"),
        ("lat=0&lon=0", "lieu", "pas en Wallonie"),
        ("lat=50.4669", "lieu", "incomplète"),
        ("lon=4.8675", "lieu", "incomplète"),
    ],
)
def test_a_wrong_answer_gets_a_message_beside_its_field(demo, cisp_client, query, field, message):
    html = get(cisp_client, query)
    assert message in field_error(html, field)
    # The page still shows something to go on with.
    assert html.all("li", "result")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("lat=999&lon=4.8", "Cette position n’existe pas"),
        ("lat=50.4&lon=-999", "Cette position n’existe pas"),
        ("lat=abc&lon=4.8", "Cette position n’existe pas"),
        ("lat=nan&lon=nan", "Cette position n’existe pas"),
        ("lat=inf&lon=4.8", "Cette position n’existe pas"),
        ("lat=50.4&lat=50.5&lon=4.8", "deux fois"),
        ("page=0", "Cette page de la liste n’existe pas"),
        ("page=-1", "Cette page de la liste n’existe pas"),
        ("page=99999", "Cette page de la liste n’existe pas"),
        ("page=abc", "Cette page de la liste n’existe pas"),
        ("page=1e3", "Cette page de la liste n’existe pas"),
        ("page=" + "9" * 5000, "Cette page de la liste n’existe pas"),
        ("domaine=absent", "Ce choix n’existe pas : « absent »"),
        ("categorie=%00", "Ce choix n’existe pas"),
        ("methode=CAP", "Ce choix n’existe pas : « CAP »"),
        ("federation=X", "Ce choix n’existe pas : « X »"),
        ("pmr=2", "Ce choix n’existe pas : « 2 »"),
        ("horaire=nuit", "Ce choix n’existe pas : « nuit »"),
    ],
)
def test_a_wrong_answer_of_a_field_out_of_sight_gets_a_message(demo, cisp_client, query, message):
    html = get(cisp_client, query)
    assert message in html.one("main").text
    assert html.all("li", "result")


@pytest.mark.parametrize(
    "query",
    ["", "q=&lieu=&lat=&lon=&rayon=&tri=&page=", "q=+&lieu=+++", "rayon=25", "absent=1&autre=2",
     "domaine=&categorie=", "page=1", "lieu=Ma+position"],
)  # fmt: skip
def test_an_empty_form_shows_everything_without_a_message(demo, cisp_client, query):
    html = get(cisp_client, query)
    total = TrainingSitePage.objects.count()
    assert html.one(id="resultats").text.startswith(f"{total} lieux de formation en Wallonie")
    assert len(result_ids(html)) == PER_PAGE
    assert messages(html) == []
    assert html.all("p", "field__error") == []


hostile = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["-1", "1e9", "0", "999", "nan", "'", '"', "<b>", "%", "../", "{{ q }}", "١٢"]),
)
names = st.sampled_from(
    ["q", "lieu", "lat", "lon", "rayon", "domaine", "categorie", "methode", "tri", "page", "autre"]
)


@hypothesis_settings(max_examples=examples(150))
@given(pairs=st.lists(st.tuples(names, hostile), max_size=5))
@example(pairs=[("lieu", "5000-namur"), ("page", "2"), ("tri", "distance")])
@example(pairs=[("q", '"'), ("lieu", "Namur")])
def test_any_parameters_get_a_page(demo, pairs):
    response = PublicClient("cisp.localhost").get(
        f"/formations/?{urlencode(pairs, errors='surrogatepass')}"
    )
    assert response.status_code == 200
    assert Html(response).one("main").text


@pytest.mark.parametrize(
    "raw", ["q=%ff", "q=%", "q=%zz", "q=%u1234", "=&=&&", "q[]=1", "q=a;b=c", "?"]
)
def test_broken_addresses_get_a_page(demo, cisp_client, raw):
    assert get(cisp_client, raw).one("h1").text == "Formations"


@pytest.mark.parametrize("path", ["/formations/%ff/", "/formations/%00/", "/%ff", "/formations/.."])
def test_broken_paths_are_not_found(demo, cisp_client, path):
    assert cisp_client.get(path).status_code in {301, 404}


def test_what_is_typed_is_shown_as_text(demo, cisp_client):
    evil = '"><script>alert(1)</script>'
    for name in ("q", "lieu", "rayon", "domaine", "page", "tri"):
        response = cisp_client.get(f"/formations/?{urlencode({name: evil})}")
        assert "<script>alert" not in response.content.decode(), name


def test_what_was_typed_stays_in_the_form(demo, cisp_client):
    html = get(cisp_client, q="cuisine", lieu="Xyzzyville", rayon="50")
    assert html.one("input", id="id_q").attrs["value"] == "cuisine"
    assert html.one("input", id="id_lieu").attrs["value"] == "Xyzzyville"
    chosen = [each for each in html.all("option") if "selected" in each.attrs]
    assert "50" in [each.attrs["value"] for each in chosen]


# --- Several places (C-03) ---------------------------------------------------------------------


def place_links(html: Html) -> list[str]:
    return [
        each.attrs["href"]
        for each in html.all("a")
        if each.inside(class_="ask__choices") or each.inside(class_="choices")
    ]


def test_homonyms_are_offered_and_nothing_is_chosen(demo, cisp_client):
    html = get(cisp_client, lieu="Arbre", q="cuisine")
    links = place_links(html)
    assert len(links) >= 2
    assert result_ids(html) == []
    assert html.one("main").text.count("Choisissez") >= 1
    for link in links:
        reached = Html(cisp_client.get(link))
        assert result_ids(reached), link
        assert place_links(reached) == []
        assert "cuisine" in link


def test_a_postal_code_of_several_localities_offers_each(demo, cisp_client):
    from cisp_map.models import Locality

    localities = Locality.objects.filter(postal_code="1370")
    assert localities.count() > 3
    html = get(cisp_client, lieu="1370")
    links = place_links(html)
    assert len(links) == localities.count()
    assert {re.search(r"lieu=([\w-]+)", link)[1] for link in links} == set(
        localities.values_list("slug", flat=True)
    )
    # It says from which of them it starts.
    (said,) = messages(html)
    assert "couvre plusieurs localités" in said
    assert "Nous cherchons autour de Jodoigne" in said
    for link in links:
        assert result_ids(Html(cisp_client.get(link))), link


@pytest.mark.parametrize(
    "lieu", ["Namur", "NAMUR", "namur (5000)", "Namen", "LLN", "Marche", "5000-namur"]
)
def test_a_known_place_is_searched_at_once(demo, cisp_client, lieu):
    html = get(cisp_client, lieu=lieu)
    assert place_links(html) == []
    assert result_ids(html)
    assert "à moins de" in html.one(id="resultats").text


def test_brussels_is_a_place_with_a_message(demo, cisp_client):
    html = get(cisp_client, lieu="Bruxelles")
    assert result_ids(html) or place_links(html)
    assert messages(html)


def test_a_position_is_rounded_and_named(demo, cisp_client):
    html = get(cisp_client, lat="50.4669123456", lon="4.8675987654")
    assert "votre position (Namur)" in html.one(id="resultats").text
    addresses = [each.attrs.get("href", "") for each in html.all("a")]
    assert [each for each in addresses if "lat=50.467" in each]
    assert not [each for each in addresses if "50.46691" in each]
    assert "50.46691" not in html.one("div", data_map="").attrs["data-geojson"]


# --- Words -------------------------------------------------------------------------------------


def test_unknown_words_get_a_message_and_alternatives(demo, cisp_client):
    html = get(cisp_client, q="xyzxyzxyz", lieu="Namur")
    assert result_ids(html) == []
    assert any("Aucune formation ne correspond à « xyzxyzxyz »" in each for each in messages(html))
    others = list(html.all("li", "result"))
    assert 1 <= len(others) <= 6


def test_a_near_word_offers_links_that_work(demo, cisp_client):
    html = get(cisp_client, q="cuisinne")
    assert result_ids(html) or html.all("a", "chip")


def test_a_widened_search_says_so_with_both_radii(finder, cisp_client):
    TrainingSitePageFactory(at="4000-liege", trades=[TradeFactory(name="Cuisine")])
    html = get(cisp_client, lieu="5000-namur", q="cuisine", rayon="5")
    assert len(result_ids(html)) == 1
    assert messages(html) == ["Rien à moins de 5 km. Voici les lieux jusqu’à 100 km."]
    assert "à moins de 100 km de Namur" in html.one(id="resultats").text


def test_wider_radii_are_links_with_their_counts(finder, cisp_client):
    trade = TradeFactory(name="Cuisine")
    for slug in ("5000-namur", "5300-andenne", "4000-liege"):
        TrainingSitePageFactory(at=slug, trades=[trade])
    html = get(cisp_client, lieu="5000-namur", rayon="5")
    assert len(result_ids(html)) == 1
    links = {each.text: each.attrs["href"] for each in html.all("a", "chip") if "km" in each.text}
    assert list(links) == ["Jusqu’à 25 km (2)", "Jusqu’à 100 km (3)"]
    for text, address in links.items():
        assert f"({len(result_ids(Html(cisp_client.get(address))))})" in text


# --- State in the address ----------------------------------------------------------------------


def test_pages_of_the_list_are_links_that_hold_every_site_once(demo, cisp_client):
    seen = result_ids(get(cisp_client, lieu="5000-namur", rayon="100"))
    html = get(cisp_client, lieu="5000-namur", rayon="100")
    while following := html.all("a", rel="next"):
        html = Html(cisp_client.get(following[0].attrs["href"]))
        seen += result_ids(html)
    assert len(seen) == len(set(seen)) > PER_PAGE
    api = cisp_client.get("/api/formations.geojson?lieu=5000-namur&rayon=100&par_page=500").json()
    assert seen == [each["id"] for each in api["features"]]


def test_a_checked_filter_stays_checked_and_can_be_removed(demo, cisp_client):
    html = get(cisp_client, categorie="base", lieu="5000-namur", rayon="100")
    boxes = {each.attrs["value"]: each for each in html.all("input", name="categorie")}
    assert "checked" in boxes["base"].attrs
    assert all(
        each.attrs["form"] == html.one("form", id="recherche").attrs["id"]
        for each in boxes.values()
    )
    remove = [each for each in html.all("a", "chip") if each.text.startswith("Enlever le filtre")]
    assert [each.attrs["href"] for each in remove] == ["/formations/?lieu=5000-namur&rayon=100"]
    assert len(result_ids(Html(cisp_client.get(remove[0].attrs["href"])))) == PER_PAGE


def test_filters_are_not_for_search_engines_and_the_canonical_has_none(demo, cisp_client):
    for query in ("q=cuisine", "lieu=Namur", "categorie=base", "page=2", "rayon=5"):
        html = get(cisp_client, query)
        assert html.meta("robots") == "noindex, follow", query
        canonical = html.one("link", rel="canonical").attrs["href"]
        assert canonical == "http://cisp.localhost/formations/"


def test_the_title_says_what_was_found(demo, cisp_client):
    html = get(cisp_client, q="cuisine", lieu="Namur")
    assert html.title == html.one(id="resultats").text[: len(html.title)]
    assert "cuisine" in html.title
    assert "Namur" in html.title


def test_the_map_is_asked_for_the_same_search(demo, cisp_client):
    html = get(cisp_client, q="cuisine", lieu="5000-namur", rayon="50")
    address = html.one("div", data_map="").attrs["data-geojson"]
    total = html.one(id="resultats").text.split(" ")[0]
    answer = cisp_client.get(address).json()
    assert str(answer["total"]) == total
    assert len(answer["features"]) == answer["total"]


def test_a_person_to_call_is_on_every_page(demo, cisp_client):
    for query in ("", "q=xyzxyz", "lieu=Namur", "lieu=Arbre", "rayon=-1"):
        html = get(cisp_client, query)
        phones = {each.attrs.get("href") for each in html.all("a") if each.inside(class_="help")}
        assert "tel:+3281743200" in phones, query
    near = get(cisp_client, "lieu=Namur")
    assert "Cité des Métiers de Namur" in near.one("section", "help").text


# --- What it costs -----------------------------------------------------------------------------


def fill(number: int, trade) -> None:
    for _ in range(number):
        centre = CentreFactory(federation=FederationFactory())
        TrainingSitePageFactory(centre=centre, trades=[trade, TradeFactory()], at="5100-jambes")


@pytest.mark.parametrize(
    "query",
    ["", "q=cuisine", "lieu=Namur", "q=cuisine&lieu=5000&rayon=10&methode=EFT&horaire=temps-plein",
     "lat=50.467&lon=4.867", "q=cuisine+atelier&lieu=Namur"],
)  # fmt: skip
def test_the_page_costs_as_many_queries_for_one_result_as_for_a_page_of_them(
    finder, cisp_client, query
):
    trade = TradeFactory(name="Cuisine")
    fill(1, trade)
    get(cisp_client, query)  # reads the vocabulary
    html = get(cisp_client, query)
    one = [each["sql"] for each in cisp_client.queries]
    assert len(result_ids(html)) == 1
    fill(19, trade)
    get(cisp_client, query)
    html = get(cisp_client, query)
    twenty = [each["sql"] for each in cisp_client.queries]
    assert len(result_ids(html)) == PER_PAGE
    assert len(twenty) == len(one)
    assert len(twenty) <= MAX_QUERIES, "\n".join(each[:300] for each in twenty)


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("lieu=Arbre", 0),
        ("q=xyzxyz&lieu=Namur", 1),  # the texts of the sites are asked too
        ("lieu=Rue+de+Fer+12+Namur", 1),  # the whole address, then its parts
        ("lieu=Xyzzyville", 7),  # every way to read a name
    ],
)
def test_what_is_hard_to_read_costs_a_little_more(demo, cisp_client, query, more):
    get(cisp_client, query)
    get(cisp_client, query)
    assert len(cisp_client.queries) <= MAX_QUERIES + more


def test_the_page_of_a_site_costs_the_same_with_more_offers(finder, cisp_client):
    trades = [TradeFactory() for _ in range(12)]
    small = TrainingSitePageFactory(trades=trades[:1])
    large = TrainingSitePageFactory(trades=trades)
    cisp_client.get(small.get_url_parts()[2])
    cisp_client.get(small.get_url_parts()[2])
    few = len(cisp_client.queries)
    cisp_client.get(large.get_url_parts()[2])
    assert len(cisp_client.queries) == few


def test_the_home_page_costs_the_same_with_more_sites(finder, cisp_client):
    trade = TradeFactory()
    fill(1, trade)
    cisp_client.get("/")
    cisp_client.get("/")
    one = len(cisp_client.queries)
    fill(9, trade)
    cisp_client.get("/")
    cisp_client.get("/")
    assert len(cisp_client.queries) == one <= MAX_QUERIES


# --- The home page asks the question (C-01, C-06) ----------------------------------------------


def test_the_home_page_asks_and_leads_everywhere_without_typing(demo, cisp_client):
    html = Html(cisp_client.get("/"))
    form = html.one("form", id="recherche")
    assert (form.attrs["action"], form.attrs["method"]) == ("/formations/", "get")
    assert {each.attrs["name"] for each in html.all("input") if each.inside(id="recherche")} >= {
        "lieu",
        "q",
        "lat",
        "lon",
    }
    for group, least in (("families", 8), ("pillars", 3), ("territories", 10)):
        links = [each for each in html.all("a") if each.inside(class_=group)]
        assert len(links) >= least, group
        for link in links:
            reached = Html(cisp_client.get(link.attrs["href"]))
            assert reached.all("li", "result"), link.attrs["href"]
            assert link.text


def test_the_counts_of_the_home_page_are_those_of_the_pages(demo, cisp_client):
    html = Html(cisp_client.get("/"))
    for group in ("families", "pillars", "territories"):
        for item in [each for each in html.all("li") if each.inside(class_=group)]:
            count = re.search(r"(\d+) lieux?$", item.text)[1]
            address = next(each for each in html.all("a") if item in each.parents).attrs["href"]
            reached = Html(cisp_client.get(address))
            said = "Aucun lieu" if count == "0" else f"{count} lieu"
            assert re.search(rf"\b{said}x? de formation", reached.one("main").text), address
