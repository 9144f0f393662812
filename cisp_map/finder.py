"""The finder: from what a person asks to an ordered list of training sites with facets.

One query reads slim rows (a site and one of its offers); everything else is counted on them in
memory, so that the list, the facets, the widened radius and the wider radii always agree.

Who is found: live training sites below the finder's page, in its language, not in a prison.

Order: distance band (0-5, 5-10, 10-25, 25-50, 50+ km), then relevance of the words, then a shuffle
that changes every day, so that no centre is favoured. There is no field to promote a site.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils import timezone

from cisp_map.models import FinderPage, TrainingSitePage
from cisp_map.models.pages import TrainingSiteQuerySet
from cisp_map.places import Place
from cisp_map.points import BANDS_KM, RADIUS_STEPS_KM, Point, Surroundings, band_of
from cisp_map.vocabulary import TradeRecord, Vocabulary, current_vocabulary
from search.engine import matching_ids

DEFAULT_RADIUS_KM = 25
RADIUS_CHOICES_KM = (5, 10, 25, 50, 100)
FULL_TEXT_RELEVANCE = 0.5
"""What a site is worth whose own text holds the words, when no trade does."""
BEYOND = len(RADIUS_STEPS_KM)
"""Step of a site that lies further than the last radius."""

OFFER_FACETS = ("domaine", "categorie", "methode", "horaire")
SITE_FACETS = ("federation", "digistart", "pmr")
FACETS = (*OFFER_FACETS, *SITE_FACETS)


@dataclass(frozen=True)
class FinderQuery:
    """What a person asks, checked (see forms.py)."""

    words: str = ""
    origin: Place | None = None
    radius_km: int = DEFAULT_RADIUS_KM
    choices: dict[str, frozenset[str]] = field(default_factory=dict)
    """facet → chosen values; a facet without choice is absent"""
    order: str = "pertinence"
    nis_prefixes: tuple[str, ...] = ()
    """beginnings of NIS codes: only sites of these communes (see territories.py)"""


@dataclass(frozen=True)
class Hit:
    """A training site in the list."""

    site_id: int
    km: float | None
    relevance: float
    trade_ids: tuple[int, ...]
    """trades that answer the query, best first"""


@dataclass(frozen=True)
class Understanding:
    """What was made of the words."""

    scores: dict[int, float] = field(default_factory=dict)
    """trade → relevance; empty when no trade was understood"""
    site_ids: frozenset[int] | None = None
    """sites whose own text holds the words; None when the text was not asked"""
    narrow: bool = False
    """the sites of `site_ids` alone, with the trades of `scores`"""
    suggestions: tuple[str, ...] = ()
    not_taught: tuple[str, ...] = ()
    """job names that no centre teaches"""
    leftover: str = ""

    @property
    def found_nothing(self) -> bool:
        """Words were typed that mean nothing here."""
        return not self.scores and not self.site_ids


@dataclass
class FinderAnswer:
    """The whole answer, before it is cut into pages."""

    hits: list[Hit]
    radius_km: int | None
    """radius used; None without a place, or when the nearest lies beyond the last step"""
    asked_radius_km: int | None
    facets: dict[str, dict[str, int]]
    """facet → value → number of sites after a click on it"""
    unchanged: set[tuple[str, str]]
    """(facet, value) whose click would leave the same list"""
    wider: list[tuple[int, int]]
    """(radius in km, number of sites) of larger radii that bring more"""
    understanding: Understanding
    vocabulary: Vocabulary

    @property
    def total(self) -> int:
        """Number of sites found."""
        return len(self.hits)

    @property
    def widened(self) -> bool:
        """True when the asked radius held nothing."""
        return self.radius_km != self.asked_radius_km


def understand(words: str, vocabulary: Vocabulary, sites: TrainingSiteQuerySet | None) -> Understanding:
    """Read the words as trades; what stays unread is searched in the texts of `sites`.

    `sites` is a queryset of training sites, or None to leave their texts out.
    """
    if not words:
        return Understanding()
    resolution = vocabulary.words.resolve(words)
    scores = {match.key: round(match.score, 2) for match in resolution.matches}
    rest = resolution.leftover if scores else words
    site_ids = None
    if sites is not None and rest:
        site_ids = frozenset(matching_ids(sites, rest))
    return Understanding(
        scores=scores,
        site_ids=site_ids,
        narrow=bool(scores and site_ids),
        suggestions=resolution.suggestions,
        not_taught=resolution.not_taught,
        leftover=resolution.leftover,
    )


def sites_of(page: FinderPage) -> TrainingSiteQuerySet:
    """The sites that the finder `page` may show."""
    return TrainingSitePage.objects.to_be_shown().filter(locale_id=page.locale_id)


def find(
    query: FinderQuery,
    page: FinderPage,
    understood: Understanding | None = None,
    vocabulary: Vocabulary | None = None,
) -> FinderAnswer:
    """Answer `query` among the sites of `page`; one query when the rest is given."""
    vocabulary = vocabulary or current_vocabulary(page)
    sites = sites_of(page)
    if query.nis_prefixes:
        sites = sites.in_communes(query.nis_prefixes)
    if understood is None:
        understood = understand(query.words, vocabulary, sites)
    if query.words and understood.found_nothing:
        return FinderAnswer([], None, None, {}, set(), [], understood, vocabulary)
    counted = _Count(query, vocabulary, understood, _rows(sites, understood))
    if understood.narrow and not counted.step:
        # No site has both the trade and the rest of the words: the trade says more.
        understood = replace(understood, site_ids=None, narrow=False)
        counted = _Count(query, vocabulary, understood, _rows(sites, understood))
    return counted.answer()


def _rows(sites: TrainingSiteQuerySet, understood: Understanding) -> Iterable[tuple]:
    """One row for each site and offer; a site without offers has one row with None."""
    if understood.narrow:
        sites = sites.filter(pk__in=understood.site_ids)
    if understood.scores:
        sites = sites.filter(offers__trade_id__in=understood.scores.keys())
    elif understood.site_ids is not None:
        sites = sites.filter(pk__in=understood.site_ids)
    return (
        sites.order_by()
        .values_list(
            "pk",
            "near_lat",
            "near_lng",
            "title",
            "wheelchair",
            "centre__federation_id",
            "centre__digistart",
            "offers__trade_id",
            "offers__method",
            "offers__schedule",
        )
        .iterator(chunk_size=2000)
    )


class _Count:
    """Counts one query's rows: which sites pass, and which would after each click."""

    def __init__(
        self,
        query: FinderQuery,
        vocabulary: Vocabulary,
        understood: Understanding,
        rows: Iterable[tuple],
    ) -> None:
        self.query = query
        self.vocabulary = vocabulary
        self.understood = understood
        self.km: dict[int, float] = {}
        self.step: dict[int, int] = {}
        self.titles: dict[int, str] = {}
        self.passing: dict[int, set[int]] = {}
        self.by_value: dict[str, dict[str, set[int]]] = {name: {} for name in FACETS}
        self._read(rows)

    def _read(self, rows: Iterable[tuple]) -> None:
        origin = self.query.origin
        around = Surroundings(Point(origin.lat, origin.lng)) if origin else None
        chosen = [self.query.choices.get(name) for name in FACETS]
        nothing_chosen = not any(chosen)
        trades: dict[int | None, TradeRecord] = dict(self.vocabulary.trades)
        federations = {pk: slug for pk, (slug, _) in self.vocabulary.federations.items()}
        by_value = [self.by_value[name] for name in FACETS]
        passing = self.passing
        for pk, lat, lng, title, wheelchair, federation, digistart, trade_id, method, hours in rows:
            if pk not in self.step:
                self.titles[pk] = title
                if around:
                    km = self.km[pk] = around.km(lat, lng)
                    self.step[pk] = step_of(km)
                else:
                    self.step[pk] = 0
            trade = trades.get(trade_id)
            values = (
                trade.family if trade else "",
                trade.category if trade else "",
                method or "",
                hours or "",
                federations.get(federation, ""),
                "1" if digistart else "",
                "1" if wheelchair else "",
            )
            if nothing_chosen:
                failed = None
            else:
                failures = [
                    number
                    for number, (choice, value) in enumerate(zip(chosen, values, strict=True))
                    if choice and value not in choice
                ]
                if len(failures) > 1:
                    continue
                failed = failures[0] if failures else None
            if failed is None:
                passing.setdefault(pk, set()).add(trade_id)
                for counted, value in zip(by_value, values, strict=True):
                    if value:
                        counted.setdefault(value, set()).add(pk)
            elif values[failed]:
                by_value[failed].setdefault(values[failed], set()).add(pk)

    def answer(self) -> FinderAnswer:
        """Widen, order, and count every click."""
        asked = self.query.radius_km if self.query.origin else None
        steps = Counter(self.step[pk] for pk in self.passing)
        used = self._used_step(steps)
        radius = None if asked is None or used == BEYOND else RADIUS_STEPS_KM[used]
        hits = self._ordered([pk for pk in self.passing if self.step[pk] <= used])
        facets: dict[str, dict[str, int]] = {}
        unchanged: set[tuple[str, str]] = set()
        for name in FACETS:
            chosen = self.query.choices.get(name) or frozenset()
            base: set[int] = set()
            for value in chosen:
                base |= self.by_value[name].get(value, set())
            counts = facets[name] = {}
            for value, pks in self.by_value[name].items():
                after = Counter(self.step[pk] for pk in (base | pks if base else pks))
                counts[value] = _up_to(after, self._used_step(after))
                if value not in chosen and after == steps:
                    unchanged.add((name, value))
        return FinderAnswer(
            hits=hits,
            radius_km=radius,
            asked_radius_km=asked,
            facets=facets,
            unchanged=unchanged,
            wider=self._wider(steps, used),
            understanding=self.understood,
            vocabulary=self.vocabulary,
        )

    def _used_step(self, steps: Counter) -> int:
        """The smallest step, from the asked radius on, that holds a site."""
        if not self.query.origin:
            return 0
        asked = RADIUS_STEPS_KM.index(self.query.radius_km)
        if not steps or _up_to(steps, asked):
            return asked
        return min(step for step in steps if step > asked)

    def _wider(self, steps: Counter, used: int) -> list[tuple[int, int]]:
        if not self.query.origin:
            return []
        wider = []
        seen = _up_to(steps, used)
        for step, radius in enumerate(RADIUS_STEPS_KM):
            count = _up_to(steps, step)
            if step > used and radius in RADIUS_CHOICES_KM and count > seen:
                wider.append((radius, count))
                seen = count
        return wider

    def _ordered(self, pks: list[int]) -> list[Hit]:
        scores = self.understood.scores
        text = FULL_TEXT_RELEVANCE if self.understood.site_ids else 0.0
        today = timezone.localdate()
        hits = []
        for pk in pks:
            trades = sorted(
                (trade for trade in self.passing[pk] if trade is not None),
                key=lambda trade: (-scores.get(trade, 0.0), self.vocabulary.trades[trade].name),
            )
            relevance = max((scores.get(trade, 0.0) for trade in trades), default=0.0) or text
            hits.append(Hit(pk, self.km.get(pk), relevance, tuple(trades)))
        if self.query.order == "nom":
            return sorted(hits, key=lambda hit: (self.titles[hit.site_id].casefold(), hit.site_id))
        if self.query.order == "distance" and self.query.origin:
            return sorted(hits, key=lambda hit: (hit.km, hit.site_id))
        return sorted(
            hits,
            key=lambda hit: (
                band_of(hit.km) if hit.km is not None else len(BANDS_KM),
                -hit.relevance,
                daily_shuffle(hit.site_id, today),
            ),
        )


def step_of(km: float) -> int:
    """Number of the smallest radius that reaches `km`; BEYOND past the last."""
    return next((number for number, limit in enumerate(RADIUS_STEPS_KM) if km <= limit), BEYOND)


def daily_shuffle(site_id: int, day: date) -> bytes:
    """A sort key that is even between sites, steady for a day and new the next."""
    return hashlib.blake2b(f"{day.isoformat()}:{site_id}".encode(), digest_size=8).digest()


def _up_to(steps: Counter, step: int) -> int:
    return sum(count for number, count in steps.items() if number <= step)


def nearest(origin: Place | None, page: FinderPage, number: int) -> list[Hit]:
    """The `number` nearest sites whatever they teach; today's first ones without origin."""
    query = FinderQuery(origin=origin, radius_km=RADIUS_STEPS_KM[-1], order="distance")
    return find(query, page).hits[:number]
