"""The main tasks of somebody who looks for a course: by a town, around them, by pictures, a call."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisit, Server, Visit

NAMUR = {"latitude": 50.46691234, "longitude": 4.86746789}
NEW_YORK = {"latitude": 40.7128, "longitude": -74.006}


def results(page: Page):
    return page.locator(".results > li")


def count_in_headline(page: Page) -> int:
    return int(re.match(r"\s*(\d+)", page.locator("#resultats h2").inner_text()).group(1))


def parameters(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


# --- 1. By typing a town ---------------------------------------------------------------------


def test_town_with_the_suggestions(phone: Visit):
    page = phone.go("cisp")
    place = page.get_by_label("Où ?")
    place.click()
    place.press_sequentially("nam", delay=30)
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    expect(place).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("option", name="Namur", exact=False).first).to_be_visible()
    page.get_by_role("option", name=re.compile(r"^Namur \(5000\)|^5000 Namur")).first.click()
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.get_by_label("Quoi ?").fill("cuisine")
    page.get_by_role("button", name="Chercher", exact=True).last.click()

    expect(page.locator("#resultats h2")).to_contain_text("Namur")
    assert count_in_headline(page) > 0
    assert "lat" not in parameters(page)
    assert parameters(page)["q"] == ["cuisine"]
    # Each card says what, where and how far, who, and what to do next, in this order.
    card = results(page).first.inner_text()
    assert re.search(r"km", card)


def test_town_without_javascript(visit: NewVisit, server: Server):
    page = visit(width=360, height=640, js=False).go("cisp")
    expect(page.get_by_role("button", name="Autour de moi")).to_be_hidden()
    page.get_by_label("Où ?").fill("liege")
    page.get_by_role("button", name="Chercher", exact=True).locator("visible=true").click()

    assert count_in_headline(page) == server.geojson(lieu="liege")["total"] > 0
    expect(page.locator("#resultats h2")).to_contain_text("Liège")
    results(page).first.get_by_role("link").first.click()
    expect(page.locator('a[href^="tel:"]').first).to_be_visible()


def test_same_list_with_and_without_javascript(visit: NewVisit):
    def cards(js: bool) -> list[str]:
        page = visit(js=js).find(lieu="Namur", q="cuisine")
        return results(page).evaluate_all("all => all.map((each) => each.dataset.placeId)")

    assert cards(js=True) == cards(js=False) != []


def test_town_with_the_keyboard_alone(desktop: Visit):
    page = desktop.go("cisp")
    press = page.keyboard.press
    # The skip link comes first, and leads to the content.
    press("Tab")
    assert focused(page)["text"] == "Aller au contenu"
    press("Enter")
    expect(page.locator("main")).to_be_focused()
    tab_to(page, lambda at: at["name"] == "lieu", at_most=3)
    page.keyboard.type("charl", delay=30)
    expect(page.get_by_role("option").first).to_be_visible()
    press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    place = page.locator("[data-place]")
    expect(place).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    press("Enter")
    expect(place).to_have_value(re.compile("Charleroi"))
    expect(place).to_be_focused()
    # Escape closes a list that is open, and keeps the words.
    page.keyboard.type(" ")
    press("Enter")
    expect(page.locator("#resultats h2")).to_contain_text("Charleroi")

    tab_to(page, lambda at: at["in"] == "H3", at_most=90)
    tab_to(page, lambda at: at["href"].startswith("tel:"), at_most=30)
    tab_to(page, lambda at: at["in"] == "H3", at_most=30)
    press("Enter")
    page.wait_for_url(re.compile(r"/formations/[^/?]+/"))
    expect(page.locator("main h1")).to_be_visible()
    # With the centre's own number or, at the end of the page, with that of a helper.
    tab_to(page, lambda at: at["href"].startswith("tel:"), at_most=60)


def test_escape_closes_the_suggestions(desktop: Visit):
    page = desktop.go("cisp")
    place = page.get_by_label("Où ?")
    place.press_sequentially("mon", delay=30)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(place).to_have_value("mon")
    expect(place).to_have_attribute("aria-expanded", "false")


def focused(page: Page) -> dict[str, str]:
    return page.evaluate(
        """() => {
          const at = document.activeElement;
          return {
            name: at.getAttribute("name") ?? "",
            value: at.getAttribute("value") ?? "",
            href: at.getAttribute("href") ?? "",
            text: (at.innerText ?? "").trim(),
            in: at.parentElement?.tagName ?? "",
            tag: at.tagName,
          };
        }"""
    )


def poll(page: Page, expression: str, seconds: float = 8) -> None:
    """Wait until a script's expression is true (`wait_for_function` needs eval, which CSP bars)."""
    end = time.monotonic() + seconds
    while not page.evaluate(f"() => !!({expression})"):
        assert time.monotonic() < end, f"Never true: {expression}"
        page.wait_for_timeout(50)


