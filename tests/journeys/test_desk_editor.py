"""What editors do at their desk, as they do it: by the menu, the buttons and the messages.

`Hand` counts what it costs them: a press mention and an event are small tasks (S-25), and a page that
was deleted comes back in two clicks (S-04).
"""

import re
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import desk
from tests.journeys.conftest import HOSTS, NewVisit, Server, Visit
from tests.journeys.test_desk_screens import sign_in

COUNTED_MILLISECONDS = 30_000
"""Counts are written every few seconds (home.counters)."""
AUTOSAVE_MILLISECONDS = 3_000
PRESS_FIELDS, EVENT_FIELDS = 6, 8


class Hand:
    """The hand of an editor: clicks, and fields that were filled in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0
        self.fields = 0

    def click(self, target: Locator) -> None:
        """A button or a link."""
        self.clicks += 1
        target.click()

    def fill(self, name: str, value: str) -> None:
        """A field by its name in the form."""
        self.fields += 1
        field = self.page.locator(f"[name={name}]")
        field.fill(value)
        field.press("Tab")  # closes the calendar of a date

    def choose(self, name: str, label: str) -> None:
        """One of a list."""
        self.fields += 1
        self.page.locator(f"[name={name}]").select_option(label=label)


@pytest.fixture
def editor(visit: NewVisit, server: Server) -> Visit:
    """Signed in, on the first page of the admin."""
    visitor = visit(may_keep_cookies=True, height=1000, expected_statuses=(404,))
    visitor.page.on("dialog", lambda dialog: dialog.accept())  # leaving a form
    sign_in(visitor.page, server, server.manifest["editor"])
    return visitor


def answer(server: Server, site: str, path: str) -> tuple[int, str]:
    """Status and text of what a visitor gets, or where the answer leads."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_arguments: object) -> None:
            return None

    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}{path}", headers={"Host": f"{HOSTS[site]}:{server.port}"}
    )
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=30) as found:
            return found.status, found.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Location", "")


def publish(hand: Hand) -> None:
    """The menu beside «Enregistrer le brouillon», then «Publier»."""
    # Wagtail saves by itself while one types: let it finish, or two saves make two pages.
    hand.page.wait_for_timeout(AUTOSAVE_MILLISECONDS)
    hand.page.wait_for_load_state("networkidle")
    hand.click(hand.page.get_by_role("button", name="Plus d'actions").last)
    hand.click(hand.page.locator("button[name=action-publish]"))
    hand.page.wait_for_load_state("networkidle")


# --- The bin -----------------------------------------------------------------------------------


def test_a_deleted_page_comes_back_in_two_clicks(editor: Visit, server: Server):
    lost = server.manifest["desk"]["to_delete"]
    assert answer(server, "interfede", lost["path"])[0] == 200
    page = editor.go("interfede", f"/gestion/pages/{lost['id']}/delete/")
    expect(page.locator("main")).to_contain_text("La page ira dans la corbeille")
    page.get_by_role("button", name="Oui, le supprimer").click()
    assert answer(server, "interfede", lost["path"])[0] == 404

    hand = Hand(page)
    hand.click(page.locator(".messages").get_by_role("link", name="Voir la corbeille"))
    row = page.get_by_role("row", name=lost["title"])
    hand.click(row.get_by_role("button", name="Rétablir"))
    expect(page.locator(".messages")).to_contain_text("de nouveau à sa place")
    assert hand.clicks <= 2
    assert answer(server, "interfede", lost["path"])[0] == 200


# --- A lost address ------------------------------------------------------------------------------


