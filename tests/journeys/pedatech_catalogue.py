"""States of the catalogue."""

from playwright.sync_api import Page

from tests.journeys.state import State

LONG = (
    "Anticonstitutionnellement : un outil d’accompagnement socioprofessionnel au titre "
    "interminable-et-sans-fin pour formatrices, formateurs et agents de guidance"
)


def seed(home) -> dict:
    """A resource with a very long title and everything that a resource may have."""
    from home.models import Organisation
    from pedatech.models import CataloguePage, ResourceLink, ResourcePage, Term

    catalogue = CataloguePage.objects.child_of(home).get()
    page = ResourcePage(
        title=LONG,
        slug="tout",
        resource_kind="outil-numerique",
        introduction="Un résumé avec le SFMQ, la VDC et un mot-interminable-" + "a" * 60 + ".",
        body=[("text", "<p>Texte.</p>"), ("heading", {"text": "Sous-titre", "level": "3"})],
        producer=Organisation.objects.get(slug="interfede"),
        licence="cc-by-nc-nd",
        year=2024,
        duration=95,
        language="mul",
        can_be_borrowed=True,
        is_favourite=True,
        accessibility_notes="Sous-titres.",
        preparation="Une salle.",
        review_relevance=4,
        review_text="Utile.",
        authors="Nom, Prénom; Autre, Nom",
        **dict.fromkeys(ResourcePage.TOOL_FIELDS, "ne-sait-pas"),
    )
    page.links = [ResourceLink(url="https://www.wallonie.be/", label="Le site " + "long" * 20)]
    page.terms = list(Term.objects.all())
    catalogue.add_child(instance=page)
    demo = ResourcePage.objects.child_of(catalogue)
    return {
        "ids": ",".join(str(pk) for pk in demo.order_by("pk").values_list("pk", flat=True)[:3]),
        "embed": f"/catalogue/{demo.get(slug='cisp-quesako').slug}/",
    }


def lay_open(page: Page) -> None:
    """Every facet."""
    page.locator("main details").evaluate_all("all => all.forEach((each) => { each.open = true; })")


def states(manifest: dict) -> list[State]:
    """Every state."""
    catalogue = "/catalogue/"
    return [
        State("catalogue", "pedatech", catalogue),
        State(
            "catalogue-filtres",
            "pedatech",
            catalogue,
            {"theme": "orientation", "genre": "fiche"},
            prepare=lay_open,
        ),
        State("catalogue-un", "pedatech", catalogue, {"q": "Quesako", "genre": "kit"}),
        State("catalogue-rien", "pedatech", catalogue, {"q": "xyzzyq"}),
        State("catalogue-erreur", "pedatech", catalogue, {"theme": "x", "tri": "y", "page": "99"}),
        State(
            "rubrique",
            "pedatech",
            f"{catalogue}rubriques/outils-pedagogiques/validation-des-competences/productions/",
        ),
        State("reperes", "pedatech", f"{catalogue}reperes/"),
        State("repere", "pedatech", f"{catalogue}reperes/digcomp/4-securite/"),
        State("ressource", "pedatech", f"{catalogue}guide-d-accompagnement-a-la-coprofor/"),
        State("ressource-tout", "pedatech", f"{catalogue}tout/"),
        State("ressource-contenu", "pedatech", str(manifest["embed"])),
        State("kit", "pedatech", f"{catalogue}kit-cisp-quesako/"),
        State(
            "referentiel",
            "pedatech",
            f"{catalogue}referentiel-maconnerie-gros-oeuvre-interfede-2019/",
        ),
        State("liste", "pedatech", f"{catalogue}liste/", {"ids": f"{manifest['ids']},999999"}),
        State("liste-vide", "pedatech", f"{catalogue}liste/"),
        State("glossaire", "pedatech", "/glossaire/"),
        State("label", "pedatech", "/label-qualite/"),
        State("critere", "pedatech", "/label-qualite/criteres/1-1/"),
        State("auto-evaluation", "pedatech", "/label-qualite/auto-evaluation/"),
    ]
