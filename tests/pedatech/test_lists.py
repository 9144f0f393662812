"""Lists: in the address for everybody, in the account for who signed in (P-17)."""

from __future__ import annotations

import pytest
from django.test import Client

from pedatech.models import SavedResource
from tests.factories import UserFactory
from tests.factories.pedatech import ResourcePageFactory
from tests.support import HOSTS, Html


@pytest.fixture
def pages(catalogue):
    return [ResourcePageFactory(title=f"Choix {number}") for number in range(3)]


def test_the_address_is_the_list(pages, pedatech_client):
    first, _, third = pages
    html = Html(pedatech_client.get(f"/catalogue/liste/?ids={third.pk},{first.pk},{third.pk}"))
    assert [each.text for each in html.all("h2", "tool__title")] == ["Choix 2", "Choix 0"]
    assert html.one("input", id="adresse").attrs["value"].endswith(f"?ids={third.pk},{first.pk}")
    assert html.all("svg", "qr")
    remove = [each.attrs["href"] for each in html.all("a") if each.inside(class_="tool__remove")]
    assert remove == [f"/catalogue/liste/?ids={first.pk}", f"/catalogue/liste/?ids={third.pk}"]
    assert html.meta("robots") == "noindex, follow"


def test_deleted_and_private_resources_are_no_longer_offered(pages, pedatech_client):
    gone = pages[0].pk
    pages[0].delete()
    pages[1].unpublish()
    text = pedatech_client.get(f"/catalogue/liste/?ids={gone},{pages[1].pk},{pages[2].pk},999999")
    text = " ".join(text.content.decode().split())
    assert "3&nbsp;ressources de cette liste ne sont plus proposées." in text
    assert f"La ressource {gone} n’est plus proposée." in text
    assert "Choix 1" not in text
    assert "Choix 2" in text


@pytest.mark.parametrize("ids", ["abc", "1;2", "-4", "1," * 3 + "x", "9" * 30, "²"])
def test_an_unreadable_list_gets_a_sentence(catalogue, pedatech_client, ids):
    response = pedatech_client.get("/catalogue/liste/", {"ids": ids})
    assert response.status_code == 200
    assert "Cette adresse de liste est abîmée" in response.content.decode()


def test_an_empty_list_leads_to_the_catalogue(catalogue, pedatech_client):
    assert "Votre liste est vide" in pedatech_client.get("/catalogue/liste/").content.decode()


def test_the_catalogue_carries_the_list_without_javascript(pages, pedatech_client):
    first, second, _ = pages
    html = Html(pedatech_client.get(f"/catalogue/?liste={first.pk}&genre=outil"))
    add = {each.attrs["href"] for each in html.all("a") if "Ajouter à ma liste" in each.text}
    assert f"/catalogue/liste/?ids={first.pk},{second.pk}" in add
    assert (
        "Dans votre liste" in pedatech_client.get(f"/catalogue/?liste={first.pk}").content.decode()
    )


@pytest.fixture
def trainer(catalogue):
    client = Client(headers={"host": HOSTS["pedatech"]})
    client.force_login(UserFactory(username="formatrice"))
    return client


def test_a_signed_in_person_keeps_the_list_in_the_account(pages, trainer):
    first, second, _ = pages
    page = trainer.get(f"/catalogue/liste/?ids={first.pk}").content.decode()
    assert "Garder dans mon compte" in page
    answer = trainer.post("/catalogue/liste/enregistrer/", {"ids": f"{first.pk},{second.pk},999"})
    assert (answer.status_code, answer["Location"]) == (302, "/catalogue/liste/")
    assert SavedResource.objects.count() == 2
    text = trainer.get("/catalogue/liste/").content.decode()
    assert "Choix 0" in text
    assert "gardée dans votre compte" in text
    other = Client(headers={"host": HOSTS["pedatech"]})
    other.force_login(UserFactory(username="autre"))
    assert "Choix 0" not in other.get("/catalogue/liste/").content.decode()
    trainer.post("/catalogue/liste/enregistrer/", {"ids": "", "action": "vider"})
    assert not SavedResource.objects.exists()


def test_saving_needs_an_account_a_post_and_the_token(pages, trainer, pedatech_client):
    url = "/catalogue/liste/enregistrer/"
    assert pedatech_client.post(url, {"ids": "1"}).status_code == 403
    assert trainer.get(url).status_code == 405
    assert trainer.post(url, {"ids": "x"}).status_code == 400
    strict = Client(enforce_csrf_checks=True, headers={"host": HOSTS["pedatech"]})
    strict.force_login(UserFactory(username="stricte"))
    assert strict.post(url, {"ids": "1"}).status_code == 403
    assert not SavedResource.objects.exists()
