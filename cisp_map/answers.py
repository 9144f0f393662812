"""What the shared search page learns from the finder: training sites for words, places or both.

«jardinier namur», «7000 Mons», «LLN» or «menuisrie» in the one box of the search page mean here
what they mean in the finder. Places are only read where they are named exactly: a guess at a
place is for the finder, which asks.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from cisp_map.finder import SquaredKm, sites_of
from cisp_map.models import FinderPage, Locality
from cisp_map.places import Place, named_places, place_of
from cisp_map.points import Point, Surroundings
from cisp_map.vocabulary import current_vocabulary
from search import french

MAX_ROWS = 3000
LEAST = 0.05
SURE = 0.9
"""What a trade must score to be named to a visitor of another site."""
NEARER = ((10, 0.85), (25, 0.7), (50, 0.4))
"""(km, what a site so far away is worth), beyond the commune itself"""
FURTHER = 0.25
DECAY_KM = 12
_CODE = re.compile(r"(?<!\d)\d{4}(?!\d)")


@dataclass(frozen=True)
class Where:
    """The places that a text names, and the share of its words that name them."""

    places: tuple[Place, ...] = ()
    share: float = 0.0
    code: str = ""

    def worth(self, site: "Site", *, alone: bool) -> float:
        """What a site is worth for its distance, in (0, 1]; `alone`: nothing but a place is asked."""
        worth = 0.0
        for place in self.places:
            km = Surroundings(Point(place.lat, place.lng)).km(site.lat, site.lng)
            if self.code and site.code == self.code:
                return 1.0
            if place.commune == site.commune:
                near = 0.95 if self.code else 1.0
            elif alone:
                near = 0.9 / (1 + km / DECAY_KM)
            else:
                near = next((value for limit, value in NEARER if km <= limit), FURTHER)
            worth = max(worth, near)
        return worth


@dataclass(frozen=True)
class Site:
    """A training site in the columns that are read."""

    pk: int
    lat: float
    lng: float
    code: str
    commune: str
    trade_id: int | None


def answers(text: str, *, at_home: bool) -> Mapping[int, float]:
    """Training site → how well it answers, in (0, 1]. Any text is allowed; most mean nothing here.

    `at_home`: asked on the finder's own site, where a faint idea is better than none.
    """
    page = FinderPage.in_current_language().first()
    if page is None:
        return {}
    resolution = current_vocabulary(page).words.resolve(text)
    trades: dict[int, float] = {int(match.key): match.score for match in resolution.matches}  # type: ignore[call-overload]
    where = _where(resolution.leftover)
    if not at_home and (
        max(trades.values(), default=0.0) < SURE or (resolution.leftover and where.share < 1)
    ):
        return {}
    if not trades and not where.places:
        return {}
    sites: QuerySet = sites_of(page)
    if trades:
        sites = sites.filter(offers__trade_id__in=list(trades))
    found: dict[int, float] = {}
    for site in _read(sites, where.places):
        worth = trades[site.trade_id] if trades and site.trade_id else 1.0
        if where.places:
            worth *= where.worth(site, alone=not trades)
            if not trades:
                worth *= where.share
        if worth >= LEAST:
            found[site.pk] = max(worth, found.get(site.pk, 0.0))
    return found


def _read(sites: QuerySet, places: Sequence[Place]) -> list[Site]:
    """The sites, at most MAX_ROWS rows: those around a place first."""
    order: list = ["pk"]
    if len(places) == 1:
        order.insert(0, SquaredKm(Surroundings(Point(places[0].lat, places[0].lng))))
    rows = sites.order_by(*order).values_list(
        "pk",
        "near_lat",
        "near_lng",
        "locality__postal_code",
        "locality__commune",
        "offers__trade_id",
    )
    return [Site(*row) for row in rows[:MAX_ROWS]]


def _where(text: str) -> Where:
    """The last place that the words name exactly."""
    words = [word for word in french.words(text) if word not in french.STOP_WORDS]
    if not words:
        return Where()
    codes = [code for code in _CODE.findall(text) if code in words]
    named = named_places(text)
    if codes:
        localities = Locality.objects.filter(postal_code=codes[-1]).order_by("kind", "slug")
        if places := tuple(place_of(each) for each in localities):
            said = {*codes, *(french.words(named.text) if named else ())}
            return Where(places, min(1.0, len(said) / len(words)), codes[-1])
    if named is None:
        return Where()
    said = set(french.words(named.text)) - french.STOP_WORDS
    return Where(named.places, min(1.0, len(said) / len(words)))
