"""A trainer finds the right tool: without JavaScript, with it, and with the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisit, Visit


def count(page: Page) -> int:
    """The number that stands above the list."""
    found = re.match(r"\d+", page.locator("#resultats").inner_text())
    return int(found[0]) if found else 0


def box(page: Page, name: str, value: str):
    return page.locator(f'input[name="{name}"][value="{value}"]')


def promised(page: Page, name: str, value: str) -> int:
    label = page.locator("label.choice").filter(has=box(page, name, value))
    # In a folded facet nothing is visible: the text is read, not what is seen of it.
    return int(re.match(r"\s*(\d+)", label.locator(".choice__count").text_content())[1])


def test_home_three_filters_resource_download_without_javascript(visit: NewVisit):
    visitor = visit(js=False)
    page = visitor.go("pedatech")
    page.get_by_role("link", name=re.compile("^Guide")).first.click()
    expect(page).to_have_url(re.compile(r"/catalogue/\?genre=guide$"))
    for name, value in (("theme", "referentiels"), ("niveau", "premiers-pas")):
        number = promised(page, name, value)
        facet = page.locator(f'[data-facet="{name}"]')
        if facet.get_attribute("open") is None:
            facet.locator("summary").click()
        box(page, name, value).check()
        page.get_by_role("button", name="Afficher les résultats").click()
        assert count(page) == number
    assert "genre=guide" in page.url
    assert "theme=referentiels" in page.url
    assert "niveau=premiers-pas" in page.url
    expect(page.get_by_role("link", name=re.compile("Enlever le filtre"))).to_have_count(3)
    page.locator(".tool h3 a").first.click()
    with page.expect_download() as download:
        # A PDF opens in the browser; the attribute asks for the file.
        page.locator("a.file-link").first.evaluate("(link) => link.setAttribute('download', '')")
        page.locator("a.file-link").first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    expect(page.locator("main")).to_contain_text("PDF, ")
    expect(page.locator("main")).to_contain_text("Vous pouvez utiliser et copier cette ressource")


def test_list_and_counts_change_together_and_back_works(desktop: Visit):
    page = desktop.go("pedatech", "/catalogue/")
    before = count(page)
    number = promised(page, "genre", "fiche")
    box(page, "genre", "fiche").check()
    expect(page).to_have_url(re.compile(r"/catalogue/\?genre=fiche$"))
    expect(page.locator("#resultats")).to_have_text(f"{number} ressources")
    expect(page.locator("[data-catalogue-status]")).to_have_text(f"{number} ressources")
    expect(box(page, "genre", "fiche")).to_be_focused()
    then = promised(page, "theme", "orientation")
    box(page, "theme", "orientation").check()
    expect(page).to_have_url(re.compile("genre=fiche&theme=orientation$"))
    assert count(page) == then
    page.go_back()
    expect(page).to_have_url(re.compile(r"/catalogue/\?genre=fiche$"))
    expect(page.locator("#resultats")).to_have_text(f"{number} ressources")
    expect(box(page, "theme", "orientation")).not_to_be_checked()
    expect(box(page, "genre", "fiche")).to_be_checked()
    page.go_back()
    expect(page.locator("#resultats")).to_have_text(f"{before} ressources")
    page.go_forward()
    expect(box(page, "genre", "fiche")).to_be_checked()


def test_the_keyboard_alone(desktop: Visit):
    page = desktop.go("pedatech", "/catalogue/")
    page.locator("#id_q").focus()
    page.keyboard.type("orientation")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=orientation"))
    expect(page.locator("[data-catalogue-status]")).to_contain_text("orientation")
    facet = page.locator('[data-facet="niveau"] > summary')
    facet.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("niveau=premiers-pas"))
    expect(page.locator('[data-facet="niveau"]')).to_have_attribute("open", "")
    assert page.evaluate("document.activeElement.name") == "niveau"


def test_a_list_is_kept_in_the_browser_on_a_click_only(desktop: Visit):
    page = desktop.go("pedatech", "/catalogue/canva/")
    stored = "localStorage.length"
    assert page.evaluate(stored) == 0
    page.get_by_role("link", name="Ajouter à ma liste").click()
    expect(page).to_have_url(re.compile(r"/catalogue/liste/\?ids=\d+$"))
    desktop.go("pedatech", "/catalogue/genially/")
    page.get_by_role("link", name="Ajouter à ma liste").click()
    expect(page.locator(".tool")).to_have_count(2)
    page.get_by_role("button", name="Oublier sur cet appareil").click()
    assert page.evaluate(stored) == 0
    page.get_by_role("button", name="Garder sur cet appareil").click()
    assert page.evaluate(stored) == 1
    desktop.go("pedatech", "/catalogue/liste/")
    page.get_by_role("link", name="Reprendre la liste de cet appareil").click()
    expect(page.locator(".tool")).to_have_count(2)


def test_nothing_is_asked_of_another_host_before_the_click(visit: NewVisit):
    visitor = visit()
    visitor.context.route(
        "https://view.genially.com/**",
        lambda route: route.fulfill(status=200, content_type="text/html", body="<p>Bonjour"),
    )
    page = visitor.go("pedatech", "/catalogue/cisp-quesako/")
    assert not visitor.foreign_requests()
    page.get_by_role("button", name="Charger le contenu de Genially").click()
    expect(page.frame_locator("iframe.embed__frame").get_by_text("Bonjour")).to_be_visible()
    assert all(url.startswith("https://view.genially.com/") for url in visitor.foreign_requests())
    visitor.requests.clear()


def test_the_sheet_keeps_its_answers_here_and_sends_nothing(desktop: Visit):
    page = desktop.go("pedatech", "/label-qualite/auto-evaluation/")
    asked = len(desktop.requests)
    page.get_by_role("radio", name="En partie").first.check()
    page.locator("textarea").first.fill('=1+1 "à voir"')
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("button", name="Garder sur cet appareil").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Exporter en CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert '"1.1 Critère d’exemple 1.1";"En partie"' in text
    assert '"\'=1+1 ""à voir"""' in text
    sent = [each for each in desktop.requests[asked:] if "/static/" not in each]
    assert [each for each in sent if not each.startswith("blob:")] == []
    page.reload()
    expect(page.get_by_role("radio", name="En partie").first).to_be_checked()
    page.get_by_role("button", name="Oublier sur cet appareil").click()
    assert page.evaluate("localStorage.length") == 0
