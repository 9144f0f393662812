"""Every type of page is looked at, and can be read with the keyboard alone (WCAG 2.1.1, 2.4.1, 2.4.7,
2.4.11): a new type without a state fails here.
"""

import pytest
from django.apps import apps
from wagtail.models import Page

from home.models import BinPage
from tests.journeys.conftest import NewVisit, Server
from tests.journeys.states import all_states

TYPES = sorted(
    model._meta.label
    for model in apps.get_models()
    # The bin is shown to nobody: it has no page.
    if issubclass(model, Page) and model not in (Page, BinPage)
)
MOST_STOPS = 60
"""Presses of Tab on a page: enough to leave its chrome and to walk through its content."""
QUALITIES = ("seen", "inside", "marked", "uncovered")

# Where the focus is: seen, marked, and under nothing.
STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return null;
  at.dataset.stops = String(Number(at.dataset.stops ?? 0) + 1);
  const box = at.getBoundingClientRect();
  const style = getComputedStyle(at);
  const marked = (each) => {
    const found = getComputedStyle(each);
    return (found.outlineStyle !== "none" && parseFloat(found.outlineWidth) >= 2)
      || found.boxShadow !== "none";
  };
  const label = at.labels?.[0];
  const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]];
  const own = (hit) => hit && (at.contains(hit) || hit.contains(at) || label?.contains(hit));
  const line = at.getClientRects()[0] ?? box;
  return {
    what: at.outerHTML.slice(0, 120),
    isFrame: at.tagName === "IFRAME",
    hasStops: at.matches("audio, video"),
    isSkip: at.matches(".skip"),
    again: Number(at.dataset.stops) > 1,
    seen: box.width > 0 && box.height > 0 && style.visibility === "visible",
    inside: line.bottom > 0 && line.top < innerHeight && line.right > 0 && line.left < innerWidth,
    marked: marked(at) || (label && marked(label)),
    uncovered: points.some(([x, y]) =>
      own(document.elementFromPoint(line.left + line.width * x, line.top + line.height * y))),
  };
}"""


def test_every_type_of_page_has_a_state(server: Server):
    missing = set(TYPES) - set(server.manifest["page_types"])
    assert not missing, "add a state to tests/journeys/room_*.py"


@pytest.mark.parametrize("label", TYPES)
def test_with_the_keyboard_alone(visit: NewVisit, server: Server, label: str):
    names = server.manifest["page_types"].get(label)
    assert names, f"no state shows a {label}"
    states = {f"{each.site}/{each.name}": each for each in all_states(server.manifest)}
    # The plainest state: one that needs no gesture, when there is one.
    state = min((states[name] for name in names), key=lambda each: each.prepare is not None)
    visitor = visit(height=720, may_keep_cookies=state.may_keep_cookies)
    page = visitor.go(state.site, state.path, **state.parameters)
    if state.prepare:
        state.prepare(page)
        page.evaluate("document.activeElement?.blur()")

    page.keyboard.press("Tab")
    first = page.evaluate(STOP)
    assert first, "nothing takes the focus"
    assert first["isSkip"], first["what"]
    assert all(first[quality] for quality in QUALITIES), first
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement?.closest('main') !== null")
    page.evaluate("() => { document.querySelector('.skip').focus(); }")

    wrong, stops = [], 0
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop["isFrame"] or stop["isSkip"]:
            break  # the end of the page; inside a frame its own page counts
        stops += 1
        if stop["again"] and stop["hasStops"]:
            continue  # the buttons inside the browser's own player
        if stop["again"]:
            wrong.append(f"focused twice: {stop['what']}")
            break
        wrong += [f"not {each}: {stop['what']}" for each in QUALITIES if not stop[each]]
    assert not wrong, "\n".join(wrong)
    assert stops >= 5
