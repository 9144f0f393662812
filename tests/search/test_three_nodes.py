"""Three nodes, one of which stops and comes back while people search and editors publish."""

import threading
import time

import pytest
from django.db import connection
from django.test import Client
from wagtail.search.backends import get_search_backend

from search.models import IndexedPage, PendingWrite
from tests.factories import StandardPageFactory
from tests.search.cluster import seconds_until
from tests.search.engines import HAS_ENGINE
from tests.support import HOSTS

pytestmark = [
    pytest.mark.skipif(not HAS_ENGINE, reason="SEARCH_URL ne nomme aucun moteur"),
    pytest.mark.own_engine,
    pytest.mark.xdist_group("own_engine"),  # its ports are the same in every process
    pytest.mark.engine_down,
    pytest.mark.django_db(transaction=True),
]
NODES = 3
SEARCHES = 1000
VISITORS = 2
PUBLICATIONS = 20


def test_one_node_of_three_stops(bare_sites, watched, capsys):
    parent = bare_sites["interfede"].root_page
    StandardPageFactory(title="Lanterne", parent=parent)
    statuses: list[int] = []
    times: list[float] = []
    incomplete: list[bool] = []

    def visitor():
        client = Client(headers={"host": HOSTS["interfede"]})
        try:
            for _ in range(SEARCHES // VISITORS):
                start = time.monotonic()
                response = client.get("/recherche/", {"q": "lanterne"})
                times.append(time.monotonic() - start)
                statuses.append(response.status_code)
                incomplete.append("incomplets" in response.content.decode())
        finally:
            connection.close()

    visitors = [threading.Thread(target=visitor) for _ in range(VISITORS)]
    for each in visitors:
        each.start()
    titles = [f"Lampadaire {number}" for number in range(PUBLICATIONS)]
    stopped_at = restarted_at = 0
    for number, title in enumerate(titles):
        seconds_until(lambda number=number: len(statuses) >= number * SEARCHES // 25, 120)
        if number == PUBLICATIONS // 4:
            stopped_at = len(statuses)
            watched.stop(2)
        if number == 3 * PUBLICATIONS // 4:
            restarted_at = len(statuses)
            threading.Thread(target=watched.restart, args=(2,)).start()
        StandardPageFactory(title=title, parent=parent)
    for each in visitors:
        each.join(timeout=120)

    assert len(statuses) == SEARCHES
    assert set(statuses) == {200}
    seconds_until(lambda: not PendingWrite.objects.exists(), 60)
    seconds_until(lambda: _nodes() == NODES, 60)

    def held():
        body = {"size": 500, "query": {"match_all": {}}}
        hits = get_search_backend().search_body(body, IndexedPage)["hits"]["hits"]
        return {hit["_source"]["title"] for hit in hits}

    seconds_until(lambda: set(titles) <= held(), 10)
    with capsys.disabled():
        print(
            f"\n{len(statuses)} recherches, dont {restarted_at - stopped_at} sans un nœud : "
            f"0 erreur, {sum(incomplete)} par la base de données, la plus lente "
            f"{max(times) * 1000:.0f} ms ; {len(titles)} publications, 0 perdue"
        )


def _nodes() -> int:
    return get_search_backend().es.cluster.health()["number_of_nodes"]
