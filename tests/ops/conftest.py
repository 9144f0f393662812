"""Fixtures of the tests of operations."""

from __future__ import annotations

import pytest
from django.core.cache import caches

from home import content


@pytest.fixture
def kept_pages(settings, db):
    """The cache of pages is on, and empty."""
    settings.PAGE_CACHE = True
    caches["pages"].clear()
    caches["texts"].clear()
    content.forget()
    content.changed()
    yield caches["pages"]
    caches["pages"].clear()
    caches["texts"].clear()
    content.forget()
