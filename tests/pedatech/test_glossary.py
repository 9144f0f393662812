"""The glossary's page, and acronyms marked in texts (P-08)."""

from __future__ import annotations

import pytest

from home.models import HomePage
from pedatech.catalogue.glossary import make_glossary
from pedatech.models import GlossaryPage, GlossaryTerm
from tests.factories.pedatech import GlossaryTermFactory, ResourcePageFactory
from tests.support import Html

WORDS = make_glossary(
    "/glossaire/",
    [("CISP", "cisp", "Centre d’insertion"), ("FSE+", "fse-plus", "Fonds"), ("FSE", "fse", "")],
)
CISP = '<a class="term" href="/glossaire/#cisp"><abbr title="Centre d’insertion">CISP</abbr></a>'


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<p>Un CISP et un autre CISP.</p>", f"<p>Un {CISP} et un autre CISP.</p>"),
        ('<p><a href="/CISP/">Le CISP</a></p>', '<p><a href="/CISP/">Le CISP</a></p>'),
        ("<h2>CISP</h2><p>CISP</p>", f"<h2>CISP</h2><p>{CISP}</p>"),
        ("<p>CISPE, l’ACISP, cisp, CISP-X</p>", "<p>CISPE, l’ACISP, cisp, CISP-X</p>"),
        ('<p title="CISP">rien</p>', '<p title="CISP">rien</p>'),
        (
            "<p>Le FSE+ paie.</p>",
            '<p>Le <a class="term" href="/glossaire/#fse-plus"><abbr title="Fonds">FSE+</abbr></a> paie.</p>',
        ),
        ("<p>L’<b>CISP</b></p>", f"<p>L’<b>{CISP}</b></p>"),
    ],
)
def test_the_first_occurrence_leads_to_the_glossary(html, marked):
    assert WORDS.mark(html) == marked


def test_long_forms_are_escaped():
    words = make_glossary("/g/", [("XSS", "xss", '"><script>')])
    assert "<script>" not in words.mark("<p>XSS</p>")


@pytest.fixture
def glossary(catalogue):
    page = GlossaryPage(title="Glossaire", slug="glossaire")
    HomePage.objects.get(sites_rooted_here__sitebranding__theme="pedatech").add_child(instance=page)
    GlossaryTermFactory(name="SFMQ", long_form="Service francophone des métiers")
    GlossaryTermFactory(name="CFC", long_form="Cadre francophone des certifications")
    return page


def test_letters_and_search(glossary, pedatech_client):
    html = Html(pedatech_client.get("/glossaire/"))
    assert [each.text for each in html.all("h2") if each.inside(class_="glossary")] == ["C", "S"]
    assert html.one("div", id="sfmq")
    found = Html(pedatech_client.get("/glossaire/?q=metiers"))
    assert [each.text for each in found.all("dt")] == ["SFMQ"]
    assert found.meta("robots") == "noindex, follow"
    marked = Html(pedatech_client.get("/glossaire/?utm_source=lettre"))
    assert marked.meta("robots") is None, "the mark of a newsletter is no search"
    none = pedatech_client.get("/glossaire/?q=zzz").content.decode()
    assert "Aucun terme pour" in none
    assert "illisibles" in pedatech_client.get("/glossaire/?q=%00").content.decode()


def test_a_resource_marks_the_first_word_and_sees_a_new_one_at_once(glossary, pedatech_client):
    page = ResourcePageFactory(introduction="Du SFMQ et encore le SFMQ, pour un RAC.")
    text = pedatech_client.get(f"/catalogue/{page.slug}/").content.decode()
    assert text.count('class="term"') == 1
    GlossaryTermFactory(name="RAC", long_form="Reconnaissance des acquis")
    assert "#rac" in pedatech_client.get(f"/catalogue/{page.slug}/").content.decode()
    GlossaryTerm.objects.filter(name="SFMQ").first().delete()
    assert "#sfmq" not in pedatech_client.get(f"/catalogue/{page.slug}/").content.decode()


def test_the_search_of_the_site_finds_the_glossary_by_an_acronym(glossary, pedatech_client):
    assert "/glossaire/" in pedatech_client.get("/recherche/?q=SFMQ").content.decode()


def test_the_demo_knows_the_words_of_the_sector(demo, pedatech_client):
    text = pedatech_client.get("/glossaire/").content.decode()
    for word in ("CISP", "EFT", "DéFI", "CVDC", "VDC", "IBEFE", "CSRC", "AOCS", "OTLAV", "DigComp"):
        assert f">{word}<" in text or f"{word}\n" in text, word
