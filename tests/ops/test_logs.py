"""Logs without persons: a journey with names, addresses and positions leaves none of them (R-20);
the history of the admin is a file that no spreadsheet runs.
"""

from __future__ import annotations

import csv
import io
import json
import logging

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.models import PageLogEntry

from config import logs
from tests.factories import UserFactory
from tests.support import BROWSER, HOSTS

EMAIL = "jeanne.durieux@exemple.be"
VISITOR = "198.51.100.23"
VISITOR_6 = "2001:db8:85a3::8a2e:370:7334"
STREET = "rue des Mimosas 27"
SECRETS = (EMAIL, EMAIL.replace("@", "%40"), VISITOR, VISITOR_6, "Mimosas", "50.4711", "Durieux")


@pytest.fixture(params=["json", "text"])
def lines(request):
    """What production would write, with every level of every library."""
    config = logs.logging_config(request.param, "DEBUG")
    named = dict(config["formatters"][request.param])
    make = {"json": logs.JsonFormatter, "text": logs.TextFormatter}[request.param]
    assert named.pop("()").rsplit(".", 1)[1] == make.__name__
    options = {"fmt": named["format"], "style": named["style"]} if named else {}
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(make(**options))
    loggers = [logging.getLogger(name) for name in ("", "django")]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.addHandler(handler)
        each.setLevel(logging.DEBUG)
    # Statements of the database are logged with DEBUG alone, which production never has.
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    yield stream
    for each, level in zip(loggers, levels, strict=True):
        each.removeHandler(handler)
        each.setLevel(level)
    logging.getLogger("django.db.backends").setLevel(logging.NOTSET)


def visitor(host: str, **more) -> Client:
    return Client(
        headers={"host": HOSTS[host], "user-agent": BROWSER, "x-forwarded-for": VISITOR_6},
        raise_request_exception=False,
        REMOTE_ADDR=VISITOR,
        **more,
    )


def test_a_journey_leaves_nobody_in_the_logs(sites, lines, monkeypatch, settings):
    settings.ALLOWED_HOSTS = list(settings.SITE_HOSTS.values())
    cisp, pedatech = visitor("cisp"), visitor("pedatech", enforce_csrf_checks=True)
    user = UserFactory(username=EMAIL, email=EMAIL, last_name="Durieux")
    cisp.get("/recherche/", {"q": f"{EMAIL} Durieux"})
    cisp.get("/formations/", {"lieu": STREET, "lat": "50.4711", "lon": "4.86"})
    cisp.get("/formations/", {"rayon": STREET})
    cisp.get("/api/formations.geojson", {"lat": "x", "lieu": STREET})
    cisp.get("/rien-ici/", {"q": EMAIL})
    cisp.get(f"/rien/{EMAIL}/")
    cisp.get("/rien/", headers={"referer": f"http://cisp.localhost/?q={EMAIL}"})
    cisp.post("/gestion/login/", {"username": EMAIL, "password": "Durieux"})
    visitor("pedatech").post("/connexion/", {"username": EMAIL, "password": "Durieux"})
    visitor("pedatech").post("/mot-de-passe/", {"email": EMAIL})
    pedatech.post("/connexion/", {"username": EMAIL, "password": "Durieux"})  # no token: 403
    visitor("pedatech").get("/", headers={"host": "mechant.example"})
    member = visitor("pedatech")
    member.force_login(user)
    member.get("/proposer/nouvelle/")
    member.get("/gestion/")

    def down(*args, **kwargs):
        raise ValueError(f"Key (email)=({EMAIL}) exists at {VISITOR}, /x/?q={EMAIL}&lat=50.4711")

    monkeypatch.setattr("search.views.Search", down)
    assert cisp.get("/recherche/", {"q": EMAIL}).status_code == 500
    written = lines.getvalue()
    assert "ValueError" in written
    assert "/rien-ici/" in written
    found = {secret for secret in SECRETS if secret.lower() in written.lower()}
    assert found == set(), "\n".join(
        line for line in written.splitlines() if any(each in line for each in found)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from a.b+c@mail.example.be!", "from [e-mail]!"),
        ("a%40b.be", "[e-mail]"),
        ("at 192.0.2.7:443 down", "at [adresse]:443 down"),
        ("peer 2001:db8:85a3::8a2e:370:7334 down", "peer [adresse] down"),
        ("GET /recherche/?q=mon+nom&page=2 HTTP/1.1", "GET /recherche/?[…] HTTP/1.1"),
        # What tells nobody stays readable.
        ("at 2026-11-24 12:30:45, version 5.2.19", "at 2026-11-24 12:30:45, version 5.2.19"),
        ('File "home/counters.py", line 58, in run', 'File "home/counters.py", line 58, in run'),
        ("Pourquoi ? Parce que.", "Pourquoi ? Parce que."),
    ],
)
def test_what_is_taken_out(text, said):
    assert logs.without_persons(text) == said


def test_json_lines_stay_json():
    record = logging.LogRecord("home", logging.ERROR, __file__, 1, f'"{EMAIL}"', (), None)
    assert json.loads(logs.JsonFormatter().format(record))["message"] == '"[e-mail]"'


# --- The history of the admin --------------------------------------------------------------------


def test_the_history_is_exported_without_formulas(sites):
    chief = get_user_model().objects.create_superuser("cheffe", password="x", first_name="=1+1")
    page = sites["cisp"].root_page
    page.draft_title = '=HYPERLINK("http://mechant.example")'
    PageLogEntry.objects.log_action(page, "wagtail.edit", user=chief)
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(chief)
    answer = client.get("/gestion/reports/site-history/", {"export": "csv"})
    assert answer["Content-Type"] == "text/csv"
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    cells = [cell for row in rows for cell in row]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(("value", "kept"), [("=1", "'=1"), ("été", "été"), (-3, -3), (None, None)])
def test_every_export_of_the_admin_is_safe(value, kept):
    view = SpreadsheetExportMixin()
    assert view.preprocess_field_value("title", value, "csv") == kept
    assert view.preprocess_field_value("title", value, "xlsx") == value
