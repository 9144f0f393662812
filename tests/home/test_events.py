"""The agenda: what is coming, when it becomes an archive, the calendar, the filters."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.utils import timezone

from home.models import EventIndexPage, EventPage
from tests.support import Html

BRUSSELS = ZoneInfo("Europe/Brussels")


def at(day: str, hour: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=BRUSSELS)


@pytest.fixture
def freeze(monkeypatch):
    """Stop the clock at a moment of Brussels."""

    def stop(day: str, hour: str = "10:00") -> None:
        moment = at(day, hour)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return stop


@pytest.fixture
def agenda(sites):
    page = EventIndexPage(title="Agenda", slug="rendez-vous")
    sites["interfede"].root_page.add_child(instance=page)
    return page


def add(agenda, title: str, starts: datetime, ends: datetime | None = None, **fields) -> EventPage:
    event = EventPage(title=title, starts_at=starts, ends_at=ends, **fields)
    agenda.add_child(instance=event)
    return event


def titles(response) -> list[str]:
    return [each.text for each in Html(response).all("h2", "agenda__title")]


def test_the_next_event_comes_first(agenda, interfede_client, freeze):
    freeze("2026-05-01")
    add(agenda, "Plus tard", at("2026-07-01"))
    add(agenda, "Bientôt", at("2026-05-10"))
    add(agenda, "Hier", at("2026-04-30"))
    assert titles(interfede_client.get("/rendez-vous/")) == ["Bientôt", "Plus tard"]
    assert titles(interfede_client.get("/rendez-vous/archives/")) == ["Hier"]


def test_an_event_becomes_an_archive_at_midnight_in_brussels(agenda, interfede_client, freeze):
    add(agenda, "Table ronde", at("2026-06-10", "09:00"), at("2026-06-10", "12:00"))
    # 23:59 in Brussels; in UTC the day is the same, one minute later it still is.
    freeze("2026-06-10", "23:59")
    assert titles(interfede_client.get("/rendez-vous/")) == ["Table ronde"]
    assert interfede_client.get("/rendez-vous/archives/").status_code == 200
    assert titles(interfede_client.get("/rendez-vous/archives/")) == []
    freeze("2026-06-11", "00:00")
    assert titles(interfede_client.get("/rendez-vous/")) == []
    assert titles(interfede_client.get("/rendez-vous/archives/")) == ["Table ronde"]


def test_an_event_of_several_days_stays_until_its_last(agenda, interfede_client, freeze):
    event = add(agenda, "Salon", at("2026-06-10"), at("2026-06-12", "18:00"))
    freeze("2026-06-12", "20:00")
    assert titles(interfede_client.get("/rendez-vous/")) == ["Salon"]
    assert not event.is_archived
    freeze("2026-06-13", "00:00")
    assert titles(interfede_client.get("/rendez-vous/")) == []
    assert event.is_archived


def test_the_archive_is_filtered_by_year_and_type(agenda, interfede_client, freeze):
    freeze("2026-05-01")
    add(agenda, "A", at("2024-03-14"), event_type="table-ronde")
    add(agenda, "B", at("2025-03-14"), event_type="table-ronde")
    add(agenda, "C", at("2025-04-14"), event_type="salon")
    # New Year's Eve in UTC, the first of January in Brussels.
    add(agenda, "D", datetime(2025, 12, 31, 23, 30, tzinfo=ZoneInfo("UTC")), event_type="salon")
    url = "/rendez-vous/archives/"
    assert titles(interfede_client.get(url)) == ["D", "C", "B", "A"]
    assert titles(interfede_client.get(url, {"annee": "2025"})) == ["C", "B"]
    assert titles(interfede_client.get(url, {"annee": "2026"})) == ["D"]
    assert titles(interfede_client.get(url, {"genre": "table-ronde"})) == ["B", "A"]
    assert titles(interfede_client.get(url, {"annee": "2024", "genre": "salon"})) == []


@pytest.mark.parametrize(
    "query",
    [
        {"annee": "1999"},
        {"annee": "vingt"},
        {"annee": "2024\x00"},
        {"genre": "bal"},
        {"page": "9"},
        {"page": "-1"},
        {"page": "x"},
    ],
)
def test_what_does_not_exist_is_not_found(agenda, interfede_client, query):
    add(agenda, "A", at("2024-03-14"))
    assert interfede_client.get("/rendez-vous/archives/", query).status_code == 404


def test_drafts_are_nowhere(agenda, interfede_client, freeze):
    freeze("2026-05-01")
    add(agenda, "Brouillon", at("2026-05-10"), live=False)
    for path in ("", "archives/", "agenda.ics"):
        assert "Brouillon" not in interfede_client.get(f"/rendez-vous/{path}").content.decode()


def test_one_calendar_of_the_coming_events(agenda, interfede_client, freeze):
    freeze("2026-05-01")
    add(agenda, "Passé", at("2026-04-01"))
    event = add(
        agenda,
        "Assemblée, à Namur ; l’après-midi",
        at("2026-06-10", "13:30"),
        at("2026-06-10", "16:00"),
        place="Bourse de Namur",
    )
    response = interfede_client.get("/rendez-vous/agenda.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(response.content)
    assert [str(each["TZID"]) for each in calendar.walk("VTIMEZONE")] == ["Europe/Brussels"]
    (found,) = calendar.walk("VEVENT")
    assert str(found["SUMMARY"]) == event.title
    assert found["DTSTART"].dt == at("2026-06-10", "13:30")
    assert found["DTSTART"].params["TZID"] == "Europe/Brussels"
    assert found["DTEND"].dt == at("2026-06-10", "16:00")
    assert str(found["LOCATION"]) == "Bourse de Namur"
    assert str(found["URL"]).startswith("http://interfede.localhost")
    uid = str(found["UID"])
    event.title, event.slug = "Autre titre", "autre-adresse"
    event.save()
    again = icalendar.Calendar.from_ical(interfede_client.get("/rendez-vous/agenda.ics").content)
    assert [str(each["UID"]) for each in again.walk("VEVENT")] == [uid]


def test_an_empty_calendar_is_still_one(agenda, interfede_client):
    body = interfede_client.get("/rendez-vous/agenda.ics").content
    assert icalendar.Calendar.from_ical(body).walk("VEVENT") == []


def test_structured_data_cannot_close_its_element(agenda, interfede_client, freeze):
    freeze("2026-05-01")
    add(agenda, "</script><b>Fête</b>", at("2026-06-10"), place="Namur")
    response = interfede_client.get("/rendez-vous/")
    data = json.loads(Html(response).one("script", type="application/ld+json").text)
    (item,) = data["itemListElement"]
    assert item["item"]["name"] == "</script><b>Fête</b>"
    assert item["item"]["startDate"] == "2026-06-10T10:00:00+02:00"
    assert item["item"]["location"]["name"] == "Namur"


@pytest.mark.parametrize("path", ["", "archives/"])
def test_the_number_of_queries_does_not_grow(agenda, interfede_client, path, freeze):
    freeze("2026-05-01")
    step = timedelta(days=1 if not path else -1)

    def count() -> int:
        assert interfede_client.get(f"/rendez-vous/{path}").status_code == 200
        return len(interfede_client.queries)

    add(agenda, "Un", at("2026-05-01") + step, event_type="salon")
    count()
    one = count()
    for number in range(2, 20):
        add(agenda, f"Événement {number}", at("2026-05-01") + step * number)
    assert count() == one
    assert one <= 12
