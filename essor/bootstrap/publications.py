"""Addresses of the contract: the index of publications, and the kinds that it sorts by."""

from essor.models import PublicationIndexPage, PublicationKind
from home.models import HomePage

REPORT, ARTICLE, NEWS, LEGAL, OTHER = (
    PublicationKind.CitedAs.REPORT,
    PublicationKind.CitedAs.ARTICLE,
    PublicationKind.CitedAs.NEWS,
    PublicationKind.CitedAs.LEGAL,
    PublicationKind.CitedAs.OTHER,
)
KINDS = (
    ("etude", "Étude", "Études", "book", REPORT),
    ("analyse", "Analyse", "Analyses", "list", REPORT),
    ("memorandum", "Mémorandum", "Mémorandums", "book", REPORT),
    ("note", "Note", "Notes", "file", REPORT),
    ("rapport-activites", "Rapport d’activités", "Rapports d’activités", "book", REPORT),
    ("cahier", "Cahier", "Cahiers", "book", REPORT),
    ("referentiel", "Référentiel", "Référentiels", "book", REPORT),
    ("livret", "Livret", "Livrets", "book", REPORT),
    ("infographie", "Infographie", "Infographies", "info", OTHER),
    ("carte-blanche", "Carte blanche", "Cartes blanches", "message", NEWS),
    ("communique", "Communiqué", "Communiqués", "message", OTHER),
    ("discours", "Discours", "Discours", "message", OTHER),
    ("entretien", "Entretien", "Entretiens", "people", OTHER),
    ("actualite", "Actualité", "Actualités", "news", OTHER),
    ("article-externe", "Article de revue externe", "Articles de revues externes", "news", ARTICLE),
    ("article-presse", "Article de presse", "Articles de presse", "news", NEWS),
    ("texte-legal", "Décret et texte légal", "Décrets et textes légaux", "file", LEGAL),
    ("fiche", "Fiche d’information", "Fiches d’information", "file", OTHER),
)
"""(slug, name, plural, icon, cited as), in the order of the filters. Editors change and add."""


def make_pages(home: HomePage) -> None:
    """Make the missing kinds, and the index under the home page of interfede.be."""
    for order, (slug, name, plural, icon, cited_as) in enumerate(KINDS, start=1):
        PublicationKind.objects.get_or_create(
            slug=slug,
            defaults={
                "name": name,
                "plural": plural,
                "icon": icon,
                "cited_as": cited_as,
                "sort_order": order * 10,
            },
        )
    if not PublicationIndexPage.objects.child_of(home).exists():
        page = PublicationIndexPage(
            title="Publications",
            slug="publications",
            show_in_menus=True,
            introduction="Études, analyses, prises de position et presse du secteur, en libre accès.",
            search_description="Toutes les publications de l’Interfédé : études, analyses, "
            "mémorandums, communiqués, infographies et articles.",
        )
        home.add_child(instance=page)
        page.save_revision().publish()
