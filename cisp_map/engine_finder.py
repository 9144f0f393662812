"""The finder answered by a search engine: the same sites, order and counts as by the database.

The engine filters by words, place and choices, counts every click and brings the keys in order of
distance band and relevance; the shuffle of the day, which no engine can compute, is made here, on
the sites of equal rank that the page needs. Circles are polygons (see `Surroundings.circle`).

None instead of an answer leaves the question to the database: no engine, an engine that does not
answer, one that finds nothing (its index may not be made yet), or a page so deep in the list that
more than MOST_KEYS sites would have to be shuffled.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, overload

from django.utils import timezone
from wagtail.models import PageViewRestriction

from cisp_map.finder import (
    BEYOND,
    FACETS,
    FULL_TEXT_RELEVANCE,
    LAST_STEP,
    RADIUS_CHOICES_KM,
    FinderAnswer,
    FinderQuery,
    Hit,
    Understanding,
    daily_shuffle,
    locale_of_sites,
)
from cisp_map.models import FinderPage, Method, Schedule, TrainingSitePage
from cisp_map.points import BANDS_KM, RADIUS_STEPS_KM, Point, Surroundings
from cisp_map.site_documents import PART, offer_tokens, offers_of
from cisp_map.vocabulary import Vocabulary
from search.backends.cluster import NOTHING_STORED
from search.engine import of_engine, words_filter

FIRST_KEYS = 500
"""Keys that are read with the counts: enough for the first pages nearly always."""
MORE_KEYS = 4
"""Times more are read when they are not enough."""
MOST_KEYS = 10_000
"""What an engine gives in one answer."""
BAND, PERCENT = 1000, 100
"""Weights in the score: a band outweighs every relevance. Whole numbers, so that sums are exact."""
SPHERE = 1.0005
"""A distance on the engine's sphere is never longer than this times ours; 0.3 % shorter at most."""

Clause = dict[str, Any]


def sites_hold(words: str, page: FinderPage, trades: Sequence[int] = ()) -> bool | None:
    """Whether a site of `page` says all of `words` in its texts, and teaches one of `trades`.

    None: ask the database.
    """

    def ask(engine: Any) -> list[Any]:
        filters = [*_shown(page), words_filter(words)]
        if trades:
            filters.append({"terms": {f"{PART}.offers": offer_tokens(trades, None, None)}})
        body = {"size": 0, "track_total_hits": 1, "query": {"bool": {"filter": filters}}}
        return engine.search_bodies([body], TrainingSitePage)

    answer = of_engine(ask)
    return None if answer is None else bool(answer[0]["hits"]["total"]["value"])


def find(
    query: FinderQuery,
    page: FinderPage,
    understood: Understanding,
    vocabulary: Vocabulary,
    on_database: Callable[[], FinderAnswer],
) -> FinderAnswer | None:
    """The answer of the engine; `on_database` answers later pages should the engine fail then."""
    return of_engine(
        lambda engine: _Question(query, page, understood, vocabulary).answer(engine, on_database)
    )


def _shown(page: FinderPage) -> list[Clause]:
    """The sites that the finder may show: TrainingSiteQuerySet.to_be_shown, and its language."""
    private = PageViewRestriction.objects.values_list("page_id", flat=True)
    filters: list[Clause] = [
        {"term": {"_django_content_type": "cisp_map.TrainingSitePage"}},
        {"exists": {"field": f"{PART}.id"}},
        {"term": {"live_filter": True}},
        {"term": {"locale_id_filter": locale_of_sites(page)}},
    ]
    if hidden := list(private):
        filters.append({"bool": {"must_not": {"terms": {f"{PART}.id": hidden}}}})
    return filters


