"""Nothing of another host without a click (S-12), and a page that says what is true (S-27)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from wagtail import blocks
from wagtail.embeds.blocks import EmbedBlock
from wagtail.fields import RichTextField, StreamField

from config import retention
from search import recorded
from tests.support import HOSTS, ROOT, Html

LOADS = (EmbedBlock, blocks.RawHTMLBlock)
"""Blocks that put somebody else's page into ours, before any click."""


def all_blocks(block: blocks.Block) -> Iterator[blocks.Block]:
    yield block
    for child in getattr(block, "child_blocks", {}).values():
        yield from all_blocks(child)
    if isinstance(block, blocks.ListBlock):
        yield from all_blocks(block.child_block)


def fields(kind) -> list:
    return [
        field
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, kind)
    ]


def test_no_editor_can_put_a_foreign_page_into_ours():
    streams = fields(StreamField)
    assert len(streams) >= 5
    for field in streams:
        for block in all_blocks(field.stream_block):
            assert not isinstance(block, LOADS), f"{field}: {block.name}"
            if isinstance(block, blocks.RichTextBlock):
                assert block.features is not None, f"{field}: {block.name}"
                assert "embed" not in block.features
    for field in fields(RichTextField):
        assert field.features is not None, str(field)
        assert "embed" not in field.features


def test_frames_are_made_by_a_click_only():
    """The one frame of a foreign host: pedatech-embed.js, behind its button."""
    found = {
        str(path.relative_to(ROOT))
        for folder in (
            "site/templates",
            "home",
            "search",
            "cisp_map",
            "essor",
            "podcasts",
            "pedatech",
        )
        for path in (ROOT / folder).rglob("*.html")
        if re.search(r"<(iframe|embed|object)\b", path.read_text("utf-8"))
    }
    assert found <= {
        "pedatech/templates/pedatech/package_page.html",
        "pedatech/templates/pedatech/partials/activity.html",
        "pedatech/templates/pedatech/resource_page.html",
    }, found
    makes = {
        path.name for path in (ROOT / "static/js").glob("*.js") if "iframe" in path.read_text()
    }
    assert makes <= {"pedatech-embed.js", "pedatech-activity.js"}
    script = (ROOT / "static/js/pedatech-embed.js").read_text()
    assert script.index('addEventListener("click"') < script.index('createElement("iframe")')


@pytest.mark.parametrize("theme", HOSTS)
def test_each_page_leads_to_what_is_said_of_privacy(demo, clients, theme):
    home = Html(clients[theme].get("/"))
    links = [each.attrs["href"] for each in home.all("a") if each.text == "Vie privée et cookies"]
    assert links == ["/infos/vie-privee/"]


@pytest.mark.parametrize("theme", HOSTS)
def test_what_is_said_of_privacy_is_what_the_code_does(demo, clients, theme):
    text = Html(clients[theme].get("/infos/vie-privee/")).one("main").text
    assert f"{recorded.KEEP_DAYS} jours" in text
    for counted in ("pages lues", "fichiers téléchargés", "recherches", "numéros de téléphone"):
        assert counted in text
    assert "Global Privacy Control" in text
    months = {
        "interfede": [(retention.REVIEW_DAYS, "six mois")],
        "pedatech": [
            (retention.PROGRESS_DAYS, "24 mois sans y revenir"),
            (retention.INVITATION_DAYS, "six mois"),
            (retention.REFUSED_DAYS, "12 mois après un refus"),
            (retention.ACCEPTED_DAYS, "24 mois après l’accord"),
        ],
    }
    for days, said in months.get(theme, []):
        number = {"six": 6}.get(said.split()[0]) or int(said.split()[0])
        assert number == pytest.approx(days / 30.4, abs=0.2)
        assert said in text
    if theme == "pedatech":
        assert "ne se charge que si vous le demandez" in text
