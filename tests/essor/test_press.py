"""The press review: months, years, links that die, the feed."""

import socket
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import feedparser
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from essor.models import PressIndexPage, PressMention
from essor.press import is_gone
from home.models import Organisation
from home.visibility import is_public
from tests.files import make_document
from tests.support import Html

URL = "/presse/"


@pytest.fixture
def medium(sites):
    return Organisation.objects.create(
        acronym="Journal", slug="journal", name="Le Journal", kind=Organisation.Kind.MEDIA
    )


def add(medium, day: str, title: str, **fields) -> PressMention:
    fields.setdefault("url", f"https://journal.example/{title}")
    return PressMention.objects.create(
        date=date.fromisoformat(day), medium=medium, title=title, **fields
    )


def months(response) -> list[str]:
    return [each.text for each in Html(response).all("h3") if each.inside(class_="press__month")]


def test_the_newest_year_by_month(medium, interfede_client):
    add(medium, "2024-07-25", "a")
    add(medium, "2024-07-02", "b")
    add(medium, "2024-05-31", "c")
    add(medium, "2023-05-31", "d")
    response = interfede_client.get(URL)
    assert months(response) == ["Juillet 2024", "Mai 2024"]
    links = [each.text for each in Html(response).all("a", rel="external")]
    assert links == ["a", "b", "c"]
    assert months(interfede_client.get(URL, {"annee": "2023"})) == ["Mai 2023"]


@pytest.mark.parametrize("year", ["1999", "abc", "20240", "2024\x00", "-1"])
def test_a_year_without_an_article_is_not_found(medium, interfede_client, year):
    add(medium, "2024-07-25", "a")
    assert interfede_client.get(URL, {"annee": year}).status_code == 404


def test_a_dead_link_says_so_and_stays(medium, interfede_client):
    mention = add(medium, "2024-07-25", "Un article", link_is_dead=True)
    html = Html(interfede_client.get(URL))
    row = html.one("li", id=f"article-{mention.pk}")
    assert "Un article lien plus disponible" in row.text
    assert not html.all("a", href=mention.url)


def test_the_feed_keeps_identities(medium, interfede_client):
    mention = add(medium, "2024-07-25", "Un <article> & plus", url="https://journal.example/lu")
    response = interfede_client.get(f"{URL}flux.xml")
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    (entry,) = feed.entries
    assert entry.link == "https://journal.example/lu"
    assert "Le Journal" in entry.author
    mention.title = "Autre titre"
    mention.save()
    again = feedparser.parse(interfede_client.get(f"{URL}flux.xml").content)
    assert again.entries[0].id == entry.id


def test_an_article_needs_an_address_or_a_file():
    with pytest.raises(ValidationError) as error:
        PressMention(title="x").clean()
    assert "Donnez l’adresse" in error.value.message_dict["url"][0]


def test_six_fields_make_an_article():
    def count(panels) -> int:
        total = 0
        for panel in panels:
            if "collapsed" in panel.classname:
                continue
            if isinstance(panel, FieldPanel):
                total += 1
            total += count(getattr(panel, "children", []))
        return total

    assert count(PressMention.panels) <= 6
    assert any(isinstance(each, MultiFieldPanel) for each in PressMention.panels)


def test_the_number_of_queries_does_not_grow(medium, interfede_client):
    federation = Organisation.objects.create(
        acronym="F", slug="f", name="F", kind=Organisation.Kind.FEDERATION
    )
    add(medium, "2024-07-25", "a").federations.add(federation)
    interfede_client.get(URL)
    interfede_client.get(URL)
    one = len(interfede_client.queries)
    for number in range(20):
        add(medium, "2024-07-24", f"n{number}").federations.add(federation)
    interfede_client.get(URL)
    assert len(interfede_client.queries) == one <= 12


@pytest.fixture
def web(monkeypatch):
    """A server whose addresses answer with the status that they name; it plays the internet."""
    monkeypatch.setattr("home.outside.connect", socket.create_connection)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(int(self.path.strip("/")))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "gone"), [(200, False), (404, True), (410, True), (403, None), (500, None)]
)
def test_only_a_clear_answer_buries_a_link(web, status, gone):
    assert is_gone(f"{web}/{status}") is gone


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "", "http://127.0.0.1:9/"])
def test_other_addresses_are_not_judged(url):
    assert is_gone(url, timeout=1) is None


def test_the_command_writes_only_when_told(medium, web, capsys):
    mention = add(medium, "2024-07-25", "a", url=f"{web}/404")
    call_command("check_press_links")
    mention.refresh_from_db()
    assert not mention.link_is_dead
    call_command("check_press_links", write=True)
    mention.refresh_from_db()
    assert mention.link_is_dead
    assert "plus disponible" in capsys.readouterr().out


def test_the_pdf_of_a_mention_is_read_while_the_review_is_public(medium, interfede_client):
    document = make_document()
    assert not is_public(document)
    add(medium, "2024-07-25", "a", url="", document=document)
    assert interfede_client.get(document.url).status_code == 200
    PressIndexPage.objects.get().unpublish()
    assert interfede_client.get(document.url).status_code == 404
