"""Addresses of the contract: the press review and the agenda."""

from essor.models import PressIndexPage
from home.models import EventIndexPage, HomePage


def make_pages(home: HomePage) -> None:
    """Make the missing pages under the home page of interfede.be."""
    if not PressIndexPage.objects.child_of(home).exists():
        press = PressIndexPage(
            title="Presse",
            slug="presse",
            show_in_menus=True,
            introduction="Ce que disent les médias des centres d’insertion socioprofessionnelle, "
            "et ce que l’Interfédé leur dit.",
            contact="Interfédération des CISP\n081 74 32 00\nsecretariat@interfede.be",
            search_description="Revue de presse par mois, communiqués et cartes blanches de "
            "l’Interfédé.",
        )
        home.add_child(instance=press)
        press.save_revision().publish()
    if not EventIndexPage.objects.child_of(home).exists():
        agenda = EventIndexPage(
            title="Agenda",
            slug="agenda",
            show_in_menus=True,
            introduction="Les rencontres du secteur. Après leur date, elles restent ici avec leurs "
            "documents.",
            search_description="Les rencontres, tables rondes et mobilisations du secteur des CISP.",
        )
        home.add_child(instance=agenda)
        agenda.save_revision().publish()
