"""An editor sends the listing in a real browser: report, giving up, with and without JavaScript.

Nothing is confirmed here: the other journeys share this database.
"""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisit, Server, Visit

LISTING = Path(__file__).resolve().parents[1] / "cisp_map" / "listing.csv"
BACKGROUND_MILLISECONDS = 60_000


def sign_in(visitor: Visit, server: Server) -> Page:
    page = visitor.go("interfede", "/gestion/")
    name, password = server.manifest["editor"]
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.locator("form button[type=submit]").click()
    return visitor.go("interfede", "/gestion/listing/")


def violations(page: Page) -> list[str]:
    """What axe finds in our part of the screen; the rest is Wagtail's."""
    answer = Axe().run(page, context=".nice-padding", options={"resultTypes": ["violations"]})
    return [
        f"{rule['id']}: {node['html'][:140]}"
        for rule in answer.response["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("js", [True, False])
def test_a_listing_is_read_and_given_up(visit: NewVisit, server: Server, js: bool):
    visitor = visit(may_keep_cookies=True, js=js, expected_statuses=(422,))
    page = sign_in(visitor, server)
    page.locator("input[type=file]").set_input_files(
        {"name": "x.csv", "mimeType": "text/csv", "buffer": b"1,2,3\n4,5,6\n"}
    )
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_role("alert")).to_contain_text("pas d’en-tête")
    if js:
        assert violations(page) == []

    page.locator("input[type=file]").set_input_files(LISTING)
    page.get_by_role("button", name="Lire le fichier").click()
    confirm = page.get_by_role("button", name="Confirmer l’import")
    if js:
        expect(confirm).to_be_visible(timeout=BACKGROUND_MILLISECONDS)
    else:
        for _ in range(60):
            if confirm.count():
                break
            page.wait_for_timeout(1000)
            page.get_by_role("link", name="Actualiser cette page").click()
    expect(page.locator("main")).to_contain_text("56 lignes lues")
    page.get_by_role("link", name="Refusé").click()
    expect(page.locator(".listing-table tbody")).to_contain_text("Le code postal manque.")
    if js:
        assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert "Le code postal manque." in Path(download.value.path()).read_text("utf-8-sig")
    page.get_by_role("button", name="Abandonner").click()
    expect(page.locator("main")).to_contain_text("Import abandonné")


def test_a_file_that_is_too_large_is_not_sent(visit: NewVisit, server: Server):
    visitor = visit(may_keep_cookies=True)
    page = sign_in(visitor, server)
    page.locator("input[type=file]").set_input_files(
        {"name": "x.csv", "mimeType": "text/csv", "buffer": b"x" * 10_500_000}
    )
    expect(page.locator("#file-error")).to_contain_text("trop lourd")
    expect(page.get_by_role("button", name="Lire le fichier")).to_be_disabled()
