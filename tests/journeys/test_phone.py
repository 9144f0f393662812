"""The first screen of a phone, the ring of the focus, the order of the tabs."""

import itertools

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisit

MOST_WORDS = 60

# Words of which something shows in the window; names of icons and hidden texts do not count.
WORDS_ABOVE_THE_FOLD = """() => {
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true })) continue;
    if (parent.closest(".visually-hidden, .skip, script, style, noscript")) continue;
    const range = document.createRange();
    for (const match of node.textContent.matchAll(/[\\p{L}\\p{N}][\\p{L}\\p{N}’'.-]*/gu)) {
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const box = range.getBoundingClientRect();
      if (box.height > 0 && box.top < innerHeight && box.bottom > 0) words.push(match[0]);
    }
  }
  return words;
}"""


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
@pytest.mark.parametrize("path", ["/", "/formations/"])
def test_the_question_fits_the_first_screen(visit: NewVisit, path: str, js: bool):
    page = visit(width=360, height=640, is_mobile=True, has_touch=True, js=js).go("cisp", path)
    fields = [
        page.get_by_label("Où ?"),
        page.get_by_label("Quoi ?"),
        page.locator("main").get_by_role("button", name="Chercher"),
    ]
    if js:
        fields.append(page.get_by_role("button", name="Autour de moi"))
    for each in fields:
        expect(each).to_be_visible()
        box = each.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 640, each
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    if path == "/":
        words = page.evaluate(WORDS_ABOVE_THE_FOLD)
        assert len(words) <= MOST_WORDS, words


# --- Focus -----------------------------------------------------------------------------------

REMEMBER = """() => {
  window.plain = new WeakMap();
  const ring = (each) => {
    const style = getComputedStyle(each);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join();
  };
  window.ring = ring;
  document.activeElement?.blur();
  for (const each of document.querySelectorAll("a, button, input, select, textarea, summary, [tabindex]"))
    window.plain.set(each, ring(each));
}"""

AT = """() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const box = at.getBoundingClientRect();
  const style = getComputedStyle(at);
  const inside = box.top >= -1 && box.left >= -1 && box.bottom <= innerHeight + 1
    && box.right <= innerWidth + 1;
  const hit = document.elementFromPoint(
    box.left + Math.min(box.width / 2, 40), box.top + box.height / 2);
  const mine = hit && (at.contains(hit) || hit.contains(at) || at.labels?.[0]?.contains(hit));
  const outline = style.outlineStyle !== "none" ? parseFloat(style.outlineWidth) : 0;
  return {
    what: at.outerHTML.slice(0, 120),
    changes: window.plain.get(at) !== window.ring(at),
    thick: outline >= 2 || style.boxShadow !== "none",
    seen: inside && Boolean(mine),
  };
}"""


def walk(page: Page, most: int = 250) -> list[dict]:
    """Every stop of Tab, from the first to the last."""
    page.evaluate(REMEMBER)
    stops: list[dict] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(AT)
        if at is None:
            return stops
        stops.append(at)
    raise AssertionError("Tab does not come to an end.")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("state", ["home", "results", "error"])
def test_focus_is_seen_at_every_stop(visit: NewVisit, width: int, state: str):
    visitor = visit(width=width, height=800 if width > 400 else 640)
    page = {
        "home": lambda: visitor.go("cisp"),
        "results": lambda: visitor.find(lieu="Namur", q="cuisine"),
        "error": lambda: visitor.find(lieu="Atlantide"),
    }[state]()
    if width < 400:
        page.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true; })")
    stops = walk(page)
    assert len(stops) > 20
    assert not [each["what"] for each in stops if not each["changes"] or not each["thick"]]
    assert not [each["what"] for each in stops if not each["seen"]]


@pytest.mark.parametrize("site", ["interfede", "pedatech"])
def test_focus_is_seen_on_the_other_sites(visit: NewVisit, site: str):
    stops = walk(visit().go(site))
    assert not [each["what"] for each in stops if not (each["changes"] and each["thick"])]
    assert not [each["what"] for each in stops if not each["seen"]]


def test_tab_follows_the_reading_order(visit: NewVisit):
    """On a phone each stop lies below the one before, or on its line."""
    page = visit(width=320, height=640).find(lieu="Namur", q="cuisine")
    page.evaluate(REMEMBER)
    tops = []
    for _ in range(250):
        page.keyboard.press("Tab")
        top = page.evaluate(
            """() => document.activeElement === document.body ? null
               : document.activeElement.closest("main")
               ? document.activeElement.getBoundingClientRect().top + scrollY : -1"""
        )
        if top is None:
            break
        if top >= 0:
            tops.append(top)
    assert len(tops) > 15
    assert all(after >= before - 30 for before, after in itertools.pairwise(tops))
