"""Every screen that this project adds to the admin, on a phone of 320 pixels and on a desktop."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.home.desk.test_admin_french import ENGLISH
from tests.journeys import desk
from tests.journeys.conftest import NewVisit, Server, Visit
from tests.journeys.state import Blank

WIDTHS = {1280: 800, 320: 640}
SCHEMES = {320: "light", 1280: "dark"}
NAMES = [screen.name for screen in desk.screens(Blank())]
MOST_STOPS = 120
"""Presses of Tab to come to the last control of the first rows of a list."""
SCROLL_MILLISECONDS, MOST_SCROLLS = 300, 10
"""The window follows the focus a little later."""
OURS = ".nice-padding"
"""What stands below Wagtail's header."""

# Our own part of the screen alone: what sticks out of the window, without what scrolls by itself.
OUTSIDE = """(ours) => [...document.querySelectorAll(`${ours}, ${ours} *`)]
  .filter((each) => each.checkVisibility())
  .filter((each) => !each.parentElement.closest(
      ".desk__scroll, .listing-table, .listing-map, .w-sr-only"))
  .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((each) => each.outerHTML.slice(0, 160)).slice(0, 5)"""

# The first thing to do: a button of ours, else one of the screen, else a control, else a link; in what
# is only read, the table that scrolls.
MAIN_ACTION = """(ours) => {
  document.querySelectorAll("[data-main-action]").forEach((each) => delete each.dataset.mainAction);
  const seen = (each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled;
  for (const kind of ["button[type=submit], .button", "input:not([type=hidden]), select, textarea",
                      "a[href]:not([aria-current])", "[tabindex='0']"]) {
    for (const part of [ours, "main"]) {
      const found = [...document.querySelectorAll(part)]
        .flatMap((each) => [...each.querySelectorAll(kind)]).find(seen);
      if (found) {
        found.dataset.mainAction = "";
        return found.outerHTML.slice(0, 120);
      }
    }
  }
  return "";
}"""

