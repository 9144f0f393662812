"""Editors steer the search: the mark of a chosen page, clicks, the report of searches."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisit, Server
from tests.journeys.room_search import WORDS

CLICK = re.compile("/api/recherche/clic/$")
REPORT = "/gestion/rapports/recherches/"


def test_a_chosen_page_is_first_and_says_so(visit: NewVisit, server: Server):
    page = visit(js=False).go("interfede", "/recherche/", q=WORDS)
    first = page.locator("ol.rows > li").first
    expect(first.get_by_text("Choisi par l’équipe")).to_be_visible()
    expect(first.get_by_role("heading")).to_have_text(server.manifest["search"]["chosen"])


def test_a_click_is_told_once_and_keeps_nothing(visit: NewVisit):
    visitor = visit()
    page = visitor.go("interfede", "/recherche/", q="formation")
    with page.expect_response(CLICK) as told:
        page.locator("ol.rows h3 a").first.click()
    assert told.value.status == 204
    assert "cookie" not in told.value.request.all_headers()
    expect(page.locator("h1")).not_to_have_text("Chercher")


def test_results_open_without_javascript(visit: NewVisit):
    page = visit(js=False).go("interfede", "/recherche/", q="formation")
    told = []
    page.on(
        "request", lambda request: told.append(request.url) if CLICK.search(request.url) else None
    )
    page.locator("ol.rows h3 a").first.click()
    expect(page.locator("h1")).not_to_have_text("Chercher")
    assert told == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_report(visit: NewVisit, server: Server, width: int):
    visitor = visit(may_keep_cookies=True, width=width, height=900)
    page = visitor.go("interfede", "/gestion/")
    name, password = server.manifest["editor"]
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    page = visitor.go("interfede", REPORT)
    expect(page.get_by_role("heading", name="Mots sans réponse")).to_be_visible()
    expect(page.locator(".desk .chart__bar").first).to_be_visible()
    found = Axe().run(page, context=".desk")
    assert [each["id"] for each in found.response["violations"]] == []
    if folder := os.environ.get("SHOTS_DIR"):
        page.screenshot(path=Path(folder) / f"rapport-recherches-{width}.png", full_page=True)
    assert page.locator(".desk").evaluate("(e) => e.scrollWidth <= e.clientWidth + 1")
    page.get_by_role("link", name="Mettre une page en avant pour « mécano »").click()
    expect(page.locator("#id_words")).to_have_value("mécano")
