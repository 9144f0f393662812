"""The two addresses of the public contract that answer in JSON, and one for the admin."""

from collections.abc import Mapping

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Site

from cisp_map.cards import ResultCard
from cisp_map.finder_page import Search
from cisp_map.forms import ApiForm, PlainTextField
from cisp_map.models import FinderPage, Locality
from cisp_map.places import geocode_address, suggest_localities
from cisp_map.vocabulary import current_vocabulary
from home.languages import home_of
from home.page_cache import may_keep_text

MAX_LOCALITIES = 20
FEATURES_PER_PAGE = 100


def _finder_of(request: HttpRequest) -> FinderPage:
    """The finder of the site that was asked; the other two sites have none (404)."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    root = home_of(site)
    if root is None:
        raise Http404
    page = FinderPage.objects.live().public().filter(path__startswith=root.path).first()
    if page is None:
        raise Http404
    return page


def _refuse(message: str, errors: Mapping[str, list[str]], **more: object) -> JsonResponse:
    return JsonResponse({"message": message, "erreurs": errors, **more}, status=400)


@require_safe
def localities(request: HttpRequest) -> JsonResponse:
    """`/api/localites/?q=`: at most 20 localities, best first; 400 for unreadable text."""
    _finder_of(request)
    may_keep_text(request)
    try:
        text = PlainTextField().clean(request.GET.get("q", ""))
    except ValidationError as error:
        return _refuse(error.messages[0], {"q": error.messages})
    return JsonResponse(
        {
            "results": [
                {
                    "slug": each.slug,
                    "label": each.label,
                    "code_postal": each.postal_code,
                    "nom": each.name,
                    "commune": each.commune,
                    "lat": each.lat,
                    "lon": each.lng,
                }
                for each in suggest_localities(text, MAX_LOCALITIES)
            ]
        }
    )


@require_safe
def formations(request: HttpRequest) -> JsonResponse:
    """`/api/formations.geojson`: the sites of the finder's page, in its order.

    A site without a point has `geometry: null`. 400 with messages for bad input, and with the
    choices (`choix`) when the place has several meanings.
    """
    finder = _finder_of(request)
    vocabulary = current_vocabulary(finder)
    form = ApiForm(request.GET, vocabulary)
    search = Search(form, finder, vocabulary, request)
    results = None
    if not form.errors:
        results = search.page_of(form.cleaned_data.get("par_page") or FEATURES_PER_PAGE)
    if form.errors or results is None:
        messages = form.messages()
        return _refuse(next(iter(messages.values()))[0], messages, **_choices(search))
    if search.must_choose:
        message = search.place_result.message if search.place_result else ""
        message = message or _("Plusieurs localités portent ce nom. Choisissez la vôtre.")
        return _refuse(message, {"lieu": [message]}, **_choices(search))
    origin = search.origin
    body = {
        "type": "FeatureCollection",
        "total": search.total,
        "origine": {"label": origin.label, "lat": origin.lat, "lon": origin.lng}
        if origin
        else None,
        "rayon_km": search.answer.radius_km,
        "messages": [notice.text for notice in search.notices],
        **_choices(search),
        "features": [_feature(card) for card in search.cards(list(results))],
    }
    return JsonResponse(body, content_type="application/geo+json")


def _choices(search: Search) -> dict[str, list[dict[str, object]]]:
    """The localities that the typed place may mean, when there are several."""
    candidates = search.place_result.candidates if search.place_result else ()
    if not candidates:
        return {}
    return {
        "choix": [
            {"slug": each.slug, "label": each.label, "lat": each.lat, "lon": each.lng}
            for each in candidates
        ]
    }


def _feature(card: ResultCard) -> dict[str, object]:
    geometry = {"type": "Point", "coordinates": [card.lng, card.lat]} if card.has_point else None
    return {
        "type": "Feature",
        "id": card.id,
        "geometry": geometry,
        "properties": {
            "titre": card.title,
            "centre": card.centre,
            "adresse": card.address,
            "code_postal": card.postal_code,
            "localite": card.locality,
            "commune": card.commune,
            "distance_km": card.distance_km,
            "filieres": list(card.trades),
            "categories": list(card.categories),
            "methodes": list(card.methods),
            "url": card.url,
        },
    }


@require_safe
@permission_required("wagtailadmin.access_admin", raise_exception=True)
def geocode(request: HttpRequest) -> JsonResponse:
    """For the location field of the admin: the point of `adresse` in `localite` (a key)."""
    address = request.GET.get("adresse", "")
    locality = Locality.objects.filter(pk__in=_number(request.GET.get("localite", ""))).first()
    if locality:
        address = f"{address}, {locality.postal_code} {locality.name}"
    result = geocode_address(address)
    if result.place is None:
        return _refuse(result.message, {"adresse": [result.message]})
    return JsonResponse(
        {
            "lat": result.place.lat,
            "lon": result.place.lng,
            "label": result.place.label,
            "message": result.message,
        }
    )


def _number(text: str) -> list[int]:
    return [int(text)] if text.isascii() and text.isdigit() and len(text) < 18 else []