def tab_to(page: Page, wanted: Callable[[dict], bool], at_most: int) -> int:
    """Press Tab until the focus is where `wanted` says; the number of presses."""
    seen = []
    for presses in range(1, at_most + 1):
        page.keyboard.press("Tab")
        at = focused(page)
        if wanted(at):
            return presses
        seen.append(at["text"] or at["name"] or at["tag"])
    raise AssertionError(f"Not reached in {at_most} presses of Tab: {seen}")


# --- Places that are not simply found --------------------------------------------------------


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_ambiguous_place_offers_links(visit: NewVisit, server: Server, js: bool):
    page = visit(js=js).find(lieu="Saint-Rémy")
    links = page.get_by_role("list", name=re.compile("Quel lieu")).get_by_role("link")
    addresses = [link.get_attribute("href") for link in links.all()]
    assert len(addresses) > 1
    assert len(set(addresses)) == len(addresses)
    assert results(page).count() == 0  # never a silent choice
    for address in addresses:
        page.goto(urljoin(server.url("cisp"), address))
        assert count_in_headline(page) > 0


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("wrong", ["Atlantide", "Paris", "75001"])
def test_unknown_place_says_so_beside_the_field(visit: NewVisit, wrong: str, width: int):
    page = visit(width=width).find(lieu=wrong)
    place = page.locator("[data-place]")
    expect(place).to_be_visible()
    expect(place).to_have_value(wrong)
    expect(place).to_have_attribute("aria-invalid", "true")
    described = place.get_attribute("aria-describedby").split()
    messages = [page.locator(f"[id='{each}']") for each in described]
    for message in messages:
        expect(message).to_have_count(1)
        expect(message).to_be_visible()
    text = " ".join(message.inner_text() for message in messages)
    assert "code postal" in text
    assert wrong in text
    place.focus()
    expect(place).to_be_focused()
    # A second try is one gesture away.
    place.fill("Namur")
    place.press("Enter")
    expect(page.locator("#resultats h2")).to_contain_text("Namur")


def test_nothing_found_says_so_and_shows_what_is_near(desktop: Visit):
    page = desktop.find(q="xyzzyq", lieu="Namur")
    expect(page.locator("#resultats h2")).to_contain_text("Rien trouvé")
    expect(page.get_by_role("status").filter(has_text="xyzzyq").first).to_be_visible()
    assert results(page).count() > 0
    expect(page.get_by_role("heading", name=re.compile("D’autres formations"))).to_be_visible()


# --- 2. Around me ----------------------------------------------------------------------------

WATCH_GEOLOCATION = """
  window.asked = 0;
  for (const name of ["getCurrentPosition", "watchPosition"]) {
    const real = navigator.geolocation[name].bind(navigator.geolocation);
    navigator.geolocation[name] = (...all) => { window.asked += 1; return real(...all); };
  }
"""


def test_around_me_when_granted(visit: NewVisit, server: Server):
    visitor = visit(width=360, height=640, geolocation=NAMUR, permissions=["geolocation"])
    visitor.context.add_init_script(WATCH_GEOLOCATION)
    page = visitor.go("cisp")
    page.get_by_label("Où ?").focus()
    page.get_by_label("Quoi ?").fill("cuisine")
    assert page.evaluate("asked") == 0
    page.get_by_role("button", name="Autour de moi").click()
    page.wait_for_url(re.compile(r"/formations/\?"))
    expect(page.locator("#resultats h2")).to_contain_text("votre position")
    assert page.evaluate("asked") == 0  # not again on the page of results
    state = parameters(page)
    assert state["lat"] == ["50.467"]
    assert state["lon"] == ["4.867"]
    assert state["q"] == ["cuisine"]
    assert count_in_headline(page) > 0
    # No address anywhere carries more than three decimals, and no log carries any.
    for url in visitor.requests:
        for name in ("lat", "lon"):
            for value in parse_qs(urlsplit(url).query).get(name, []):
                assert re.fullmatch(r"-?\d{1,3}\.\d{1,3}", value), url
    assert "50.46" not in server.log.read_text()
    for link in page.locator("a[href*='lat=']").all():
        assert "50.4669" not in link.get_attribute("href")


def test_a_typed_place_wins_over_an_earlier_position(visit: NewVisit):
    page = visit(width=360, height=640).find(lat="50.467", lon="4.867")
    expect(page.locator("#resultats h2")).to_contain_text("votre position")
    page.locator("details.ask__fold > summary").click()
    page.get_by_label("Où ?").fill("Arlon")
    page.get_by_label("Où ?").press("Enter")
    expect(page.locator("#resultats h2")).to_contain_text("Arlon")
    assert "lat" not in parameters(page)


def test_around_me_when_refused(visit: NewVisit):
    page = visit(width=360, height=640).go("cisp")
    page.get_by_role("button", name="Autour de moi").click()
    status = page.locator("[data-geolocate-status]")
    expect(status).to_contain_text("Écrivez votre commune ou votre code postal")
    expect(status).to_have_attribute("role", "status")
    expect(page.get_by_label("Où ?")).to_be_focused()
    assert urlsplit(page.url).path == "/"


