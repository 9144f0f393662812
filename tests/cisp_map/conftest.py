"""Shared by the tests of the room; the gazetteer itself is in tests/conftest.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings

if "database" not in settings.WAGTAILSEARCH_BACKENDS:
    # No search engine is named: `make test-engines` runs these.
    collect_ignore = ["test_engine_finder.py"]


@pytest.fixture(scope="session")
def reference() -> Path:
    """The reference table of localities, for measuring; skipped where there is none."""
    beside = Path(__file__).resolve().parents[3] / "shared"
    path = Path(os.environ.get("SHARED_DIR", beside)) / "reference" / "localites.csv"
    if not path.exists():
        pytest.skip("pas de table de référence (SHARED_DIR) : la mesure n’est pas faite")
    return path


@pytest.fixture(autouse=True)
def no_vocabulary_kept():
    """A test that ends in a rollback leaves words that no other one has under the same token."""
    from cisp_map import vocabulary

    vocabulary._kept.clear()
