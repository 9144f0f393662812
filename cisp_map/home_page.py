"""The finder's part of the home page of cisp.be: reach every course without typing (C-06)."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy
from wagtail.models import Site

from cisp_map.finder import FinderQuery, find
from cisp_map.forms import FinderForm
from cisp_map.models import Category, FinderPage
from cisp_map.territories import PLATFORMS, Territory
from cisp_map.views import territories_of
from cisp_map.vocabulary import current_vocabulary
from home import content
from home.models import HomePage
from home.themes import Theme

CATEGORY_HINTS = {
    Category.ORIENTATION: gettext_lazy("Je ne sais pas encore quoi faire."),
    Category.BASIC: gettext_lazy(
        "Je veux mieux lire, écrire, calculer, parler français ou utiliser internet."
    ),
    Category.VOCATIONAL: gettext_lazy("Je veux apprendre un métier."),
}


def add_finder_to_home(page: HomePage, request: HttpRequest, context: dict) -> None:
    """Add `finder_url`, `finder_form`, `families`, `categories`, `territories`.

    Nothing is added on a site without a finder.
    """
    site = Site.find_for_request(request)
    if site is None or site.hostname != settings.SITE_HOSTS[Theme.CISP.value]:
        return
    finder = FinderPage.objects.live().child_of(page).first()
    if finder is None:
        return
    vocabulary = current_vocabulary(finder)
    url = finder.get_url(request)
    counts = _counts(finder)
    families = counts.facets.get("domaine", {})
    categories = counts.facets.get("categorie", {})
    context.update(
        finder_url=url,
        finder_form=FinderForm(QueryDict(), vocabulary),
        families=[
            {
                "name": name,
                "url": f"{url}?domaine={slug}",
                "icon": slug,
                "count": families[slug],
                "is_french": slug in vocabulary.french_families,
            }
            for slug, name in vocabulary.families.items()
            if families.get(slug)
        ],
        categories=[
            {
                "name": str(Category(value).label),
                "hint": str(hint),
                "url": f"{url}?categorie={value}",
                "count": categories[value],
            }
            for value, hint in CATEGORY_HINTS.items()
            if categories.get(value)
        ],
        territories=[
            {"name": area.name, "url": f"{url}territoires/{area.slug}/", "count": count}
            for area, count in counts.territories
        ],
    )


@dataclass(frozen=True)
class Counts:
    """How many sites lie behind each link."""

    facets: dict[str, dict[str, int]]
    territories: tuple[tuple[Territory, int], ...]


@content.kept_by(
    # An engine may still answer what was before.
    lambda finder: None if content.is_settling() else finder.pk
)
def _counts(finder: FinderPage) -> Counts:
    platforms = ((area, count) for area, count in territories_of(finder) if area in PLATFORMS)
    return Counts(find(FinderQuery(), finder).facets, tuple(platforms))
