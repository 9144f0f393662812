"""An editor submits a German translation, translates its fields, publishes it; a visitor reads it."""

import re
from urllib.error import HTTPError

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisit, Server, Visit


@pytest.fixture
def editor(visit: NewVisit, server: Server) -> Visit:
    """Signed in."""
    visitor = visit(may_keep_cookies=True, height=1000, expected_statuses=(404,))
    page = visitor.go("interfede", "/gestion/")
    name, password = server.manifest["editor"]
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    return visitor


def answer_of(server: Server, path: str) -> tuple[int, str]:
    """Status and text of an address of cisp.be, without a browser."""
    try:
        return 200, server.fetch("cisp", path).decode()
    except HTTPError as error:
        error.close()
        return error.code, ""


def test_a_page_is_translated_and_published(editor: Visit, server: Server):
    accessibility = server.manifest["translation"]["id"]
    page = editor.go("interfede", f"/gestion/localize/submit/page/{accessibility}/")
    page.get_by_label("Deutsch").check()
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url(re.compile(r"/gestion/pages/\d+/edit/"))
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Traduire", exact=True).first.click()
    page.locator("main textarea:visible").first.fill("Barrierefreiheit")
    page.get_by_role("button", name="Enregistrer").first.click()
    expect(page.get_by_text("Barrierefreiheit").first).to_be_visible()
    # Nobody has published it: nobody sees it.
    assert answer_of(server, "/de/infos/accessibilite/")[0] == 404
    page.get_by_role("button", name=re.compile("Publier dans")).click()
    expect(page.get_by_text(re.compile("a été publié"))).to_be_visible()
    status, html = answer_of(server, "/de/infos/accessibilite/")
    assert status == 200
    assert '<html lang="de"' in html
    assert "Barrierefreiheit" in html
    assert '<div lang="fr">' in html  # the rest is French, and says so
    assert "von einem Menschen geprüft" in html


def test_a_trade_is_translated_and_found(editor: Visit, server: Server):
    trade = server.manifest["translation"]["trade"]
    page = editor.go("interfede", f"/gestion/localize/submit/snippet/cisp_map/trade/{trade}/")
    page.get_by_label("Deutsch").check()
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url(re.compile(r"/gestion/snippets/cisp_map/trade/edit/\d+/"))
    page.wait_for_load_state("networkidle")
    # Nobody has worded it: it is French.
    _status, html = answer_of(server, "/de/kurse/?q=ferblantier")
    assert '<span lang="fr">Ferblanterie</span>' in html
    for number, word in enumerate(("Blechnerei", "Zinngießer; Dosenmacher")):
        page.get_by_role("button", name="Traduire", exact=True).first.click()
        page.locator("main textarea:visible").first.fill(word)
        page.get_by_role("button", name="Enregistrer").first.click()
        expect(page.get_by_text(word, exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Modifier", exact=True)).to_have_count(number + 1)
    page.get_by_role("button", name=re.compile("Publier dans")).click()
    expect(page.get_by_text(re.compile("a été publié")).first).to_be_visible()
    for word in ("Blechnerei", "Dosenmacher"):
        _status, html = answer_of(server, f"/de/kurse/?q={word}")
        assert "Wir haben verstanden: Blechnerei." in html, word
        assert 'class="result"' in html


def test_a_visitor_changes_the_language_and_goes_on(visit: NewVisit):
    page = visit(width=360, height=640).find(q="cuisine", lieu="Namur")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kurse")
    page.locator("details.ask__fold > summary").click() if page.locator(
        "details.ask__fold:not([open])"
    ).count() else None
    page.get_by_label("Was?").fill("Schreiner")
    page.get_by_label("Wo?").fill("Charleroi")
    page.get_by_role("search", name="Eine Ausbildung finden").get_by_role(
        "button", name="Suchen"
    ).click()
    expect(page.get_by_text("Wir haben verstanden: Schreinerei.")).to_be_visible()
    page.get_by_role("link", name=re.compile("Ort ansehen")).first.click()
    expect(page.get_by_role("heading", name="Kontakt aufnehmen")).to_be_visible()
    page.get_by_role("link", name="Nederlands").click()
    expect(page.get_by_role("heading", name="Contact opnemen")).to_be_visible()


def test_without_scripts_german_finds_places(visit: NewVisit):
    page = visit(width=320, height=640, js=False).go("cisp", "/de/")
    page.get_by_label("Was?").fill("Küche")
    page.get_by_role("search", name="Eine Ausbildung finden").get_by_role(
        "button", name="Suchen"
    ).click()
    expect(page.locator(".result").first).to_be_visible()
    assert "/de/kurse/" in page.url


def test_suggestions_and_the_map_speak_german(visit: NewVisit):
    page = visit().go("cisp", "/de/kurse/", lieu="Namur")
    page.get_by_role("button", name="Karte ansehen").click()
    expect(page.locator("[data-map-canvas][data-ready]")).to_be_visible()
    expect(page.get_by_role("button", name="Karte vergrößern")).to_be_visible()
    expect(page.locator("[data-map-status]")).to_contain_text(
        re.compile(r"\d+ Orte? auf der Karte\.")
    )
    place = page.locator("[data-place]")
    place.fill("")
    place.press_sequentially("saint", delay=20)
    expect(page.get_by_role("listbox", name="Vorgeschlagene Orte")).to_be_visible()
