"""Order, facets, other sites, passages (Q-01, Q-07)."""

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from home.models import SiteDocument
from search.federated import Choices, find
from search.models import IndexedPage
from search.queries import understand
from tests.factories import EventPageFactory, StandardPageFactory
from tests.support import Html


@pytest.fixture
def parent(sites):
    return sites["interfede"].root_page


def titles(query, site="interfede", **choices):
    found = find(understand(query), site, Choices(**{k: frozenset(v) for k, v in choices.items()}))
    return [each.page.title for each in found.own]


def test_title_before_text_and_all_words_before_some(parent):
    for title, text in (
        ("Autre page", "lanterne rouge " * 9),
        ("Une lanterne rouge", ""),
        ("Lanterne rouge", ""),
        ("Lanterne", "Elle est bleue"),
        ("Rouge", "Rien d’autre"),
    ):
        StandardPageFactory(title=title, parent=parent, introduction=text)
    assert titles("lanterne rouge")[:3] == ["Lanterne rouge", "Une lanterne rouge", "Autre page"]
    assert set(titles("lanterne rouge")[3:]) == {"Lanterne", "Rouge"}


def test_a_word_that_no_page_holds_does_not_hide_the_others(parent):
    StandardPageFactory(title="Lanterne", parent=parent)
    found = find(understand("lanterne xyzzyq"), "interfede", Choices())
    assert [each.page.title for each in found.own] == ["Lanterne"]
    assert found.is_partial


def test_counts_of_a_facet_are_those_of_the_click(sites, parent):
    for number in range(3):
        StandardPageFactory(title=f"Lanterne {number}", parent=parent)
        StandardPageFactory(title=f"Lanterne {number}", parent=sites["cisp"].root_page)
    for number in range(2):
        EventPageFactory(title=f"Lanterne fête {number}", parent=parent, starts_at=timezone.now())
    IndexedPage.objects.filter(title="Lanterne 0").update(
        topics=["Mobilité", "Numérique"], year=2024
    )
    words = understand("lanterne")
    for site in ("interfede", "cisp"):
        before = find(words, site, Choices())
        for facet, counts in before.facets.items():
            for value, count in counts.items():
                after = find(words, site, Choices(**{facet: frozenset({value})}))
                assert len(after.own) == count, (site, facet, value)
    both = find(words, "interfede", Choices(type=frozenset({"Page", "Événement"})))
    assert len(both.own) == 5


def test_facets_are_links_that_can_be_taken_back(parent, interfede_client):
    StandardPageFactory(title="Lanterne", parent=parent)
    EventPageFactory(title="Lanterne fête", parent=parent, starts_at=timezone.now())
    html = Html(interfede_client.get("/recherche/?q=lanterne"))
    links = {each.text: each.attrs["href"] for each in html.all("a", "facet__link")}
    assert links["Événement 1 résultat"] == "/recherche/?q=lanterne&type=%C3%89v%C3%A9nement"
    chosen = Html(interfede_client.get(links["Événement 1 résultat"]))
    assert [each.text for each in chosen.all("h3") if "Filtres" not in each.text] == [
        "Lanterne fête"
    ]
    remove = next(e for e in chosen.all("a", "chip") if "Enlever le filtre" in e.text)
    assert remove.attrs["href"] == "/recherche/?q=lanterne"


def test_a_choice_that_nothing_has_says_so(parent, interfede_client):
    StandardPageFactory(title="Lanterne", parent=parent)
    html = Html(interfede_client.get("/recherche/?q=lanterne&annee=1800"))
    assert html.one("h2", "search-count").text == "Rien pour « lanterne »"
    assert any("Enlever tous les filtres" in each.text for each in html.all("a"))


@pytest.fixture
def study(parent):
    """A page that offers a PDF of twenty pages; only the seventeenth speaks of hibiscus."""
    document = SiteDocument(title="Étude")
    document.file.save("etude.pdf", ContentFile(b"%PDF-1.4 "), save=False)
    texts = [f"Page {number} : rien de spécial." for number in range(1, 21)]
    texts[16] = "La culture de l’hibiscus en formation."
    document.save()
    document.text, document.page_count = "\f".join(texts), 20
    document.save()
    body = [("files", {"title": "Fichiers", "files": [document]})]
    return StandardPageFactory(title="Une fougère", parent=parent, body=body), document


def test_a_word_of_page_17_leads_to_page_17(study, interfede_client):
    _page, document = study
    html = Html(interfede_client.get("/recherche/?q=hibiscus"))
    assert html.one("h3").text == "Une fougère"
    link = next(each for each in html.all("a", data_result="") if "page 17" in each.text)
    assert link.attrs["href"] == f"{document.url}#page=17"
    passage = next(each for each in html.all("p", "search-passage"))
    assert "La culture de l’hibiscus en formation." in passage.text
    assert "hibiscus" in [each.text for each in html.all("mark")]


def test_words_of_the_page_itself_need_no_passage(study, interfede_client):
    html = Html(interfede_client.get("/recherche/?q=fougère"))
    assert html.one("h3").text == "Une fougère"
    assert not html.all("p", "search-passage")


def test_text_that_arrives_later_is_found(study, interfede_client):
    _page, document = study
    document.text = "Une page sur le chèvrefeuille"
    document.save()
    assert Html(interfede_client.get("/recherche/?q=chevrefeuille")).one("h3")
    assert not Html(interfede_client.get("/recherche/?q=hibiscus")).all("h3")