class _Question:
    """A query of the finder in the words of both engines."""

    def __init__(
        self,
        query: FinderQuery,
        page: FinderPage,
        understood: Understanding,
        vocabulary: Vocabulary,
    ) -> None:
        self.query = query
        self.understood = understood
        self.vocabulary = vocabulary
        origin = query.origin
        self.around = Surroundings(Point(origin.lat, origin.lng)) if origin else None
        self.asked_step = RADIUS_STEPS_KM.index(query.radius_km) if origin else 0
        self.choices = {name: each for name, each in query.choices.items() if each}
        self.federations = {slug: pk for pk, (slug, _) in vocabulary.federations.items()}
        self.filters = self._filters(page)
        self.passing = self._passing(self.choices)

    @property
    def place(self) -> Surroundings:
        """Distances from the place of a query that has one."""
        if self.around is None:
            raise ValueError("no place was asked")
        return self.around

    # --- What passes ---------------------------------------------------------------------------

    def _filters(self, page: FinderPage) -> list[Clause]:
        """Words and territory: what no choice changes."""
        filters = _shown(page)
        if self.query.nis_prefixes:
            codes = [{"prefix": {f"{PART}.nis": each}} for each in self.query.nis_prefixes]
            filters.append({"bool": {"should": codes}})
        if self.understood.scores:
            filters.append(_offers(list(self.understood.scores), None, None))
        if self.understood.text:
            filters.append(words_filter(self.understood.text))
        return filters

    def _trades(self, choices: dict[str, frozenset[str]]) -> list[int] | None:
        """Trades that words and choices leave; None when they ask for none."""
        scores = self.understood.scores
        if not (scores or "domaine" in choices or "categorie" in choices):
            return None
        return [
            pk
            for pk, trade in self.vocabulary.trades.items()
            if (not scores or pk in scores)
            and trade.family in choices.get("domaine", (trade.family,))
            and trade.category in choices.get("categorie", (trade.category,))
        ]

    def _passing(self, choices: dict[str, frozenset[str]]) -> list[Clause]:
        """The choices as filters: one offer must answer all that are about offers."""
        filters: list[Clause] = []
        trades, methods, hours = (
            self._trades(choices),
            choices.get("methode"),
            choices.get("horaire"),
        )
        if trades is not None or methods or hours:
            filters.append(_offers(trades, methods, hours))
        if "federation" in choices:
            known = [self.federations[slug] for slug in choices["federation"]]
            filters.append({"terms": {f"{PART}.federation": known}})
        if "digistart" in choices:
            filters.append({"term": {f"{PART}.digistart": True}})
        if "pmr" in choices:
            filters.append({"term": {f"{PART}.wheelchair": True}})
        return filters

    def _clicks(self) -> dict[str, Clause]:
        """`facet:value` → the sites that pass with this value alone in the facet.

        Where something is chosen in the facet, a click widens: `+facet:value` → the sites that it
        adds to those that pass.
        """
        values: dict[str, Sequence[str]] = {
            "domaine": list(self.vocabulary.families),
            "categorie": list(self.vocabulary.categories),
            "methode": Method.values,
            "horaire": Schedule.values,
            "federation": list(self.federations),
            "digistart": ["1"],
            "pmr": ["1"],
        }
        clicks = {}
        for facet in FACETS:
            chosen = self.choices.get(facet, frozenset())
            for value in values[facet]:
                alone: Clause = {
                    "filter": self._passing({**self.choices, facet: frozenset({value})})
                }
                clicks[f"{facet}:{value}"] = {"bool": alone}
                if chosen and value not in chosen:
                    added = {**alone, "must_not": [{"bool": {"filter": self.passing}}]}
                    clicks[f"+{facet}:{value}"] = {"bool": added}
        return clicks

    # --- Order ---------------------------------------------------------------------------------

    def _relevance(self) -> Clause | None:
        """The best relevance among the trades of a site that pass."""
        choices, scores = self.choices, self.understood.scores
        allowed = self._trades(choices)
        if not scores or not allowed:
            return None
        queries = []
        by_score = sorted(allowed, key=lambda pk: scores[pk])
        for score, trades in groupby(by_score, key=lambda pk: scores[pk]):
            value = round((score or self.text_relevance) * PERCENT)
            offers = _offers(list(trades), choices.get("methode"), choices.get("horaire"))
            if value:
                queries.append({"constant_score": {"filter": offers, "boost": value}})
        return {"dis_max": {"queries": queries}} if queries else None

    @property
    def text_relevance(self) -> float:
        """What the texts are worth where no trade is."""
        return FULL_TEXT_RELEVANCE if self.understood.text else 0.0

    def _ranking(self, step: int) -> list[Clause]:
        """Clauses whose scores add up to band and relevance."""
        ranking = []
        if self.around:
            within = RADIUS_STEPS_KM[step] if step < BEYOND else None
            bands = [km for km in BANDS_KM if within is None or km < within]
            ranking = [
                {"constant_score": {"filter": self._circle(km), "boost": BAND}} for km in bands
            ]
        relevance = self._relevance()
        return [*ranking, relevance] if relevance else ranking

    def _circle(self, km: float) -> Clause:
        shape = {"type": "Polygon", "coordinates": [self.place.circle(km)]}
        return {
            "geo_shape": {
                f"{PART}.point": {"shape": shape, "relation": "intersects"},
                "ignore_unmapped": True,
            }
        }

    @property
    def order(self) -> str:
        """Without a place, the nearest first means nothing."""
        is_far = self.query.order == "distance" and not self.around
        return "pertinence" if is_far else self.query.order

    def _sort(self) -> list[Any]:
        by_id = {f"{PART}.id": {"order": "asc", "unmapped_type": "long"}}
        if self.order == "nom":
            return [{f"{PART}.title": {"order": "asc", "unmapped_type": "keyword"}}, by_id]
        if self.order == "distance":
            origin = self.place.origin
            point = {"lat": origin.lat, "lon": origin.lng}
            nearest = {
                f"{PART}.point": point,
                "unit": "km",
                "order": "asc",
                "ignore_unmapped": True,
            }
            return [{"_geo_distance": nearest}, by_id]
        return ["_score", by_id]

    # --- Questions -----------------------------------------------------------------------------

    def keys_body(self, step: int, size: int) -> Clause:
        """Keys of the sites that pass within a step, best first."""
        within = [self._circle(RADIUS_STEPS_KM[step])] if self.around and step < BEYOND else []
        body: Clause = {
            "query": {
                "bool": {
                    "filter": [*self.filters, *within],
                    "should": self._ranking(step) if self.order == "pertinence" else [],
                }
            },
            "size": size,
            "stored_fields": NOTHING_STORED,
            "sort": self._sort(),
            "track_total_hits": True,
        }
        if self.order == "distance":
            body["docvalue_fields"] = [f"{PART}.point"]
        if self.passing:
            body["post_filter"] = {"bool": {"filter": self.passing}}
        return body

    def _counted(self, filters: dict[str, Clause], rings: Sequence[int] = ()) -> Clause:
        """An aggregation that counts sites, in all and inside circles."""
        counted: Clause = {"filters": {"filters": filters}}
        if rings:
            circles = {str(km): self._circle(km) for km in rings}
            counted["aggs"] = {"rings": {"filters": {"filters": circles}}}
        return counted

    def _wider_body(self, radii: list[int]) -> Clause:
        """Numbers of passing sites within larger radii."""
        largest = [self._circle(radii[-1])] if radii else []
        everything = {"bool": {"filter": [*self.filters, *self.passing, *largest]}}
        circles = {str(km): self._circle(km) for km in radii[:-1]}
        body: Clause = {"size": 0, "query": everything, "track_total_hits": True}
        return {**body, "aggs": {"wider": self._counted(circles)}} if circles else body

    def answer(self, engine: Any, on_database: Callable[[], FinderAnswer]) -> FinderAnswer | None:
        """Ask for the asked radius; for every radius when nothing lies within."""
        body = self.keys_body(self.asked_step if self.around else BEYOND, FIRST_KEYS)
        body["aggs"] = {"clicks": self._counted(self._clicks())}
        bodies = [body]
        radii = [km for km in RADIUS_CHOICES_KM if km > self.query.radius_km] if self.around else []
        if radii:
            bodies.append(self._wider_body(radii))
        near, *beyond = engine.search_bodies(bodies, TrainingSitePage)
        total = near["hits"]["total"]["value"]
        if not total:
            return self._widened(engine, on_database) if self.around else None
        counts = {
            key: {self.asked_step: each["doc_count"]}
            for key, each in near["aggregations"]["clicks"]["buckets"].items()
        }
        wider = []
        if beyond:
            buckets = beyond[0].get("aggregations", {}).get("wider", {}).get("buckets", {})
            within = {int(km): each["doc_count"] for km, each in buckets.items()}
            within[radii[-1]] = beyond[0]["hits"]["total"]["value"]
            wider = [(km, within[km]) for km in radii]
        keys = _Keys(self, self.asked_step if self.around else BEYOND, near, FIRST_KEYS)
        facets, unchanged = self._facets({self.asked_step: total}, counts, self.asked_step)
        return self._finished(keys, self.asked_step, facets, unchanged, wider, on_database)

    def _widened(self, engine: Any, on_database: Callable[[], FinderAnswer]) -> FinderAnswer | None:
        """Count everything in every radius, then read the smallest that holds a site."""
        body = {
            "size": 0,
            "query": {"bool": {"filter": self.filters}},
            "aggs": {
                "all": self._counted(
                    {"sites": {"bool": {"filter": self.passing}}}, RADIUS_STEPS_KM
                ),
                "clicks": self._counted(self._clicks(), RADIUS_STEPS_KM),
            },
        }
        counted = engine.search_bodies([body], TrainingSitePage)[0]["aggregations"]
        steps = _up_to_steps(counted["all"]["buckets"]["sites"])
        if not steps[BEYOND]:
            return None
        limit = LAST_STEP if steps[LAST_STEP] else BEYOND
        counts = {
            key: {step: each for step, each in _up_to_steps(bucket).items() if step <= limit}
            for key, bucket in counted["clicks"]["buckets"].items()
        }
        used = self._used_step(steps)
        facets, unchanged = self._facets(steps, counts, used)
        radii = [km for km in RADIUS_CHOICES_KM if RADIUS_STEPS_KM.index(km) > used]
        wider = [(km, steps[RADIUS_STEPS_KM.index(km)]) for km in radii]
        first = engine.search_bodies([self.keys_body(used, FIRST_KEYS)], TrainingSitePage)[0]
        keys = _Keys(self, used, first, FIRST_KEYS)
        return self._finished(keys, used, facets, unchanged, wider, on_database)

    # --- The answer ----------------------------------------------------------------------------

    def _used_step(self, steps: dict[int, int]) -> int:
        """The smallest step, from the asked radius on, that holds a site."""
        reached = [step for step, count in steps.items() if step >= self.asked_step and count]
        return min(reached, default=self.asked_step)

    def _facets(
        self, steps: dict[int, int], counts: dict[str, dict[int, int]], used: int
    ) -> tuple[dict[str, dict[str, int]], set[tuple[str, str]]]:
        """Facet → value → sites after the click, and the clicks that change nothing."""
        facets: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        unchanged = set()
        for key, alone in counts.items():
            if key.startswith("+") or not any(alone.values()):
                continue
            name, value = key.split(":", 1)
            chosen = self.choices.get(name, frozenset())
            added = dict.fromkeys(alone, 0) if value in chosen else counts.get(f"+{key}", alone)
            before = steps if chosen else {}
            after = {step: before.get(step, 0) + count for step, count in added.items()}
            used_after = self._used_step(after)
            facets[name][value] = after[used_after]
            same = used_after == used and after[used_after] == steps[used]
            if value not in chosen and same:
                unchanged.add((name, value))
        return facets, unchanged

    def _finished(
        self,
        keys: "_Keys",
        used: int,
        facets: dict[str, dict[str, int]],
        unchanged: set[tuple[str, str]],
        counted: list[tuple[int, int]],
        on_database: Callable[[], FinderAnswer],
    ) -> FinderAnswer:
        wider, seen = [], keys.total
        for km, count in counted:
            if count > seen:
                wider.append((km, count))
                seen = count
        return FinderAnswer(
            hits=EngineHits(self, keys, lambda: on_database().hits),
            radius_km=None if not self.around or used == BEYOND else RADIUS_STEPS_KM[used],
            asked_radius_km=self.query.radius_km if self.around else None,
            facets=facets,
            unchanged=unchanged,
            wider=wider,
            understanding=self.understood,
            vocabulary=self.vocabulary,
        )

    def hits(self, keys: Sequence[int], parts: dict[int, dict[str, Any]]) -> list[Hit]:
        """Sites as the list needs them; one that has left the index meanwhile is left out."""
        scores, vocabulary = self.understood.scores, self.vocabulary
        allowed = self._trades(self.choices)
        taught = set(vocabulary.trades if allowed is None else allowed)
        methods, hours = self.choices.get("methode"), self.choices.get("horaire")
        found = []
        for key in keys:
            if key not in parts:
                continue
            trades = {
                trade
                for trade, method, schedule in offers_of(parts[key])
                if trade in taught
                and (not methods or method in methods)
                and (not hours or schedule in hours)
            }
            ordered = sorted(
                trades, key=lambda trade: (-scores.get(trade, 0.0), vocabulary.trades[trade].name)
            )
            relevance = max((scores.get(trade, 0.0) for trade in ordered), default=0.0)
            point = parts[key]["point"]
            km = self.around.km(point["lat"], point["lon"]) if self.around else None
            found.append(Hit(key, km, relevance or self.text_relevance, tuple(ordered)))
        return found


