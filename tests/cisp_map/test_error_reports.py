"""«Signaler une erreur»: two questions, a task, an acknowledgement, and then forgotten (C-31)."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from cisp_map.models import ErrorReport
from cisp_map.upkeep.reports import PER_ADDRESS, PER_PAGE
from tests.factories import TrainingSitePageFactory, UserFactory
from tests.support import HOSTS, Html

GOOD = {"subject": "telephone", "text": "Ce numéro ne répond plus."}


@pytest.fixture
def site(finder):
    return TrainingSitePageFactory()


@pytest.fixture
def address(site):
    return f"{site.url}signaler/"


def test_the_page_leads_to_it(cisp_client, site, address):
    html = Html(cisp_client.get(site.url))
    assert [each for each in html.all("a") if each.attrs.get("href", "").endswith("/signaler/")]
    form = Html(cisp_client.get(address))
    assert form.title.startswith("Signaler une erreur")
    assert form.meta("robots") == "noindex, follow"
    names = {each.attrs.get("name") for each in form.elements if each.inside(class_="update__form")}
    assert {"subject", "text", "site_web"} <= names
    assert not names & {"email", "name"}


def test_a_report_becomes_a_task(cisp_client, site, address):
    response = cisp_client.post(address, GOOD)
    assert response.status_code == 302
    assert "Merci" in Html(cisp_client.get(response["Location"])).one("main").text
    report = ErrorReport.objects.get()
    assert (report.page_id, report.subject, report.done_at) == (site.pk, "telephone", None)
    editor = Client(headers={"host": HOSTS["interfede"]})
    editor.force_login(UserFactory(groups=[Group.objects.get(name="Rédaction cisp.be")]))
    page = Html(editor.get(reverse("cisp_map_reports")))
    assert "Ce numéro ne répond plus." in page.one("main").text
    editor.post(reverse("cisp_map_report_done", args=[report.pk]))
    report.refresh_from_db()
    assert report.done_at
    assert "Rien à traiter." in Html(editor.get(reverse("cisp_map_reports"))).one("main").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choisissez ce qui est faux."),
        ({"subject": "x", "text": "y"}, "Choisissez une réponse de la liste."),
        ({"subject": "autre", "text": " "}, "Écrivez ce qui est faux."),
        ({"subject": "autre", "text": "a" * 1001}, "trop long"),
        ({"subject": "autre", "text": "\x00"}, ""),
    ],
)
def test_bad_input_is_explained(cisp_client, address, data, sentence):
    response = cisp_client.post(address, data)
    assert response.status_code == 400
    assert sentence in Html(response).one("main").text
    assert ErrorReport.objects.count() == 0


def test_a_machine_is_thanked_and_ignored(cisp_client, address):
    assert cisp_client.post(address, GOOD | {"site_web": "http://spam.example"}).status_code == 302
    assert ErrorReport.objects.count() == 0


def test_one_address_writes_a_few_times(cisp_client, address):
    for _ in range(PER_ADDRESS):
        assert cisp_client.post(address, GOOD).status_code == 302
    response = cisp_client.post(address, GOOD)
    assert response.status_code == 429
    assert "Réessayez dans une heure" in Html(response).one("main").text
    assert "Ce numéro ne répond plus." in response.content.decode()
    assert ErrorReport.objects.count() == PER_ADDRESS


def test_one_page_receives_a_few(site, address):
    for number in range(PER_PAGE + 1):
        client = Client(headers={"host": HOSTS["cisp"]}, REMOTE_ADDR=f"10.0.0.{number}")
        status = client.post(address, GOOD).status_code
    assert status == 429
    assert ErrorReport.objects.count() == PER_PAGE


def test_a_prison_has_no_such_page(cisp_client, finder):
    page = TrainingSitePageFactory(in_prison=True)
    assert cisp_client.get(f"{page.url}signaler/").status_code == 404


def test_what_is_typed_is_text(cisp_client, address):
    cisp_client.post(address, GOOD | {"text": "<script>alert(1)</script>"})
    editor = Client(headers={"host": HOSTS["interfede"]})
    editor.force_login(UserFactory(is_superuser=True))
    assert "<script>alert" not in editor.get(reverse("cisp_map_reports")).content.decode()
