"""The pictures of the guide, from a running demo: `make guide`.

Chromium signs in, opens each screen at 1200 pixels and keeps what is written to images/ as WebP.
The demo is changed by it (a draft, a deleted page): run it on one that may be thrown away.
"""

import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
PORT = os.environ.get("PORT", "8000")
BASE = f"http://interfede.localhost:{PORT}"
WIDTH, HEIGHT = 1200, 760
COUNTED_MILLISECONDS = 8_000  # counts are written every few seconds
HARD = (
    "L’accompagnement individualisé des bénéficiaires nécessite une mobilisation concertée de "
    "méthodologies pluridisciplinaires, conformément aux dispositions réglementaires, et une "
    "collaboration institutionnelle avec les différents opérateurs conventionnés."
)


def keep(page: Page, name: str) -> None:
    """A picture of the window, small."""
    page.wait_for_timeout(700)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.save(HERE / "images" / f"{name}.webp", quality=72, method=6)
    print(name)


def open_page(page: Page, title: str) -> None:
    """The editor of the page of this title."""
    page.goto(f"{BASE}/gestion/pages/search/?q={title}")
    page.locator("table.listing a", has_text=title).first.click()
    if "/edit/" not in page.url:
        page.goto(page.url.rstrip("/") + "/edit/")


def main(*parts: Callable[[Page], None]) -> None:
    """Sign in and take the pictures of these parts."""
    (HERE / "images").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="fr-BE")
        page.set_default_timeout(20_000)
        page.goto(f"{BASE}/gestion/login/")
        page.fill("[name=username]", "demo")
        page.fill("[name=password]", "demo-interfede")
        page.click("[type=submit]")
        page.wait_for_url("**/gestion/")
        keep(page, "accueil")
        for part in parts:
            part(page)
        browser.close()


def screens(page: Page) -> None:
    """Each screen by itself."""
    open_page(page, "Est-ce pour moi")
    keep(page, "page")
    page.locator(
        "button[title^='Insérer un bloc'], button[aria-label^='Insérer un bloc']"
    ).first.click()
    keep(page, "blocs")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Paramètres").click()
    page.locator("[name=review_on]").scroll_into_view_if_needed()
    keep(page, "relire")
    page.goto(f"{BASE}/gestion/images/")
    page.locator(
        "#image-results a, .image-choice, a[href*='/gestion/images/']:has(img)"
    ).first.click()
    keep(page, "image")
    page.goto(f"{BASE}/gestion/snippets/essor/pressmention/add/")
    keep(page, "presse")
    for title, name in (
        ("Mobilisation du secteur CISP", "evenement"),
        ("Rapport d’activités 2024", "publication"),
        ("Genially", "ressource"),
    ):
        open_page(page, title)
        keep(page, name)
    open_page(page, "Lire et Écrire Charleroi")
    keep(page, "lieu")
    page.goto(f"{BASE}/gestion/redirects/add/?old_path=/ancienne-page/")
    keep(page, "redirection")


def desk(page: Page) -> None:
    """The screens that show what others left: the question, the health of a site, the bin."""
    hard_to_read(page)
    # Visited, not fetched: only a browser knows the names below localhost.
    for lost in ("/ancien/contact/", "/ancien/contact/", "/ancien/presse/", "/brochure/"):
        page.goto(f"{BASE}{lost}")
    page.wait_for_timeout(COUNTED_MILLISECONDS)
    page.goto(f"{BASE}/gestion/sante/")
    keep(page, "sante")
    page.goto(f"{BASE}/gestion/sante/introuvables/")
    keep(page, "introuvables")
    page.goto(f"{BASE}/gestion/corbeille/")
    keep(page, "corbeille")


def hard_to_read(page: Page) -> None:
    """A new page of cisp.be with one long sentence: the question, then the bin."""
    page.goto(f"{BASE}/gestion/pages/search/?q=Trouver une formation")
    page.locator("table.listing a", has_text="Trouver une formation").first.click()
    home = page.url.rstrip("/").removesuffix("/edit").rpartition("/")[2]
    page.goto(f"{BASE}/gestion/pages/add/home/standardpage/{home}/")
    page.fill("[name=title]", "Page d’essai")
    page.fill("[name=introduction]", f"{HARD} {HARD}"[:400])
    # The button stands in a closed menu.
    page.locator("[name=action-publish]").first.evaluate("button => button.click()")
    page.get_by_role("button", name="Publier quand même").wait_for()
    keep(page, "lisibilite")
    page.get_by_role("link", name="Retourner au texte").click()
    page.goto(page.url.replace("/edit/", "/delete/"))
    page.locator("form [type=submit].serious").click()


if __name__ == "__main__":
    main(screens, desk)
