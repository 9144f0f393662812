"""The engine that `SEARCH_URL` names, as the tests handle it."""

from django.conf import settings
from django.core.management import call_command
from wagtail.search.backends import get_search_backend
from wagtail.search.index import get_indexed_models

HAS_ENGINE = "database" in settings.WAGTAILSEARCH_BACKENDS
MAIN = settings.WAGTAILSEARCH_BACKENDS["default"]
PREFIX = MAIN.get("INDEX_PREFIX", "")
IS_OPENSEARCH = MAIN["BACKEND"].endswith("opensearch")
if IS_OPENSEARCH:
    from opensearchpy.helpers import bulk
else:
    from elasticsearch.helpers import bulk
held = {"demo": False}
"""what the indices hold now"""


def backend():
    return get_search_backend()


def names():
    """Our indices of this run."""
    return list(dict(backend().es.indices.get_alias(index=f"{PREFIX}*")))


def forget_indices():
    for name in names():
        backend().es.indices.delete(index=name)


def fill():
    """Put in what the database holds, when it is not there yet."""
    if not held["demo"]:
        call_command("update_index", verbosity=0)
        held["demo"] = True


def put_all():
    """Write what the database holds into the indices that stand."""
    for model in get_indexed_models():
        if found := list(model.get_indexed_objects()):
            backend().add_bulk(model, found)


def wipe():
    """Empty every index. One by one: the Elasticsearch of the tests knows no delete by query."""
    held["demo"] = False
    client = backend().es
    found = (
        client.search(index=f"{PREFIX}*", params={"size": 10_000, "_source": "false"})
        if (IS_OPENSEARCH)
        else client.search(index=f"{PREFIX}*", size=10_000, source=False)
    )
    actions = [
        {"_op_type": "delete", "_index": hit["_index"], "_id": hit["_id"]}
        for hit in found["hits"]["hits"]
    ]
    if actions:
        bulk(client, actions, refresh=True)
