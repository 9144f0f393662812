"""What this application asks of other servers (R-12): the internet alone, and only where it must."""

from __future__ import annotations

import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.error import URLError
from urllib.request import Request

import pytest
from django.test import Client

from essor.press import is_gone
from home import outside
from pedatech.embeds import frame_for
from tests.factories import UserFactory
from tests.support import HOSTS, ROOT

INSIDE = (
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.9.9", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "ff02::1", "198.18.0.1", "192.0.2.1",
)  # fmt: skip


@pytest.mark.parametrize("number", INSIDE)
def test_numbers_of_our_own_network(number):
    assert outside.is_outside(number) is False


@pytest.mark.parametrize("number", ["1.1.1.1", "193.190.1.1", "2606:4700::1111"])
def test_numbers_of_the_internet(number):
    assert outside.is_outside(number) is True


@pytest.fixture
def inside():
    """A server on this machine, which must never be asked; `asked` holds what it was."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(302 if self.path == "/go" else 404)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/secret")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://0:{port}/", "http://2130706433:{port}/",
        "http://0x7f000001:{port}/", "http://127.1:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
        "http://evil.example@127.0.0.1:{port}/", "file:///etc/passwd", "gopher://127.0.0.1:{port}/", "http://127.0.0.1/",
        "https://localhost/", "http://169.254.169.254/latest/meta-data/", "ftp://127.0.0.1/", "", "http://", "//127.0.0.1/",
    ],
)  # fmt: skip
def test_an_address_of_our_network_is_not_asked(inside, monkeypatch, address):
    port, asked = inside
    monkeypatch.setattr(outside, "PORTS", {80, 443, port})
    assert is_gone(address.format(port=port), timeout=1) is None
    assert asked == []


def test_a_name_that_leads_inside_is_not_followed(inside, monkeypatch):
    """A name of the internet whose number is ours, on the second look too."""
    port, asked = inside
    monkeypatch.setattr(outside, "PORTS", {port})
    looked: list[str] = []

    def lookup(host, wanted, **kwargs):
        looked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", wanted))]

    monkeypatch.setattr(outside.socket, "getaddrinfo", lookup)
    with pytest.raises(URLError) as caught:
        outside.open_outside(Request(f"http://rebind.example:{port}/"), 1)
    assert isinstance(caught.value.reason, outside.NotOutside)
    assert (looked, asked) == (["rebind.example"], [])


def test_a_redirection_inside_is_not_followed(inside, monkeypatch):
    port, asked = inside
    real = outside.connect
    monkeypatch.setattr(outside, "PORTS", {80, port})
    monkeypatch.setattr(
        outside,
        "connect",
        lambda place, *more: (
            socket.create_connection(("127.0.0.1", port))
            if place[0] == "a.example"
            else real(place, *more)
        ),
    )
    with pytest.raises(URLError) as caught:
        outside.open_outside(Request("http://a.example/go"), 1)
    assert isinstance(caught.value.reason, outside.NotOutside)
    assert asked == ["/go"]


def test_an_odd_port_is_not_asked(monkeypatch):
    with pytest.raises(URLError):
        outside.open_outside(Request("http://1.1.1.1:25/"), 1)


def test_no_room_asks_other_servers_in_another_way():
    """Geocoders go through geopy, to the address of the settings; all else through home.outside."""
    asking = re.compile(
        r"\burlopen\b|\brequests\.(get|post)|\bhttpx\b|HTTPS?Connection|urlretrieve"
    )
    found = {
        str(path.relative_to(ROOT))
        for room in ("home", "search", "cisp_map", "essor", "podcasts", "pedatech", "site")
        for path in (ROOT / room).rglob("*.py")
        if asking.search(path.read_text())
    }
    assert found == {"home/outside.py"}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/oembed", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "file:///etc/passwd",
        "https://evil.example/", "http://169.254.169.254/",
    ],
)  # fmt: skip
def test_the_embeds_of_the_admin_fetch_nothing(sites, monkeypatch, url):
    def called(*args, **kwargs):
        raise AssertionError(f"asked {args}")

    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(UserFactory(is_superuser=True))
    monkeypatch.setattr(socket, "create_connection", called)
    answer = client.post(
        "/gestion/embeds/chooser/upload/", {"embed-chooser-url": url}, follow=False
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://evil.example/youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube.com@evil.example/watch?v=dQw4w9WgXcQ",
        'https://www.youtube.com/watch?v="><script>', "javascript:alert(1)//youtube.com", "https://127.0.0.1/embed/dQw4w9WgXcQ",
        "https://view.genially.com/../../x", "https://www.youtube.com/embed/../../x", "https://[::1", "",
    ],
)  # fmt: skip
def test_a_frame_shows_known_hosts_alone(url):
    assert frame_for(url) is None
