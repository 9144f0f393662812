"""An editor brings out an issue in the admin; a visitor reads it with the keyboard alone."""

import re
import time
import urllib.error
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisit, Server, Visit, _run
from tests.journeys.essor_magazine import ARTICLE, MAGAZINE
from tests.journeys.test_every_page import violations

AUTOSAVE_MILLISECONDS = 3000
TITLES = ("Premier article", "Deuxième article", "Troisième article")


@pytest.fixture
def editor(visit: NewVisit, server: Server) -> Visit:
    """Signed in."""
    visitor = visit(may_keep_cookies=True, height=1000, expected_statuses=(400, 404))
    visitor.page.on("dialog", lambda dialog: dialog.accept())  # leaving a form
    page = visitor.go("interfede", "/gestion/")
    name, password = server.manifest["editor"]
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    return visitor


def status(server: Server, path: str) -> int:
    try:
        server.fetch("interfede", path)
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def save(page: Page) -> int:
    """Save the draft; returns the key of the page."""
    # Wagtail also saves by itself while one types: let it finish, or two saves make two pages.
    page.keyboard.press("Tab")
    page.wait_for_timeout(AUTOSAVE_MILLISECONDS)
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.locator(".messages .success")).to_be_visible(timeout=15_000)
    page.wait_for_load_state("networkidle")
    return int(re.search(r"/pages/(\d+)/", page.url)[1])


def test_an_editor_brings_out_an_issue(editor: Visit, server: Server):
    magazine = server.manifest["essor"]["lessor"]["magazine"]
    page = editor.go("interfede", f"/gestion/pages/add/essor/issuepage/{magazine}/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_title").fill("Numéro du parcours")
    page.locator("#id_number").fill("120")
    page.locator("#id_published").fill("avril 2026")
    issue = save(page)
    for title in TITLES:
        editor.go("interfede", f"/gestion/pages/add/essor/articlepage/{issue}/")
        page.wait_for_load_state("networkidle")
        page.locator("#id_title").fill(title)
        page.locator("#id_rubric").select_option(label="Dossier")
        page.locator("#id_standfirst").fill("Un chapeau court.")
        save(page)
    # Preview: the issue as it will be, its drafts included.
    editor.go("interfede", f"/gestion/pages/{issue}/view_draft/")
    for title in TITLES:
        expect(page.get_by_role("link", name=title)).to_be_visible()
    # Schedule.
    editor.go("interfede", f"/gestion/pages/{issue}/edit/")
    page.wait_for_load_state("networkidle")
    hour = (datetime.now(ZoneInfo("Europe/Brussels")) + timedelta(minutes=2)).replace(second=0)
    page.locator("[data-side-panel-toggle=status]").click()
    page.locator("[data-a11y-dialog-show=schedule-publishing-dialog]").click()
    page.locator("#id_go_live_at").fill(hour.strftime("%Y-%m-%d %H:%M"))
    page.keyboard.press("Tab")  # leaves the field: its calendar closes, the dialog stays
    # By keyboard: the calendar of the field may still lie over the button.
    page.get_by_role("button", name="Enregistrer la programmation").press("Enter")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Plus d'actions").last.click()
    page.locator("button[name=action-publish]").click()
    expect(page.locator(".messages .success")).to_be_visible(timeout=15_000)
    addresses = [f"{MAGAZINE}120-numero-du-parcours/"]
    addresses += [f"{addresses[0]}{slug}/" for slug in ("premier-article", "troisieme-article")]
    assert {status(server, each) for each in addresses} == {404}
    # The hour.
    time.sleep(max(0, (hour - datetime.now(ZoneInfo("Europe/Brussels"))).total_seconds() + 1))
    _run(server.log.parent, "manage.py", "publish_scheduled")
    assert {status(server, each) for each in addresses} == {200}


def test_a_visitor_goes_to_the_next_article_with_the_keyboard(visit: NewVisit):
    visitor = visit(js=False)
    page = visitor.go("interfede", ARTICLE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Préparer la sortie")
    wanted = page.locator("a[rel=next]")
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("(each) => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Former en milieu fermé")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_reader_without_an_account_comments_a_draft(visit: NewVisit, server: Server, width: int):
    visitor = visit(width=width, may_keep_cookies=True, js=False)
    review = server.manifest["essor"]["lessor"]["review"]
    page = visitor.go("interfede", review)
    page.get_by_role("link", name="Article en préparation").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Article en préparation")
    page.get_by_label("Votre nom").fill("Une lectrice")
    page.get_by_label("Votre commentaire").fill("Une phrase est trop longue.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("la rédaction a reçu votre commentaire")).to_be_visible()
    assert [cookie["name"] for cookie in visitor.context.cookies()] == ["csrftoken"]
    scripted = visit(width=width, may_keep_cookies=True)
    scripted.go("interfede", review)
    assert violations(scripted.page) == []
