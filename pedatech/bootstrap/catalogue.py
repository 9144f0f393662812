"""The page of the catalogue, and the way to it from old addresses."""

from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from home.models import HomePage
from home.themes import Theme
from pedatech.models import CataloguePage

OLD_ADDRESSES = (
    # The front door of the old platform was a log-in page.
    (Theme.PEDATECH, "/login/index.php"),
    (Theme.PEDATECH, "/login"),
    # The tool sheets of the GEP stood on interfede.be.
    (Theme.INTERFEDE, "/fiches-outils-orientation"),
)


def make_pages(home: HomePage) -> None:
    """`/catalogue/` and redirects: what is missing."""
    catalogue = CataloguePage.objects.child_of(home).first()
    if catalogue is None:
        catalogue = CataloguePage(
            title="Catalogue",
            slug="catalogue",
            show_in_menus=True,
            seo_title="Catalogue des ressources pédagogiques",
            search_description="Outils, référentiels et formations en ligne pour former "
            "en insertion socioprofessionnelle.",
        )
        home.add_child(instance=catalogue)
        catalogue.save_revision().publish()
    for theme, old in OLD_ADDRESSES:
        site = Site.objects.filter(sitebranding__theme=theme).first()
        if site:
            Redirect.objects.get_or_create(
                old_path=Redirect.normalise_path(old),
                site=site,
                defaults={"redirect_page": catalogue, "is_permanent": True},
            )
