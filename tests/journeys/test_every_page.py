"""Every state of every page, on a phone of 320 pixels and on a desktop: axe and scripted checks.

320 CSS pixels are also what a window of 1280 shows at a zoom of 400 % (WCAG 1.4.10).
"""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys import states
from tests.journeys.conftest import Server, Visit
from tests.journeys.state import Blank, State
from tests.journeys.states import all_states

WIDTHS = {320: 640, 1280: 800}
TARGET = 24  # pixels, WCAG 2.5.8
MAIN_TARGET = {"cisp": 48, "interfede": 44, "pedatech": 44}
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    # Off by default in axe; this project promises it.
    "rules": {"target-size": {"enabled": True}},
}
AXE = Axe()
AGAIN = Axe(axe_script="0")
"""axe on a page that has read its half megabyte already."""
OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What other colours can break: the other rules have been asked in the light ones."""
# The same names as in seed.py's manifest; only the names are needed to collect the tests.
_NAMES = all_states(Blank())
CASES = [
    pytest.param((state.site, state.name, width), id=f"{state.site}-{state.name}-{width}")
    for state in _NAMES
    for width in WIDTHS
    if state.only_width in (None, width)
]
FORCED_COLOURS = {"accueil", "resultats", "filtres", "carte", "lieu", "lieu-inconnu", "blocs"}


@dataclass(frozen=True)
class Shown:
    """A page in a state, on a screen."""

    state: State
    width: int
    page: Page


@pytest.fixture(scope="module", params=CASES)
def shown(request: pytest.FixtureRequest, chromium: Browser, server: Server) -> Iterator[Shown]:
    """Opened once for all the checks of this file."""
    site, name, width = request.param
    states_by_name = {(each.site, each.name): each for each in all_states(server.manifest)}
    state = states_by_name[site, name]
    context = chromium.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        has_touch=width == 320,
        locale="fr-BE",
        timezone_id="Europe/Brussels",
        reduced_motion="reduce",
        color_scheme="light",
    )
    visitor = Visit(
        context,
        server,
        state.may_keep_cookies,
        expected_statuses=(state.status, state.prepared_status or state.status),
    )
    answer = visitor.page.goto(server.url(state.site, state.path, **state.parameters))
    assert answer.status == state.status
    if state.prepare:
        state.prepare(visitor.page)
    visitor.page.evaluate("document.fonts.ready.then(() => true)")
    yield Shown(state, width, visitor.page)
    visitor.finish()


def picture(shown: Shown, suffix: str) -> None:
    """Keep what is seen, when somebody wants to look."""
    if folder := os.environ.get("SHOTS_DIR"):
        name = f"{shown.state.site}-{shown.state.name}-{shown.width}-{suffix}.png"
        shown.page.screenshot(path=Path(folder) / name, full_page=True)


def violations(page: Page, axe: Axe = AXE, **options: object) -> list[str]:
    """What axe finds, one line per element; `options` of axe beside those of every page."""
    answer = axe.run(page, options=AXE_OPTIONS | options).response
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]} — {node['failureSummary'][:300]}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]


def test_axe_finds_nothing(shown: Shown):
    shown.page.emulate_media(color_scheme="light")
    picture(shown, "light")
    found = violations(shown.page)
    shown.page.emulate_media(color_scheme="dark")
    picture(shown, "dark")
    found += violations(shown.page, AGAIN, **OF_COLOURS)
    if shown.state.name in FORCED_COLOURS:
        shown.page.emulate_media(color_scheme="light", forced_colors="active")
        picture(shown, "forced")
        found += violations(shown.page, AGAIN, **OF_COLOURS)
    shown.page.emulate_media(color_scheme="light", forced_colors="none")
    assert not found, "\n".join(found)


def test_no_horizontal_scroll(shown: Shown):
    measured = shown.page.evaluate(states.WIDTHS)
    assert measured["page"] <= shown.width, measured["outside"]
    assert measured["outside"] == []


def test_headings_in_order(shown: Shown):
    levels = shown.page.evaluate(states.HEADINGS)
    assert [level for level, _ in levels].count(1) == 1, levels
    assert all(text for _, text in levels)
    in_main = shown.page.locator("main h1")
    assert in_main.count() == 1
    for (before, _), (after, text) in itertools.pairwise(levels):
        assert after <= before + 1, f"h{before} is followed by h{after}: {text}"


def test_targets_are_large(shown: Shown):
    wanted = MAIN_TARGET[shown.state.site]
    small = []
    for each in shown.page.evaluate(states.TARGETS):
        least = wanted if each["main"] else TARGET
        # A main target must be high; its width follows from its words.
        if each["height"] < least - 0.5 or each["width"] < TARGET:
            small.append(f"{each['width']:.0f} × {each['height']:.0f} < {least}: {each['what']}")
    assert not small, "\n".join(small)


def test_text_spacing_clips_nothing(shown: Shown):
    page = shown.page
    before = page.evaluate(states.CLIPPED)
    page.evaluate(states.SPACING, True)
    measured = page.evaluate(states.WIDTHS)
    clipped = page.evaluate(states.CLIPPED)
    page.evaluate(states.SPACING, False)
    assert not before
    assert not clipped
    assert measured["page"] <= shown.width, measured["outside"]