def test_a_lost_address_is_redirected_from_the_list(editor: Visit, server: Server):
    lost = "/brochures/accessibilite/"
    assert answer(server, "cisp", lost)[0] == 404
    page = editor.page
    health = f"/gestion/sante/?site={server.manifest['desk']['site']}"
    editor.go("interfede", health)
    # By the menu, the number and the button that names the page.
    hand = Hand(page)
    hand.click(page.get_by_role("link", name="Adresses introuvables"))
    row = page.get_by_role("row").filter(has=page.get_by_text(lost, exact=True))
    _until(page, row)
    hand.click(row.get_by_role("button", name="Rediriger vers « Accessibilité »"))
    expect(page.locator(".messages")).to_contain_text(f"« {lost.rstrip('/')} » mène maintenant à")
    expect(row).to_have_count(0)
    assert hand.clicks == 2
    status, leads_to = answer(server, "cisp", lost)
    assert status == 301
    assert leads_to.endswith("/accessibilite/")
    assert answer(server, "cisp", urlsplit(leads_to).path)[0] == 200


def test_a_lost_address_without_a_page_of_its_name(editor: Visit, server: Server):
    """«Rediriger…» opens the form with the address and the site filled in."""
    page = editor.go(
        "interfede", f"/gestion/sante/introuvables/?site={server.manifest['desk']['site']}"
    )
    row = page.get_by_role("row").filter(has=page.get_by_text(desk.LOST, exact=True))
    hand = Hand(page)
    hand.click(row.get_by_role("link", name="Rediriger…"))
    expect(page.locator("[name=old_path]")).to_have_value(desk.LOST)
    hand.fill("redirect_link", "/infos/contact/")
    hand.click(page.get_by_role("button", name="Créer"))
    expect(page.locator(".messages .success")).to_be_visible()
    assert (hand.clicks, hand.fields) == (2, 1)
    status, leads_to = answer(server, "cisp", desk.LOST)
    assert status == 301
    assert urlsplit(leads_to).path == "/infos/contact/"


def _until(page: Page, target: Locator) -> None:
    """Counts come into the list with some seconds' delay."""
    for _ in range(COUNTED_MILLISECONDS // 1_000):
        if target.count():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    expect(target).to_be_visible()


# --- A text that is hard to read -------------------------------------------------------------------


def test_a_hard_text_asks_before_it_is_published(editor: Visit, server: Server):
    home = server.manifest["desk"]["cisp_home"]
    page = editor.go("interfede", f"/gestion/pages/add/home/standardpage/{home}/")
    page.wait_for_load_state("networkidle")
    hand = Hand(page)
    hand.fill("title", "Conditions d’accès")
    hand.fill("introduction", desk.HARD)
    publish(hand)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Texte difficile à lire")
    expect(page.locator("main")).to_contain_text("enregistré comme brouillon")
    assert answer(server, "cisp", "/conditions-dacces/")[0] == 404
    # Back to the text: it is kept.
    page.get_by_role("link", name="Retourner au texte").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("[name=introduction]")).to_have_value(desk.HARD)
    publish(hand)
    hand.click(page.get_by_role("button", name="Publier quand même"))
    expect(page.locator(".messages .success")).to_be_visible()
    status, text = answer(server, "cisp", "/conditions-dacces/")
    assert status == 200
    assert "méthodologies pluridisciplinaires" in text


def test_an_easy_text_is_published_without_a_question(editor: Visit, server: Server):
    home = server.manifest["desk"]["cisp_home"]
    page = editor.go("interfede", f"/gestion/pages/add/home/standardpage/{home}/")
    page.wait_for_load_state("networkidle")
    hand = Hand(page)
    hand.fill("title", "Venir nous voir")
    hand.fill("introduction", "Vous cherchez un cours ? Venez le lundi. On vous aide.")
    publish(hand)
    expect(page.locator(".messages .success")).to_be_visible()
    assert answer(server, "cisp", "/venir-nous-voir/")[0] == 200


# --- What the usual tasks cost (S-25) ----------------------------------------------------------------


