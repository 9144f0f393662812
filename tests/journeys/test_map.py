"""The map: on demand, the same places as the list, by keyboard too, without any third party."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisit, Server, Visit
from tests.journeys.seed import WITHOUT_POINT
from tests.journeys.test_find_a_course import count_in_headline, poll

SEARCH = {"lieu": "Namur", "q": "cuisine", "rayon": "25"}
OF_THE_MAP = re.compile(r"leaflet|markercluster|map\.[0-9a-f]+\.(css|js)|geojson")


def open_map(page: Page) -> None:
    """Click, and wait until it is drawn."""
    page.get_by_role("button", name="Voir la carte").click()
    expect(page.locator("[data-map-canvas][data-ready]")).to_be_visible()


def map_ids(page: Page) -> list[int]:
    text = page.locator("[data-map-canvas]").get_attribute("data-place-ids")
    return [int(each) for each in text.split(",")]


@pytest.mark.parametrize("width", [360, 1280])
def test_map_is_fetched_at_the_click_only(visit: NewVisit, width: int):
    visitor = visit(width=width)
    page = visitor.find(**SEARCH)
    page.wait_for_load_state("networkidle")
    assert not [url for url in visitor.requests if OF_THE_MAP.search(url)]
    open_map(page)
    asked = [url for url in visitor.requests if OF_THE_MAP.search(url)]
    assert asked
    # Nobody else is asked anything; `finish` watches every other test in the same way.
    assert visitor.foreign_requests() == []
    # Once is enough.
    page.get_by_role("button", name="Fermer la carte").click()
    page.get_by_role("button", name="Voir la carte").click()
    assert [url for url in visitor.requests if OF_THE_MAP.search(url)] == asked


@pytest.mark.parametrize(
    "search",
    [SEARCH, {}, {"lieu": "Namur", "methode": "EFT"}, {"lat": "50.467", "lon": "4.867"}],
    ids=["words", "everything", "facet", "position"],
)
def test_map_shows_what_the_list_counts(desktop: Visit, server: Server, search: dict):
    page = desktop.find(**search)
    total = count_in_headline(page)
    on_page = page.locator(".results > li").evaluate_all(
        "all => all.map((each) => Number(each.dataset.placeId))"
    )
    open_map(page)
    ids = map_ids(page)
    answer = server.geojson(**search)
    assert len(ids) == len(set(ids)) == total == answer["total"]
    assert ids == [each["id"] for each in answer["features"]]
    assert ids[: len(on_page)] == on_page
    # Bubbles and pins add up to the places that have a point.
    with_point = sum(each["geometry"] is not None for each in answer["features"])
    drawn = page.evaluate(
        """() => [...document.querySelectorAll(".map-cluster")]
             .reduce((sum, each) => sum + Number(each.textContent), 0)
           + document.querySelectorAll(".map-pin").length"""
    )
    assert drawn <= with_point  # markercluster leaves out what lies outside the view
    expect(page.locator("[data-map-status]")).to_contain_text(f"{with_point} lieu")


def test_a_site_without_a_point_is_in_the_list_only(desktop: Visit, server: Server):
    bare = server.manifest["sites"]["bare"]["id"]
    answer = server.geojson(lieu="Namur", rayon="5")
    feature = next(each for each in answer["features"] if each["id"] == bare)
    assert feature["geometry"] is None
    page = desktop.find(lieu="Namur", rayon="5")
    open_map(page)
    assert bare in map_ids(page)
    expect(page.locator("[data-map-status]")).to_contain_text("sans adresse exacte : voir la liste")
    for name in names_by_tab(page):
        assert WITHOUT_POINT not in name


def names_by_tab(page: Page) -> list[str]:
    """Names of the markers and bubbles that Tab reaches inside the map, in its order."""
    page.get_by_role("button", name="Fermer la carte").focus()
    names = []
    for _ in range(200):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              const at = document.activeElement;
              if (!at.closest("[data-map-canvas]")) return null;
              return { name: at.getAttribute("aria-label") ?? at.textContent, role:
                at.getAttribute("role"), marker: at.matches(".map-pin, .map-cluster") };
            }"""
        )
        if at is None:
            return names
        if at["marker"]:
            assert at["role"] == "button"
            names.append(at["name"])
    raise AssertionError("The focus does not leave the map.")


def open_cluster(page: Page) -> None:
    """Enter on a bubble: it opens, and the focus goes on to what was inside."""
    cluster = page.locator(".map-cluster").first
    cluster.evaluate("(each) => { window.opened = each; each.focus(); }")
    page.keyboard.press("Enter")
    poll(page, "document.activeElement !== opened && !opened.isConnected")
    poll(page, "document.activeElement.matches('.map-pin, .map-cluster')")


