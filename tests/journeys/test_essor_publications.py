"""A partner finds a study and its file: in three clicks, without JavaScript, by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisit, Server

STUDY = "AMAC – Abandon, Mobilisation et Accroche des stagiaires en CISP"
ONE_WORD = "phosphorescence"


def test_three_clicks_to_the_file_without_javascript(visit: NewVisit, server: Server):
    page = visit(js=False).page
    page.goto(server.url("interfede", "/"))
    page.get_by_role("link", name="Publications", exact=True).first.click()
    page.get_by_role("link", name=STUDY).first.click()
    # Chromium shows a PDF in a viewer of its own, which asks for addresses of its own: the third
    # click itself is followed in tests/essor/test_publication_page.py.
    file = page.locator("a.file-link").first
    expect(file).to_be_visible()
    expect(file).to_have_attribute("href", re.compile(r"^/documents/\d+/amac-.+\.pdf$"))
    expect(file).to_contain_text(re.compile(r"PDF, .+, 12\spages"))


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_count_beside_a_filter_is_the_count_after_it(visit: NewVisit, server: Server, js: bool):
    page = visit(js=js).page
    page.goto(server.url("interfede", "/publications/"))
    choice = page.locator('label.choice:has(input[name="genre"][value="analyse"])')
    promised = re.match(r"\s*(\d+)", choice.locator(".choice__count").inner_text()).group(1)
    choice.click()
    page.get_by_role("button", name="Afficher les résultats").click()
    expect(page.locator("#resultats h2")).to_have_text(re.compile(rf"^{promised}\spublications?"))
    page.get_by_role("link", name=re.compile("Enlever le filtre")).click()
    expect(page).to_have_url(server.url("interfede", "/publications/"))


def test_a_word_inside_a_pdf_by_keyboard_alone(visit: NewVisit, server: Server):
    page = visit().page
    page.goto(server.url("interfede", "/publications/"))
    page.get_by_label("Chercher dans les publications").focus()
    page.keyboard.type(ONE_WORD)
    page.keyboard.press("Enter")
    link = page.locator(".pub__title a")
    expect(link).to_have_count(1)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(STUDY)


def test_the_citation_is_copied(visit: NewVisit, server: Server):
    page = visit(permissions=["clipboard-read", "clipboard-write"]).page
    page.goto(
        server.url("interfede", "/publications/chiffres-cles-du-secteur-2022/"),
    )
    page.get_by_role("button", name="Copier").click()
    expect(page.locator("[data-copied]")).to_have_text(re.compile("Copié|Sélectionné"))
    expect(page.get_by_role("link", name=re.compile("^RIS"))).to_be_visible()