def test_a_press_mention_takes_six_fields(editor: Visit, server: Server):
    page, hand = editor.page, Hand(editor.page)
    hand.click(page.get_by_role("link", name="Revue de presse"))
    hand.click(page.get_by_role("link", name="Ajouter un(e) article de presse"))
    hand.fill("date", datetime.now(ZoneInfo("Europe/Brussels")).strftime("%Y-%m-%d"))
    hand.choose("medium", "Le Soir")
    hand.fill("title", "Se former à la soudure")
    hand.fill("url", "https://www.lesoir.be/soudure/")
    hand.click(page.get_by_role("button", name="Enregistrer"))
    expect(page.locator(".messages .success")).to_be_visible()
    assert hand.fields <= PRESS_FIELDS
    assert (hand.clicks, hand.fields) == (3, 4)
    assert "Se former à la soudure" in answer(server, "interfede", "/presse/")[1]


def test_the_last_press_mention_is_copied(editor: Visit, server: Server):
    """The next article of the same newspaper: what stays the same is not typed again."""
    page, hand = editor.page, Hand(editor.page)
    editor.go("interfede", "/gestion/snippets/essor/pressmention/")
    row = page.locator("table.listing tbody tr").first
    before = row.inner_text()
    hand.click(row.get_by_role("button", name="Plus d’options"))
    hand.click(page.get_by_role("link", name="Copier"))
    expect(page.locator("[name=medium] option:checked")).not_to_have_text("---------")
    hand.fill("title", "La suite du même journal")
    hand.fill("url", "https://www.lesoir.be/la-suite/")
    hand.click(page.get_by_role("button", name="Enregistrer"))
    expect(page.locator(".messages .success")).to_be_visible()
    assert (hand.clicks, hand.fields) == (3, 2)
    text = answer(server, "interfede", "/presse/")[1]
    assert "La suite du même journal" in text
    # The one that was copied is still there.
    editor.go("interfede", "/gestion/snippets/essor/pressmention/")
    assert before in page.locator("table.listing tbody").inner_text()


def _fill_event(hand: Hand, title: str) -> None:
    soon = datetime.now(ZoneInfo("Europe/Brussels")) + timedelta(days=40)
    hand.fill("title", title)
    hand.choose("event_type", "Rencontre ou colloque")
    hand.fill("starts_at", soon.strftime("%Y-%m-%d 09:30"))
    hand.fill("ends_at", soon.strftime("%Y-%m-%d 16:00"))
    hand.fill("place", "Namur, rue Marie-Henriette 19")
    hand.fill("registration_url", "https://www.wallonie.be/")
    hand.fill("introduction", "Une matinée pour voir les ateliers et poser vos questions.")


def test_an_event_takes_eight_fields(editor: Visit, server: Server):
    agenda = server.manifest["desk"]["agenda"]
    page, hand = editor.page, Hand(editor.page)
    editor.go("interfede", f"/gestion/pages/{agenda['id']}/")
    hand.click(page.get_by_role("link", name=re.compile("Ajouter une sous-page")).first)
    page.wait_for_load_state("networkidle")
    _fill_event(hand, "Rencontre des ateliers")
    publish(hand)
    expect(page.locator(".messages .success")).to_be_visible()
    assert hand.fields <= EVENT_FIELDS
    assert (hand.clicks, hand.fields) == (3, 7)
    assert "Rencontre des ateliers" in answer(server, "interfede", agenda["path"])[1]


def test_the_last_event_is_copied(editor: Visit, server: Server):
    agenda = server.manifest["desk"]["agenda"]
    page, hand = editor.page, Hand(editor.page)
    editor.go("interfede", f"/gestion/pages/{agenda['event']}/copy/")
    hand.fill("new_title", "La même rencontre, plus tard")
    hand.fill("new_slug", "plus-tard")
    hand.click(page.locator("[name=publish_copies]"))
    hand.click(page.get_by_role("button", name="Copier cette page"))
    expect(page.locator(".messages .success")).to_be_visible()
    assert (hand.clicks, hand.fields) == (2, 2)
    status, text = answer(server, "interfede", f"{agenda['path']}plus-tard/")
    assert status == 200
    assert "La même rencontre, plus tard" in text
