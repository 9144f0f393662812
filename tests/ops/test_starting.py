"""A server that is set wrong says so in one line and does not start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.addresses import caches, database, frontend_cache
from tests.support import ROOT

HOSTS = {
    "CISP_HOST": "www.cisp.example",
    "INTERFEDE_HOST": "www.interfede.example",
    "PEDATECH_HOST": "www.pedatech.example",
}
SECRET = "0123456789abcdefghijklmnopqrstuvwxyz" * 2


def start(tmp_path: Path, *command: str, **environment: str) -> subprocess.CompletedProcess:
    (tmp_path / "static").mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "VAR_DIR": str(tmp_path),
            "SECRET_KEY": SECRET,
            **HOSTS,
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


WRONG = {
    "no secret": ({"SECRET_KEY": ""}, "SECRET_KEY"),
    "short secret": ({"SECRET_KEY": "secret"}, "SECRET_KEY"),
    "no database address": ({"DATABASE_URL": "base"}, "DATABASE_URL"),
    "unknown database": ({"DATABASE_URL": "oracle://u:hush@h/x"}, "DATABASE_URL"),
    "no port": ({"DATABASE_URL": "postgres://u:hush@h:port/x"}, "DATABASE_URL"),
    "folder missing": ({"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}, "DATABASE_URL"),
    "host of development": ({"CISP_HOST": "cisp.localhost"}, "CISP_HOST"),
    "host with a scheme": ({"CISP_HOST": "https://cisp.example"}, "CISP_HOST"),
    "two sites on a host": ({"CISP_HOST": HOSTS["PEDATECH_HOST"]}, "doivent différer"),
    "unknown cache": ({"CACHE_URL": "memcache://host"}, "CACHE_URL"),
    "unknown front": ({"FRONTEND_CACHE_URL": "ftp://host"}, "FRONTEND_CACHE_URL"),
}


@pytest.mark.parametrize(("environment", "said"), WRONG.values(), ids=WRONG)
def test_the_server_says_in_one_line_why_it_does_not_start(tmp_path, environment, said):
    done = start(tmp_path, "-c", "import config.wsgi", **environment)
    assert done.returncode == 1
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("Le site ne démarre pas. ")
    assert said in lines[0]
    assert "hush" not in done.stderr


def test_gunicorn_does_not_start_either(tmp_path):
    done = start(tmp_path, "-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", SECRET_KEY="")
    assert done.returncode != 0
    assert "Le site ne démarre pas. SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_says_it_in_one_line_too(tmp_path):
    done = start(tmp_path, "manage.py", "check", SECRET_KEY="")
    assert done.returncode == 1
    assert done.stderr.startswith("Configuration : SECRET_KEY")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_database_that_is_down_for_now_is_no_reason(tmp_path):
    """Pages that are kept are served, and /readyz says what is missing."""
    url = "postgres://u:hush@127.0.0.1:1/x"
    done = start(tmp_path, "-c", "import config.wsgi", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    assert "La base ne répond pas encore" in done.stderr
    assert "hush" not in done.stderr


if os.environ.get("DATABASE_URL", "").startswith("postgres"):

    def test_a_database_that_does_not_exist_is_one(tmp_path):
        url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/nowhere"
        done = start(tmp_path, "-c", "import config.wsgi", DATABASE_URL=url)
        assert done.returncode == 1
        assert "Le site ne démarre pas. DATABASE_URL" in done.stderr


def test_the_settings_of_production_pass_the_checks_for_deployment(tmp_path):
    done = start(
        tmp_path, "-W", "ignore", "manage.py", "check", "--deploy", "--fail-level", "WARNING"
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("call", "url"),
    [
        (lambda url: database(url, Path("/x")), "mysql://a:secret@b/c"),
        (lambda url: database(url, Path("/x")), "postgres://"),
        (lambda url: database(url, Path("/x")), "postgres://a:secret@b"),
        (lambda url: caches(url, Path("/x"), False), "ftp://x"),
        (frontend_cache, "cloudflare://zone"),
    ],
)
def test_an_address_that_means_nothing_is_refused_without_its_password(call, url):
    with pytest.raises(ImproperlyConfigured) as caught:
        call(url)
    assert "secret" not in str(caught.value)


def test_postgresql_is_not_waited_for_longer_than_a_visitor_would():
    found = database("postgres://u:p@host:5433/sites", Path("/x"))
    assert (found["NAME"], found["PORT"]) == ("sites", 5433)
    assert found["OPTIONS"]["connect_timeout"] == 5
    assert found["CONN_HEALTH_CHECKS"] is True


def test_who_is_told_of_changed_pages():
    assert frontend_cache("") == {}
    assert frontend_cache("http://varnish:6081")["front"]["LOCATION"] == "http://varnish:6081"
    cloud = frontend_cache("cloudflare://zone:token@")["front"]
    assert (cloud["ZONEID"], cloud["BEARER_TOKEN"]) == ("zone", "token")
