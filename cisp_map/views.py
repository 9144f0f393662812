"""Views of the finder and of a training site."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse

from cisp_map.finder_page import PER_PAGE, Search
from cisp_map.forms import FinderForm
from cisp_map.models import FinderPage
from cisp_map.points import Point
from cisp_map.vocabulary import Vocabulary, current_vocabulary


@dataclass(frozen=True)
class MapOptions:
    """What map.js needs."""

    geojson_url: str
    outlines_url: str
    tiles_url: str
    tiles_attribution: str


def map_options(query_string: str = "") -> MapOptions:
    """Options of a map of the sites that `query_string` finds."""
    address = reverse("cisp_map_formations")
    return MapOptions(
        geojson_url=f"{address}?{query_string}" if query_string else address,
        outlines_url=static("cisp_map/outlines.geojson"),
        tiles_url=settings.MAP_TILES_URL,
        tiles_attribution=settings.MAP_TILES_ATTRIBUTION if settings.MAP_TILES_URL else "",
    )


@dataclass(frozen=True)
class HelpPointCard:
    """The nearest people who help for nothing."""

    name: str
    kind: str
    phone: str
    phone_uri: str
    url: str
    distance_km: float | None
    locality: str


def help_point_near(point: Point | None, vocabulary: Vocabulary) -> HelpPointCard | None:
    """The nearest Carrefour or Cité des Métiers; None without a point or without help points."""
    found = vocabulary.nearest_help_point(point) if point else None
    if not found:
        return None
    nearest, km = found
    return HelpPointCard(
        name=nearest.name,
        kind=nearest.kind,
        phone=nearest.phone,
        phone_uri=nearest.phone_uri,
        url=nearest.website,
        distance_km=round(km, 1),
        locality=nearest.locality,
    )


def finder_view(request: HttpRequest, page: FinderPage) -> HttpResponse:
    """List of training sites for the parameters of the address."""
    vocabulary = current_vocabulary()
    form = FinderForm(request.GET, vocabulary)
    search = Search(form, page, vocabulary, request)
    results = search.page_of(PER_PAGE)
    context = page.get_context(request)
    context["seo"]["robots"] = "noindex, follow" if request.GET else ""
    if request.GET:
        context["seo"]["title"] = search.headline
    origin = search.origin
    context.update(
        form=form,
        finder={
            "total": search.total,
            "headline": search.headline,
            "origin": origin,
            "radius_km": search.answer.radius_km if origin and not search.must_choose else None,
            "notices": search.notices,
            "place_choices": search.place_choices,
            "word_choices": search.word_choices,
            "trades": search.trades,
            "results": search.cards(list(results)),
            "alternatives": search.alternatives,
            "facets": search.facets,
            "active_filters": search.active_filters,
            "clear_url": search.clear_url,
            "wider_radii": search.wider_radii,
            "pages": {
                "number": results.number,
                "num_pages": results.paginator.num_pages,
                "previous_url": search.page_url(results.number - 1)
                if results.has_previous()
                else "",
                "next_url": search.page_url(results.number + 1) if results.has_next() else "",
                "links": search.page_links(results),
            },
            "map": map_options(search.query_string(par_page=500)),
            "help_point": help_point_near(
                Point(origin.lat, origin.lng) if origin else None, vocabulary
            ),
        },
    )
    return TemplateResponse(request, page.get_template(request), context)
