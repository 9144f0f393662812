"""The vocabulary of the finder, read once and kept until an editor changes it.

Trades, families and help points are few and change rarely, but every search needs all of them and
an index over their words.
"""

from dataclasses import dataclass

from cisp_map.models import (
    Category,
    Centre,
    FinderPage,
    HelpPoint,
    Locality,
    RomeLabel,
    Trade,
    TradeFamily,
)
from cisp_map.points import Point, Surroundings
from cisp_map.trade_words import TradeEntry, TradeWords, parse_synonyms, seed_lexicon
from home.models import Federation


@dataclass(frozen=True)
class TradeRecord:
    """What a card and a facet need of a trade."""

    pk: int
    name: str
    family: str
    """slug of the family"""
    category: str


@dataclass(frozen=True)
class HelpPointRecord:
    """A Carrefour or Cité des Métiers, ready for the page."""

    kind: str
    name: str
    locality: str
    address: str
    phone: str
    phone_uri: str
    website: str
    point: Point


@dataclass(frozen=True)
class Vocabulary:
    """Everything that the finder knows without looking at a training site."""

    trades: dict[int, TradeRecord]
    families: dict[str, str]
    """slug → name, in the order of the editors"""
    categories: dict[str, str]
    federations: dict[int, tuple[str, str]]
    """primary key → (slug, acronym)"""
    help_points: tuple[HelpPointRecord, ...]
    words: TradeWords

    def nearest_help_point(self, point: Point) -> tuple[HelpPointRecord, float] | None:
        """The nearest help point and its distance in km; None when there is none."""
        around = Surroundings(point)
        found = [(around.km(each.point.lat, each.point.lng), each) for each in self.help_points]
        if not found:
            return None
        km, nearest = min(found, key=lambda pair: pair[0])
        return nearest, km


_kept: tuple[str, Vocabulary] | None = None


def current_vocabulary(finder: FinderPage) -> Vocabulary:
    """The vocabulary as it stands in the database now, without a query when nothing has changed.

    Every change of the vocabulary gives the finder's page a new token (see signals.py); the page
    is read for each request anyway, so that every worker sees a change at once.
    """
    global _kept  # noqa: PLW0603
    token = finder.vocabulary_token
    if _kept is None or _kept[0] != token:
        _kept = (token, _read())
    return _kept[1]


def _read() -> Vocabulary:
    correct_words, not_taught = seed_lexicon()
    trades = list(Trade.objects.select_related("family").prefetch_related("rome_codes"))
    jobs: dict[str, list[str]] = {}
    for code, job in RomeLabel.objects.values_list("code", "appellation"):
        jobs.setdefault(code, []).append(job)
    entries = [
        TradeEntry(
            key=trade.pk,
            name=trade.name,
            family=trade.family.name,
            category=trade.get_category_display(),
            synonyms=parse_synonyms(trade.words),
            related=parse_synonyms(trade.neighbours),
            rome_labels=tuple(
                label
                for rome in trade.rome_codes.all()
                for label in (rome.label, *jobs.get(rome.code, ()))
            ),
        )
        for trade in trades
    ]
    help_points = tuple(
        HelpPointRecord(
            kind=each.get_kind_display(),
            name=str(each),
            locality=each.locality.name,
            address=each.address,
            phone=each.phone,
            phone_uri=each.phone_uri,
            website=each.website,
            point=Point(each.locality.lat, each.locality.lng),
        )
        for each in HelpPoint.objects.select_related("locality")
    )
    return Vocabulary(
        trades={
            trade.pk: TradeRecord(trade.pk, trade.name, trade.family.slug, trade.category)
            for trade in trades
        },
        families=dict(TradeFamily.objects.values_list("slug", "name")),
        categories=dict(Category.choices),
        federations={
            pk: (slug, acronym)
            for pk, slug, acronym in Federation.objects.values_list("pk", "slug", "acronym")
        },
        help_points=help_points,
        words=TradeWords(
            entries,
            # Names of places and centres are no trades: «Forêt» is a village, «Le Pont» a centre.
            names=[
                *Locality.objects.values_list("name", flat=True).distinct(),
                *Centre.objects.filter(is_demo=False).values_list("name", flat=True),
            ],
            correct_words=correct_words,
            not_taught=not_taught,
        ),
    )
