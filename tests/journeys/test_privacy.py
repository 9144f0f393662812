"""A fresh visit leaves nothing and tells nobody; what is counted arrives, from all workers (S-11, S-12)."""

import re
import sqlite3
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import HOSTS, NewVisit, Server

SAMPLE = 10
"""Addresses of each site: thirty in all."""
HTMX_NOTE = "htmx-current-path-for-history"
PERSON = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36"
)
"""Chromium without a window names itself a robot, and is not counted."""


def sample(server: Server, site: str) -> list[str]:
    """Addresses of the sitemap, evenly spread over it."""
    text = server.fetch(site, "/sitemap.xml").decode()
    paths = [urlsplit(url).path for url in re.findall(r"<loc>([^<]+)</loc>", text)]
    assert len(paths) >= SAMPLE
    step = len(paths) / SAMPLE
    return [paths[int(number * step)] for number in range(SAMPLE)]


@pytest.mark.parametrize("site", HOSTS)
def test_thirty_pages_each_on_a_fresh_visit(visit: NewVisit, server: Server, site: str):
    """No cookie, nothing in the browser's stores, nobody else asked, before a click."""
    for path in sample(server, site):
        visitor = visit(user_agent=PERSON)
        page = visitor.go(site, path)
        page.wait_for_load_state("networkidle")
        # What is loaded late, when one reads on.
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("[document.cookie, localStorage.length]") == ["", 0], path
        # htmx notes the address of the catalogue for the tab's own way back, and nothing else.
        notes = page.evaluate("({ ...sessionStorage })")
        assert set(notes) <= {HTMX_NOTE}, path
        assert notes.get(HTMX_NOTE, path) == path
        assert visitor.context.cookies() == [], path
        assert visitor.foreign_requests() == [], path
        assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0, path
        visitor.page.close()


def counts(server: Server, kind: str) -> dict[str, int]:
    """What the workers wrote: `{key: number}`."""
    database = server.log.parent / "db.sqlite3"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20) as connection:
        rows = connection.execute(
            "SELECT key, SUM(count) FROM home_dailycount WHERE kind = ? GROUP BY key", [kind]
        ).fetchall()
    return dict(rows)


def wait_for(condition, seconds: float = 20) -> None:
    """Counts are written every few seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_pages_and_calls_are_counted(visit: NewVisit, server: Server):
    """A page that is read six times, by two workers, and one call from it."""
    full = server.manifest["sites"]["full"]
    key = f"page:{full['id']}"
    before = counts(server, "visite").get(key, 0)
    calls = counts(server, "appel").get(key, 0)
    visitor = visit(width=360, height=640, user_agent=PERSON)
    for _ in range(6):
        page = visitor.go("cisp", full["path"])
    link = page.locator('.place__contact a[href^="tel:"]').first
    # No telephone on this machine: the browser would ask what to do with the address.
    page.evaluate("addEventListener('click', (event) => event.preventDefault(), { capture: true })")
    with page.expect_response(re.compile("/api/appel/")) as told:
        link.click()
    assert told.value.status == 204
    sent = told.value.request
    assert sent.post_data == f"page={full['path'].replace('/', '%2F')}"
    assert "cookie" not in sent.headers
    wait_for(lambda: counts(server, "visite").get(key, 0) == before + 6)
    wait_for(lambda: counts(server, "appel").get(key, 0) == calls + 1)
    assert visitor.context.cookies() == []


def test_who_says_no_is_not_counted(visit: NewVisit, server: Server):
    path = server.manifest["sites"]["bare"]["path"]
    key = f"page:{server.manifest['sites']['bare']['id']}"
    before = counts(server, "visite").get(key, 0)
    refuses = visit(user_agent=PERSON, extra_http_headers={"Sec-GPC": "1"})
    refuses.go("cisp", path)
    robot = visit()
    robot.go("cisp", path)
    person = visit(user_agent=PERSON)
    person.go("cisp", path)
    wait_for(lambda: counts(server, "visite").get(key, 0) > before)
    time.sleep(1)
    assert counts(server, "visite")[key] == before + 1


def test_without_javascript_a_number_is_a_plain_link(visit: NewVisit, server: Server):
    page = visit(js=False).go("cisp", server.manifest["sites"]["full"]["path"])
    expect(page.locator('.place__contact a[href^="tel:"]').first).to_be_visible()


def test_the_report_in_the_admin(visit: NewVisit, server: Server):
    """Read by an editor, at two widths."""
    visitor = visit(may_keep_cookies=True, height=1000)
    page = visitor.go("interfede", "/gestion/login/?next=/gestion/rapports/frequentation/")
    name, password = server.manifest["editor"]
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("heading", name="Fréquentation")).to_be_visible()
    page.get_by_label("Site", exact=True).select_option(label="cisp.be")
    page.get_by_role("button", name="Afficher", exact=True).click()
    expect(page.get_by_role("heading", name="Par mois", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Pages les plus lues")).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("link", name="Tous les mois (CSV)").click()
    assert file.value.suggested_filename.startswith("frequentation-cispbe-")
    visitor.go("interfede", "/gestion/vie-privee/personne/")
    page.get_by_label("Adresse e-mail").fill("jeanne@exemple.be")
    page.get_by_role("button", name="Chercher", exact=True).click()
    expect(page.get_by_text("Rien ne nomme cette personne.")).to_be_visible()
    assert "exemple" not in page.url
    visitor.go("interfede", "/gestion/vie-privee/durees/")
    expect(page.get_by_role("heading", name="Ce qui s’efface chaque nuit")).to_be_visible()