def test_a_marker_with_the_focus_is_in_view_at_once(desktop: Visit):
    """No gliding: at its end the next marker, reached by a quick Tab, was taken away with the focus."""
    page = desktop.find()
    open_map(page)
    open_cluster(page)
    lost, outside = page.evaluate(
        """() => {
          const map = document.querySelector("[data-map-canvas]").getBoundingClientRect();
          const inside = (each) => {
            const { left, right, top, bottom } = each.getBoundingClientRect();
            return left >= map.left && right <= map.right && top >= map.top && bottom <= map.bottom;
          };
          const lost = [];
          let outside = 0;
          for (const marker of document.querySelectorAll(".map-pin, .map-cluster")) {
            outside += !inside(marker);
            marker.focus();
            if (document.activeElement !== marker || !inside(marker)) lost.push(marker.ariaLabel);
          }
          return [lost, outside];
        }"""
    )
    assert outside > 0
    assert lost == []


def test_markers_by_keyboard(desktop: Visit):
    page = desktop.find(lieu="Namur", q="cuisine", rayon="50")
    open_map(page)
    names = names_by_tab(page)
    visible = page.locator(".map-pin, .map-cluster")
    assert len(names) == visible.count() > 1
    assert len(set(names)) == len(names)
    assert all(len(name) > 5 for name in names)

    # A bubble opens into its places, and the focus goes on to one of them.
    open_cluster(page)
    names = names_by_tab(page)
    assert len(set(names)) == len(names)

    # Zoom in until a single place shows; Enter tells about it, and leads there.
    for _ in range(12):
        if page.locator(".map-pin").count():
            break
        open_cluster(page)
    pin = page.locator(".map-pin").first
    pin.focus()
    expect(pin).to_be_focused()
    page.keyboard.press("Enter")
    link = page.locator(".map-popup a")
    expect(link).to_be_focused()
    # The first Escape closes the popup and gives the focus back, the second one the map.
    page.keyboard.press("Escape")
    expect(page.locator(".map-popup")).to_have_count(0)
    expect(page.locator("[data-map-panel]")).to_be_visible()
    pin.focus()
    page.keyboard.press("Enter")
    expect(link).to_be_focused()
    address = link.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == urlsplit(address).path)


def test_buttons_of_the_map(desktop: Visit):
    page = desktop.find(**SEARCH)
    open_map(page)
    closer = page.get_by_role("button", name="Fermer la carte")
    expect(closer).to_be_focused()
    nearer = page.get_by_role("button", name="Agrandir la carte")
    further = page.get_by_role("button", name="Réduire la carte")
    for button in (nearer, further):
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    # The distance between the names of two towns, in pixels.
    scale = """() => {
      const [a, b] = [...document.querySelectorAll(".map-town")].map(
        (each) => new DOMMatrix(each.style.transform));
      return Math.hypot(a.e - b.e, a.f - b.f);
    }"""
    before = page.evaluate(scale)
    nearer.click()
    poll(page, f"({scale})() > {before}")
    further.focus()
    page.keyboard.press("Enter")
    poll(page, f"Math.abs(({scale})() - {before}) < 2")
    # Escape closes the map and gives the focus back to the button that opened it.
    page.keyboard.press("Escape")
    opener = page.get_by_role("button", name="Voir la carte")
    expect(opener).to_be_focused()
    expect(page.locator("[data-map-panel]")).to_be_hidden()
    opener.press("Enter")
    expect(closer).to_be_focused()
    closer.press("Enter")
    expect(opener).to_be_focused()


def test_without_javascript_there_is_the_list(visit: NewVisit):
    page = visit(js=False).find(**SEARCH)
    expect(page.get_by_role("button", name="Voir la carte")).to_be_hidden()
    link = page.get_by_role("link", name="Voir la liste")
    expect(link).to_be_visible()
    link.click()
    expect(page.locator("#liste")).to_be_visible()


def test_map_that_cannot_come_says_so(visit: NewVisit):
    visitor = visit()
    page = visitor.find(**SEARCH)
    visitor.context.route(re.compile(r"leaflet.*\.js"), lambda route: route.abort())
    page.get_by_role("button", name="Voir la carte").click()
    expect(page.locator("[data-map-status]")).to_contain_text("La liste montre les mêmes lieux")
    # The failure is reported to the console for whoever looks after the site: expected here.
    assert visitor.errors
    visitor.errors.clear()
