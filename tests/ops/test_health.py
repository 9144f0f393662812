"""Probes, logs, read-only mode, a database that is down."""

from __future__ import annotations

import json
import logging

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from config import health, logs
from config.middleware import ProxyMiddleware
from home import content, counters
from home.models import DailyCount
from home.views import server_error
from search.health import health as search_health
from tests.support import PublicClient


@pytest.fixture
def ready(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path / "media"

    def ask() -> tuple[int, dict]:
        answer = PublicClient("cisp.localhost").get("/readyz")
        assert answer["Cache-Control"].startswith("max-age=0")
        return answer.status_code, answer.json()

    return ask


def test_ready_when_all_is_well(ready):
    status, said = ready()
    assert (status, said["status"], said["read_only"]) == (200, "ok", False)
    assert set(said["checks"].values()) == {"ok"}
    assert set(said["checks"]) == {"database", "migrations", "cache", "media", "search"}


def _fail(*args, **kwargs):
    raise OperationalError("secret: host=10.0.0.3")


def test_without_the_database_not_ready_but_alive(ready, monkeypatch):
    monkeypatch.setattr(health, "_database", _fail)
    status, said = ready()
    assert (status, said["status"]) == (503, "unavailable")
    assert said["checks"]["database"] == said["checks"]["migrations"] == "failed"
    assert "10.0.0.3" not in json.dumps(said)
    assert Client(headers={"host": "cisp.localhost"}).get("/healthz").status_code == 200


def test_with_migrations_that_wait_not_ready(ready, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(
        health.MigrationExecutor, "migration_plan", lambda self, targets: [("home", False)]
    )
    status, said = ready()
    assert (status, said["checks"]["migrations"]) == (503, "failed")


@pytest.mark.parametrize("part", ["cache", "media", "search"])
def test_ready_but_degraded_without(ready, monkeypatch, part):
    if part == "search":
        monkeypatch.setattr(type(search_health()), "is_down", True)
    else:
        monkeypatch.setattr(health, f"_{part}", _fail)
    status, said = ready()
    assert (status, said["status"], said["checks"][part]) == (200, "degraded", "failed")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "10.1.2.3", "[::1]:8000"])
def test_a_probe_asks_by_number(db, settings, host, path):
    """A container's own check does not know the names of the sites."""
    settings.ALLOWED_HOSTS = list(settings.SITE_HOSTS.values())
    assert Client(headers={"host": host}).get(path).status_code == 200
    assert Client(headers={"host": host}).get("/").status_code in (301, 400)


# --- The database is down ------------------------------------------------------------------------


def test_a_database_that_does_not_answer_is_503_and_says_so(rf):
    request = rf.get("/", headers={"host": "cisp.localhost"})
    try:
        raise OperationalError("connection refused")
    except OperationalError:
        answer = server_error(request)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Essayez encore" in answer.content.decode()
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        assert server_error(request).status_code == 500


def test_a_page_of_a_database_that_is_down(sites, monkeypatch):
    visitor = Client(headers={"host": "cisp.localhost"}, raise_request_exception=False)
    with monkeypatch.context() as during:
        during.setattr(connection, "cursor", _fail)
        answer = visitor.get("/")
    assert answer.status_code == 503
    assert "Le site fait une pause" in answer.content.decode()
    content.forget()  # else the next test is told for a second what was before


# --- Read-only -----------------------------------------------------------------------------------


def test_read_only_reads_and_says_why_it_writes_nothing(sites, settings):
    settings.READ_ONLY = True
    visitor = Client(headers={"host": "cisp.localhost"})
    assert visitor.get("/").status_code == 200
    for path in ("/", "/gestion/login/", "/connexion/"):
        answer = visitor.post(path, {"x": "1"})
        assert answer.status_code == 503
        assert answer["Retry-After"]
        assert "lecture seule" in answer.content.decode()
    answer = visitor.post("/", headers={"Accept": "application/json"})
    assert "lecture seule" in answer.json()["erreur"]
    assert PublicClient("cisp.localhost").get("/readyz").json()["read_only"] is True


def test_counts_wait_while_nothing_is_written(db, settings):
    settings.READ_ONLY = True
    counters.count("telechargement", "1")
    assert counters.flush() == 0
    settings.READ_ONLY = False
    assert counters.flush() == 1
    assert DailyCount.objects.get(key="1").count == 1


# --- Logs ----------------------------------------------------------------------------------------


def entry(message: str, *args, **more) -> dict:
    record = logging.LogRecord("home", logging.ERROR, __file__, 1, message, args, None)
    for name, value in more.items():
        setattr(record, name, value)
    line = logs.JsonFormatter().format(record)
    assert "\n" not in line
    return json.loads(line)


def test_a_line_is_json_and_tells_nothing_of_the_visitor():
    request = RequestFactory().get(
        "/formations/?lat=50.1&q=mon+nom",
        REMOTE_ADDR="192.0.2.7",
        headers={"host": "cisp.localhost"},
    )
    said = entry("Not Found: %s", "/é", request=request, status_code=404)
    assert said["message"] == "Not Found: /é"
    assert (said["method"], said["path"], said["status"]) == ("GET", "/formations/", 404)
    assert "192.0.2.7" not in json.dumps(said)
    assert "50.1" not in json.dumps(said)


def test_a_failure_brings_its_traceback_on_the_same_line():
    try:
        raise ZeroDivisionError("oh\nno")
    except ZeroDivisionError as error:
        said = entry("broken", exc_info=(type(error), error, error.__traceback__))
    assert "ZeroDivisionError" in said["error"]


# --- Behind a proxy ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "198.51.100.9", "10.0.0.2"),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "6.6.6.6, 198.51.100.9", "198.51.100.9"),
        (2, "6.6.6.6, 198.51.100.9, 10.0.0.1", "198.51.100.9"),
        (1, "", "10.0.0.2"),
        (3, "198.51.100.9", "10.0.0.2"),
    ],
)
def test_a_visitor_cannot_choose_the_address_that_is_braked(settings, rf, proxies, header, address):
    settings.PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.2", headers={"X-Forwarded-For": header})
    ProxyMiddleware(lambda each: None)(request)
    assert request.META["REMOTE_ADDR"] == address
