"""A partner on interfede.be: a measure of the memorandum, a study by search, figures; no JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisit, Server

STUDY = "AMAC – Abandon, Mobilisation et Accroche des stagiaires en CISP"
MEMORANDUM = "/publications/memorandum-2024-2029/"


def test_a_study_by_search_in_three_steps(visit: NewVisit, server: Server):
    page = visit(js=False).page
    page.goto(server.url("interfede", "/"))
    page.get_by_label("Chercher dans le site").fill("accroche des stagiaires")
    page.get_by_label("Chercher dans le site").press("Enter")
    page.get_by_role("link", name=STUDY).first.click()
    file = page.locator("a.file-link").first
    expect(file).to_have_attribute("href", re.compile(r"^/documents/\d+/.+\.pdf$"))


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_a_measure_has_an_address_to_quote(visit: NewVisit, server: Server, js: bool):
    page = visit(js=js).page
    page.goto(server.url("interfede", MEMORANDUM))
    page.get_by_label("Axe", exact=True).select_option("axe-2")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_role("status").filter(has_text="3 mesures")).to_be_visible()
    page.get_by_role("link", name="Garantir l’accès à la formation").click()
    expect(page).to_have_url(server.url("interfede", f"{MEMORANDUM}mesure-2-2/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Garantir l’accès à la formation")
    page.get_by_role("link", name=re.compile("^Ensuite")).click()
    expect(page).to_have_url(server.url("interfede", f"{MEMORANDUM}mesure-2-3/"))


def test_the_filter_by_keyboard_alone(visit: NewVisit, server: Server):
    page = visit().page
    page.goto(server.url("interfede", MEMORANDUM))
    page.get_by_label("Mots").focus()
    page.keyboard.type("mobilité")
    page.keyboard.press("Enter")
    expect(page.locator("h3.measure__title")).to_have_count(1)


def test_the_file_of_the_figures_is_downloaded(visit: NewVisit, server: Server):
    page = visit(js=False).page
    page.goto(server.url("interfede", "/publications/chiffres-cles/"))
    page.get_by_role("link", name="2023 remplacée").click()
    expect(page.get_by_text("Édition remplacée")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger ces tableaux (CSV)").click()
    assert download.value.suggested_filename == "chiffres-cles-cisp-2023.csv"
