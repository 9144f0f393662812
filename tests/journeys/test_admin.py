"""The editor's location field: our own map and look-up, nobody else is asked."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import HOSTS, NewVisit, Server, Visit

POINT = re.compile(r"SRID=4326;POINT\((-?[\d.]+) (-?[\d.]+)\)")


@pytest.fixture
def editor(visit: NewVisit, server: Server) -> Visit:
    """Signed in."""
    visitor = visit(may_keep_cookies=True, height=1000)
    page = visitor.go("interfede", "/gestion/")
    name, password = server.manifest["editor"]
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    return visitor


@pytest.mark.parametrize("site", HOSTS)
def test_login_page(visit: NewVisit, site: str):
    visitor = visit(may_keep_cookies=True)
    page = visitor.go(site, "/gestion/")
    page.wait_for_load_state("networkidle")
    assert page.url.startswith(visitor.server.url(site, "/gestion/login/"))
    expect(page.locator("#id_password")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^fr"))


def point(page: Page) -> tuple[float, float]:
    lon, lat = POINT.fullmatch(page.locator("#id_location").input_value()).groups()
    return float(lat), float(lon)


def test_location_panel(editor: Visit, server: Server):
    page = editor.go("interfede", f"/gestion/pages/{server.manifest['sites']['full']['id']}/edit/")
    page.wait_for_load_state("networkidle")
    canvas = page.locator(".leaflet-container")
    canvas.scroll_into_view_if_needed()
    expect(canvas).to_be_visible()
    marker = canvas.locator(".leaflet-marker-icon.leaflet-interactive")
    expect(marker).to_be_visible()
    assert marker.evaluate("(each) => each.naturalWidth > 0")  # the icon's address is right
    expect(canvas.locator("path").first).to_be_attached()  # the outlines of the provinces
    box = canvas.bounding_box()
    assert box["width"] > 200
    assert box["height"] > 200

    # Typing an address asks our own server, and moves the marker.
    before = point(page)
    with page.expect_request(re.compile("/gestion/lieux/geocoder/")) as asked:
        page.locator("#id_address").fill("Place du Marché 1, 5100 Jambes")
    found = page.evaluate("(url) => fetch(url).then((answer) => answer.json())", asked.value.url)
    expect(page.locator("#id_location")).not_to_have_value(re.compile(rf"\({before[1]} "))
    assert point(page) == pytest.approx((found["lat"], found["lon"]), abs=1e-5)
    moved = marker.bounding_box()
    frame = canvas.bounding_box()
    assert frame["x"] <= moved["x"] <= frame["x"] + frame["width"]
    assert editor.foreign_requests() == []
