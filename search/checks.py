"""Checks of the installation, asked for by `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning

from search.addresses import DATABASE
from search.engine import backend
from search.health import reason


def check_engine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """One line when the search engine of SEARCH_URL does not answer; nothing when there is none.

    A warning: the sites run without it, on the database.
    """
    if DATABASE not in settings.WAGTAILSEARCH_BACKENDS:
        return []
    engine = backend()
    try:
        engine.ping()
    except engine.errors as error:
        return [
            Warning(
                f"Moteur de recherche : {reason(error)}.",
                hint="La base de données répond à sa place.",
                id="search.W001",
            )
        ]
    return []
