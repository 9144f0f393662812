"""An editor submits a German translation, translates its fields, publishes it; a visitor reads it."""

import re

import pytest
from playwright.sync_api import Page, expect

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


def translate_field(page: Page, french: str, german: str) -> None:
    """Click «Traduire» of the segment that says `french`, type, save."""
    segment = page.locator("li", has_text=french).filter(has=page.get_by_role("button")).last
    segment.get_by_role("button", name=re.compile("Traduire|Translate|Modifier|Edit")).first.click()
    field = page.locator(
        "textarea:visible, [contenteditable=true]:visible, input.title:visible"
    ).first
    field.fill(german)
    page.get_by_role("button", name=re.compile("^(Enregistrer|Sauvegarder|Save)$")).first.click()
    expect(page.get_by_text(german, exact=True).first).to_be_visible()


def test_a_page_is_translated_and_published(editor: Visit, server: Server):
    accessibility = server.manifest["translation"]["id"]
    page = editor.go("cisp", f"/gestion/localize/submit/page/{accessibility}/")
    page.get_by_label(re.compile("Deutsch|Allemand|German")).check()
    page.get_by_role("button", name=re.compile("Envoyer|Soumettre|Submit", re.IGNORECASE)).click()
    page.wait_for_url(re.compile(r"/gestion/pages/\d+/edit/"))
    page.wait_for_load_state("networkidle")
    translate_field(page, "Accessibilité", "Barrierefreiheit")
    # Not published yet: nobody sees it.
    assert page.request.get(server.url("cisp", "/de/infos/accessibilite/")).status == 404
    page.locator(
        "footer .dropdown-toggle, footer [data-drop-down] button, .footer button"
    ).last.click()
    publish = page.get_by_role("button", name=re.compile("Publier|Publish"))
    publish.first.click()
    page.wait_for_load_state("networkidle")
    answer = page.request.get(server.url("cisp", "/de/infos/accessibilite/"))
    assert answer.status == 200
    html = answer.text()
    assert "Barrierefreiheit" in html
    assert '<html lang="de"' in html
    assert 'lang="fr"' in html  # the rest is French, and marked
    assert "von einem Menschen geprüft" in html


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
    page.get_by_role("link", name=re.compile("Diesen Ort ansehen")).first.click()
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
    place = page.locator("[data-place]")
    place.click()
    place.press_sequentially("saint", delay=20)
    expect(page.get_by_role("listbox", name="Vorgeschlagene Orte")).to_be_visible()
