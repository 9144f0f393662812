"""The catalogue's part of the home page of pedatechcisp.be."""

from django.http import HttpRequest, QueryDict

from home.models import HomePage
from pedatech.catalogue.forms import CatalogueForm
from pedatech.catalogue.search import CatalogueSearch
from pedatech.catalogue.table import current_table
from pedatech.models import CataloguePage

NEWEST = 8
FACETS_IN_VIEW = ("categorie", "public", "niveau")


def add_catalogue_to_home(page: HomePage, request: HttpRequest, context: dict) -> None:
    """Add `workshop` and the template that prints it; nothing on a site without a catalogue."""
    catalogue = CataloguePage.objects.live().child_of(page).first()
    if catalogue is None:
        return
    table = current_table(catalogue)
    search = CatalogueSearch(CatalogueForm(QueryDict(), table), catalogue, table, request)
    url = search.catalogue_url
    facets = {facet.key: facet for facet in search.facets}
    context["home_template"] = "pedatech/home.html"
    context["home_css"] = "css/pedatech.css"
    context["workshop"] = {
        "url": url,
        "total": search.total,
        "sections": [link for link in search.rubrics if link.level == 1],
        "newest": search.cards(list(table.rows_in(table.everything))[:NEWEST]),
        "kinds": [
            {
                "label": option.label,
                "icon": option.value,
                "count": option.count,
                "url": f"{url}?genre={option.value}",
            }
            for option in (facets["genre"].options if "genre" in facets else ())
        ],
        "facets": [
            {
                "label": facets[key].label,
                "options": [
                    {
                        "label": option.label,
                        "count": option.count,
                        "url": f"{url}?{key}={option.value}",
                    }
                    for option in facets[key].options
                ],
            }
            for key in FACETS_IN_VIEW
            if key in facets
        ],
        "list_url": f"{url}liste/",
    }
