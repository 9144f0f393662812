"""States of the pages of publications."""

from tests.journeys.state import State

INDEX = "/publications/"
LONG_TITLE = (
    "Une publication au titre interminable sur l’accompagnement socioprofessionnel, la "
    "mobilisation et l’«anticonstitutionnellement» des stagiaires de toutes les provinces"
)


def seed_publications(home) -> dict:
    """A publication with everything and a very long title."""
    from essor.models import (
        Author,
        Project,
        PublicationAuthor,
        PublicationCorrection,
        PublicationIndexPage,
        PublicationKind,
        PublicationPage,
        Topic,
    )
    from home.models import Federation, Organisation

    page = PublicationPage(
        title=LONG_TITLE,
        slug="tout",
        publication_kind=PublicationKind.objects.get(slug="etude"),
        published="2022-05-03",
        updated="2023",
        reference_period="2019-2021",
        search_description="Tout ce qu’une publication peut porter.",
        federation=Federation.objects.first(),
        medium="Une revue d’essai",
        issue_number="12",
        external_url="https://www.wallonie.be/",
        project=Project.objects.get(slug="orientation-en-cisp"),
    )
    page.topics = list(Topic.objects.order_by("pk")[:4])
    page.bodies = list(Organisation.objects.order_by("pk")[:2])
    for order in range(2):
        author = Author.objects.create(family_name=f"Nom d’essai {order}", given_name="Prénom")
        page.authors.add(PublicationAuthor(author=author, sort_order=order))
    page.corrections.add(PublicationCorrection(text="Lire « 12 » et non « 21 »."))
    PublicationIndexPage.objects.child_of(home).get().add_child(instance=page)
    page.save_revision().publish()
    return {"full": page.get_url()}


def lay_open(page) -> None:
    """Every filter."""
    page.locator("main details").evaluate_all("all => all.forEach((each) => { each.open = true; })")


def publication_states(manifest: dict) -> list[State]:
    """Every state of the pages of publications."""
    study = f"{INDEX}amac-abandon-mobilisation-et-accroche-des-stagiaires-en-cisp/"
    several = {"genre": "etude", "annee": "2024", "theme": "accroche"}
    return [
        State("publications", "interfede", INDEX),
        State("publications-page-2", "interfede", INDEX, {"page": "2"}),
        State("publications-filtres", "interfede", INDEX, several, prepare=lay_open),
        State("publications-une", "interfede", INDEX, {"q": "phosphorescence"}),
        State("publications-aucune", "interfede", INDEX, {"q": "xyzzyq", "genre": "etude"}),
        State("publications-erreur", "interfede", INDEX, {"q": "mot " * 90, "genre": "x"}),
        State("publication", "interfede", study),
        State("publication-partie", "interfede", f"{study}partie-2/"),
        State("publication-tout", "interfede", manifest["full"]),
        State("publication-remplacee", "interfede", f"{INDEX}chiffres-cles-du-secteur-2022/"),
        State(
            "publication-correctif",
            "interfede",
            f"{INDEX}stagiaires-et-offre-de-formation-2021-2022/",
        ),
        State("publication-presse", "interfede", f"{INDEX}faire-mieux-avec-moins/"),
        State("publication-projet", "interfede", f"{INDEX}projets/orientation-en-cisp/"),
        State("dossier", "interfede", f"{INDEX}dossier-stagiaires/"),
    ]
