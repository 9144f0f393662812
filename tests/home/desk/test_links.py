"""Links: what pages name, and a fetcher that never asks its neighbours."""

from __future__ import annotations

import http.client
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home import outside
from home.desk import bin as page_bin
from home.desk import links
from home.models import LinkCheck, StandardPage

GOOD, BROKEN, UNKNOWN = LinkCheck.State.GOOD, LinkCheck.State.BROKEN, LinkCheck.State.UNKNOWN


@pytest.fixture
def page(sites):
    return sites["interfede"].root_page.add_child(
        instance=StandardPage(
            title="Liens",
            slug="liens",
            body=[
                ("text", '<p><a href="https://example.org/a">a</a> <a href="/b/">b</a></p>'),
                ("button", {"label": "c", "page": None, "url": "https://example.org/c"}),
                ("quote", {"quote": "voir https://example.org/d", "source": ""}),
            ],
        )
    )


def resolves_to(monkeypatch, *addresses):
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *args, **kwargs: [(0, 0, 0, "", (address, 80)) for address in addresses],
    )


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
    ],
)
def test_an_inside_address_is_never_asked(monkeypatch, address):
    resolves_to(monkeypatch, address)
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("asked"))
    assert links.ask("http://example.org/") == links.Answer(UNKNOWN, "adresse interne")


def test_one_inside_address_among_public_ones_is_enough(monkeypatch):
    resolves_to(monkeypatch, "93.184.216.34", "127.0.0.1")
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("asked"))
    assert links.ask("http://example.org/") == links.Answer(UNKNOWN, "adresse interne")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "http://example.org:22/",
        "http://user:secret@example.org/",
        "file:///etc/passwd",
        "http:///",
        "http://[::1]/",
        "http://localhost/",
        "http://127.0.0.1/",
        "http://2130706433/",
    ],
)
def test_an_unusual_address_is_not_asked(monkeypatch, url):
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("asked"))
    assert links.ask(url).state in (UNKNOWN, BROKEN)


class Served:
    """Answers in the place of a server: url → (status, location)."""

    def __init__(self, monkeypatch, answers):
        self.asked = []

        def status(method, url):
            self.asked.append((method, url))
            answer = answers[method] if isinstance(answers, dict) else answers
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(links, "_status", status)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (200, GOOD),
        ({"HEAD": 405, "GET": 200}, GOOD),
        ({"HEAD": 404, "GET": 200}, GOOD),
        (404, BROKEN),
        (410, BROKEN),
        (403, UNKNOWN),
        (503, UNKNOWN),
        (socket.gaierror(), BROKEN),
        (TimeoutError(), UNKNOWN),
        (http.client.BadStatusLine("x"), UNKNOWN),
    ],
)
def test_what_an_answer_says(monkeypatch, answers, state):
    Served(monkeypatch, answers)
    assert links.ask("https://example.org/").state == state


def test_each_hop_is_looked_at(monkeypatch):
    """A public server that sends to an inside one."""

    class Hop:
        status = 302

        def getheader(self, name):
            return "http://127.0.0.1:80/secret"

    class Connection:
        def __init__(self, scheme, host, timeout):
            if host == "127.0.0.1":
                raise outside.NotOutside(host)

        def request(self, *args, **kwargs):
            pass

        def getresponse(self):
            return Hop()

        def close(self):
            pass

    monkeypatch.setattr(outside, "connection", Connection)
    assert links.ask("http://example.org/") == links.Answer(UNKNOWN, "adresse interne")


@given(st.text(max_size=80))
def test_any_text_is_no_crash(text):
    list(links._of_text(text))


def test_the_links_of_a_page(page):
    assert links.outside_links(page) == ["https://example.org/a", "https://example.org/c"]


def test_links_are_noted_and_forgotten(page):
    links.note_links()
    assert LinkCheck.objects.filter(page=page.pk).count() == 2
    page.body = []
    page.save()
    links.note_links()
    assert not LinkCheck.objects.filter(page=page.pk).exists()


def test_nothing_is_asked_unless_the_setting_says_so(page, monkeypatch, settings):
    monkeypatch.setattr(links, "ask", lambda url: pytest.fail("asked"))
    links.note_links()
    assert settings.EXTERNAL_LINKS is False
    assert links.check_outside() == 0


def test_each_address_is_asked_once_a_week(page, monkeypatch, settings):
    settings.EXTERNAL_LINKS = True
    monkeypatch.setattr(links, "PAUSE_SECONDS", 0)
    asked = []

    def ask(url):
        asked.append(url)
        return links.Answer(BROKEN, "réponse 404") if url.endswith("/a") else links.Answer(GOOD)

    monkeypatch.setattr(links, "ask", ask)
    page.copy(update_attrs={"slug": "copie"})
    links.note_links()
    assert links.check_outside() == len(set(asked)) == len(asked)
    assert links.check_outside() == 0
    broken = LinkCheck.objects.filter(url="https://example.org/a")
    assert {check.state for check in broken} == {BROKEN}
    assert broken.count() == 2


def test_a_link_to_a_page_that_nobody_sees(page, sites):
    target = sites["interfede"].root_page.add_child(instance=StandardPage(title="But", slug="but"))
    page.body = [("text", f'<p><a linktype="page" id="{target.pk}">but</a></p>')]
    page.save()
    root = sites["interfede"].root_page
    assert links.broken_inside(root) == []
    page_bin.put(target, None)
    assert [(each.page.pk, each.target) for each in links.broken_inside(root)] == [(page.pk, "But")]
