"""A person who asks: everything that names them is found, given out whole, erased by rule."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import models
from django.test import Client
from django.utils import timezone
from wagtail.models import Comment, ModelLogEntry, PageLogEntry, Revision

from config import personal_data
from config.personal_data import (
    DERIVED,
    EMAILS,
    LINKS,
    MENTIONS,
    Erase,
    Found,
    Refused,
    erase,
    export,
    find,
    person_of,
    replaced,
)
from essor.models import Author, ReviewComment, ReviewLink
from home.models import DailyCount, StandardPage
from pedatech.models import (
    Contribution,
    ContributionFile,
    Invitation,
    Membership,
    SavedResource,
    SpaceMessage,
)
from tests.essor.magazine import make_issue
from tests.factories import UserFactory
from tests.pedatech.space_helpers import home_of, space_page
from tests.support import HOSTS

User = get_user_model()
EMAIL = "jeanne.durieux@exemple.be"
NAME = "Jeanne Durieux"
ADDRESS = "/gestion/vie-privee/personne/"


# --- The table is whole --------------------------------------------------------------------------


def tables():
    return apps.get_models(include_auto_created=True)


def test_every_relation_to_an_account_has_a_rule():
    through = {each.remote_field.through for each in User._meta.many_to_many}
    found = {
        f"{model._meta.label}.{each.name}"
        for model in tables()
        for each in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if each.is_relation and each.related_model is User and model not in through
    }
    assert found - set(LINKS) == set(), "add a rule to LINKS in config.personal_data"
    assert set(LINKS) - found == set()


def test_every_field_for_an_address_has_a_rule():
    found = {
        f"{model._meta.label}.{each.name}"
        for model in tables()
        for each in model._meta.local_fields
        if isinstance(each, models.EmailField)
    }
    assert found - set(EMAILS) == set(), "add a rule to EMAILS in config.personal_data"
    assert set(EMAILS) - found == set()


def test_rules_name_tables_that_are_there_and_fit_them():
    labels = {model._meta.label for model in tables()}
    only_on_sqlite = {"wagtailsearch.SQLiteFTSIndexEntry"}
    assert (set(MENTIONS) | DERIVED) - only_on_sqlite <= labels
    for path, rule in LINKS.items():
        model, name = personal_data._split(path)
        assert rule.erase in (Erase.DELETE, Erase.DETACH), path
        if rule.erase is Erase.DETACH:
            assert model._meta.get_field(name).null, path
    searched = {model._meta.label for model in personal_data.searched_models()}
    assert set(MENTIONS) <= searched
    assert {"essor.Author", "podcasts.Credit", "home.EventPage", "wagtailcore.Page"} <= searched


# --- A person everywhere -------------------------------------------------------------------------


@pytest.fixture
def chief(sites):
    return User.objects.create_superuser("cheffe", email="cheffe@exemple.be", password="x")


@pytest.fixture
def jeanne(sites, chief):
    return UserFactory(
        username="jeanne",
        email=EMAIL.title(),
        first_name="Jeanne",
        last_name="Durieux",
        password="md5$sel$0123456789abcdef",
    )


@pytest.fixture
def page(jeanne, sites) -> StandardPage:
    """A page of theirs that names them, with an old version and a comment of theirs."""
    page = StandardPage(title="Une page", slug="une-page", owner=jeanne)
    page.introduction = f"Écrivez à {EMAIL}."
    sites["cisp"].root_page.add_child(instance=page)
    page.save_revision(user=jeanne).publish()
    comment = Comment.objects.create(page=page, user=jeanne, text="Relu", contentpath="title")
    page.refresh_from_db()
    page.save_revision(user=jeanne, log_action=True)
    page.save_revision(user=jeanne)
    assert comment.pk
    return page


@pytest.fixture
def everywhere(page, jeanne, sites):
    """What each room may hold of them."""
    space = space_page(home_of(sites))
    Membership.objects.create(space=space, user=jeanne)
    Invitation.objects.create(space=space, email=EMAIL, invited_by=jeanne)
    SpaceMessage.objects.create(space=space, author=jeanne, text=f"Répondez à {EMAIL} svp")
    contribution = Contribution.objects.create(
        author=jeanne, organisation="Centre", title="Mon outil", summary="x", sent_at=timezone.now()
    )
    ContributionFile.objects.create(
        contribution=contribution,
        file=ContentFile(b"mon contenu", name="outil.txt"),
        original_name="mon outil.txt",
    )
    link = ReviewLink.objects.create(issue=make_issue(), reader=NAME)
    ReviewComment.objects.create(link=link, page=link.issue, name=NAME, text="Une faute ligne 3")
    Author.objects.create(family_name="Durieux", given_name="Jeanne")
    DailyCount.objects.create(day=timezone.localdate(), kind="recherche", key=NAME.lower(), count=1)
    visitor = Client(headers={"host": HOSTS["pedatech"]})
    visitor.force_login(jeanne)
    return {"space": space, "contribution": contribution, "link": link}


def by_path(found: list[Found]) -> dict[str, int]:
    return {f"{each.model._meta.label}.{each.field}": each.number for each in found}


def test_everything_is_found(everywhere):
    found = by_path(find(person_of(EMAIL)))
    assert found["home.User.email"] == 1
    for path in (
        "pedatech.Membership.user",
        "pedatech.Invitation.email",
        "pedatech.Invitation.invited_by",
        "pedatech.SpaceMessage.author",
        "pedatech.SpaceMessage.",
        "pedatech.Contribution.author",
        "essor.ReviewLink.",
        "essor.ReviewComment.",
        "home.StandardPage.",
        "home.DailyCount.",
        "wagtailcore.Comment.user",
        "wagtailcore.Page.owner",
        "wagtailcore.PageLogEntry.user",
        "wagtailcore.Revision.user",
        "wagtailcore.Revision.",
    ):
        assert found.get(path), path


def test_erasing_leaves_nothing_but_what_is_published(everywhere, page, jeanne, chief):
    file = ContributionFile.objects.get().file
    number = jeanne.pk
    erase(person_of(EMAIL), chief)
    assert not User.objects.filter(pk=number).exists()
    assert not Session.objects.exists()
    for model in (Membership, Invitation, Contribution, ContributionFile, SavedResource, Comment):
        assert not model.objects.exists(), model
    assert SpaceMessage.objects.get().text == "Répondez à [adresse effacée] svp"
    assert SpaceMessage.objects.get().author is None
    assert ReviewLink.objects.get().reader == "Nom effacé"
    comment = ReviewComment.objects.get()
    assert (comment.name, comment.text) == ("Nom effacé", "Une faute ligne 3")
    # Published, for an editor to decide.
    assert Author.objects.filter(family_name="Durieux").exists()
    page.refresh_from_db()
    assert EMAIL in page.introduction
    assert page.owner is None
    current = {page.latest_revision_id, page.live_revision_id}
    for revision in Revision.objects.filter(object_id=str(page.pk)):
        content = json.dumps(revision.content, default=str)
        assert revision.user is None
        assert revision.content.get("owner") is None
        assert not revision.content.get("wagtail_admin_comments")
        assert (EMAIL in content) is (revision.pk in current)
    assert not PageLogEntry.objects.filter(user_id=number).exists()
    left = find(person_of(EMAIL, NAME))
    assert {each.rule.erase for each in left} == {Erase.ASK}
    assert file.storage.exists(file.name), "files go when the transaction has ended"


def test_files_go_after_the_transaction(everywhere, django_capture_on_commit_callbacks):
    file = ContributionFile.objects.get().file
    with django_capture_on_commit_callbacks(execute=True):
        erase(person_of(EMAIL))
        assert file.storage.exists(file.name)
    assert not file.storage.exists(file.name)


def test_the_act_is_logged_without_the_person(everywhere, chief):
    erase(person_of(EMAIL), chief)
    entry = ModelLogEntry.objects.get(action=personal_data.ACTION)
    assert entry.user == chief
    said = f"{entry.label} {json.dumps(entry.data)}"
    assert entry.data["numbers"]["pedatech.Contribution.author"] == 1
    assert "durieux" not in said.lower()
    assert "jeanne" not in said.lower()


def test_names_in_the_history_of_accounts_go(jeanne, chief):
    from wagtail.log_actions import log

    log(instance=jeanne, action="wagtail.create", user=chief)
    assert "jeanne" in ModelLogEntry.objects.get().label.lower()
    erase(person_of(EMAIL), chief)
    labels = set(ModelLogEntry.objects.values_list("label", flat=True))
    assert labels == {"Compte effacé", "Effacement des données d’une personne"}


def test_all_or_nothing(everywhere, monkeypatch, jeanne):
    def down(*args):
        raise OSError("down")

    before = by_path(find(person_of(EMAIL)))
    monkeypatch.setattr(personal_data, "_note", down)
    with pytest.raises(OSError, match="down"):
        erase(person_of(EMAIL))
    assert by_path(find(person_of(EMAIL))) == before
    assert User.objects.filter(pk=jeanne.pk).exists()


def test_a_table_without_a_rule_stops_it_all(everywhere, monkeypatch, jeanne):
    monkeypatch.delitem(LINKS, "pedatech.Membership.user")
    with pytest.raises(Refused, match=r"pedatech\.Membership"):
        erase(person_of(EMAIL))
    assert User.objects.filter(pk=jeanne.pk).exists()


def test_somebody_else_keeps_everything(everywhere, chief):
    other = UserFactory(username="jean", email="jean@exemple.be")
    Membership.objects.create(space=everywhere["space"], user=other)
    erase(person_of(EMAIL), chief)
    assert User.objects.filter(pk=other.pk).exists()
    assert Membership.objects.get().user == other


def test_an_address_without_an_account(sites, chief):
    space = space_page(home_of(sites))
    Invitation.objects.create(space=space, email="invite@exemple.be", sent_at=timezone.now())
    assert by_path(find(person_of("Invite@Exemple.be"))) == {"pedatech.Invitation.email": 1}
    erase(person_of("invite@exemple.be"))
    assert find(person_of("invite@exemple.be")) == []


def test_refused(jeanne, chief):
    with pytest.raises(Refused, match="propre compte"):
        erase(person_of("cheffe@exemple.be"), chief)
    with pytest.raises(Refused, match="dernier compte administrateur"):
        erase(person_of("cheffe@exemple.be"))
    User.objects.create_superuser("deux", email="deux@exemple.be", password="x")
    erase(person_of("cheffe@exemple.be"))


@pytest.mark.parametrize("email", ["", "jeanne", "a@b", "x" * 300 + "@exemple.be", "a\x00@b.be"])
def test_what_is_no_address(db, email):
    with pytest.raises(ValidationError):
        person_of(email)


def test_a_name_in_a_private_text_is_asked_about(jeanne, sites, chief):
    space = space_page(home_of(sites))
    SpaceMessage.objects.create(space=space, text=f"Merci à {NAME}, sans qui rien ne serait.")
    rules = {
        (each.model._meta.label, each.rule.erase)
        for each in find(person_of(EMAIL))
        if not each.field
    }
    assert ("pedatech.SpaceMessage", Erase.ASK) in rules


def test_replaced():
    person = personal_data.Person("a@b.be", (), ("Ana Bé",))
    assert replaced("A@b.be", person) == ""
    assert replaced("ana bé", person) == "Nom effacé"
    assert replaced("à A@B.be ou a@b.be.", person) == "à [adresse effacée] ou [adresse effacée]."
    assert replaced("Ana Bé chante", person) == "Ana Bé chante"


# --- Given out -----------------------------------------------------------------------------------


def test_the_export_is_whole_and_readable(everywhere, jeanne):
    with zipfile.ZipFile(io.BytesIO(export(person_of(EMAIL)))) as archive:
        data = json.loads(archive.read("donnees.json"))
        files = {name: archive.read(name) for name in archive.namelist() if "/" in name}
    assert data["adresse"] == EMAIL
    assert data["noms"] == [NAME]
    assert data["connexions ouvertes"] == 1
    told = {each["quoi"]: each["lignes"] for each in data["données"]}
    assert len(data["données"]) == len(find(person_of(EMAIL)))
    proposal = told["proposition de ressource : proposé par"][0]
    assert (proposal["titre"], proposal["état"]) == ("Mon outil", "À lire")
    assert list(files.values()) == [b"mon contenu"]
    assert next(iter(files)).endswith("mon outil.txt")
    text = json.dumps(data)
    assert jeanne.password not in text
    assert Invitation.objects.get().nonce not in text


# --- The command ---------------------------------------------------------------------------------


def run(*args: str, **options) -> str:
    out = io.StringIO()
    call_command("personal_data", *args, stdout=out, **options)
    return out.getvalue()


def test_the_command_shows_before_it_acts(everywhere, jeanne, tmp_path):
    said = run("erase", EMAIL)
    assert "1 × proposition de ressource : proposé par : effacé" in said
    assert "Rien n’est changé" in said
    assert User.objects.filter(pk=jeanne.pk).exists()
    path = tmp_path / "jeanne.zip"
    run("export", EMAIL, file=str(path))
    assert zipfile.is_zipfile(path)
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="existe déjà"):
        run("export", EMAIL, file=str(path))
    assert "C’est fait" in run("erase", EMAIL, write=True)
    assert not User.objects.filter(pk=jeanne.pk).exists()
    assert "Rien ne nomme" in run("erase", "personne@exemple.be")
    with pytest.raises(CommandError, match="adresse e-mail"):
        run("erase", "jeanne")
    with pytest.raises(CommandError, match="dernier compte"):
        run("erase", "cheffe@exemple.be", write=True)


# --- The page ------------------------------------------------------------------------------------


@pytest.fixture
def desk(chief) -> Client:
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(chief)
    return client


def test_the_page_finds_gives_out_and_erases(everywhere, desk, jeanne):
    assert "Chercher" in desk.get(ADDRESS).content.decode()
    asked = {"email": EMAIL, "name": NAME}
    answer = desk.post(ADDRESS, {**asked, "action": "chercher"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "proposition de ressource : proposé par" in text
    assert "Durieux" in text
    packed = desk.post(ADDRESS, {**asked, "action": "exporter"})
    assert packed["Content-Type"] == "application/zip"
    wrong = desk.post(ADDRESS, {**asked, "action": "effacer", "confirmation": "autre@exemple.be"})
    assert (wrong.status_code, User.objects.filter(pk=jeanne.pk).exists()) == (422, True)
    assert "encore une fois" in wrong.content.decode()
    done = desk.post(ADDRESS, {**asked, "action": "effacer", "confirmation": EMAIL}, follow=True)
    assert "C’est fait" in done.content.decode()
    assert not User.objects.filter(pk=jeanne.pk).exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"email": "jeanne", "action": "chercher"},
        {"email": EMAIL},
        {"email": EMAIL, "action": "x"},
        {"email": "\x00@b.be", "action": "effacer"},
        {"email": EMAIL, "name": "n" * 500, "action": "chercher"},
    ],
)
def test_bad_input_is_told(desk, data):
    answer = desk.post(ADDRESS, data)
    assert answer.status_code == 422
    assert "desk__error" in answer.content.decode()


def test_ones_own_account_is_refused_in_words(desk):
    data = {"email": "cheffe@exemple.be", "action": "effacer", "confirmation": "cheffe@exemple.be"}
    answer = desk.post(ADDRESS, data)
    assert answer.status_code == 422
    assert "propre compte" in answer.content.decode()


@pytest.mark.parametrize("address", [ADDRESS, "/gestion/vie-privee/durees/"])
def test_administrators_only(sites, address):
    from django.contrib.auth.models import Group

    client = Client(headers={"host": HOSTS["interfede"]})
    assert client.get(address).status_code == 302
    client.force_login(UserFactory(groups=[Group.objects.get(name="Publication interfede.be")]))
    assert client.get(address).status_code in (302, 403)
