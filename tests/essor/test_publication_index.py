"""The list of publications: what stands in it, facets, words, orders, bad input."""

import itertools
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from essor.demo.publications import RARE_WORD
from essor.models import PublicationIndexPage, PublicationKind, PublicationPage
from essor.publications.listing import PER_PAGE, Listing
from home.documents import process
from tests.factories.publications import (
    OrganisationFactory,
    PublicationPageFactory,
    PublicationPartPageFactory,
    TopicFactory,
)
from tests.files import make_document, make_pdf
from tests.support import Html, examples

PATH = "/publications/"
MOST_QUERIES = 12


def titles(html: Html) -> list[str]:
    return [each.text for each in html.all("h3", "pub__title")]


def get(client, **parameters) -> Html:
    response = client.get(PATH, parameters)
    assert response.status_code == 200
    return Html(response)


def headline(html: Html) -> str:
    return next(each.text for each in html.all("h2") if each.inside(id="resultats"))


def total(html: Html) -> int:
    first = headline(html).split()[0]
    return 0 if first == "Aucune" else int(first)


@pytest.fixture
def index(sites) -> PublicationIndexPage:
    return PublicationIndexPage.objects.get()


# --- Who stands in it ----------------------------------------------------------------------------


def test_lives_at_its_address_and_in_the_menu(index, interfede_client):
    html = get(interfede_client)
    assert html.one("h1").text == "Publications"
    assert headline(html) == "Aucune publication"
    assert "arrivent bientôt" in html.one("p", "pubs-empty").text


def test_shows_live_public_publications_only(index, interfede_client):
    shown = PublicationPageFactory(title="Publique")
    PublicationPageFactory(title="Brouillon", live=False)
    private = PublicationPageFactory(title="Réservée")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    html = get(interfede_client)
    assert titles(html) == ["Publique"]
    assert headline(html) == "1 publication"
    assert html.one("li", "pub").attrs["data-publication"] == str(shown.pk)


def test_the_newest_comes_first_and_a_year_counts_from_its_first_day(index, interfede_client):
    for title, published in (("a", "2024"), ("b", "2024-03"), ("c", "2023-12-31"), ("d", "2025")):
        PublicationPageFactory(title=title, published=published)
    assert titles(get(interfede_client)) == ["d", "b", "a", "c"]


def test_sorts_by_title_without_accents(index, interfede_client):
    for title in ("Zèbre", "étude", "Analyse", "Été"):
        PublicationPageFactory(title=title)
    assert titles(get(interfede_client, tri="titre")) == ["Analyse", "Été", "étude", "Zèbre"]


def test_a_replaced_version_is_marked(index, interfede_client):
    old = PublicationPageFactory(title="Chiffres 2022", published="2024")
    PublicationPageFactory(title="Chiffres 2023", published="2025", replaces=old)
    rows = {each.text for each in get(interfede_client).all("span", "tag")}
    assert rows == {"Version remplacée"}


def test_a_row_tells_kind_date_source_and_file(index, interfede_client):
    document = make_document(make_pdf(["un", "deux", "trois"]))
    process(document)
    PublicationPageFactory(
        kind_slug="article-externe",
        published="2024-10",
        medium="L’Observatoire",
        issue_number="120",
        documents=[document],
    )
    html = get(interfede_client)
    row = html.one("li", "pub").text
    for words in ("Article de revue externe", "octobre 2024", "L’Observatoire, n° 120", "3 pages"):
        assert words in row.replace("\u00a0", " ")
    assert html.one("time", datetime="2024-10")


# --- Facets --------------------------------------------------------------------------------------


def options(html: Html, key: str) -> dict[str, int]:
    """Value → count of one facet."""
    counts = {}
    for position, each in enumerate(html.elements):
        if each.tag == "input" and each.attrs.get("name") == key:
            count = next(e for e in html.elements[position:] if "choice__count" in e.classes)
            counts[each.attrs["value"]] = int(count.text.split()[0])
    return counts


