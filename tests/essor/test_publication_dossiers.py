"""Dossiers: pages of the three sites, by hand; what is not public is not there."""

import pytest

from essor.models import DossierPage, PublicationIndexPage
from tests.factories import StandardPageFactory
from tests.factories.publications import PublicationPageFactory
from tests.support import Html


def make_dossier(groups) -> DossierPage:
    dossier = DossierPage(title="Dossier", slug="dossier", introduction="Tout savoir.")
    dossier.groups = [
        ("group", {"title": title, "introduction": "", "pages": pages}) for title, pages in groups
    ]
    PublicationIndexPage.objects.get().add_child(instance=dossier)
    dossier.save_revision().publish()
    return dossier


@pytest.fixture
def pages(sites):
    """Two publications, and a page of each other site."""
    return [
        PublicationPageFactory(title="Première", kind_slug="note"),
        PublicationPageFactory(title="Seconde"),
        StandardPageFactory(parent=sites["cisp"].root_page, title="Chez cisp"),
        StandardPageFactory(parent=sites["pedatech"].root_page, title="Chez pedatech"),
    ]


def shown(client) -> list[str]:
    response = client.get("/publications/dossier/")
    assert response.status_code == 200
    return [
        each.text
        for each in Html(response).all()
        if each.tag in ("h2", "h3") and each.inside(id="contenu")
    ]


def test_keeps_the_order_of_the_editor_and_names_the_other_sites(pages, interfede_client):
    first, second, cisp, pedatech = pages
    make_dossier([("Lire", [second, first]), ("Ailleurs", [pedatech, cisp])])
    assert shown(interfede_client) == [
        "Lire", "Seconde", "Première", "Ailleurs", "Chez pedatech", "Chez cisp",
    ]  # fmt: skip
    text = Html(interfede_client.get("/publications/dossier/")).one("main").text
    assert "sur cisp.be" in text
    assert "sur pedatechcisp.be" in text
    assert "Note" in text


def test_what_is_unpublished_goes_and_takes_an_empty_group_with_it(pages, interfede_client):
    first, second, cisp, _ = pages
    make_dossier([("Lire", [first, second]), ("Ailleurs", [cisp])])
    cisp.unpublish()
    first.unpublish()
    assert shown(interfede_client) == ["Lire", "Seconde"]


def test_a_deleted_page_does_no_harm(pages, interfede_client):
    first, second, *_ = pages
    make_dossier([("Lire", [first, second])])
    first.delete()
    assert shown(interfede_client) == ["Lire", "Seconde"]


def test_more_pages_cost_no_more_queries(pages, interfede_client):
    dossier = make_dossier([("Lire", pages[:1])])
    for _ in range(2):
        shown(interfede_client)
    before = len(interfede_client.queries)
    more = [PublicationPageFactory() for _ in range(8)]
    dossier.groups = [
        ("group", {"title": "Lire", "introduction": "", "pages": [*pages[:2], *more]})
    ]
    dossier.save_revision().publish()
    shown(interfede_client)
    assert len(interfede_client.queries) == before
