"""The page of an event: programme, speakers, documents, album, calendar; afterwards its archive."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import PageViewRestriction

from home.documents import process
from home.models import EventPage
from tests.factories import EventPageFactory, SiteImageFactory
from tests.files import make_document, make_pdf
from tests.support import Html

BRUSSELS = ZoneInfo("Europe/Brussels")
START = datetime(2050, 6, 10, 9, 30, tzinfo=BRUSSELS)


@pytest.fixture
def event(sites) -> EventPage:
    page = EventPageFactory(
        title="Table ronde </script>",
        slug="table-ronde",
        parent=sites["interfede"].root_page,
        starts_at=START,
        ends_at=START + timedelta(hours=3),
        place="Namur",
        speakers="Une directrice, Centre d’essai\n\n Un formateur ",
        registration_url="https://example.org/inscription",
    )
    document = make_document(make_pdf(["Le mot rare : hippocampe."]), title="Exposés")
    process(document)
    page.programme = [
        ("item", {"time": time(9, 30), "title": "Accueil", "speaker": ""}),
        ("item", {"time": None, "title": "Débat", "speaker": "Une directrice"}),
    ]
    page.documents = [("document", document)]
    image = SiteImageFactory(credit="Une photographe")
    image.decorative, image.contextual_alt_text = False, "La salle"
    page.album = [("photo", {"image": image, "caption": "La salle"})]
    page.save_revision().publish()
    return page


def test_the_page_tells_programme_speakers_documents_and_photos(event, interfede_client):
    html = Html(interfede_client.get("/table-ronde/"))
    lines = [each.text for each in html.all("li") if each.inside(class_="programme")]
    assert lines == ["9 h 30 Accueil", "Débat Une directrice"]
    text = html.one("main").text
    for words in ("Accueil", "Un formateur", "Télécharger Exposés", "© Une photographe"):
        assert words in text
    assert html.one("a", href="https://example.org/inscription").text == "S’inscrire en ligne"
    assert html.one("a", href="/table-ronde/evenement.ics")


def test_a_past_event_is_an_archive(event, interfede_client):
    event.starts_at = event.ends_at = timezone.now() - timedelta(days=2)
    event.save_revision().publish()
    html = Html(interfede_client.get("/table-ronde/"))
    assert html.one("div", "message").text == "Cet événement est passé."
    assert html.all("a", href="https://example.org/inscription") == []
    assert "Télécharger Exposés" in html.one("main").text


def test_the_calendar_has_the_time_of_brussels(event, interfede_client):
    response = interfede_client.get("/table-ronde/evenement.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"DTSTART;TZID=Europe/Brussels:20500610T093000" in response.content
    assert b"BEGIN:VTIMEZONE" in response.content
    found = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    assert [each["summary"] for each in found] == ["Table ronde </script>"]
    assert found[0].end == START + timedelta(hours=3)


def test_the_calendar_of_a_private_event_is_private(event, interfede_client):
    restriction = PageViewRestriction.objects.create(
        page=event, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.first())
    for path in ("/table-ronde/", "/table-ronde/evenement.ics"):
        assert interfede_client.get(path).status_code == 302
    restriction.delete()
    event.unpublish()
    assert interfede_client.get("/table-ronde/evenement.ics").status_code == 404


def test_the_data_for_machines(event, interfede_client):
    response = interfede_client.get("/table-ronde/")
    script = Html(response).one("script", type="application/ld+json").text
    data = json.loads(script)
    assert (data["@type"], data["name"]) == ("Event", "Table ronde </script>")
    assert data["startDate"] == "2050-06-10T09:30:00+02:00"
    assert [each["name"] for each in data["performer"]] == ["Une directrice", "Un formateur"]
    assert data["offers"]["url"] == "https://example.org/inscription"


def test_an_event_is_found_by_its_speakers_and_its_documents(event, interfede_client):
    for words in ("formateur", "hippocampe", "débat"):
        body = interfede_client.get("/recherche/", {"q": words}).content.decode()
        assert "/table-ronde/" in body, words
