"""Atom feeds: valid, stable, complete, cheap to ask again."""

import feedparser
import pytest
from wagtail.models import PageViewRestriction

from essor.models import PublicationCorrection, PublicationIndexPage, Rubric
from tests.essor.magazine import make_article, make_issue
from tests.factories.publications import PublicationPageFactory, TopicFactory


@pytest.fixture
def index(sites) -> PublicationIndexPage:
    return PublicationIndexPage.objects.get()


def read(client, path: str):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = feedparser.parse(response.content)
    assert feed.bozo == 0, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def entries(client, path: str) -> dict[str, str]:
    return {entry.title: entry.id for entry in read(client, path).entries}


@pytest.mark.parametrize("path", ["/flux.xml", "/publications/flux.xml"])
def test_is_valid_and_holds_what_is_public(index, interfede_client, path):
    PublicationPageFactory(title="Public & «vrai» <b>")
    PublicationPageFactory(title="Brouillon", live=False)
    private = PublicationPageFactory(title="Réservée")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    assert list(entries(interfede_client, path)) == ["Public & «vrai» <b>"]


def test_an_empty_feed_is_valid(index, interfede_client):
    assert not entries(interfede_client, "/publications/flux.xml")


def test_by_kind_and_topic(index, interfede_client):
    topic = TopicFactory(slug="prison")
    PublicationPageFactory(title="a", kind_slug="etude", topics=[topic])
    PublicationPageFactory(title="b", kind_slug="note", topics=[topic])
    PublicationPageFactory(title="c", kind_slug="etude")
    path = "/publications/flux.xml"
    assert set(entries(interfede_client, f"{path}?genre=etude")) == {"a", "c"}
    assert set(entries(interfede_client, f"{path}?theme=prison")) == {"a", "b"}
    assert set(entries(interfede_client, f"{path}?genre=etude&theme=prison")) == {"a"}
    assert set(entries(interfede_client, f"{path}?genre=etude&genre=note")) == {"a", "b", "c"}


@pytest.mark.parametrize("query", ["genre=roman", "theme=x", "genre=%00", "theme=" + "x" * 500])
def test_an_unknown_feed_is_not_found(index, interfede_client, query):
    assert interfede_client.get(f"/publications/flux.xml?{query}").status_code == 404


def test_identifiers_survive_title_slug_and_host(index, interfede_client, sites):
    page = PublicationPageFactory(title="Avant")
    before = entries(interfede_client, "/flux.xml")["Avant"]
    page.title, page.slug = "Après", "apres"
    page.save_revision().publish()
    assert entries(interfede_client, "/flux.xml") == {"Après": before}
    assert entries(interfede_client, "/publications/flux.xml") == {"Après": before}


@pytest.mark.parametrize("path", ["/flux.xml", "/publications/flux.xml?genre=etude"])
def test_corrections_are_entries_of_their_own(index, interfede_client, path):
    page = PublicationPageFactory(title="Étude")
    page.corrections.add(PublicationCorrection(text="Lire 12 et non 21."))
    page.save_revision().publish()
    feed = read(interfede_client, path)
    notice = next(entry for entry in feed.entries if entry.title.startswith("Correctif"))
    assert notice.summary == "Lire 12 et non 21."
    assert "#correctif-" in notice.link


def test_an_issue_and_its_articles_by_rubric(index, interfede_client):
    issue = make_issue(7, articles=0)
    for title, slug in (("A", "nos-outils"), ("B", "nos-metiers")):
        make_article(issue, title, rubric=Rubric.objects.get(slug=slug))
    issue.get_latest_revision().publish()
    make_issue(8)
    path = "/publications/lessor/flux.xml"
    assert set(entries(interfede_client, path)) == {"Thème 7", "A", "B"}
    assert set(entries(interfede_client, f"{path}?rubrique=nos-outils")) == {"A"}
    assert interfede_client.get(f"{path}?rubrique=rien").status_code == 404


def test_a_reader_that_has_it_gets_304(index, interfede_client):
    page = PublicationPageFactory()
    first = interfede_client.get("/flux.xml")
    again = interfede_client.get("/flux.xml", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content
    page.title = "Autre titre"
    page.save_revision().publish()
    changed = interfede_client.get("/flux.xml", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


def test_other_sites_have_no_such_feed(index, cisp_client, pedatech_client):
    assert cisp_client.get("/flux.xml").status_code == 404
    assert pedatech_client.get("/flux.xml").status_code == 404


def test_ten_entries_cost_no_more_than_one(index, interfede_client):
    PublicationPageFactory(topics=[TopicFactory()])
    for _ in range(2):
        interfede_client.get("/flux.xml")
    before = len(interfede_client.queries)
    for _ in range(9):
        PublicationPageFactory(topics=[TopicFactory()])
    interfede_client.get("/flux.xml")
    assert len(interfede_client.queries) == before