def test_or_inside_a_facet_and_between_them(index, interfede_client):
    first, second = TopicFactory(slug="prison"), TopicFactory(slug="orientation")
    PublicationPageFactory(title="a", kind_slug="etude", topics=[first])
    PublicationPageFactory(title="b", kind_slug="analyse", topics=[first, second])
    PublicationPageFactory(title="c", kind_slug="note", topics=[second])
    html = get(interfede_client, genre=["etude", "analyse"])
    assert sorted(titles(html)) == ["a", "b"]
    assert options(html, "genre") == {"etude": 2, "analyse": 2, "note": 3}
    assert options(html, "theme") == {"prison": 2, "orientation": 1}
    both = get(interfede_client, genre=["etude", "analyse"], theme="orientation")
    assert titles(both) == ["b"]


def test_federation_and_bodies_share_a_facet(index, interfede_client, localities):
    from tests.factories import FederationFactory

    federation, body = FederationFactory(slug="caips"), OrganisationFactory(slug="cesep")
    PublicationPageFactory(title="a", federation=federation)
    PublicationPageFactory(title="b", bodies=[body])
    PublicationPageFactory(title="c", bodies=[body], federation=federation)
    assert options(get(interfede_client), "organisme") == {"caips": 2, "cesep": 2}
    assert sorted(titles(get(interfede_client, organisme="caips"))) == ["a", "c"]


def test_a_kind_kept_out_of_the_filters_is_still_found(index, interfede_client):
    PublicationKind.objects.filter(slug="note").update(is_filter=False)
    PublicationPageFactory(title="a", kind_slug="note")
    PublicationPageFactory(title="b", kind_slug="etude")
    html = get(interfede_client)
    assert titles(html) == ["b", "a"]
    assert list(options(html, "genre")) == ["etude"]


@pytest.mark.parametrize(
    "chosen",
    [{}, {"genre": ["etude", "analyse"]}, {"annee": ["2024"]}, {"theme": ["statistiques"]},
     {"genre": ["infographie"], "annee": ["2024"], "q": ["secteur"]}],
)  # fmt: skip
def test_every_count_is_the_number_of_results_after_the_click(demo, rf, chosen):
    from wagtail.models import Site

    page = PublicationIndexPage.objects.get()
    site = Site.objects.get(root_page=page.get_parent())

    def listing(query: str) -> Listing:
        request = rf.get(f"{PATH}?{query}", headers={"host": site.hostname})
        return Listing(page, request)

    from urllib.parse import urlencode

    shown = listing(urlencode(chosen, doseq=True))
    clicks = [option for facet in shown.facets for option in facet.options if not option.selected]
    assert clicks
    for option in clicks:
        assert listing(urlsplit(option.url).query).total == option.count, option


def test_filters_are_removed_one_by_one(demo, interfede_client):
    html = get(interfede_client, genre=["etude", "analyse"], annee="2024", q="stagiaires")
    chips = [each for each in html.all("a", "chip") if "Enlever" in each.text]
    assert len(chips) == 4
    for chip in chips:
        query = parse_qs(urlsplit(chip.attrs["href"]).query)
        assert sum(map(len, query.values())) == 3
        left = get(interfede_client, **query)
        assert sum("Enlever" in each.text for each in left.all("a", "chip")) == 3


# --- Words ---------------------------------------------------------------------------------------


def test_words_inside_a_pdf_are_found(demo, interfede_client):
    html = get(interfede_client, q=RARE_WORD)
    assert [title[:4] for title in titles(html)] == ["AMAC"]


def test_words_on_page_seven_are_found_by_the_search_of_the_site(demo, interfede_client):
    response = interfede_client.get("/recherche/", {"q": RARE_WORD})
    assert any(
        "/publications/amac-" in each.attrs.get("href", "") for each in Html(response).all("a")
    )


def test_words_of_a_part_bring_its_publication(index, interfede_client):
    whole = PublicationPageFactory(title="Étude en parties")
    part = PublicationPartPageFactory(parent=whole)
    part.body = [("text", "<p>chrysoprase</p>")]
    part.save_revision().publish()
    assert titles(get(interfede_client, q="chrysoprase")) == ["Étude en parties"]


def test_words_of_a_draft_are_not_found(index, interfede_client):
    PublicationPageFactory(title="Chrysoprase", live=False)
    html = get(interfede_client, q="chrysoprase")
    assert total(html) == 0
    assert "Voir toutes les publications" in html.one("a", "button--quiet").text


