"""Shared by all tests: one gazetteer and one demo for the session, visitors, strict guards."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.template import engines
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from cisp_map.gazetteer.boundaries import Boundaries
from cisp_map.gazetteer.merge import Gazetteer, merge
from cisp_map.gazetteer.sources import Sources, read_all
from tests.migrated import migrated_database
from tests.support import HOSTS, PublicClient, UndefinedVariables, examples

DEMO_SITES = 60
"""Sparse enough that most searches around a village widen."""

hypothesis_settings.register_profile(
    "interfede",
    deadline=None,  # a machine with two cores under load is no defect
    max_examples=examples(100),
    derandomize=bool(os.environ.get("CI")),
    database=None,
    # Function-scoped fixtures only open the database here; no example writes.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("interfede")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the bare gazetteer come first, then those on bare sites, on the demo, and those that
    empty tables.

    Sites and demo are committed once and stay, so that each test does not pay for them again. The
    browser comes last: while playwright's event loop runs, Django refuses to ask the database.
    """

    def rank(item: pytest.Item) -> int:
        if item.get_closest_marker("journey") or "journeys" in item.path.parts:
            return 4
        fixtures = getattr(item, "fixturenames", ())
        marker = item.get_closest_marker("django_db")
        if {"transactional_db", "live_server"} & set(fixtures) or (
            marker and marker.kwargs.get("transaction")
        ):
            return 3
        if "loaded_demo" in fixtures:
            return 2
        return 1 if "loaded_sites" in fixtures else 0

    items.sort(key=rank)
    for item in items:
        uses_database = {"db", "transactional_db", "live_server"} & set(item.fixturenames)
        if not uses_database and not item.get_closest_marker("django_db"):
            item.add_marker("any_database")


# --- Data --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def boundaries() -> Boundaries:
    return Boundaries()


@pytest.fixture(scope="session")
def sources() -> Sources:
    return read_all()


@pytest.fixture(scope="session")
def gazetteer(sources: Sources, boundaries: Boundaries) -> Gazetteer:
    """The merged gazetteer; the database of the tests holds it (see `localities`)."""
    return merge(sources, boundaries)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, django_db_modify_db_settings) -> Iterator[bool]:
    """On SQLite the migrations are not run for every process: it begins with a copy of what they made.
    Django still runs those that the copy lacks, if any.
    """
    if connection.vendor != "sqlite" or django_db_keepdb:
        yield django_db_keepdb
        return
    file = Path(connection.settings_dict["TEST"]["NAME"])
    shutil.copyfile(migrated_database(), file)
    yield True
    connection.close()
    file.unlink()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, gazetteer):
    """Fill the test database with the localities once, outside any test's transaction."""
    from cisp_map.management.commands.load_gazetteer import store

    with django_db_blocker.unblock():
        store(gazetteer)


@pytest.fixture
def localities(db, gazetteer):
    """The table of localities, filled; again when a test with a live server emptied it."""
    from cisp_map.management.commands.load_gazetteer import store
    from cisp_map.models import Locality

    if not Locality.objects.exists():
        store(gazetteer)


@pytest.fixture(scope="session")
def loaded_demo(django_db_setup, django_db_blocker) -> None:
    """`load_demo` once, committed; tests ask for `demo`."""
    # Before `empty_cache`: Wagtail keeps sizes of images under the key of a row that was rolled back.
    cache.clear()
    with django_db_blocker.unblock():
        call_command("load_demo", sites=DEMO_SITES, port=80, stdout=StringIO())


@pytest.fixture
def demo(loaded_demo, db):
    """The three sites with demo content; returns the finder's page."""
    from cisp_map.models import FinderPage

    return FinderPage.source()


@pytest.fixture(scope="session")
def loaded_sites(django_db_setup, django_db_blocker) -> None:
    """`bootstrap_sites` once, committed; tests ask for `sites`."""
    cache.clear()
    with django_db_blocker.unblock():
        call_command("bootstrap_sites", port=80, stdout=StringIO())


@pytest.fixture
def sites(loaded_sites, localities):
    """The three sites as `bootstrap_sites` makes them: theme → Site."""
    from wagtail.models import Site

    from cisp_map.models import FinderPage

    if not FinderPage.objects.exists():  # a test with a live server emptied the tables
        call_command("bootstrap_sites", port=80, stdout=StringIO())
    return {site.sitebranding.theme: site for site in Site.objects.select_related("sitebranding")}


@pytest.fixture
def finder(sites):
    """The finder's page of bare sites: no training site, no trade."""
    from cisp_map.models import FinderPage

    return FinderPage.source()


# --- Visitors ----------------------------------------------------------------------------------


@pytest.fixture
def cisp_client(db) -> PublicClient:
    return PublicClient(HOSTS["cisp"])


@pytest.fixture
def interfede_client(db) -> PublicClient:
    return PublicClient(HOSTS["interfede"])


@pytest.fixture
def pedatech_client(db) -> PublicClient:
    return PublicClient(HOSTS["pedatech"])


@pytest.fixture
def clients(cisp_client, interfede_client, pedatech_client) -> dict[str, PublicClient]:
    """Theme → visitor of that site."""
    return {"cisp": cisp_client, "interfede": interfede_client, "pedatech": pedatech_client}


# --- Guards ------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def undefined_variables():
    """A template of ours that prints an undefined variable fails the test."""
    engine = engines["django"].engine
    before = engine.string_if_invalid
    recorder = engine.string_if_invalid = UndefinedVariables()
    yield recorder
    engine.string_if_invalid = before
    assert not recorder.found, f"Variables inconnues : {sorted(set(recorder.found))}"


@pytest.fixture(autouse=True)
def empty_cache():
    """Wagtail keeps the roots of the sites in the cache: a rolled-back site must not stay there."""
    cache.clear()


@pytest.fixture(autouse=True)
def media_root(request, settings, tmp_path):
    """Files that a test makes are its own; a test on the demo finds those of the demo."""
    if "loaded_demo" not in request.fixturenames:
        settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """What stands in `with commit():` is a transaction that ends: nothing of it waits any more, and
    home.content keeps again.
    """

    @contextmanager
    def committed():
        connection.run_on_commit.clear()
        with django_capture_on_commit_callbacks(execute=True):
            yield
        connection.run_on_commit.clear()

    return committed


@pytest.fixture(autouse=True)
def no_counts():
    """Counts that a test leaves waiting are not the next one's, nor those of a real database when
    the process ends.
    """
    from home import counters

    counters.reset()
    yield
    counters.reset()
