"""Dossiers for the demonstration: they come last, because they name pages of the other parts."""

from dataclasses import dataclass

from wagtail.models import Page

from essor.models import DossierPage, PublicationIndexPage
from home.models import HomePage


@dataclass(frozen=True)
class Dossier:
    """What a dossier is made from."""

    title: str
    slug: str
    introduction: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]


DOSSIERS = (
    Dossier(
        "Comprendre les stagiaires",
        "dossier-stagiaires",
        "Qui se forme dans un CISP, pourquoi certains arrêtent, et ce qui aide à continuer.",
        (
            (
                "Qui sont les stagiaires ?",
                (
                    "stagiaires-et-offre-de-formation-2021-2022",
                    "precarite-2023-des-stagiaires",
                    "chiffres-cles-du-secteur-2023",
                ),
            ),
            (
                "Entrer, rester, aller au bout",
                (
                    "amac-abandon-mobilisation-et-accroche-des-stagiaires-en-cisp",
                    "rasta-recrutement-et-arret-des-stagiaires-en-formation",
                ),
            ),
            ("Sur nos autres sites", ("formations", "catalogue")),
        ),
    ),
)
"""Groups of slugs; a page that this installation has not is left out."""


def load(home: HomePage) -> int:
    """Make the missing dossiers below the index of publications; returns how many."""
    index = PublicationIndexPage.objects.child_of(home).first()
    if index is None:
        return 0
    made = 0
    for dossier in DOSSIERS:
        if index.get_children().filter(slug=dossier.slug).exists():
            continue
        page = DossierPage(
            title=dossier.title,
            slug=dossier.slug,
            introduction=dossier.introduction,
            search_description=dossier.introduction,
            show_in_menus=True,
        )
        page.groups = [
            ("group", {"title": title, "introduction": "", "pages": pages})
            for title, slugs in dossier.groups
            if (pages := [found for slug in slugs if (found := _page(slug))])
        ]
        index.add_child(instance=page)
        page.save_revision().publish()
        made += 1
    return made


def _page(slug: str) -> Page | None:
    """The live page of that slug, the highest in its tree."""
    return Page.objects.live().filter(slug=slug).order_by("depth", "pk").first()