class _Keys:
    """Keys of the sites that pass, in their order, as far as it is certain."""

    def __init__(self, question: _Question, step: int, answer: Any, size: int) -> None:
        self.question = question
        self.step = step
        self.size = size
        self.total: int = answer["hits"]["total"]["value"]
        self.ordered = self._ordered(answer["hits"]["hits"])

    def _ordered(self, rows: list[dict[str, Any]]) -> list[int]:
        """What no site beyond those read can come before."""
        is_whole = len(rows) >= self.total
        keys = [row["sort"][-1] for row in rows]
        if self.question.order == "nom":
            return keys
        if self.question.order == "distance":
            reached = rows[-1]["sort"][0] / SPHERE if rows else 0.0
            placed = sorted(zip(map(self._km, rows), keys, strict=True))
            return [key for km, key in placed if is_whole or km < reached]
        today = timezone.localdate().isoformat()
        groups = [
            [key for _, key in group]
            for _, group in groupby(
                zip(rows, keys, strict=True), key=lambda pair: pair[0]["sort"][0]
            )
        ]
        if not is_whole:
            groups = groups[:-1]
        return [
            key
            for group in groups
            for key in sorted(group, key=lambda key: daily_shuffle(key, today))
        ]

    def _km(self, row: dict[str, Any]) -> float:
        """Our distance of a site: the engine's «lat, lon» is a centimetre off at most."""
        value = row["fields"][f"{PART}.point"][0]
        if isinstance(value, dict):
            lng, lat = value["coordinates"]
        else:
            lat, lng = map(float, value.split(","))
        return self.question.place.km(lat, lng)

    def reaching(self, number: int) -> "_Keys | None":
        """The same with the order certain up to `number`; None when the engine cannot say."""
        if number <= len(self.ordered):
            return self
        if self.size >= MOST_KEYS:
            return None
        size = min(max(self.size * MORE_KEYS, number), MOST_KEYS)
        body = self.question.keys_body(self.step, size)
        answer = of_engine(lambda engine: engine.search_bodies([body], TrainingSitePage)[0])
        if answer is None:
            return None
        return _Keys(self.question, self.step, answer, size).reaching(number)


