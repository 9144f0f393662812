"""Every state in which a page can be seen, and checks by script that hold for all of them."""

from playwright.sync_api import Page, expect

from tests.journeys import room_cisp_map, room_essor, room_pedatech, room_podcasts, room_search
from tests.journeys.state import State

ROOMS = (room_essor, room_podcasts, room_pedatech, room_search, room_cisp_map)


def lay_open(page: Page) -> None:
    """Every fold of the page's own content."""
    page.locator("main details").evaluate_all("all => all.forEach((each) => { each.open = true; })")


def open_menu(page: Page) -> None:
    page.locator("details.menu > summary").click()


def open_map(page: Page) -> None:
    page.get_by_role("button", name="Voir la carte").click()
    expect(page.locator("[data-map-canvas][data-ready]")).to_be_visible()


def open_popup(page: Page) -> None:
    """The map with one place told."""
    open_map(page)
    for _ in range(12):
        if page.locator(".map-pin").count():
            break
        page.locator(".map-cluster").first.press("Enter")
        page.wait_for_timeout(500)
    page.locator(".map-pin").first.press("Enter")
    expect(page.locator(".map-popup")).to_be_visible()


def suggest(page: Page) -> None:
    """The list of suggestions, with one of them chosen."""
    place = page.locator("[data-place]")
    place.click()
    place.press_sequentially("saint", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    place.press("ArrowDown")


FINDER = "/formations/"
GERMAN = "/de/kurse/"
NAMUR = {"lieu": "Namur", "q": "cuisine"}
NO_ANSWER = {"lieu": "Namur", "q": "permis", "federation": "unessa", "pmr": "1", "digistart": "1"}


def all_states(manifest: dict) -> list[State]:
    """The states, with the addresses that seed.py made."""
    sites = manifest["sites"]
    full = sites["full"]
    states = [
        State("accueil", "cisp", "/"),
        State("accueil-propositions", "cisp", "/", prepare=suggest),
        State("menu", "cisp", "/", prepare=open_menu, only_width=320),
        State("formations", "cisp", FINDER),
        State("allemand-accueil", "cisp", "/de/"),
        State("allemand-formations", "cisp", GERMAN),
        State("allemand-resultats", "cisp", GERMAN, {"lieu": "Namur", "q": "Küche"}),
        State("allemand-erreur", "cisp", GERMAN, {"lieu": "Xyzzyburg"}),
        State("allemand-page", "cisp", "/de/wie-laeuft-es-ab/"),
        State("allemand-recherche", "cisp", "/de/recherche/", {"q": "Ausbildung"}),
        State("neerlandais-formations", "cisp", "/nl/opleidingen/", {"q": "keuken"}),
        State("resultats", "cisp", FINDER, NAMUR),
        State("resultats-page-3", "cisp", FINDER, {"lieu": "Liège", "page": "3"}),
        State("filtres", "cisp", FINDER, {**NAMUR, "methode": "EFT"}, prepare=lay_open),
        State("position", "cisp", FINDER, {"lat": "50.467", "lon": "4.867"}),
        State("un-resultat", "cisp", FINDER, {"q": "Anticonstitutionnellement"}),
        State("sans-resultat", "cisp", FINDER, NO_ANSWER),
        State("elargi", "cisp", FINDER, {"lieu": "Rendeux", "rayon": "5", "q": "cuisine"}),
        State("mots-inconnus", "cisp", FINDER, {"q": "xyzzyq", "lieu": "Namur"}),
        State("lieu-inconnu", "cisp", FINDER, {"lieu": "Atlantide", "q": "cuisine"}),
        State("lieu-ambigu", "cisp", FINDER, {"lieu": "Saint-Rémy"}),
        State("code-postal", "cisp", FINDER, {"lieu": "4000"}),
        State("bruxelles", "cisp", FINDER, {"lieu": "Bruxelles"}),
        State("mauvais-choix", "cisp", FINDER, {"rayon": "7", "page": "999", "tri": "x"}),
        State("texte-trop-long", "cisp", FINDER, {"q": "jardin" * 60, "lieu": "\x00"}),
        State("carte", "cisp", FINDER, NAMUR, prepare=open_map),
        State("carte-lieu", "cisp", FINDER, NAMUR, prepare=open_popup),
        State("lieu", "cisp", full["path"], prepare=lay_open),
        State("lieu-sans-formation", "cisp", sites["empty"]["path"]),
        State("lieu-sans-point", "cisp", sites["bare"]["path"]),
        State("formation", "cisp", f"{full['path']}{full['course']}/", prepare=lay_open),
        State("territoires", "cisp", f"{FINDER}territoires/"),
        State("territoire", "cisp", f"{FINDER}territoires/namur/"),
        State("territoire-vide", "cisp", f"{FINDER}territoires/commune-rendeux/"),
        State("est-ce-pour-moi", "cisp", "/est-ce-pour-moi/", prepare=lay_open),
        State("sources", "cisp", "/infos/sources/"),
        State("evenement-passe", "cisp", manifest["events"]["past"]),
        State("accueil", "interfede", "/"),
        State("a-propos", "interfede", "/a-propos/"),
        State("menu", "interfede", "/", prepare=open_menu, only_width=320),
        State("accueil", "pedatech", "/"),
        State("a-propos", "pedatech", "/a-propos/"),
        State("menu", "pedatech", "/", prepare=open_menu, only_width=320),
    ]
    for site in ("cisp", "interfede", "pedatech"):
        states += [
            State("blocs", site, manifest["blocks"][site], prepare=lay_open),
            State("evenement", site, manifest["events"][site]),
            State("recherche", site, "/recherche/"),
            State("recherche-trouve", site, "/recherche/", {"q": "formation", "sites": "tous"}),
            State("recherche-rien", site, "/recherche/", {"q": "xyzzyq"}),
            State("introuvable", site, "/cette-page-n-existe-pas/", status=404),
        ]
    for room in ROOMS:
        states += room.states(manifest[room.NAME])
    return states


# --- Checks by script ------------------------------------------------------------------------

WIDTHS = """() => ({
  page: document.scrollingElement.scrollWidth,
  window: document.documentElement.clientWidth,
  outside: [...document.querySelectorAll("body *")]
    .filter((each) => each.checkVisibility() && !each.closest("[data-map-canvas], .table-scroll"))
    .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((each) => each.outerHTML.slice(0, 120)).slice(0, 5),
})"""

HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
  .filter((each) => each.checkVisibility({ contentVisibilityAuto: true }))
  .map((each) => [Number(each.tagName[1]), each.textContent.trim().slice(0, 60)])"""

# Links inside a sentence need no size (WCAG 2.5.8, inline); controls of the browser neither.
TARGETS = """() => {
  const hidden = (each) => each.closest(".visually-hidden, .skip, [aria-hidden=true]");
  const inSentence = (link) =>
    link.tagName === "A" && getComputedStyle(link).display.startsWith("inline") &&
    getComputedStyle(link).display === "inline" &&
    [...link.parentElement.childNodes].some(
      (node) => node !== link && node.nodeType === Node.TEXT_NODE && node.textContent.trim());
  const main = ".button, .input, .chip, select, summary, label.choice, .pagination a, .families a, " +
    ".territories a, .pillars a, .menu a, .site-search *, a[href^='tel:'], [role=option], " +
    ".results h3 a, .map-cluster, .leaflet-bar a, .leaflet-popup a";
  return [...document.querySelectorAll(
      "a[href], button, input:not([type=hidden]), select, textarea, summary, label.choice, [role=button], [role=option]")]
    .filter((each) => each.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })
      && !hidden(each) && !each.matches("label.choice input") && !inSentence(each)
      && each.tabIndex >= -1 && getComputedStyle(each).pointerEvents !== "none")
    .map((each) => {
      const box = each.getBoundingClientRect();
      return { width: box.width, height: box.height, main: each.matches(main),
               what: each.outerHTML.slice(0, 140) };
    })
    .filter((each) => each.width > 0);
}"""

SPACING = """(on) => {
  if (!window.spacing) {
    // A constructed sheet: the content security policy lets no other in.
    window.spacing = new CSSStyleSheet();
    window.spacing.replaceSync(`* {
      line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
    } p { margin-bottom: 2em !important; }`);
  }
  document.adoptedStyleSheets = on ? [window.spacing] : [];
}"""

CLIPPED = """() => [...document.querySelectorAll("body *")]
  .filter((each) => each.checkVisibility({ contentVisibilityAuto: true }))
  .filter((each) => !each.closest(".visually-hidden, [data-map-canvas], svg, .suggestions")
    && each.textContent.trim())
  .filter((each) => {
    const style = getComputedStyle(each);
    const cuts = (value) => value === "hidden" || value === "clip";
    return (cuts(style.overflowX) && each.scrollWidth > each.clientWidth + 1)
      || (cuts(style.overflowY) && each.scrollHeight > each.clientHeight + 1);
  })
  .map((each) => each.outerHTML.slice(0, 120))"""
