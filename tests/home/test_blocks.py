"""Every block of a body prints what an editor wrote, on every theme, and previews itself."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from home.blocks import BodyBlock
from home.models import SiteDocument, StandardPage
from home.themes import Theme
from tests.factories import StandardPageFactory
from tests.support import Html, PublicClient

BLOCKS = BodyBlock().child_blocks


def body(page: StandardPage, document: SiteDocument) -> list[tuple[str, object]]:
    """One of each block that needs no image."""
    return [
        ("heading", {"text": "Un titre", "level": "2"}),
        ("heading", {"text": "Un sous-titre", "level": "3"}),
        ("text", "<p>Un paragraphe <b>gras</b>.</p>"),
        ("quote", {"quote": "Une citation", "source": "Une personne"}),
        ("steps", {"steps": [{"title": "Un pas", "text": "Puis un autre"}]}),
        ("notice", {"title": "À savoir", "text": "<p>C’est gratuit.</p>"}),
        ("button", {"label": "Vers la page", "page": page, "url": ""}),
        ("button", {"label": "Vers ailleurs", "page": None, "url": "https://example.org/"}),
        ("button", {"label": "Vers nulle part", "page": None, "url": ""}),
        ("pages", {"title": "Des pages", "pages": [page]}),
        ("files", {"title": "Des fichiers", "files": [document]}),
        ("facts", {"facts": [{"value": "157", "label": "centres", "year": "2024"}], "source": "X"}),
        ("questions", {"questions": [{"question": "Pourquoi ?", "answer": "<p>Parce que.</p>"}]}),
    ]


@pytest.fixture
def document(db):
    found = SiteDocument(title="Un fichier")
    found.file.save("fichier.txt", ContentFile(b"bonjour"))
    yield found
    found.file.close()


@pytest.mark.parametrize("theme", Theme.values)
def test_a_body_with_every_block(sites, clients, document, theme):
    home = sites[theme].root_page
    other = StandardPageFactory(title="Une autre page", parent=home, search_description="En bref")
    page = StandardPageFactory(title="Tous les blocs", parent=home)
    page.body = body(other, document)
    page.body.append(("table", table()))
    page.save_revision().publish()
    assert {block.block_type for block in page.body} | {"figure"} == set(BLOCKS)
    html = Html(clients[theme].get(page.get_url()))
    main = html.one("main")
    for text in (
        "Un paragraphe gras.",
        "Une citation",
        "Une personne",
        "Puis un autre",
        "C’est gratuit.",
        "Une autre page",
        "En bref",
        "157",
        "centres (2024)",
        "Pourquoi ?",
        "Parce que.",
        "Filière",
        "12,5",
    ):
        assert text in main.text, text
    assert [each.text for each in html.all("h3") if each.text == "Un sous-titre"]
    buttons = {each.text: each.attrs["href"] for each in html.all("a", "button")}
    assert buttons == {
        "Vers la page": other.get_url_parts()[2],
        "Vers ailleurs": "https://example.org/",
    }
    files = [each for each in html.all("a") if each.inside(class_="files")]
    assert [each.attrs["href"] for each in files] == [document.url]
    download = clients[theme].get(document.url)
    assert b"".join(download.streaming_content) == b"bonjour"
    download.close()


def table():
    block = BLOCKS["table"]
    return block.to_python(
        {
            "columns": [
                {"type": "text", "heading": "Filière"},
                {"type": "number", "heading": "Part"},
            ],
            "rows": [{"values": ["Cuisine", "12.5"]}],
            "caption": "Un tableau",
        }
    )


def test_a_block_does_not_print_script(sites, cisp_client):
    page = StandardPageFactory(title="Hostile", parent=sites["cisp"].root_page)
    evil = "<script>alert(1)</script>"
    page.body = [
        ("heading", {"text": evil, "level": "2"}),
        ("quote", {"quote": evil, "source": evil}),
        ("steps", {"steps": [{"title": evil, "text": evil}]}),
        ("facts", {"facts": [{"value": evil, "label": evil, "year": ""}], "source": evil}),
    ]
    page.save_revision().publish()
    content = cisp_client.get(page.get_url()).content.decode()
    assert evil not in content
    assert content.count("&lt;script&gt;alert(1)") == 8


@pytest.mark.parametrize("name", list(BLOCKS))
def test_a_block_says_what_it_is_for(name):
    block = BLOCKS[name]
    assert block.meta.description
    assert block.meta.icon != "placeholder"


@pytest.mark.parametrize("name", [name for name, block in BLOCKS.items() if block.is_previewable])
def test_a_block_previews_itself(sites, admin_user, name):
    client = PublicClient("cisp.localhost")
    client.force_login(admin_user)
    address = reverse("wagtailadmin_block_preview")
    response = client.get(address, {"id": BLOCKS[name].definition_prefix})
    assert response.status_code == 200
    assert Html(response).one("main").text


def test_every_block_of_a_body_is_previewable():
    assert [name for name, block in BLOCKS.items() if not block.is_previewable] == []
