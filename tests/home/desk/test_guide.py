"""«Mode d’emploi»: whole, linked, safe, small (S-21)."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from home.desk import guide
from tests.home.desk.conftest import member, signed_in
from tests.support import Html, PublicClient

CHAPTERS = sorted(path.stem for path in guide.FOLDER.glob("*.md"))
LINKS = re.compile(r"\]\(([^)]+)\)")
PICTURES = re.compile(r"!\[[^\]]+\]\(images/([a-z0-9-]+)\.webp\)")


def test_every_chapter_stands_in_the_index():
    assert [*sorted(chapter.name for chapter in guide.contents()), guide.INDEX] == sorted(
        CHAPTERS, key=lambda name: (name == guide.INDEX, name)
    )


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_opens_and_its_links_lead_somewhere(sites, admin, name):
    response = admin.get(reverse("home_guide", args=[name]))
    assert response.status_code == 200
    text = (guide.FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    for target in LINKS.findall(text):
        assert (guide.FOLDER / target.partition("#")[0]).is_file(), target


def test_pictures_are_described_and_small():
    pictures = list((guide.FOLDER / "images").glob("*"))
    assert sum(path.stat().st_size for path in pictures) < 2_000_000
    assert {path.suffix for path in pictures} <= {".webp"}
    for name in CHAPTERS:
        assert "![](" not in (guide.FOLDER / f"{name}.md").read_text(encoding="utf-8")


def test_every_picture_is_taken_shown_and_there():
    there = {path.stem for path in (guide.FOLDER / "images").glob("*")}
    chapters = [(guide.FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in CHAPTERS]
    shown = {name for text in chapters for name in PICTURES.findall(text)}
    script = (guide.FOLDER / "captures.py").read_text(encoding="utf-8")
    # `keep(page, "sante")`, or a pair of a title and a name.
    taken = {name for name in re.findall(r'"([a-z-]+)"\)', script) if name in there | shown}
    assert shown == there
    assert taken == there


def test_a_picture_opens_for_staff(sites, admin):
    path = next((guide.FOLDER / "images").glob("*.webp"))
    response = admin.get(reverse("home_guide_picture", args=[path.name]))
    assert response["Content-Type"] == "image/webp"
    assert b"".join(response.streaming_content) == path.read_bytes()


@pytest.mark.parametrize("name", ["..%2Findex.md", "captures.py", "x.webp", "..", "index.md"])
def test_nothing_else_is_served(sites, admin, name):
    assert admin.get(f"/gestion/mode-d-emploi/images/{name}").status_code in (301, 404)
    assert admin.get("/gestion/mode-d-emploi/rien/").status_code == 404


def test_markup_in_a_text_is_shown_not_obeyed():
    html = guide.render(
        "<script>alert(1)</script> [a](javascript:alert(1)) [b](/x) [c](https://example.org/) "
        "[d](blocs.md#un) ![e](../secret.png)"
    )
    assert "<script>" not in html
    assert 'href="javascript' not in html
    assert 'href="/x"' not in html
    assert 'href="https://example.org/"' in html
    assert f'href="{reverse("home_guide", args=["blocs"])}#un"' in html
    assert "secret" not in html


def test_editors_find_it_in_the_menu_and_visitors_do_not(sites, interfede_client):
    editor = signed_in(member("Rédaction cisp.be"))
    html = Html(editor.get(reverse("home_guide_index")))
    assert "Retrouver une page supprimée" in html.one("main").text
    assert "mode-d-emploi" in editor.get("/gestion/").content.decode()
    assert isinstance(interfede_client, PublicClient)
    assert interfede_client.get(reverse("home_guide_index")).status_code == 302
