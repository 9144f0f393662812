"""The engine that `SEARCH_URL` names, as the tests handle it."""

from django.conf import settings
from django.core.management import call_command
from wagtail.search.backends import get_search_backend

HAS_ENGINE = "database" in settings.WAGTAILSEARCH_BACKENDS
_holds = "nothing"


def backend():
    return get_search_backend()


def names():
    """Our indices of this run."""
    prefix = settings.WAGTAILSEARCH_BACKENDS["default"]["INDEX_PREFIX"]
    return [name for name in dict(backend().es.indices.get_alias(index=f"{prefix}*"))]


def forget_indices():
    for name in names():
        backend().es.indices.delete(index=name)


def fill():
    """Put in what the database holds, when it is not there yet."""
    global _holds
    if _holds != "demo":
        call_command("rebuild_modelsearch_index", verbosity=0)
        _holds = "demo"


def wipe():
    """Empty every index."""
    global _holds
    _holds = "nothing"
    body = {"query": {"match_all": {}}}
    client = backend().es
    for index in names():
        if type(client).__module__.startswith("opensearch"):
            client.delete_by_query(index=index, body=body, refresh=True)
        else:
            client.delete_by_query(index=index, query=body["query"], refresh=True)
