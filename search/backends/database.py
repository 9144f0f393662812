"""The backend of whatever database the project runs on."""

from typing import Any

from django.db import connection
from modelsearch.backends.base import BaseSearchBackend


def SearchBackend(params: dict[str, Any]) -> BaseSearchBackend:
    """SQLite's or PostgreSQL's backend, as Wagtail's own module of that name chooses."""
    if connection.vendor == "postgresql":
        from search.backends import postgres

        return postgres.SearchBackend(params)
    from search.backends import sqlite

    return sqlite.SearchBackend(params)
