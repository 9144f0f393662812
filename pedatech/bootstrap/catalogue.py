"""The page of the catalogue."""

from home.models import HomePage
from pedatech.models import CataloguePage


def make_pages(home: HomePage) -> None:
    """`/catalogue/`, when it is missing."""
    if not CataloguePage.objects.child_of(home).exists():
        page = CataloguePage(
            title="Catalogue",
            slug="catalogue",
            show_in_menus=True,
            seo_title="Catalogue des ressources pédagogiques",
            search_description="Outils, référentiels et formations en ligne pour former "
            "en insertion socioprofessionnelle.",
        )
        home.add_child(instance=page)
        page.save_revision().publish()
