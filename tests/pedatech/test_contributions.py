"""Proposals: who may, what is kept, what the team answers."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from home.models import Organisation, SiteDocument
from pedatech.models import Contribution, ContributionFile, ResourcePage
from pedatech.models.contributions import GROUP
from tests.factories import UserFactory
from tests.support import HOSTS, Html, PublicClient

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n"
DATA = {
    "title": "Jeu de cartes du chantier",
    "organisation": "Centre d’essai",
    "kind": "outil",
    "theme": "savoirs de base",
    "summary": "Un jeu pour apprendre à mesurer.",
    "link": "",
    "licence_accepted": "on",
}


@pytest.fixture(autouse=True)
def private_root(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def contributor(sites):
    return UserFactory(groups=[Group.objects.get(name=GROUP)])


def visitor(user=None) -> PublicClient:
    client = PublicClient(HOSTS["pedatech"])
    if user:
        client.force_login(user)
    return client


def pdf(name: str = "jeu.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


def propose(client, **changes):
    return client.post("/proposer/nouvelle/", {**DATA, "attachments": pdf(), **changes})


@pytest.fixture
def proposal(contributor) -> Contribution:
    assert propose(visitor(contributor)).status_code == 302
    return Contribution.objects.get()


def test_who_may_propose(sites, contributor):
    for path in ("/proposer/", "/proposer/nouvelle/"):
        assert visitor().get(path)["Location"] == f"/connexion/?next={path}"
        assert visitor(UserFactory()).get(path).status_code == 403
        assert visitor(contributor).get(path).status_code == 200


def test_a_proposal_is_kept_with_its_file(proposal, contributor, settings):
    assert (proposal.author, proposal.state) == (contributor, "envoyee")
    file = proposal.files.get()
    assert file.original_name == "jeu.pdf"
    assert str(file.file.path).startswith(str(settings.PRIVATE_ROOT))
    answer = visitor(contributor).get(f"/proposer/{proposal.pk}/fichiers/{file.pk}/")
    assert b"".join(answer) == PDF
    assert "attachment" in answer["Content-Disposition"]


def test_a_contributor_sees_only_his_own(proposal):
    other = visitor(UserFactory(groups=[Group.objects.get(name=GROUP)]))
    file = proposal.files.get()
    assert proposal.title not in other.get("/proposer/").content.decode()
    for path in (f"/proposer/{proposal.pk}/", f"/proposer/{proposal.pk}/fichiers/{file.pk}/"):
        assert other.get(path).status_code == 404
        assert visitor().get(path).status_code == 302
    assert other.post(f"/proposer/{proposal.pk}/", DATA).status_code == 404


BAD = {
    "no licence": ({"licence_accepted": ""}, "licence_accepted", "Cochez cette case"),
    "no title": ({"title": ""}, "title", "obligatoire"),
    "long title": ({"title": "x" * 300}, "title", "160"),
    "no kind": ({"kind": ""}, "kind", "obligatoire"),
    "unknown kind": ({"kind": "zzz"}, "kind", "zzz"),
    "script link": ({"link": "javascript:alert(1)"}, "link", "complète"),
    "ftp link": ({"link": "ftp://exemple.be/x"}, "link", "https"),
    "nothing": ({"attachments": ""}, "attachments", "Joignez un fichier"),
    "php": ({"attachments": SimpleUploadedFile("x.php", b"<?php")}, "attachments", "accepté"),
    "svg": ({"attachments": SimpleUploadedFile("x.svg", b"<svg/>")}, "attachments", "accepté"),
    "false pdf": ({"attachments": SimpleUploadedFile("x.pdf", b"MZ")}, "attachments", "lisible"),
    "empty": ({"attachments": SimpleUploadedFile("x.pdf", b"")}, "attachments", "vide"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_error_is_said_beside_its_field_and_nothing_typed_is_lost(name, contributor):
    changes, field, words = BAD[name]
    if isinstance(changes.get("attachments"), SimpleUploadedFile):
        changes["attachments"].seek(0)
    answer = propose(visitor(contributor), **changes)
    assert answer.status_code == 422
    html = Html(answer)
    assert words in html.one(id=f"id_{field}_error").text
    if field != "title":
        assert html.one("input", name="title").attrs["value"] == DATA["title"]
    assert DATA["summary"] in html.one("textarea", name="summary").text
    assert not Contribution.objects.exists()
    assert not ContributionFile.objects.exists()


def test_six_files_are_too_many(contributor):
    answer = propose(visitor(contributor), attachments=[pdf(f"{n}.pdf") for n in range(6)])
    assert "5 fichiers au plus" in Html(answer).one(id="id_attachments_error").text


# --- The team ----------------------------------------------------------------------------------


@pytest.fixture
def moderator(sites) -> Client:
    client = Client(headers={"host": HOSTS["pedatech"]})
    client.force_login(UserFactory(groups=[Group.objects.get(name="Publication pedatechcisp.be")]))
    return client


@pytest.fixture
def organisation(db) -> Organisation:
    return Organisation.objects.create(acronym="CE", slug="ce", name="Centre d’essai")


def answer_to(moderator, proposal, action: str, **more):
    return moderator.post(f"/gestion/propositions/{proposal.pk}/", {"action": action, **more})


def test_only_the_team_reads_them(proposal, contributor, moderator, sites):
    file = proposal.files.get()
    stranger = Client(headers={"host": HOSTS["pedatech"]})
    stranger.force_login(UserFactory(groups=[Group.objects.get(name="Publication interfede.be")]))
    for path in (
        "/gestion/propositions/",
        f"/gestion/propositions/{proposal.pk}/",
        f"/gestion/propositions/{proposal.pk}/fichiers/{file.pk}/",
    ):
        assert visitor(contributor).get(path).status_code == 302
        assert stranger.get(path).status_code in (302, 403)
        answer = moderator.get(path)
        assert answer.status_code == 200
        if answer.streaming:
            b"".join(answer)
    assert answer_to(stranger, proposal, "accepter").status_code in (302, 403)
    proposal.refresh_from_db()
    assert proposal.state == "envoyee"


def test_accepted_and_on_line(proposal, moderator, organisation, pedatech_client):
    page = moderator.get(f"/gestion/propositions/{proposal.pk}/").content.decode()
    assert re.search(rf'value="{organisation.pk}" selected', page)
    assert answer_to(moderator, proposal, "accepter").status_code == 200  # who made it?
    answer = answer_to(moderator, proposal, "accepter", producer=organisation.pk)
    assert answer.status_code == 302
    proposal.refresh_from_db()
    resource = ResourcePage.objects.get(pk=proposal.page_id)
    assert (resource.live, resource.licence, resource.producer) == (
        True,
        "cc-by-nc-sa",
        organisation,
    )
    assert pedatech_client.get(resource.get_url()).status_code == 200
    document = SiteDocument.objects.get(title="jeu")
    assert b"".join(pedatech_client.get(document.url)) == PDF
    assert "est acceptée" in mail.outbox[0].subject
    assert resource.get_url() in mail.outbox[0].body
    # Once: the button pressed twice makes no second page.
    assert answer_to(moderator, proposal, "accepter", producer=organisation.pk).status_code == 200
    assert ResourcePage.objects.filter(title=proposal.title).count() == 1


def test_sent_back_with_a_remark_mended_and_sent_again(proposal, contributor, moderator):
    answer = answer_to(moderator, proposal, "renvoyer")
    assert "Dites à l’auteur pourquoi" in answer.content.decode()
    answer_to(moderator, proposal, "renvoyer", remark="Ajoutez les règles du jeu.")
    assert mail.outbox[0].to == [contributor.email]
    assert "Ajoutez les règles du jeu." in mail.outbox[0].body
    client = visitor(contributor)
    url = re.search(r"http://[^/]+(/proposer/\d+/)", mail.outbox[0].body)[1]
    html = Html(client.get(url))
    assert html.one("input", name="title").attrs["value"] == DATA["title"]
    old = proposal.files.get()
    data = {**DATA, "title": "Jeu et règles", "retirer": old.pk, "attachments": pdf("regles.pdf")}
    assert client.post(url, data).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.title) == ("envoyee", "Jeu et règles")
    assert [each.original_name for each in proposal.files.all()] == ["regles.pdf"]
    assert not old.file.storage.exists(old.file.name)


def test_the_licence_is_asked_each_time(proposal, contributor):
    answer = visitor(contributor).post(
        f"/proposer/{proposal.pk}/", {**DATA, "licence_accepted": ""}
    )
    assert "Cochez cette case" in answer.content.decode()


def test_taking_all_files_away_leaves_nothing_to_propose(proposal, contributor):
    data = {**DATA, "retirer": proposal.files.get().pk}
    answer = visitor(contributor).post(f"/proposer/{proposal.pk}/", data)
    assert answer.status_code == 422
    assert proposal.files.count() == 1


def test_refused(proposal, contributor, moderator):
    answer_to(moderator, proposal, "refuser", remark="Elle existe déjà dans le catalogue.")
    assert "Elle existe déjà" in mail.outbox[0].body
    client = visitor(contributor)
    text = client.get(f"/proposer/{proposal.pk}/").content.decode()
    assert "Elle existe déjà" in text
    assert '<form method="post" enctype' not in text
    client.post(f"/proposer/{proposal.pk}/", {**DATA, "title": "Encore"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.title) == ("refusee", DATA["title"])


def test_new_proposals_are_braked_and_mending_is_not(proposal, contributor, monkeypatch):
    monkeypatch.setattr("pedatech.contributions.views.PROPOSALS_AN_HOUR", 2)
    client = visitor(contributor)
    assert propose(client, summary="Un deuxième jeu.").status_code == 302
    answer = propose(client, summary="Un troisième jeu.")
    assert answer.status_code == 422
    assert "un peu plus tard" in answer.content.decode()
    assert DATA["title"] in answer.content.decode(), "nothing typed is lost"
    assert Contribution.objects.count() == 2
    mended = client.post(f"/proposer/{proposal.pk}/", {**DATA, "title": "Autre titre"})
    assert mended.status_code == 302
    assert propose(visitor(UserFactory(groups=contributor.groups.all()))).status_code == 302