# The next press of Tab comes to the first control of the page, wherever the focus was.
FROM_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  scrollTo(0, 0);
}"""

# What fades from one colour or place to another is looked at when it has arrived.
SETTLED = """() => Promise.allSettled(document.getAnimations()
  .filter((each) => each instanceof CSSTransition).map((each) => each.finished))"""

ASK = """async (path) => {
  const answer = await fetch(path, { redirect: "manual" });
  return [answer.status, answer.headers.get("content-type") ?? "", await answer.text()];
}"""

STOP = """() => {
  const at = document.activeElement;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  return {
    what: at.outerHTML.slice(0, 120),
    isMain: "mainAction" in at.dataset,
    isBody: at === document.body,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    marked: style.boxShadow !== "none"
      || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2),
  };
}"""


def sign_in(page: Page, server: Server, account: list[str]) -> None:
    """By the form."""
    name, password = account
    page.goto(server.url("interfede", "/gestion/"))
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.locator("form button[type=submit]").click()
    page.wait_for_load_state()


@pytest.fixture(scope="module")
def session(chromium: Browser, server: Server) -> StorageState:
    """The cookies of the editor, signed in once."""
    context = chromium.new_context()
    page = context.new_page()
    sign_in(page, server, server.manifest["editor"])
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="module", params=NAMES)
def opened(
    request: pytest.FixtureRequest, chromium: Browser, server: Server, session: StorageState
) -> Iterator[tuple[str, Page]]:
    """A screen, opened once for all the checks of this file."""
    screen = {each.name: each for each in desk.screens(server.manifest["desk"])}[request.param]
    context = chromium.new_context(
        viewport={"width": 1280, "height": WIDTHS[1280]},
        locale="fr-BE",
        timezone_id="Europe/Brussels",
        reduced_motion="reduce",
        color_scheme="light",
        storage_state=session,
    )
    visitor = Visit(context, server, may_keep_cookies=True)
    answer = visitor.page.goto(server.url("interfede", f"/gestion/{screen.path}"))
    assert answer.status == 200
    assert visitor.page.url.startswith(server.url("interfede", "/gestion/")), visitor.page.url
    visitor.page.wait_for_load_state("networkidle")
    yield screen.name, visitor.page
    visitor.finish()


@dataclass(frozen=True)
class Shown:
    """A screen of the desk in a window."""

    name: str
    width: int
    page: Page


@pytest.fixture(params=WIDTHS)
def shown(request: pytest.FixtureRequest, opened: tuple[str, Page]) -> Shown:
    """In a window of this width; what had been opened stays where it was."""
    name, page = opened
    width = request.param
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return Shown(name, width, page)


def ours(page: Page) -> str:
    """Our part of the screen; all of it where there is no menu."""
    return OURS if page.locator(OURS).count() else "main"


def test_every_address_is_a_screen_or_said_not_to_be_one():
    routes = set(desk.own_routes())
    shown = {screen.route for screen in desk.screens(Blank())}
    files = {route for route in routes if route.endswith(desk.FILES)}
    assert not routes - shown - desk.NO_SCREEN - files, "an example is missing in desk.py"
    assert not (shown | desk.NO_SCREEN) - routes, "no longer an address"
    assert not shown & desk.NO_SCREEN


def test_what_is_no_screen_shows_none(visit: NewVisit, server: Server, session):
    """A GET of a button, a part or a file never answers with a whole page of the admin."""
    # Only the browser knows the names below localhost: it asks, from a page of the admin.
    page = visit(
        may_keep_cookies=True, storage_state=session, expected_statuses=(400, 403, 404, 405)
    ).go("interfede", "/gestion/corbeille/")
    for route in sorted(desk.NO_SCREEN - {"second-facteur/"}):
        path = re.sub(
            r"<(int|slug|str):\w+>", lambda found: "1" if found[1] == "int" else "x", route
        )
        status, kind, text = page.evaluate(ASK, f"/gestion/{path}")
        assert not (status == 200 and "text/html" in kind and "<main" in text), route
        assert status < 500, route


def test_axe_finds_nothing(shown: Shown):
    """In light colours on the phone, in dark ones on the desktop: they do not depend on the width."""
    scheme = SCHEMES[shown.width]
    shown.page.emulate_media(color_scheme=scheme)
    shown.page.evaluate(SETTLED)
    if folder := os.environ.get("SHOTS_DIR"):
        file = Path(folder) / f"gestion-{shown.name}-{shown.width}-{scheme}.png"
        shown.page.screenshot(path=file, full_page=True)
    answer = Axe().run(shown.page, options={"resultTypes": ["violations"]}).response
    shown.page.emulate_media(color_scheme="light")
    found = [
        f"{rule['id']}: {node['target']} {node['html'][:200]} — {node['failureSummary'][:300]}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]
    assert not found, "\n".join(found)


def test_nothing_of_ours_sticks_out(shown: Shown):
    page = shown.page
    outside = page.evaluate(OUTSIDE, ours(page))
    for _ in range(MOST_SCROLLS):  # a window that has become narrow is laid out a little later
        if not outside:
            break
        page.wait_for_timeout(SCROLL_MILLISECONDS)
        outside = page.evaluate(OUTSIDE, ours(page))
    assert outside == []


def test_one_heading_in_french(shown: Shown):
    expect(shown.page.locator("html")).to_have_attribute("lang", re.compile("^fr"))
    headings = [text for text in shown.page.locator("main h1").all_inner_texts() if text.strip()]
    assert len(headings) == 1
    assert not ENGLISH.search(headings[0])


def test_the_keyboard_comes_to_the_first_thing_to_do(shown: Shown):
    page = shown.page
    wanted = page.evaluate(MAIN_ACTION, ours(page))
    assert wanted, "nothing to do here"
    page.evaluate(FROM_THE_TOP)
    page.keyboard.press("Tab")
    stop = page.evaluate(STOP)
    for _ in range(MOST_STOPS):
        if stop["isMain"] or stop["isBody"]:
            break
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
    assert stop["isMain"], f"{wanted} is not reached: {stop['what']}"
    for _ in range(MOST_SCROLLS):
        if stop["seen"]:
            break
        page.wait_for_timeout(SCROLL_MILLISECONDS)
        stop = page.evaluate(STOP)
    assert stop["seen"], stop["what"]
    assert stop["marked"], stop["what"]


def test_the_code_is_asked_for(visit: NewVisit, server: Server):
    visitor = visit(width=320, height=640, may_keep_cookies=True)
    sign_in(visitor.page, server, list(desk.SECOND_FACTOR))
    page = visitor.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre code")
    assert Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] == []
    assert page.evaluate(OUTSIDE, "main") == []
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Entrer").click()
    expect(page.locator("main")).to_contain_text("Ce code n’est pas juste")
    assert Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] == []
