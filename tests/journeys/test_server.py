"""What only a real WSGI server shows: the limits that stand before Django."""

import http.client
import json

import pytest

pytestmark = pytest.mark.journey


def ask(server, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", path, headers={"Host": "cisp.localhost"})
    answer = connection.getresponse()
    return answer.status, answer.read()


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