class EngineHits(Sequence[Hit]):
    """The list of the sites found; the part that is asked for is read when it is asked for."""

    def __init__(
        self, question: _Question, keys: _Keys, on_database: Callable[[], Sequence[Hit]]
    ) -> None:
        self.question = question
        self.keys = keys
        self.on_database = on_database
        self.total = keys.total
        self.fallen_back: Sequence[Hit] | None = None

    def __len__(self) -> int:
        return self.total

    def __iter__(self) -> Iterator[Hit]:
        return iter(self[:])

    @overload
    def __getitem__(self, index: int) -> Hit: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...

    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        if isinstance(index, int):
            number = range(self.total)[index]
            return self._part(number, number + 1)[0]
        start, stop, step = index.indices(self.total)
        if step != 1:
            raise ValueError("only whole parts of the list are read")
        return self._part(start, stop)

    def _part(self, start: int, stop: int) -> Sequence[Hit]:
        if self.fallen_back is None:
            keys = self.keys.reaching(stop)
            if keys is not None:
                self.keys = keys
                wanted = keys.ordered[start:stop]
                parts = of_engine(lambda engine: engine.sources(wanted, TrainingSitePage, PART))
                if parts is not None:
                    return self.question.hits(wanted, parts)
            self.fallen_back = self.on_database()
        return self.fallen_back[start:stop]


def _offers(
    trades: list[int] | None,
    methods: frozenset[str] | None,
    hours: frozenset[str] | None,
) -> Clause:
    return {"terms": {f"{PART}.offers": offer_tokens(trades, methods, hours)}}


def _up_to_steps(bucket: dict[str, Any]) -> dict[int, int]:
    """Step → sites up to it."""
    rings = bucket["rings"]["buckets"]
    steps = {step: rings[str(km)]["doc_count"] for step, km in enumerate(RADIUS_STEPS_KM)}
    return {**steps, BEYOND: bucket["doc_count"]}
