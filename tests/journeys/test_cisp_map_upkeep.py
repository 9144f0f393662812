"""A centre answers its personal link; an editor reviews quality, ROME codes and campaigns."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewVisit, Server
from tests.journeys.test_cisp_map_listing import sign_in, violations


def keep(page: Page, name: str) -> None:
    """A picture, when somebody wants to look."""
    if folder := os.environ.get("SHOTS_DIR"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_centre_proposes_then_confirms_without_javascript(visit: NewVisit, server: Server):
    visitor = visit(may_keep_cookies=True, js=False, expected_statuses=(400, 410))
    path = server.manifest["cisp_map"]["journey"]
    page = visitor.go("cisp", path)
    page.get_by_role("link", name="Proposer un changement").first.click()
    page.get_by_role("button", name="Envoyer ces changements").click()
    expect(page.get_by_role("alert")).to_contain_text("Vous n’avez rien changé")
    page.get_by_label("Téléphone").fill("081 00 11 22")
    page.get_by_role("button", name="Envoyer ces changements").click()
    expect(page.get_by_role("status").first).to_contain_text("votre proposition est arrivée")
    expect(page.locator(".update__waits").first).to_be_visible()
    page.get_by_role("link", name="Relire les codes ROME").click()
    before = page.get_by_role("button", name="C’est juste").count()
    assert before
    page.get_by_text("Corriger").first.click()
    page.get_by_label("Tous les codes de cette formation").first.fill("Z99")
    page.get_by_role("button", name="Enregistrer la correction").first.click()
    expect(page.locator(".field__error")).to_contain_text("Ce n’est pas un code ROME : Z99")
    visitor.go("cisp", f"{path}codes-rome/")
    page.get_by_role("button", name="C’est juste").first.click()
    expect(page.get_by_role("status").first).to_contain_text("C’est noté")
    expect(page.get_by_text("par le centre, par son lien")).to_be_visible()
    assert page.get_by_role("button", name="C’est juste").count() == before - 1
    page.get_by_role("link", name="Revenir à vos lieux").click()
    page.get_by_role("button", name="Tout est exact").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci")
    visitor.go("cisp", path)
    expect(page.get_by_role("button", name="Renvoyer le lien")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_an_editor_reviews_the_sites(visit: NewVisit, server: Server, width: int):
    visitor = visit(may_keep_cookies=True)
    page = sign_in(visitor, server)
    page.set_viewport_size({"width": width, "height": 800})
    for path, title in (
        ("qualite", "Qualité des lieux"),
        ("rome", "Codes ROME des formations"),
        ("campagnes", "Campagnes de mise à jour"),
        ("signalements", "Erreurs signalées"),
    ):
        visitor.go("interfede", f"/gestion/lieux/{path}/")
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        keep(page, f"gestion-{path}-{width}")
        assert violations(page) == []
        wide = "document.scrollingElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(wide), path


def test_an_editor_accepts_a_code(visit: NewVisit, server: Server):
    visitor = visit(may_keep_cookies=True)
    page = sign_in(visitor, server)
    visitor.go("interfede", "/gestion/lieux/rome/?etat=propose")
    page.get_by_role("button", name="Accepter", exact=False).nth(1).click()
    expect(page.locator(".messages")).to_contain_text("accepté")


def test_an_editor_prepares_a_campaign(visit: NewVisit, server: Server):
    visitor = visit(may_keep_cookies=True)
    page = sign_in(visitor, server)
    visitor.go("interfede", "/gestion/lieux/campagnes/")
    page.get_by_label("Nom de la campagne").fill("Printemps")
    page.get_by_role("button", name="Préparer la campagne").click()
    expect(page.get_by_role("heading", name="Aperçu de l’e-mail")).to_be_visible()
    expect(page.locator(".upkeep-mail")).to_contain_text("Votre lien personnel")
    keep(page, "gestion-campagne")
    assert violations(page) == []
