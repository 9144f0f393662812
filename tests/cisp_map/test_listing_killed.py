"""An import that is killed at any moment: all of the file or nothing, and it goes on (C-26)."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.factories.listing import as_csv
from tests.support import ROOT

ROWS = 2000
KILLS = 5
TABLES = (
    "wagtailcore_page",
    "cisp_map_trainingsitepage",
    "cisp_map_offer",
    "cisp_map_centre",
    "cisp_map_listedsite",
    "wagtailcore_revision",
    "wagtailcore_referenceindex",
    "wagtailcore_pagelogentry",
    "search_indexedpage",
)

pytestmark = [
    pytest.mark.django_db,  # the database that is copied is made for tests that ask for it
    pytest.mark.skipif(
        "sqlite" not in settings.DATABASES["default"]["ENGINE"],
        reason="le processus tué écrit dans une copie de la base SQLite des tests",
    ),
]


def environment(database: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"sqlite:///{database}",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
        "PYTHONWARNINGS": "ignore",
    }


def manage(database: Path, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(database),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process: subprocess.Popen) -> str:
    output, _ = process.communicate(timeout=280)
    assert process.returncode == 0, output
    return output


@pytest.fixture(scope="module")
def ready(django_db_setup, django_db_blocker, tmp_path_factory) -> Path:
    """A copy of the database of the tests (its places), with sites and vocabulary."""
    path = tmp_path_factory.mktemp("killed") / "ready.sqlite3"
    with django_db_blocker.unblock(), closing(sqlite3.connect(path)) as target:
        connection.ensure_connection()
        connection.connection.backup(target)
    finish(manage(path, "manage.py", "bootstrap_sites"))
    script = (
        "import django; django.setup(); from home.demo import load_organisations as a; "
        "from cisp_map.demo import load_vocabulary as b; a(); b()"
    )
    finish(manage(path, "-c", script))
    return path


@pytest.fixture(scope="module")
def listing(tmp_path_factory) -> Path:
    """2,000 right rows."""
    path = tmp_path_factory.mktemp("killed-listing") / "listing.csv"
    path.write_bytes(
        as_csv(
            {
                "site_id": f"K{number}",
                "name": f"Atelier {number}",
                "centre": f"Centre {number // 2}",
                "postal_code": "5000",
                "locality": "Namur",
                "type": "EFT",
                "filieres": "Menuiserie|Carrelage",
            }
            for number in range(ROWS)
        )
    )
    return path


def counts(database: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database, timeout=60)) as link:
        assert link.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {
            table: link.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES
        }


def copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def is_writing(database: Path, process: subprocess.Popen) -> bool:
    """True once this process writes pages: it signed the import that it confirmed."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60)) as link:
        found = link.execute(
            "SELECT count(*) FROM cisp_map_listingimport WHERE state = 'ecriture' AND process LIKE ?",
            [f"%:{process.pid}"],
        )
        return bool(found.fetchone()[0])


def wait_for(condition: Callable[[], bool], process: subprocess.Popen) -> None:
    end = time.monotonic() + 120
    while not condition() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.05)


def test_killed_at_random_moments(ready, listing, tmp_path):
    """Five times, each at another moment of the writing; then it goes on to its end."""
    whole = tmp_path / "whole.sqlite3"
    copy(ready, whole)
    process = manage(whole, "manage.py", "import_listing", str(listing), "--confirm", "--quiet")
    wait_for(lambda: is_writing(whole, process), process)
    began = time.monotonic()
    finish(process)
    seconds = time.monotonic() - began
    complete = counts(whole)
    database = tmp_path / "killed.sqlite3"
    copy(ready, database)
    unchanged = counts(database)
    sites = "cisp_map_trainingsitepage"
    assert complete[sites] - unchanged[sites] == ROWS
    draw = random.Random()
    moments = sorted(draw.uniform(0, seconds) for _ in range(KILLS))
    killed = 0
    for moment in moments:
        process = manage(
            database, "manage.py", "import_listing", str(listing), "--confirm", "--quiet"
        )
        wait_for(lambda each=process: is_writing(database, each), process)
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
        process.stdout.close()
        after = counts(database)
        assert after in (unchanged, complete), (moment, after)
        if after == complete:
            copy(ready, database)
    assert killed

    output = finish(
        manage(database, "manage.py", "import_listing", str(listing), "--confirm", "--quiet")
    )
    assert counts(database) == complete
    assert f"Importé : {ROWS} pages créées" in output
    again = finish(
        manage(database, "manage.py", "import_listing", str(listing), "--confirm", "--quiet")
    )
    assert "Importé : 0 pages créées, 0 changées" in again
    assert counts(database) == complete