def test_other_words_of_a_topic_are_found(index, interfede_client):
    topic = TopicFactory(name="Précarité", aliases="pauvreté\nexclusion")
    PublicationPageFactory(title="a", topics=[topic])
    assert titles(get(interfede_client, q="pauvreté")) == ["a"]


# --- Bad input -----------------------------------------------------------------------------------


def test_an_unknown_filter_is_named_and_not_applied(index, interfede_client):
    PublicationPageFactory(title="a")
    html = get(interfede_client, genre="roman", annee="12", theme="<script>alert(1)</script>")
    assert total(html) == 1
    messages = [each.text for each in html.all("div", "message")]
    assert len(messages) == 3
    assert "« genre : roman »" in messages[0].replace("\u00a0", " ")


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "1.5", "9" * 30, "٣"])
def test_a_page_that_does_not_exist_says_so(index, interfede_client, page):
    PublicationPageFactory()
    html = get(interfede_client, page=page)
    assert "n’existe pas" in html.one("div", "message").text
    assert total(html) == 1


def test_too_many_words_get_a_message_beside_the_field(index, interfede_client):
    PublicationPageFactory()
    html = get(interfede_client, q="mot " * 100)
    assert "200 signes" in html.one("p", "field__error").text
    assert html.one("input", name="q", id="id_q").attrs["aria-invalid"] == "true"


def test_an_unknown_order_says_so(index, interfede_client):
    PublicationPageFactory()
    html = get(interfede_client, tri="hasard")
    assert "ordre n’existe pas" in " ".join(each.text for each in html.all("div", "message"))


@given(
    st.dictionaries(
        st.sampled_from(["q", "genre", "theme", "annee", "organisme", "tri", "page"]),
        st.text(max_size=30),
        max_size=4,
    )
)
@settings(max_examples=examples(40))
def test_any_input_gets_an_answer(demo, interfede_client, parameters):
    assert interfede_client.get(PATH, parameters).status_code == 200


# --- Pages, queries, search engines --------------------------------------------------------------


def test_pages_are_links_and_keep_the_filters(index, interfede_client):
    for number in range(PER_PAGE + 5):
        PublicationPageFactory(title=f"n{number:02}")
    html = get(interfede_client, genre="etude")
    following = next(each for each in html.all("a", rel="next"))
    assert parse_qs(urlsplit(following.attrs["href"]).query) == {"genre": ["etude"], "page": ["2"]}
    second = Html(interfede_client.get(following.attrs["href"]))
    assert len(titles(second)) == 5
    assert not set(titles(html)) & set(titles(second))


def test_one_and_twenty_publications_cost_the_same_queries(index, interfede_client):
    topics = [TopicFactory() for _ in range(3)]
    body = OrganisationFactory()

    def add(number: int) -> None:
        document = make_document(make_pdf([f"Texte {number}"]), name=f"texte-{number}.pdf")
        process(document)
        PublicationPageFactory(topics=topics, bodies=[body], documents=[document])

    add(0)
    get(interfede_client)
    get(interfede_client)
    with_one = len(interfede_client.queries)
    for number in range(1, 20):
        add(number)
    assert len(titles(get(interfede_client))) == 20
    with_twenty = interfede_client.queries
    assert len(with_twenty) == with_one, "\n".join(query["sql"][:200] for query in with_twenty)
    assert with_one <= MOST_QUERIES, "\n".join(query["sql"][:260] for query in with_twenty)


def test_a_filtered_list_is_not_for_search_engines(index, interfede_client):
    PublicationPageFactory()
    assert get(interfede_client).meta("robots") is None
    html = get(interfede_client, genre="etude")
    assert html.meta("robots") == "noindex, follow"
    assert html.one("link", rel="canonical").attrs["href"].endswith(PATH)


def test_counts_of_the_demo(demo, interfede_client):
    """Every row of the file is there, with a kind."""
    html = get(interfede_client)
    assert total(html) == PublicationPage.objects.live().count() >= 26
    assert not PublicationPage.objects.filter(publication_kind__isnull=True).exists()
    dates = [each.attrs["datetime"] for each in html.all("time")]
    assert all(before[:4] >= after[:4] for before, after in itertools.pairwise(dates))
