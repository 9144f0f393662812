"""What only a real WSGI server shows: the limits that stand before Django."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.journey


def ask(server, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", path, headers={"Host": "cisp.localhost"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_a_hundred_at_once_get_the_same_results(server):
    """No one of a hundred visitors who ask the same gets an error, or another list."""
    path = "/recherche/?q=cuisine&sites=tous"
    with ThreadPoolExecutor(100) as visitors:
        answers = list(visitors.map(lambda _: ask(server, path), range(100)))
    assert {status for status, _ in answers} == {200}
    lists = {body.partition(b"<main")[2].partition(b"</main>")[0] for _, body in answers}
    assert len(lists) == 1
    assert b"<mark>" in lists.pop()


@pytest.mark.parametrize("parameter", ["q", "lieu"])
@pytest.mark.parametrize("sign", ["a", "%C3%A9", "%00", "%FF"])
def test_ten_thousand_signs_get_a_french_sentence(server, parameter, sign):
    query = f"{parameter}={sign * 10_000}"
    status, body = ask(server, f"/api/formations.geojson?{query}")
    assert status == 400
    assert json.loads(body)["erreurs"][parameter]
    status, body = ask(server, f"/formations/?{query}")
    assert status == 200
    assert 'aria-invalid="true"' in body.decode()
