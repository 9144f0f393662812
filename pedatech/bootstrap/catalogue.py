"""The page of the catalogue, the way to it from old addresses, and who may edit its words."""

from django.contrib.auth.models import Group, Permission
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from home.models import HomePage
from home.themes import Theme
from pedatech.models import CataloguePage, GlossaryTerm, Rubric, Term

OLD_ADDRESSES = (
    # The front door of the old platform was a log-in page.
    (Theme.PEDATECH, "/login/index.php"),
    (Theme.PEDATECH, "/login"),
    # The tool sheets of the GEP stood on interfede.be.
    (Theme.INTERFEDE, "/fiches-outils-orientation"),
)
GROUP = "Publication pedatechcisp.be"


def make_pages(home: HomePage) -> None:
    """`/catalogue/`, redirects, permissions: what is missing."""
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
    _permissions()


def _permissions() -> None:
    """Those who publish on the site also keep its rubrics, terms and glossary."""
    group = Group.objects.filter(name=GROUP).first()
    if group is None:
        return
    names = [
        f"{verb}_{model._meta.model_name}"
        for model in (Rubric, Term, GlossaryTerm)
        for verb in ("add", "change", "delete")
    ]
    group.permissions.add(
        *Permission.objects.filter(content_type__app_label="pedatech", codename__in=names)
    )
