"""The screens of the listing: who may, what they say, what they refuse (C-26, S-03)."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cisp_map.demo import load_vocabulary
from cisp_map.listing import reading, runs
from cisp_map.models import ListedSite, ListingImport, TrainingSitePage
from home.demo import load_organisations
from tests.factories import UserFactory
from tests.factories.listing import LISTING, as_csv, as_xlsx, row, rows
from tests.support import HOSTS, Html

State = ListingImport.State
INDEX = "/gestion/listing/"


@pytest.fixture
def world(finder):
    load_organisations()
    load_vocabulary()
    return finder


def signed_in(user, **options) -> Client:
    client = Client(headers={"host": HOSTS["interfede"]}, **options)
    client.force_login(user)
    return client


@pytest.fixture
def publisher(world):
    return UserFactory(groups=[Group.objects.get(name="Publication cisp.be")])


@pytest.fixture
def client(publisher):
    return signed_in(publisher)


def send(client: Client, content: bytes, name: str = "listing.csv"):
    """Send a file; what is handed to the background has run when this returns."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(INDEX, {"file": SimpleUploadedFile(name, content)})


def act(client: Client, run: ListingImport, action: str, **data):
    """Press a button; returns the page to which it leads, after the background."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post(f"{INDEX}{run.pk}/{action}/", data)
    return client.get(answer["Location"]) if answer.status_code == 302 else answer


def last() -> ListingImport:
    return ListingImport.objects.latest("pk")


def text(response) -> str:
    """The words of the page, blanks as one."""
    return " ".join(Html(response).one("main").text.split())


# --- Who may -----------------------------------------------------------------------------------

ADDRESSES = [
    ("get", ""),
    ("post", ""),
    ("get", "aide/"),
    ("get", "points/"),
    ("post", "points/{site}/"),
    ("get", "{run}/"),
    ("get", "{run}/etat/"),
    ("get", "{run}/rapport.xlsx"),
    ("get", "{run}/rapport.csv"),
    ("post", "{run}/confirmer/"),
    ("post", "{run}/abandonner/"),
    ("post", "{run}/colonnes/"),
]
STRANGERS = [
    "Rédaction cisp.be",
    "Publication interfede.be",
    "Rédaction interfede.be",
    "Publication pedatechcisp.be",
    "Rédaction pedatechcisp.be",
    None,
]


@pytest.mark.parametrize("group", STRANGERS)
def test_others_may_nothing(world, group):
    run = runs.receive(as_csv([row()]), "x.csv", None)
    runs.prepare(run)
    user = UserFactory(groups=[Group.objects.get(name=group)] if group else [])
    client = signed_in(user)
    assert "Listing annuel" not in client.get("/gestion/").content.decode()
    for method, path in ADDRESSES:
        address = INDEX + path.format(run=run.pk, site=1)
        answer = getattr(client, method)(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith(("/gestion/", "/connexion/")), address
        assert not answer["Location"].startswith(INDEX), address
    run.refresh_from_db()
    assert (run.state, ListingImport.objects.count()) == (State.READY, 1)


def test_visitors_must_sign_in(world):
    for method, path in ADDRESSES:
        answer = getattr(Client(headers={"host": HOSTS["cisp"]}), method)(
            INDEX + path.format(run=1, site=1)
        )
        assert answer.status_code == 302
        assert "/gestion/login/" in answer["Location"]


def test_publishers_of_the_finder_and_administrators_may(client, world):
    assert client.get(INDEX).status_code == 200
    assert "Listing annuel" in client.get("/gestion/").content.decode()
    assert signed_in(UserFactory(is_superuser=True)).get(INDEX).status_code == 200


# --- The way of a file -------------------------------------------------------------------------


def test_from_the_file_to_the_pages(client, publisher):
    answer = send(client, LISTING.read_bytes(), "cisp_sites.csv")
    run = last()
    assert answer["Location"] == f"{INDEX}{run.pk}/"
    shown = client.get(answer["Location"])
    said = text(shown)
    assert "56 lignes lues" in said
    assert "L’import crée ou change 50 lieux" in said
    assert TrainingSitePage.objects.count() == 0
    refused = client.get(f"{INDEX}{run.pk}/?genre=refus")
    assert "Le code postal manque" in text(refused)
    assert "Le Germoir" not in text(refused)
    said = text(act(client, run, "confirmer"))
    assert "lieux créés 50," in said
    assert TrainingSitePage.objects.count() == 50
    assert TrainingSitePage.objects.filter(owner=publisher).count() == 50
    assert "créés 50, changés 0, retirés 0" in text(client.get(INDEX))


def test_the_screens_of_every_state(client):
    send(client, as_csv([row()]))
    run = last()
    for state in State:
        ListingImport.objects.filter(pk=run.pk).update(state=state, step_at=timezone.now())
        answer = client.get(f"{INDEX}{run.pk}/")
        assert answer.status_code == 200, state
        page = Html(answer)
        assert len(page.all("h1")) == 1, state
    ListingImport.objects.filter(pk=run.pk).update(
        state=State.PREPARING, points_done=3, points_total=12
    )
    answer = client.get(f"{INDEX}{run.pk}/")
    bar = Html(answer).one("progress")
    assert (bar.attrs["value"], bar.attrs["max"]) == ("3", "12")
    assert "Actualiser cette page" in text(answer)  # without JavaScript
    part = client.get(f"{INDEX}{run.pk}/etat/")
    assert Html(part).one("progress").attrs["value"] == "3"
    assert client.get(f"{INDEX}{run.pk + 1}/").status_code == 404
    assert client.post(f"{INDEX}{run.pk}/inconnu/").status_code == 404


def test_ticks_take_places_offline_and_decide_conflicts(client):
    send(client, as_csv([row(phone="081 11 11 11"), row(site_id="X2", name="Parti")]))
    act(client, last(), "confirmer")
    page = ListedSite.objects.get(reference="X1").page
    page.phone = "081 22 22 22"
    page.save_revision().publish()
    send(client, as_csv([row(phone="081 33 33 33")]))
    answer = client.get(f"{INDEX}{last().pk}/")
    ticks = [each.attrs["value"] for each in Html(answer).all("input", type="checkbox")]
    assert ticks == ["X2", "X1 phone"]
    assert not [
        each for each in Html(answer).all("input", type="checkbox") if "checked" in each.attrs
    ]
    act(client, last(), "confirmer", withdraw="X2", prefer_file="X1 phone")
    page.refresh_from_db()
    assert page.phone == "081 33 33 33"
    assert not ListedSite.objects.get(reference="X2").page.live


def test_a_file_with_other_names_of_columns(client):
    lines = [{"Qui": "Atelier", "Zone": "5000", "Où": "Namur", "Quoi": "Menuiserie"}]
    answer = send(client, as_csv(lines))
    page = client.get(answer["Location"])
    assert "Dites quelle colonne" in text(page)
    run = last()
    wrong = client.post(f"{INDEX}{run.pk}/colonnes/", {"name": "0", "postal_code": "0"})
    assert wrong.status_code == 422
    assert "déjà celle de" in text(wrong)
    assert "Choisissez la colonne." in text(wrong)
    columns = {"name": "0", "postal_code": "1", "locality": "2", "trades": "3"}
    said = text(act(client, run, "colonnes", **columns))
    assert "crée ou change 1 lieu," in said
    act(client, run, "confirmer")
    page = TrainingSitePage.objects.get()
    assert (page.title, page.offers.get().trade.name) == ("Atelier", "Menuiserie")


def test_columns_may_be_chosen_anew(client):
    send(client, as_csv([row(phone="081 11 11 11")]))
    run = last()
    assert "Dites quelle colonne" in text(act(client, run, "changer-colonnes"))
    columns = {"name": "1", "postal_code": "2", "locality": "3", "reference": "0"}
    act(client, run, "colonnes", **columns)
    act(client, run, "confirmer")
    assert TrainingSitePage.objects.get().phone == ""


def test_an_interrupted_import_goes_on(client, monkeypatch):
    send(client, as_csv([row()]))
    run = last()
    monkeypatch.setattr(runs, "start", lambda _: None)
    act(client, run, "confirmer")
    host = runs.process_name().rpartition(":")[0]
    ListingImport.objects.filter(pk=run.pk).update(process=f"{host}:999999999")
    assert "Import interrompu" in text(client.get(f"{INDEX}{run.pk}/"))
    assert "Interrompu" in text(client.get(INDEX))
    monkeypatch.undo()
    assert "lieux créés 1," in text(act(client, run, "reprendre"))
    assert TrainingSitePage.objects.count() == 1


def test_an_import_may_be_given_up(client):
    send(client, as_csv([row()]))
    run = last()
    assert "Import abandonné" in act(client, run, "abandonner").content.decode()
    run.refresh_from_db()
    assert run.state == State.CANCELLED
    for action in ("confirmer", "simuler", "reprendre", "abandonner", "colonnes"):
        act(client, run, action)
    assert TrainingSitePage.objects.count() == 0


def test_two_editors_at_once_are_told(client, monkeypatch):
    send(client, as_csv([row()]), "premier.csv")
    first = last()
    send(client, as_csv([row(phone="081 11 11 11")]), "second.csv")
    monkeypatch.setattr(runs, "start", lambda _: None)
    act(client, first, "confirmer")
    answer = act(client, last(), "confirmer")
    assert "Un autre import est en cours : « premier.csv »" in answer.content.decode()
    last().refresh_from_db()
    assert (last().state, TrainingSitePage.objects.count()) == (State.READY, 0)


# --- What is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "x.csv", "vide"),
        (b"PK\x03\x04", "x.xlsx", "n’est pas un tableau"),
        (as_xlsx([["site_id", "name"], [1, 2]]), "x.xlsm", "macros"),
        (as_xlsx([list(range(1000))] * 2), "x.xlsx", "1000 colonnes"),
        (b"1,2,3\n4,5,6\n", "x.csv", "pas d’en-tête"),
        (b"\xd0\xcf\x11\xe0" * 200, "x.xls", "ancien"),
    ],
)
def test_a_wrong_file_is_told_beside_the_field(client, content, name, said):
    answer = send(client, content, name)
    assert answer.status_code == 422
    page = Html(answer)
    error = page.one(id="file-error")
    assert said in error.text
    assert page.one("input", type="file").attrs["aria-invalid"] == "true"
    assert not ListingImport.objects.exists()


def test_a_form_without_a_file(client):
    answer = client.post(INDEX, {})
    assert answer.status_code == 422
    assert Html(answer).one(id="file-error").text == "Choisissez un fichier."


class Unreadable(io.BytesIO):
    """The body of a request that nobody may read."""

    def read(self, *_args):
        raise AssertionError("the body was read")


@pytest.mark.parametrize("checks", [True, False])
def test_what_is_announced_as_too_large_is_not_read(publisher, checks):
    client = signed_in(publisher, enforce_csrf_checks=checks)
    answer = client.generic(
        "POST",
        INDEX,
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": "200000000", "wsgi.input": Unreadable()},
    )
    assert answer.status_code == 413
    assert Html(answer).one(id="file-error").text == reading.TOO_LARGE


def test_a_file_a_little_too_large_is_told(client, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 50)
    answer = send(client, as_csv(rows()))
    assert answer.status_code in (413, 422)
    assert Html(answer).one(id="file-error").text == reading.TOO_LARGE


def test_the_token_of_the_form_is_asked(publisher):
    client = signed_in(publisher, enforce_csrf_checks=True)
    assert send(client, as_csv([row()])).status_code == 403
    assert not ListingImport.objects.exists()


def test_buttons_are_no_links(client):
    send(client, as_csv([row()]))
    assert client.get(f"{INDEX}{last().pk}/confirmer/").status_code == 405
    assert client.post(f"{INDEX}{last().pk}/").status_code == 405


# --- Report, points, help ----------------------------------------------------------------------


def test_the_report_is_downloaded(client):
    send(client, as_csv([row(name="=1+1"), row(site_id="-2", name="+Atelier")]), "liste été.csv")
    for extension, kind in (("csv", "text/csv"), ("xlsx", "application/vnd.openxml")):
        answer = client.get(f"{INDEX}{last().pk}/rapport.{extension}")
        assert answer["Content-Type"].startswith(kind)
        assert f'filename="rapport-liste-ete.{extension}"' in answer["Content-Disposition"]
        assert "no-store" in answer["Cache-Control"]
    lines = client.get(f"{INDEX}{last().pk}/rapport.csv").content.decode("utf-8-sig").splitlines()
    assert "'-2;'+Atelier;Nouveau" in lines[-1]
    assert client.get(f"{INDEX}{last().pk}/rapport.pdf").status_code == 404


def test_points_are_checked_beside_the_map(client):
    send(client, as_csv([row(), row(site_id="X2", name="Sûr", lat="50.4669", lon="4.8675")]))
    act(client, last(), "confirmer")
    assert "Points à vérifier sur la carte (1)" in text(client.get(INDEX))
    page = client.get(f"{INDEX}points/")
    said = text(page)
    assert "Atelier du Pont" in said
    assert "Centre de la localité" in said
    assert "Sûr" not in said
    assert '"lat": 50.4' in page.content.decode()
    assert "Tous les points" in text(client.get(f"{INDEX}points/?fiabilite=loin"))
    assert client.get(f"{INDEX}points/?fiabilite=x&p=99").status_code == 200
    site = ListedSite.objects.get(reference="X1")
    answer = client.post(f"{INDEX}points/{site.pk}/", follow=True)
    assert "Point vérifié : Atelier du Pont." in answer.content.decode()
    assert "Tous les points ont été vérifiés." in text(answer)
    assert client.post(f"{INDEX}points/{site.pk}/").status_code == 404


def test_the_lists_cost_the_same_for_one_and_for_twenty(client):
    def queries(number: int) -> list[int]:
        TrainingSitePage.objects.all().delete()
        ListedSite.objects.all().delete()
        lines = [row(site_id=f"X{n}", name=f"Atelier {n}") for n in range(number)]
        send(client, as_csv(lines))
        run = last()
        found = []
        for confirmed, path in ((False, f"{run.pk}/"), (True, "points/")):
            if confirmed:
                act(client, run, "confirmer")
            with CaptureQueriesContext(connection) as captured:
                assert client.get(INDEX + path).status_code == 200
            found.append(len(captured))
        return found

    client.get(INDEX)
    assert queries(1) == queries(20)


def test_the_help_names_every_column(client):
    said = text(client.get(f"{INDEX}aide/"))
    for word in (
        "code postal",
        "filieres",
        "latitude",
        "Conflit",
        "Reprendre",
    ):
        assert word in said


def test_addresses(world):
    assert reverse("cisp_map_listing") == INDEX


def test_a_silent_import_of_another_machine_is_said_to_be_interrupted(client):
    send(client, as_csv([row()]))
    ListingImport.objects.update(
        state=State.APPLYING, process="ailleurs:1", step_at=timezone.now() - timedelta(hours=1)
    )
    assert "Import interrompu" in text(client.get(f"{INDEX}{last().pk}/"))
