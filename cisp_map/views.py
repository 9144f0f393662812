"""Views of the finder, of a training site and of the territories."""

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cisp_map.cards import ResultCard, make_cards
from cisp_map.details import (
    course_json_ld,
    course_title,
    describe_offer,
    describe_place,
    share_links,
    site_json_ld,
)
from cisp_map.finder import FinderQuery, find, nearest, sites_of
from cisp_map.finder_page import PER_PAGE, Search
from cisp_map.forms import FinderForm
from cisp_map.models import FinderPage, Locality, TrainingSitePage
from cisp_map.places import Place, place_of
from cisp_map.points import Point
from cisp_map.territories import BASINS, PLATFORMS, Territory
from cisp_map.upkeep.rome_table import decided_codes
from cisp_map.vocabulary import Vocabulary, current_vocabulary
from home.json_ld import json_for_script
from home.languages import FRENCH
from home.page_cache import may_keep_text
from home.pagination import page_links


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


def finder_of(page: TrainingSitePage, request: HttpRequest) -> FinderPage:
    """The finder below which a site is shown: of the language of this answer."""
    return getattr(request, "finder", None) or page.get_parent().specific


def finder_view(request: HttpRequest, page: FinderPage) -> HttpResponse:
    """List of training sites for the parameters of the address."""
    may_keep_text(request)
    vocabulary = current_vocabulary(page)
    form = FinderForm(request.GET, vocabulary)
    search = Search(form, page, vocabulary, request)
    results = search.page_of(PER_PAGE)
    context = page.get_context(request)
    is_search = not form.fields.keys().isdisjoint(request.GET)
    context["seo"]["robots"] = "noindex, follow" if is_search else ""
    if is_search:
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
            "pages": page_links(results, search.page_url),
            "map": map_options(search.query_string(par_page=500)),
            "help_point": help_point_near(
                Point(origin.lat, origin.lng) if origin else None, vocabulary
            ),
        },
    )
    return TemplateResponse(request, page.get_template(request), context)


def training_site_view(request: HttpRequest, page: TrainingSitePage) -> HttpResponse:
    """One training site; 404 for a site in a prison, which nobody can visit."""
    if page.in_prison and not getattr(request, "is_preview", False):
        raise Http404
    finder = finder_of(page, request)
    vocabulary = current_vocabulary(finder)
    offers = page.offers.select_related("trade__family").prefetch_related("trade__rome_codes")
    offers = list(offers)
    decided = decided_codes(page)
    context = page.get_context(request)
    context.update(
        place=describe_place(page),
        offers=[describe_offer(offer, page, request, decided, vocabulary) for offer in offers],
        help_point=help_point_near(page.near, vocabulary),
        json_ld=json_for_script(site_json_ld(page, offers, request)),
        back_url=finder.get_url(request),
        nearby=_nearby(page, finder, vocabulary, request),
        share=share_links(page.title, page.get_full_url(request) or ""),
        report_url=f"{page.get_url(request)}signaler/",
    )
    return TemplateResponse(request, page.get_template(request), context)


def course_view(request: HttpRequest, page: TrainingSitePage, slug: str) -> HttpResponse:
    """One course at a training site: in short, then the official words (C-15)."""
    if page.in_prison:
        raise Http404
    offers = list(
        page.offers.filter(trade__slug=slug)
        .select_related("trade__family")
        .prefetch_related("trade__rome_codes")
    )
    if not offers:
        raise Http404
    trade = offers[0].trade
    vocabulary = current_vocabulary(finder_of(page, request))
    trade_name = vocabulary.trades[trade.pk].name
    url = f"{page.get_full_url(request)}{slug}/"
    context = page.get_context(request)
    context["seo"] |= {
        "title": course_title(trade_name, page.title),
        "description": _("Se former gratuitement : %(trade)s, %(place)s.")
        % {
            "trade": trade_name,
            "place": f"{page.title}, {page.locality.postal_code} {page.locality.name}",
        },
        "canonical": url,
    }
    context["breadcrumbs"] = [
        *context["breadcrumbs"],
        {
            "title": trade_name,
            "url": request.path,
            "language": FRENCH if vocabulary.trades[trade.pk].is_french else "",
        },
    ]
    context.update(
        trade={"name": trade_name, "is_french": vocabulary.trades[trade.pk].is_french},
        place=describe_place(page),
        place_url=page.get_url(request),
        offers=[
            describe_offer(offer, page, request, decided_codes(page), vocabulary)
            for offer in offers
        ],
        help_point=help_point_near(page.near, vocabulary),
        json_ld=json_for_script(course_json_ld(page, offers[0], url)),
        share=share_links(f"{trade_name}, {page.title}", url),
    )
    return TemplateResponse(request, "cisp_map/course.html", context)


def _nearby(
    page: TrainingSitePage, finder: FinderPage, vocabulary: Vocabulary, request: HttpRequest
) -> list[ResultCard]:
    """The three nearest other sites."""
    here = Place(
        label=page.title,
        slug=None,
        lat=page.near.lat,
        lng=page.near.lng,
        postal_code=page.locality.postal_code,
        commune=page.locality.commune,
        region=page.locality.region,
    )
    hits = [hit for hit in nearest(here, finder, 4) if hit.site_id != page.pk][:3]
    return make_cards(hits, here, finder, vocabulary, request)


