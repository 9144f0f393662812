"""A training space from the invitation to the last day; the sandbox of packages; the trees."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewVisit, Server
from tests.journeys.pedatech_spaces import TEAM, sign_in

PASSWORD = "une phrase que personne ne devine"


@pytest.fixture
def made(server: Server) -> dict:
    return server.manifest["pedatech"]


def last_link(server: Server) -> str:
    """The link of the last mail, which the development server writes into its log."""
    for _ in range(50):
        found = re.findall(r"(/espaces/invitation/\S+/)", server.log.read_text())
        if found:
            return found[-1]
        time.sleep(0.1)
    raise AssertionError("no mail")


def test_invited_reads_and_is_removed(visit: NewVisit, server: Server, made: dict):
    team = visit(may_keep_cookies=True)
    page = team.go("pedatech", f"{made['space']}membres/")
    assert page.url.endswith("/connexion/?next=" + made["space"] + "membres/")
    sign_in(page, TEAM)
    page.get_by_label("Adresses e-mail").fill("nouvelle@example.org")
    page.get_by_role("button", name="Envoyer les invitations").click()
    expect(page.get_by_text("Une invitation est partie.")).to_be_visible()

    # Without JavaScript, on a phone.
    guest = visit(
        width=360, height=640, js=False, may_keep_cookies=True, expected_statuses=(403, 410)
    )
    seen = guest.go("pedatech", last_link(server))
    seen.get_by_label("Prénom").fill("Nouvelle")
    seen.get_by_label("Nom (obligatoire)", exact=True).fill("Personne")
    seen.get_by_label("Mot de passe (obligatoire)", exact=True).fill(PASSWORD)
    seen.get_by_label("Le même mot de passe").fill(PASSWORD)
    seen.get_by_role("button", name="Entrer dans l’espace").click()
    expect(seen.get_by_role("heading", level=1)).to_contain_text("démarche référentielle")
    expect(seen.get_by_text("Bâtir un programme")).to_be_visible()
    answer = seen.goto(server.url("pedatech", last_link(server)))
    assert answer.status == 410

    page.reload()
    row = page.locator(".space-row", has_text="nouvelle@example.org")
    row.get_by_role("button", name=re.compile("Retirer")).click()
    expect(page.get_by_text("n’a plus accès à cet espace")).to_be_visible()
    assert seen.goto(server.url("pedatech", made["space"])).status == 403
    seen.goto(server.url("pedatech", "/espaces/"))
    expect(seen.get_by_text("Vous n’avez pas encore d’espace")).to_be_visible()


def test_a_hostile_package_reaches_nothing(visit: NewVisit, server: Server, made: dict):
    """Signed in as the team: there would be something to steal."""
    visitor = visit(may_keep_cookies=True)
    page = visitor.go("pedatech", "/connexion/", next=made["hostile"])
    page.get_by_label("Adresse e-mail").fill(TEAM[0])
    page.get_by_label("Mot de passe").fill(TEAM[1])
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"**{made['hostile']}")
    page.get_by_role("button", name="Lancer l’activité").click()
    report = page.frame_locator(".activity__frame").locator("#bilan")
    expect(report).not_to_be_empty()
    _all_refused(json.loads(report.text_content()))
    assert page.url.endswith(made["hostile"])
    assert len(visitor.context.pages) == 1
    # Its own address, opened as a page, leads to a page of ours that holds the frame.
    address = page.locator("[data-activity]").get_attribute("data-src")
    page.goto(server.url("pedatech", address))
    assert page.url.endswith(f"{address}page/")
    expect(report).not_to_be_empty()
    _all_refused(json.loads(report.text_content()))
    assert page.url.endswith(f"{address}page/")
    # The session is still there: nobody was signed out by the form.
    page.goto(server.url("pedatech", "/espaces/"))
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
    assert not [url for url in visitor.foreign_requests() if "secret" not in url]
    visitor.requests.clear()
    visitor.errors.clear()  # the refusals are told in the console


def _all_refused(report: dict[str, str]) -> None:
    assert report.pop("origine") == "null"
    # A form in a sandbox is not sent, and the script is not told.
    assert report.pop("formulaire") == "envoyé"
    assert set(report.values()) == {"refusé"}, report


def test_the_quiz_is_played_in_the_sandbox(visit: NewVisit, made: dict):
    visitor = visit()
    page = visitor.go("pedatech", made["quiz"])
    assert not [url for url in visitor.requests if "h5p" in url or "/activites/" in url]
    page.get_by_role("button", name="Lancer l’activité").click()
    assert page.locator(".activity__frame").get_attribute("sandbox") == "allow-scripts"
    frame = page.frame_locator(".activity__frame")
    for number, answer in enumerate(("ce que la personne saura", "et les stagiaires", "nouvelle")):
        expect(frame.get_by_text(f"Question {number + 1} sur 3")).to_be_visible()
        frame.get_by_label(answer).check()
        frame.get_by_role("button", name="Vérifier").click()
        expect(frame.get_by_role("status")).to_contain_text("C’est juste.")
        frame.get_by_role("button", name=re.compile("suivante|résultat")).click()
    expect(frame.get_by_text("Vous avez 3 bonnes réponses sur 3.")).to_be_visible()


def test_a_member_goes_on_where_he_was(visit: NewVisit, made: dict):
    visitor = visit(may_keep_cookies=True)
    page = visitor.go("pedatech", "/connexion/", next=made["quiz"])
    sign_in(page)
    for number in (1, 2):
        page.get_by_role("button", name="Lancer l’activité").click()
        frame = page.frame_locator(".activity__frame")
        expect(frame.get_by_text(f"Question {number} sur 3")).to_be_visible()
        frame.get_by_role("radio").first.check()
        with page.expect_response(lambda answer: answer.url.endswith("/avancement/")) as told:
            frame.get_by_role("button", name="Vérifier").click()
        assert told.value.status == 200
        page.reload()
        expect(page.get_by_text("elle reprend où vous étiez")).to_be_visible()
    page.get_by_role("button", name="Lancer l’activité").click()
    frame.get_by_role("radio").first.check()
    frame.get_by_role("button", name="Vérifier").click()
    with page.expect_response(lambda answer: answer.url.endswith("/avancement/")):
        frame.get_by_role("button", name="Voir le résultat").click()
    page.reload()
    expect(page.get_by_text(re.compile(r"Terminée le .* : \d sur 3"))).to_be_visible()


def test_without_javascript_an_activity_says_what_it_needs(visit: NewVisit, made: dict):
    page = visit(js=False).go("pedatech", made["quiz"])
    # Playwright finds no text inside <noscript>: by its element, then.
    told = page.locator(".activity noscript p").first
    expect(told).to_be_visible()
    expect(told).to_contain_text("Cette activité a besoin de JavaScript.")
    expect(page.get_by_role("link", name="Ouvrir l’activité dans une page à part")).to_be_visible()


def test_a_tree_without_javascript(visit: NewVisit, made: dict):
    page = visit(js=False, width=360, height=640).go("pedatech", made["tree"])
    page.get_by_role("link", name="Oui", exact=True).click()
    page.get_by_role("link", name="En partie").click()
    expect(page.get_by_role("heading", level=2, name=re.compile("épreuve"))).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=2, name=re.compile("suit-il"))).to_be_visible()
    page.go_forward()
    page.get_by_role("link", name="Oui", exact=True).click()
    expect(page.get_by_role("heading", name="Ce que nous vous conseillons")).to_be_visible()
    assert page.locator(".tree__result").count() >= 1
    page.locator(".tree__steps a").first.click()
    expect(
        page.get_by_role("heading", level=2, name=re.compile("le métier que vous", re.I))
    ).to_be_visible()
    assert "chemin" not in page.url


def test_a_tree_with_the_keyboard(visit: NewVisit, made: dict):
    page = visit().go("pedatech", f"{made['tree']}?chemin=1#question")
    for _ in range(4):
        page.keyboard.press("Tab")
        if "tree__answers" in page.evaluate(
            "document.activeElement.closest('ul')?.className ?? ''"
        ):
            break
    expect(page.locator(".tree__answers a:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ce que nous vous conseillons")).to_be_visible()


def test_the_whole_tree_prints(visit: NewVisit, made: dict):
    page = visit().go("pedatech", made["tree"])
    page.emulate_media(media="print")
    expect(page.locator(".tree__outline")).to_be_visible()
    expect(page.locator(".tree__walk")).to_be_hidden()
    text = page.locator(".tree__outline").inner_text()
    assert text.count("?") >= 4
