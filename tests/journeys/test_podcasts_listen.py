"""Somebody listens: chapters, the text that follows, the keyboard alone, and no JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisit, Server, Visit

CURRENT = ".cue[aria-current]"
PLAYS = "() => !document.querySelector('audio').paused"
TIME = "() => document.querySelector('audio').currentTime"


def plays_at(page: Page, seconds: float) -> None:
    """The sound runs, at this moment or a little later."""
    page.wait_for_function(PLAYS)
    page.wait_for_function(
        "(seconds) => document.querySelector('audio').currentTime >= seconds - 0.1", arg=seconds
    )
    assert page.evaluate(TIME) < seconds + 6


@pytest.fixture
def episode(desktop: Visit, server: Server) -> Page:
    return desktop.go("interfede", server.manifest["podcasts"]["episode"])


def test_from_the_home_page_to_the_sound(desktop: Visit, server: Server):
    page = desktop.go("interfede")
    page.get_by_role("navigation", name="Menu principal").get_by_role(
        "link", name="Podcasts"
    ).click()
    page.get_by_role("link", name=re.compile("électricien résidentiel")).click()
    assert not [url for url in desktop.requests if ".mp3" in url]  # nothing before a gesture
    page.locator("audio").evaluate("(audio) => audio.play()")
    plays_at(page, 0.5)
    expect(page.locator(CURRENT)).to_be_visible()


def test_a_chapter_plays_and_the_text_follows(episode: Page):
    chapter = episode.locator(".chapters [data-seek]").nth(1)
    start = float(chapter.get_attribute("data-seek"))
    chapter.click()
    plays_at(episode, start)
    expect(chapter).to_have_attribute("aria-current", "true")
    expect(episode.get_by_role("status")).to_contain_text("Lecture à partir de")
    assert episode.url.endswith(f"#t={int(start)}")
    first = episode.locator(CURRENT).text_content()
    # The mark goes on by itself, and the focus stays where it was.
    episode.wait_for_function(
        "(first) => document.querySelector('.cue[aria-current]')?.textContent !== first", arg=first
    )
    assert episode.evaluate("document.activeElement.dataset.seek") == chapter.get_attribute(
        "data-seek"
    )
    assert episode.locator(CURRENT).count() == 1


def test_a_sentence_plays(episode: Page):
    cue = episode.locator(".cue").nth(5)
    cue.click()
    plays_at(episode, float(cue.get_attribute("data-start")))
    expect(cue).to_have_attribute("aria-current", "true")


def test_a_closed_section_opens_while_the_text_follows(episode: Page):
    section = episode.locator("[data-section]").nth(1)
    section.locator("summary").click()
    expect(section).not_to_have_attribute("open", re.compile(".*"))
    section.scroll_into_view_if_needed()
    start = float(section.locator("[data-start]").first.get_attribute("data-start"))
    episode.locator("audio").evaluate(f"(audio) => {{ audio.currentTime = {start + 0.2}; }}")
    episode.locator("audio").evaluate("(audio) => audio.play()")
    expect(section).to_have_attribute("open", "")


def test_the_text_may_stay_still(episode: Page):
    episode.get_by_role("checkbox", name="Le texte suit la lecture").uncheck()
    section = episode.locator("[data-section]").nth(1)
    section.locator("summary").click()
    start = float(section.locator("[data-start]").first.get_attribute("data-start"))
    episode.locator("audio").evaluate(f"(audio) => {{ audio.currentTime = {start + 0.2}; }}")
    episode.locator("audio").evaluate("(audio) => audio.play()")
    expect(episode.locator(CURRENT)).to_have_count(1)
    expect(section).not_to_have_attribute("open", re.compile(".*"))


def test_an_address_of_a_moment(visit: NewVisit, server: Server):
    path = server.manifest["podcasts"]["episode"]
    for hash_, seconds in (("#t=12", 12), ("#t=0:20", 20)):
        page = visit().go("interfede", f"{path}{hash_}")
        expect(page.get_by_role("status")).to_contain_text("appuyez sur Lecture")
        expect(page.locator(CURRENT)).to_have_count(1)
        assert page.evaluate("document.querySelector('audio').paused")
        page.locator("audio").evaluate("(audio) => audio.play()")
        plays_at(page, seconds)


def test_with_the_keyboard_alone(episode: Page):
    chapter = episode.locator(".chapters [data-seek]").nth(2)
    chapter.focus()
    episode.keyboard.press("Enter")
    plays_at(episode, float(chapter.get_attribute("data-seek")))
    back = episode.get_by_role("button", name=re.compile("15 s en arrière"))
    back.focus()
    before = episode.evaluate(TIME)
    episode.keyboard.press("Space")
    assert episode.evaluate(TIME) < before
    expect(episode.get_by_role("status")).to_contain_text("Position")
    expect(back).to_be_focused()
    episode.keyboard.press("Tab")
    episode.keyboard.press("Tab")
    speed = episode.get_by_label("Vitesse")
    expect(speed).to_be_focused()
    speed.press("ArrowDown")
    assert episode.evaluate("document.querySelector('audio').playbackRate") == 1.25
    moment = episode.locator(".turn__time").first
    moment.focus()
    episode.keyboard.press("Enter")
    episode.wait_for_function("() => document.querySelector('audio').currentTime < 5")


def test_a_sound_that_fails_is_told(visit: NewVisit, server: Server):
    visitor = visit(expected_statuses=(404,))
    visitor.context.route("**/media/podcasts/**", lambda route: route.fulfill(status=404))
    page = visitor.go("interfede", server.manifest["podcasts"]["episode"])
    page.locator(".chapters [data-seek]").nth(1).click()
    expect(page.get_by_role("status")).to_contain_text(re.compile("ne peut pas être lu|Lecture"))


def test_without_javascript(visit: NewVisit, server: Server):
    manifest = server.manifest["podcasts"]
    page = visit(js=False).go("interfede", manifest["episode"])
    expect(page.locator("audio[controls]")).to_be_visible()
    expect(page.locator("[data-needs-js]").first).to_be_hidden()
    expect(page.get_by_text("Un jury regarde le travail")).to_be_visible()
    link = page.locator(".chapters a").nth(1)
    assert link.get_attribute("href").startswith(f"{manifest['sound']}#t=")
    download = page.get_by_role("link", name=re.compile(r"Télécharger \(MP3, 37.s"))
    assert download.get_attribute("href") == manifest["sound"]
    sound = server.fetch("interfede", manifest["sound"])
    assert len(sound) > 100_000
    section = page.locator("[data-section]").first
    section.locator("summary").click()
    expect(page.get_by_text("On pose les câbles")).to_be_hidden()


def test_print(episode: Page):
    episode.locator("[data-section] summary").first.click()
    episode.emulate_media(media="print")
    expect(episode.locator("audio")).to_be_hidden()
    expect(episode.get_by_text("On pose les câbles")).to_be_visible()
    expect(episode.get_by_role("heading", name="Transcription")).to_be_visible()
    assert episode.pdf(format="A4").startswith(b"%PDF")