def territories_of(page: FinderPage) -> list[tuple[Territory, int]]:
    """Platforms, basins, and the communes with a site, each with its number of sites."""
    codes = Counter(
        sites_of(page).values_list("locality__nis_code", flat=True).order_by("locality__nis_code")
    )
    communes = Locality.objects.filter(nis_code__in=codes).order_by("commune")
    names = dict(communes.values_list("nis_code", "commune"))
    areas = [
        *PLATFORMS,
        *BASINS,
        *(
            Territory(f"commune-{slugify(name)}", name, "commune", (code,))
            for code, name in names.items()
        ),
    ]
    return [
        (area, sum(n for code, n in codes.items() if code.startswith(area.nis_prefixes)))
        for area in areas
    ]


def territories_view(request: HttpRequest, page: FinderPage) -> HttpResponse:
    """Every territory, as links."""
    groups: dict[str, list[dict[str, object]]] = {"plateforme": [], "bassin": [], "commune": []}
    base = page.get_url(request)
    for area, count in territories_of(page):
        url = f"{base}territoires/{area.slug}/"
        groups[area.kind].append({"name": area.name, "url": url, "count": count})
    context = page.get_context(request)
    context["seo"] |= {
        "title": _("Les formations CISP par territoire"),
        "description": _("Toutes les formations CISP de Wallonie, par région, bassin et commune."),
        "canonical": f"{page.get_full_url(request)}territoires/",
    }
    context["breadcrumbs"] = [
        *context["breadcrumbs"],
        {"title": _("Territoires"), "url": request.path},
    ]
    context["groups"] = [
        {"title": title, "territories": groups[kind]}
        for kind, title in (
            ("plateforme", _("Par région")),
            ("bassin", _("Par bassin d’emploi")),
            ("commune", _("Par commune")),
        )
    ]
    return TemplateResponse(request, "cisp_map/territories.html", context)


def territory_view(request: HttpRequest, page: FinderPage, slug: str) -> HttpResponse:
    """All sites of a territory; the three nearest when it has none."""
    areas = [*PLATFORMS, *BASINS, *(area for area, _count in territories_of(page))]
    area = next((each for each in areas if each.slug == slug), None) or _empty_commune(slug)
    if area is None:
        raise Http404
    vocabulary = current_vocabulary(page)
    answer = find(FinderQuery(nis_prefixes=area.nis_prefixes, order="nom"), page)
    paginator = Paginator(answer.hits, PER_PAGE)
    number = request.GET.get("page", "1")
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= paginator.num_pages):
        raise Http404
    results = paginator.page(int(number[:6]))
    centre = _centre_of(area)
    context = page.get_context(request)
    base = f"{page.get_url(request)}territoires/"
    context["seo"] |= {
        # Liège is a platform, a basin and a commune: each page has a title of its own.
        "title": (_("Formations gratuites : %(area)s") % {"area": area.full_name})[:60],
        "description": _("%(count)s lieux de formation CISP : %(area)s.")
        % {"count": answer.total, "area": area.full_name},
        "canonical": f"{page.get_full_url(request)}territoires/{slug}/",
        "robots": "noindex, follow" if results.number > 1 else "",
    }
    context["breadcrumbs"] = [
        *context["breadcrumbs"],
        {"title": _("Territoires"), "url": base},
        {"title": area.name, "url": request.path},
    ]
    alternatives = []
    if not answer.total and centre:
        alternatives = make_cards(nearest(centre, page, 3), centre, page, vocabulary, request)
    families = [
        {
            "name": name,
            "count": answer.facets.get("domaine", {}).get(key, 0),
            "is_french": key in vocabulary.french_families,
        }
        for key, name in vocabulary.families.items()
        if answer.facets.get("domaine", {}).get(key)
    ]
    context.update(
        territory=area,
        total=answer.total,
        families=families,
        results=make_cards(list(results), None, page, vocabulary, request),
        alternatives=alternatives,
        pages=page_links(results, lambda page: f"?page={page}"),
        help_point=help_point_near(Point(centre.lat, centre.lng) if centre else None, vocabulary),
    )
    return TemplateResponse(request, "cisp_map/territory.html", context)


def _empty_commune(slug: str) -> Territory | None:
    """A commune without any site has its page too."""
    if not slug.startswith("commune-"):
        return None
    for code, name in Locality.objects.values_list("nis_code", "commune").distinct():
        if f"commune-{slugify(name)}" == slug:
            return Territory(slug, name, "commune", (code,))
    return None


def _centre_of(area: Territory) -> Place | None:
    """The most peopled locality of a territory."""
    wanted = Q()
    for prefix in area.nis_prefixes:
        wanted |= Q(nis_code__startswith=prefix)
    rows = Locality.objects.filter(wanted)
    main = rows.order_by(F("population").desc(nulls_last=True), "kind", "slug").first()
    return place_of(main) if main else None
