"""The finder: from what a person asks to an ordered list of training sites with facets.

One query reads slim rows (a site and one of its offers) within the asked radius; list, facets and
a widened radius are counted on them in memory, so that they always agree.

Who is found: live training sites below the French finder, not in a prison. They are data and exist
once; a translation of the finder shows the same ones.

Order: distance band (0-5, 5-10, 10-25, 25-50, 50+ km), then relevance of the words, then a shuffle
that changes every day, so that no centre is favoured. There is no field to promote a site.
"""

import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count, F, FloatField, Func
from django.db.models.lookups import LessThanOrEqual
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone
from wagtail.models import Locale

from cisp_map.models import FinderPage, TrainingSitePage
from cisp_map.models.pages import TrainingSiteQuerySet
from cisp_map.places import Place
from cisp_map.points import BANDS_KM, RADIUS_STEPS_KM, Point, Surroundings, band_of
from cisp_map.vocabulary import Vocabulary, current_vocabulary
from home.languages import FRENCH, is_french
from search.engine import matching_ids

DEFAULT_RADIUS_KM = 25
RADIUS_CHOICES_KM = (5, 10, 25, 50, 100)
FULL_TEXT_RELEVANCE = 0.5
"""What a site is worth whose own text holds the words, when no trade does."""
LAST_STEP = len(RADIUS_STEPS_KM) - 1
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
    text: str = ""
    """words that a search engine finds in the texts of sites, in the place of `site_ids`"""
    narrow: bool = False
    """the sites of `site_ids` alone, with the trades of `scores`"""
    suggestions: tuple[str, ...] = ()
    not_taught: tuple[str, ...] = ()
    """job names that no centre teaches"""
    leftover: str = ""

    @property
    def found_nothing(self) -> bool:
        """Words were typed that mean nothing here."""
        return not self.scores and not self.site_ids and not self.text


@dataclass
class FinderAnswer:
    """The whole answer, before it is cut into pages."""

    hits: Sequence[Hit]
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


def understand(
    words: str,
    vocabulary: Vocabulary,
    sites: TrainingSiteQuerySet | None,
    page: FinderPage | None = None,
) -> Understanding:
    """Read the words as trades; what stays unread is searched in the texts of `sites`.

    `sites` is a queryset of training sites, or None to leave their texts out. With the finder's
    page whose sites they are, a search engine is asked before the database.
    """
    if not words:
        return Understanding()
    resolution = vocabulary.words.resolve(words)
    if page is not None and not resolution.matches and not is_french():
        # A French word on a German page: many know the name of a course in French only.
        in_french = current_vocabulary(page, FRENCH).words.resolve(words)
        resolution = in_french if in_french.matches else resolution
    scores = {int(match.key): round(match.score, 2) for match in resolution.matches}  # type: ignore[call-overload]
    rest = resolution.leftover if scores else words
    site_ids, text = None, ""
    if sites is not None and rest:
        from cisp_map import engine_finder

        held = engine_finder.sites_hold(rest, page, list(scores)) if page else None
        if held is None or not (held or scores):
            # What an engine does not find at all, the database looks for too.
            site_ids = frozenset(matching_ids(sites, rest))
        elif held:
            text = rest
    return Understanding(
        scores=scores,
        site_ids=site_ids,
        text=text,
        narrow=bool(scores and (site_ids or text)),
        suggestions=resolution.suggestions,
        not_taught=resolution.not_taught,
        leftover=resolution.leftover,
    )


def sites_of(page: FinderPage) -> TrainingSiteQuerySet:
    """The sites that the finder `page` may show: those of the French one, for its translations."""
    # By its key: the search of a database knows no field of the locale.
    return TrainingSitePage.objects.to_be_shown().filter(locale_id=locale_of_sites(page))


def locale_of_sites(page: FinderPage) -> int:
    """Key of the language in which training sites are written: they exist once, in French.

    One query for each `page` of another language, which a request keeps.
    """
    if is_french():
        return page.locale_id
    if "_french_locale" not in page.__dict__:
        found = Locale.objects.values_list("pk", flat=True).get(language_code=FRENCH)
        page.__dict__["_french_locale"] = found
    return page.__dict__["_french_locale"]


