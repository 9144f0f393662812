"""/documents/<id>/<name>: who gets a file, how it is sent, what is counted."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Collection, CollectionViewRestriction

from home import counters
from home.documents import process
from home.models import DailyCount, SiteDocument, StandardPage
from tests.factories import UserFactory
from tests.files import make_document, make_docx, make_pdf
from tests.support import HOSTS, settle


@pytest.fixture
def page(sites) -> StandardPage:
    page = StandardPage(title="Étude", slug="etude-d-essai")
    sites["interfede"].root_page.add_child(instance=page)
    return page


def publish_with(page, *documents) -> None:
    page.body = [("files", {"title": "", "files": list(documents)})]
    page.save_revision().publish()


@pytest.fixture
def document(page) -> SiteDocument:
    document = make_document()
    publish_with(page, document)
    return document


def staff(user) -> Client:
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(user)
    return client


def downloads() -> int:
    counters.flush()
    return sum(DailyCount.objects.values_list("count", flat=True))


def test_a_document_follows_its_page(page, document, interfede_client, admin_user):
    assert interfede_client.get(document.url).status_code == 200
    page.unpublish()
    assert interfede_client.get(document.url).status_code == 404
    response = settle(staff(admin_user).get(document.url))
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert staff(UserFactory()).get(document.url).status_code == 404


def test_a_pdf_is_shown_in_a_sandbox_and_names_its_page(document, interfede_client):
    response = interfede_client.get(document.url)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="etude.pdf"'
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Link"] == '<http://interfede.localhost/etude-d-essai/>; rel="canonical"'
    assert response["ETag"] == f'"{document.sha256}"'
    assert response["Cache-Control"] == "public, no-cache"


def test_other_files_are_downloads(page, interfede_client):
    document = make_document(make_docx(), "Liste été.docx")
    publish_with(page, document)
    response = interfede_client.get(document.url)
    assert response["Content-Disposition"] == 'attachment; filename="Liste-ete.docx"'
    assert "Link" not in response


def test_what_is_counted(document, interfede_client, admin_user):
    tag = interfede_client.get(document.url)["ETag"]
    assert downloads() == 1
    interfede_client.get(document.url, headers={"range": "bytes=0-"})
    assert downloads() == 2
    interfede_client.head(document.url)
    interfede_client.get(document.url, headers={"range": "bytes=100-"})
    interfede_client.get(document.url, headers={"if-none-match": tag})
    interfede_client.get(f"/documents/{document.pk}/autre.pdf")
    settle(staff(admin_user).get(document.url))
    assert downloads() == 2
    row = DailyCount.objects.get()
    assert (row.kind, row.key, row.count) == ("telechargement", str(document.pk), 2)
    assert row.site > 0


def test_head_and_ranges(document, interfede_client):
    whole = b"".join(interfede_client.get(document.url))
    head = interfede_client.head(document.url)
    assert (head.status_code, head["Content-Length"]) == (200, str(len(whole)))
    part = interfede_client.get(document.url, headers={"range": "bytes=0-99"})
    assert (part.status_code, b"".join(part)) == (206, whole[:100])


@pytest.mark.parametrize(
    "path", ["99999999999999999999/a.pdf", "0/a.pdf", "1/../../a", "1/%00.pdf", "abc/a.pdf", "1/"]
)
def test_addresses_that_lead_nowhere(sites, interfede_client, path):
    assert interfede_client.get(f"/documents/{path}").status_code == 404


def test_a_missing_file_is_not_found(document, interfede_client):
    document.file.storage.delete(document.file.name)
    assert interfede_client.get(document.url).status_code == 404


def test_a_private_collection_stays_private(page, interfede_client, admin_user):
    collection = Collection.get_first_root_node().add_child(name="Membres")
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=CollectionViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.first())
    document = make_document(collection=collection)
    publish_with(page, document)
    response = interfede_client.get(document.url)
    assert response.status_code == 302
    assert response["Location"].startswith("/connexion/?next=/documents/")
    there = interfede_client.get(response["Location"])
    assert there["Location"].startswith("/gestion/login/?next=%2Fdocuments%2F")
    assert settle(staff(admin_user).get(document.url)).status_code == 200
    member = UserFactory(groups=[Group.objects.first()])
    response = settle(staff(member).get(document.url))
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")


def test_the_cover_follows_the_document(page, interfede_client):
    document = make_document()
    process(document)
    addresses = [document.cover.file.url]
    addresses += [each.file.url for each in document.cover.renditions.all()]
    assert {interfede_client.get(each).status_code for each in addresses} == {404}
    publish_with(page, document)
    assert {interfede_client.get(each).status_code for each in addresses} == {200}


def test_few_questions_for_a_download(document, interfede_client):
    interfede_client.get(document.url)
    interfede_client.get(document.url)
    assert len(interfede_client.queries) <= 8


# --- Links and the search ------------------------------------------------------------------------


def test_a_file_link_tells_format_weight_and_pages(page, interfede_client):
    document = make_document(make_pdf(language="en"), title="Étude")
    process(document)
    publish_with(page, document)
    from tests.support import Html

    link = Html(interfede_client.get("/etude-d-essai/")).one("a", "file-link")
    assert link.attrs["href"] == document.url
    assert link.attrs["hreflang"] == "en"
    assert (
        link.text
        == f"Télécharger Étude (PDF, {document.size_label}, 2 pages, en anglais)".replace(
            "\u00a0", " "
        )
    )


def test_a_link_in_a_text_tells_it_too(page, interfede_client):
    from tests.support import Html

    document = make_document()
    process(document)
    page.body = [("text", f'<p>Lire <a linktype="document" id="{document.pk}">l’étude</a>.</p>')]
    page.save_revision().publish()
    link = Html(interfede_client.get("/etude-d-essai/")).one("a", href=document.url)
    assert link.attrs["data-describe"] == document.describe


def test_a_word_of_page_7_finds_the_page_once_the_file_is_read(page, interfede_client):
    words = [f"Page {number} d’une étude." for number in range(1, 7)]
    document = make_document(make_pdf([*words, "Le mot rare : hippocampe."]))
    publish_with(page, document)
    search = {"q": "hippocampe"}
    address = "/etude-d-essai/"
    assert address not in interfede_client.get("/recherche/", search).content.decode()
    process(document)
    from home.documents import reindex_users

    reindex_users(document)
    assert address in interfede_client.get("/recherche/", search).content.decode()
    page.unpublish()
    assert address not in interfede_client.get("/recherche/", search).content.decode()
