"""Shared by the tests of the room: the gazetteer, merged once and stored once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cisp_map.gazetteer.boundaries import Boundaries
from cisp_map.gazetteer.merge import Gazetteer, merge
from cisp_map.gazetteer.sources import Sources, read_all


@pytest.fixture(scope="session")
def boundaries() -> Boundaries:
    return Boundaries()


@pytest.fixture(scope="session")
def sources() -> Sources:
    return read_all()


@pytest.fixture(scope="session")
def gazetteer(sources: Sources, boundaries: Boundaries) -> Gazetteer:
    return merge(sources, boundaries)


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
def reference() -> Path:
    """The reference table of localities, for measuring; skipped where there is none."""
    beside = Path(__file__).resolve().parents[3] / "shared"
    path = Path(os.environ.get("SHARED_DIR", beside)) / "reference" / "localites.csv"
    if not path.exists():
        pytest.skip("pas de table de référence (SHARED_DIR) : la mesure n’est pas faite")
    return path