def find(
    query: FinderQuery,
    page: FinderPage,
    understood: Understanding | None = None,
    vocabulary: Vocabulary | None = None,
) -> FinderAnswer:
    """Answer `query` among the sites of `page`: by the search engine, else by the database."""
    from cisp_map import engine_finder

    vocabulary = vocabulary or current_vocabulary(page)
    if understood is None:
        sites = sites_of(page).in_communes(query.nis_prefixes)
        # The words of a territory's page are searched in its own sites alone.
        understood = understand(
            query.words, vocabulary, sites, None if query.nis_prefixes else page
        )
    if query.words and understood.found_nothing:
        return FinderAnswer([], None, None, {}, set(), [], understood, vocabulary)

    def on_database() -> FinderAnswer:
        return find_on_database(query, page, understood, vocabulary)

    if understood.site_ids is None:
        answer = engine_finder.find(query, page, understood, vocabulary, on_database)
        if answer is not None:
            return answer
    return on_database()


def find_on_database(
    query: FinderQuery, page: FinderPage, understood: Understanding, vocabulary: Vocabulary
) -> FinderAnswer:
    """Answer by two queries of the database.

    The sites within the asked radius are read first; the rest only when there is none. How many
    wider radii would bring is counted by the database.
    """
    sites = sites_of(page).in_communes(query.nis_prefixes)
    if understood.text:
        # The engine has found the words; it does not answer any more.
        site_ids = frozenset(matching_ids(sites, understood.text))
        understood = replace(understood, site_ids=site_ids, text="")
    counted = _read_outwards(query, vocabulary, understood, sites)
    if understood.narrow and not counted.step:
        # No site has both the trade and the rest of the words: the trade says more.
        understood = replace(understood, site_ids=None, narrow=False)
        counted = _read_outwards(query, vocabulary, understood, sites)
    return counted.answer()


def _read_outwards(
    query: FinderQuery,
    vocabulary: Vocabulary,
    understood: Understanding,
    sites: TrainingSiteQuerySet,
) -> "_Count":
    """Read the asked radius, then the largest, then everything, until a site passes."""
    if understood.narrow or (not understood.scores and understood.site_ids is not None):
        sites = sites.filter(pk__in=understood.site_ids)
    asked = RADIUS_STEPS_KM.index(query.radius_km)
    limits = dict.fromkeys((asked, LAST_STEP, BEYOND)) if query.origin else (BEYOND,)
    for limit in limits:
        counted = _Count(query, vocabulary, understood, sites, limit)
        if counted.passing:
            break
    return counted


class SquaredKm(Func):
    """Square of the distance of a site to an origin, computed by the database.

    As one function rather than a tree of F expressions, which would take longer to write than the
    database takes to compute it.
    """

    output_field = FloatField()

    def __init__(self, around: Surroundings) -> None:
        super().__init__(F("near_lat"), F("near_lng"))
        self.around = around

    def as_sql(self, compiler: SQLCompiler, *args: Any, **kwargs: Any) -> tuple[str, tuple]:  # noqa: ARG002
        """The formula over the two columns."""
        lat, lng = (compiler.compile(each)[0] for each in self.get_source_expressions())
        return self.around.km2_sql(lat, lng), ()