def test_around_me_when_the_device_stays_silent(visit: NewVisit):
    visitor = visit(width=360, height=640, permissions=["geolocation"])
    visitor.context.add_init_script(
        "navigator.geolocation.getCurrentPosition = () => { window.asked = true; };"
    )
    visitor.page.clock.install()
    page = visitor.go("cisp")
    page.get_by_role("button", name="Autour de moi").click()
    poll(page, "window.asked")
    status = page.locator("[data-geolocate-status]")
    expect(status).to_contain_text("Nous cherchons")
    page.clock.fast_forward(9_000)
    expect(status).to_contain_text("Nous cherchons")
    page.clock.fast_forward(1_500)
    expect(status).to_contain_text("Écrivez votre commune ou votre code postal")
    expect(page.get_by_label("Où ?")).to_be_focused()


def test_around_me_far_away(visit: NewVisit):
    page = visit(geolocation=NEW_YORK, permissions=["geolocation"]).go("cisp")
    page.get_by_role("button", name="Autour de moi").click()
    page.wait_for_url(re.compile(r"/formations/\?"))
    place = page.locator("[data-place]")
    expect(place).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".field__error").first).to_contain_text("pas en Wallonie")


# --- 3. By pictures only ---------------------------------------------------------------------


def test_by_pictures(phone: Visit, server: Server):
    page = phone.go("cisp")
    pictures = page.locator(".families a")
    assert pictures.count() >= 10
    for picture in pictures.all():
        assert picture.locator("svg").count() == 1
        assert len(picture.locator("b").inner_text()) > 3
    picture = page.get_by_role("link", name=re.compile("Horeca"))
    shown = int(re.search(r"(\d+) lieu", picture.inner_text()).group(1))
    picture.click()
    assert count_in_headline(page) == shown
    results(page).first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator('.place__contact a[href^="tel:"]').first).to_be_visible()


def test_every_course_is_three_clicks_from_home(server: Server):
    """Links alone, breadth first: no typing, no script (C-06)."""

    def links(path: str) -> set[str]:
        html = server.fetch("cisp", path).decode()
        base = server.url("cisp", path)
        found = {
            urljoin(base, unescape(href)).partition("#")[0]
            for href in re.findall(r'<a\b[^>]*?\shref="([^"]+)"', html)
        }
        own = server.url("cisp", "")
        return {each[len(own) :] for each in found if each.startswith(own)}

    reached, front = {"/"}, ["/"]
    for _ in range(3):
        with ThreadPoolExecutor(2) as pool:
            found = set().union(*pool.map(links, front))
        front = sorted(found - reached)
        reached |= found
    locations = re.findall(r"<loc>([^<]+)", server.fetch("cisp", "/sitemap.xml").decode())
    paths = [urlsplit(each).path for each in locations]
    sites = {path for path in paths if re.fullmatch(r"/formations/[^/]+/", path)}
    sites.discard("/formations/territoires/")
    assert len(sites) >= 300
    assert sites <= reached
    # Every site lists all its courses; each course has a page that its site links to.
    courses = {
        path
        for path in paths
        if re.fullmatch(r"/formations/[^/]+/[^/]+/", path) and "/territoires/" not in path
    }
    assert len(courses) > 300
    some = sorted(courses)[::40]
    for course in some:
        assert course in links(course.rsplit("/", 2)[0] + "/")


# --- 4. Call a centre ------------------------------------------------------------------------


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_call_a_centre(visit: NewVisit, js: bool):
    page = visit(width=360, height=640, js=js).find(lieu="5000", q="cuisine")
    card = results(page).filter(has=page.locator('a[href^="tel:"]')).first
    call = card.locator('a[href^="tel:"]')
    number = call.get_attribute("href")
    assert re.fullmatch(r"tel:\+32\d{8,9}", number)
    expect(call).to_be_visible()
    expect(call).to_have_accessible_name(re.compile(r"^Appeler .+\s: 0[\d\s]+$"))
    card.get_by_role("link").first.click()
    call = page.locator('.place__contact a[href^="tel:"]').first
    expect(call).to_be_visible()
    expect(call).to_have_accessible_name(re.compile(r"^Appeler le 0[\d\s]+$"))
    assert call.get_attribute("href") == number


def test_help_is_at_the_same_place_on_every_page(desktop: Visit, server: Server):
    sites = server.manifest["sites"]
    for path in ("/formations/?lieu=Namur", sites["full"]["path"], sites["empty"]["path"]):
        page = desktop.go("cisp", path)
        help_section = page.get_by_role("region", name="Parler à quelqu’un")
        expect(help_section).to_be_visible()
        assert help_section.locator('a[href^="tel:"]').count() >= 1
        # Nothing of the page's content comes after it (WCAG 3.2.6).
        assert help_section.evaluate(
            """(help) => [...document.querySelectorAll("main h2, main h3, main a")].every(
                 (each) => help.contains(each)
                   || help.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING)"""
        )
