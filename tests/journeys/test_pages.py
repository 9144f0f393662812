"""What every page keeps: no cookie, no third party, the family of sites, print, a way on from 404."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import HOSTS, NewVisit, Server, Visit
from tests.journeys.test_map import open_map

LABELS = {"cisp": "cisp.be", "interfede": "interfede.be", "pedatech": "pedatechcisp.be"}


def test_a_visit_leaves_no_trace(visit: NewVisit, server: Server):
    """All kinds of pages in one visit, the map too: our hosts only, nothing kept (S-12, C-13)."""
    visitor = visit(expected_statuses=(404,))
    sites = server.manifest["sites"]
    full = sites["full"]
    paths = [
        ("cisp", "/"),
        ("cisp", full["path"]),
        ("cisp", f"{full['path']}{full['course']}/"),
        ("cisp", "/formations/territoires/"),
        ("cisp", "/formations/territoires/namur/"),
        ("cisp", "/est-ce-pour-moi/"),
        ("cisp", "/recherche/?q=formation&sites=tous"),
        ("cisp", "/rien-ici/"),
        *((site, path) for site, path in server.manifest["blocks"].items()),
        *((site, server.manifest["events"][site]) for site in HOSTS),
        *((site, "/") for site in HOSTS),
        ("cisp", "/formations/?lieu=Namur&q=cuisine"),
    ]
    for site, path in paths:
        page = visitor.go(site, path)
        page.wait_for_load_state("networkidle")
        kept = page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]")
        assert kept == ["", 0, 0], path
    open_map(page)
    page.wait_for_load_state("networkidle")
    assert visitor.context.cookies() == []
    assert visitor.foreign_requests() == []
    assert len(visitor.requests) > 50


@pytest.mark.parametrize("site", HOSTS)
@pytest.mark.parametrize("width", [320, 1280])
def test_the_sites_are_one_family(visit: NewVisit, site: str, width: int):
    visitor = visit(width=width)
    page = visitor.go(site)
    family = page.get_by_role("navigation", name="Les sites de l’Interfédé")
    expect(family.locator("[aria-current]")).to_have_text(LABELS[site])
    for other, label in LABELS.items():
        visitor.go(site)
        family.get_by_role("link", name=label, exact=True).click()
        assert urlsplit(page.url).hostname == HOSTS[other]
        expect(page.locator("html")).to_have_attribute("data-theme", other)
        expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("site", HOSTS)
def test_a_missing_page_shows_ways_on(visit: NewVisit, site: str):
    visitor = visit(expected_statuses=(404,))
    page = visitor.go(site, "/il-n-y-a-rien/")
    expect(page.locator("html")).to_have_attribute("data-theme", site)
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")
    page.locator("main").get_by_role("link", name="accueil").click()
    assert urlsplit(page.url).path == "/"


@pytest.mark.parametrize("site", HOSTS)
def test_menu_with_the_keyboard_on_a_phone(visit: NewVisit, site: str):
    page = visit(width=320, height=640).go(site)
    summary = page.locator("details.menu > summary")
    entries = page.get_by_role("navigation", name="Menu principal").get_by_role("link")
    expect(entries.first).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    expect(entries.first).to_be_visible()
    page.keyboard.press("Tab")
    expect(entries.first).to_be_focused()


@pytest.mark.parametrize(
    "name", ["home", "results", "site", "course", "territory", "text", "search"]
)
def test_print(desktop: Visit, server: Server, name: str):
    full = server.manifest["sites"]["full"]
    path = {
        "home": "/",
        "results": "/formations/?lieu=Namur&q=cuisine",
        "site": full["path"],
        "course": f"{full['path']}{full['course']}/",
        "territory": "/formations/territoires/namur/",
        "text": "/est-ce-pour-moi/",
        "search": "/recherche/?q=formation",
    }[name]
    page = desktop.go("cisp", path)
    address = page.locator('link[rel="canonical"]').get_attribute("href")
    on_screen = page.locator(".print-only")
    expect(on_screen).to_be_hidden()
    page.emulate_media(media="print")
    for chrome in page.locator("nav, header.masthead, footer.footer, .skip, form").all():
        expect(chrome).to_be_hidden()
    expect(on_screen).to_contain_text(urlsplit(address).path)
    expect(on_screen).to_contain_text(re.compile(r"Imprimé le \d{1,2} \w+ \d{4}"))
    if name != "results":
        expect(page.locator("main h1")).to_be_visible()
    if name in ("results", "territory"):
        assert page.locator(".results > li").first.is_visible()
    if name in ("site", "course"):
        expect(page.locator('.place__contact a[href^="tel:"]').first).to_be_visible()
    # Dark ink on white, also for whoever reads in the dark.
    page.emulate_media(media="print", color_scheme="dark")
    lines = page.locator("main p:visible, main dd:visible, main h2:visible, main h3:visible")
    for colour in lines.evaluate_all("all => all.map((each) => getComputedStyle(each).color)"):
        assert max(int(part) for part in re.findall(r"\d+", colour)[:3]) < 130, colour
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 6


def test_reading_goes_on_after_a_fold(visit: NewVisit):
    """Questions and answers open without a script."""
    page = visit(js=False).go("cisp", "/est-ce-pour-moi/")
    fold = page.locator("main details").first
    answer = fold.locator(".rich-text")
    expect(answer).to_be_hidden()
    fold.locator("summary").click()
    expect(answer).to_be_visible()


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_search_in_the_three_sites(visit: NewVisit, js: bool):
    page = visit(js=js).go("interfede", "/recherche/")
    page.get_by_role("searchbox", name="Que cherchez-vous ?").fill("formation")
    page.locator("main").get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("heading", name=re.compile("résultat|Rien"))).to_be_visible()
    page.get_by_role("link", name="Les trois sites").click()
    expect(page.get_by_role("heading", name=re.compile(r"\d+ résultat"))).to_be_visible()
    expect(page.get_by_role("link", name="Les trois sites")).to_have_attribute(
        "aria-current", "true"
    )