class _Count:
    """Counts one query's rows: which sites pass, and which would after each click.

    Rows are read up to the step `limit`; all that lies nearer is known.
    """

    COLUMNS = (
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

    def __init__(
        self,
        query: FinderQuery,
        vocabulary: Vocabulary,
        understood: Understanding,
        sites: TrainingSiteQuerySet,
        limit: int,
    ) -> None:
        self.query = query
        self.vocabulary = vocabulary
        self.understood = understood
        self.sites = sites
        self.limit = limit
        origin = query.origin
        self.around = Surroundings(Point(origin.lat, origin.lng)) if origin else None
        self.km: dict[int, float] = {}
        self.step: dict[int, int] = {}
        self.titles: dict[int, str] = {}
        self.passing: dict[int, set[int | None]] = {}
        self.by_value: dict[str, dict[str, set[int]]] = {name: defaultdict(set) for name in FACETS}
        self._read()

    def _rows(self) -> Iterable[tuple]:
        """One row for each site and offer; a site without offers has one row with None."""
        sites = self.sites
        if self.understood.scores:
            wanted = {"trade_id__in": list(self.understood.scores)}
            sites = sites.with_offer(**wanted).filter(offers__trade_id__in=wanted["trade_id__in"])
        if self.around and self.limit < BEYOND:
            sites = sites.inside(self.around.box(RADIUS_STEPS_KM[self.limit]))
        return sites.order_by().values_list(*self.COLUMNS).iterator(chunk_size=2000)

    def _read(self) -> None:
        chosen = [self.query.choices.get(name) for name in FACETS]
        narrowing = [(number, choice) for number, choice in enumerate(chosen) if choice]
        trades = self.vocabulary.trades
        federations = {pk: slug for pk, (slug, _) in self.vocabulary.federations.items()}
        counted = [self.by_value[name] for name in FACETS]
        steps = self.step
        for (
            pk,
            lat,
            lng,
            title,
            wheelchair,
            federation,
            digistart,
            trade_id,
            method,
            hours,
        ) in self._rows():
            if pk not in steps:
                steps[pk] = self._place(pk, lat, lng)
                self.titles[pk] = title
            if steps[pk] > self.limit:
                continue
            trade = trades.get(trade_id)
            values = (
                trade.family if trade else "",
                trade.category if trade else "",
                method,
                hours,
                federations.get(federation),
                "1" if digistart else "",
                "1" if wheelchair else "",
            )
            failures = [number for number, choice in narrowing if values[number] not in choice]
            if not failures:
                self.passing.setdefault(pk, set()).add(trade_id)
                for sets, value in zip(counted, values, strict=True):
                    if value:
                        sets[value].add(pk)
            elif len(failures) == 1 and (value := values[failures[0]]):
                # One click away: it counts for the facet that keeps it out.
                counted[failures[0]][value].add(pk)

    def _place(self, pk: int, lat: float, lng: float) -> int:
        """The step of a site that is seen for the first time."""
        if self.around is None:
            return 0
        km = self.km[pk] = self.around.km(lat, lng)
        return step_of(km)

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
                used_after = self._used_step(after)
                counts[value] = _up_to(after, used_after)
                # One of both lists holds the other: as many sites are the same sites.
                same = used_after == used and counts[value] == len(hits)
                if value not in chosen and same:
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
        """Radii beyond the used one with their numbers of sites, each more than the one before."""
        if self.around is None:
            return []
        radii = [km for km in RADIUS_CHOICES_KM if RADIUS_STEPS_KM.index(km) > used]
        if self.limit >= LAST_STEP:
            counts = [_up_to(steps, RADIUS_STEPS_KM.index(km)) for km in radii]
        else:
            counts = self._counted_by_database(radii)
        wider = []
        seen = _up_to(steps, used)
        for km, count in zip(radii, counts, strict=True):
            if count > seen:
                wider.append((km, count))
                seen = count
        return wider

    def _counted_by_database(self, radii: list[int]) -> list[int]:
        """Number of passing sites within each radius, in one query."""
        if not radii or self.around is None:
            return []
        sites = self._passing_sites().inside(self.around.box(radii[-1]))
        km2 = SquaredKm(self.around)
        counts = sites.aggregate(
            **{
                f"within_{km}": Count("pk", filter=LessThanOrEqual(km2, float(km**2)))
                for km in radii
            }
        )
        return [counts[f"within_{km}"] for km in radii]

    def _passing_sites(self) -> TrainingSiteQuerySet:
        """The query of the sites that pass: the same rules as `_read`, for the database."""
        choices = self.query.choices
        sites = self.sites.order_by()
        offer: dict[str, Collection] = {}
        if self.understood.scores or "domaine" in choices or "categorie" in choices:
            offer["trade_id__in"] = [
                pk
                for pk, trade in self.vocabulary.trades.items()
                if (not self.understood.scores or pk in self.understood.scores)
                and trade.family in choices.get("domaine", (trade.family,))
                and trade.category in choices.get("categorie", (trade.category,))
            ]
        if "methode" in choices:
            offer["method__in"] = choices["methode"]
        if "horaire" in choices:
            offer["schedule__in"] = choices["horaire"]
        if offer:
            sites = sites.with_offer(**offer)
        if "federation" in choices:
            sites = sites.filter(centre__federation__slug__in=choices["federation"])
        if "digistart" in choices:
            sites = sites.filter(centre__digistart=True)
        if "pmr" in choices:
            sites = sites.filter(wheelchair=True)
        return sites

    def _ordered(self, pks: list[int]) -> list[Hit]:
        scores = self.understood.scores
        text = FULL_TEXT_RELEVANCE if self.understood.site_ids else 0.0
        today = timezone.localdate().isoformat()
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
        if self.query.order == "distance" and self.around:
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
    return bisect_left(RADIUS_STEPS_KM, km)


def daily_shuffle(site_id: int, day: str) -> bytes:
    """A sort key that is even between sites, steady for a day (an ISO date) and new the next."""
    return hashlib.blake2b(f"{day}:{site_id}".encode(), digest_size=8).digest()


def _up_to(steps: Counter, step: int) -> int:
    return sum(count for number, count in steps.items() if number <= step)


def nearest(origin: Place | None, page: FinderPage, number: int) -> Sequence[Hit]:
    """The `number` nearest sites whatever they teach; today's first ones without origin."""
    query = FinderQuery(origin=origin, radius_km=RADIUS_STEPS_KM[-1], order="distance")
    return find(query, page).hits[:number]
