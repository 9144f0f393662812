"""The list of spaces; who may do what with spaces and proposals: config.roles."""

from home.models import HomePage
from pedatech.models import SpaceIndexPage


def make_pages(home: HomePage) -> None:
    """`/espaces/`."""
    if not SpaceIndexPage.objects.child_of(home).exists():
        page = SpaceIndexPage(
            title="Mes espaces",
            slug="espaces",
            introduction="Les espaces des formations auxquelles vous prenez part.",
            search_description="Espaces réservés aux participants des formations.",
        )
        home.add_child(instance=page)
        page.save_revision().publish()
