"""The vocabulary of the finder, read once and kept until an editor changes it.

Trades, families and help points are few and change rarely, but every search needs all of them and
an index over their words.
"""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.utils import translation

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
from home.languages import FRENCH, current
from home.models import Federation
from home.translations import untranslated


@dataclass(frozen=True)
class TradeRecord:
    """What a card and a facet need of a trade."""

    pk: int
    name: str
    family: str
    """slug of the family"""
    category: str
    is_french: bool = False
    """in an answer of another language, because nobody has translated it"""


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
    french_families: frozenset[str]
    """slugs of those that nobody has translated, in an answer of another language"""
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


Word = TypeVar("Word", Trade, TradeFamily)

_kept: dict[str, tuple[str, Vocabulary]] = {}
"""language → (token, vocabulary)"""


def current_vocabulary(finder: FinderPage, language: str = "") -> Vocabulary:
    """The vocabulary in a language (that of this answer) as it stands in the database now, without a query when nothing has changed.

    Every change of the vocabulary gives the finder's page a new token (see signals.py); the page
    is read for each request anyway, so that every worker sees a change at once.
    """
    language = language or current()
    token = finder.vocabulary_token
    kept = _kept.get(language)
    if kept is None or kept[0] != token:
        with translation.override(language):
            kept = _kept[language] = (token, _read(language))
    return kept[1]


def _translated(model: type[Word], language: str) -> dict[UUID, Word]:
    """The translations into a language, by their key; none for French.

    One that was submitted and has no name of its own yet is left out: it is French.
    """
    if language == FRENCH:
        return {}
    waiting = {key for key, _ in untranslated(model, language=language)}
    found = model.objects.in_language(language)
    return {each.translation_key: each for each in found if each.translation_key not in waiting}


def _entries(
    trades: list[Trade],
    jobs: dict[str, list[str]],
    translations: dict[UUID, Trade],
    families: dict[UUID, TradeFamily],
    language: str,
) -> tuple[list[TradeEntry], dict[int, str]]:
    """The trades as they are found, and their names, in a language; French for what it lacks."""
    entries, names = [], {}
    # Neighbours are written by their French names.
    said_of = {each.name: translations.get(each.translation_key, each).name for each in trades}
    for trade in trades:
        said = translations.get(trade.translation_key, trade)
        family = families.get(trade.family.translation_key, trade.family)
        names[trade.pk] = said.name
        entries.append(
            TradeEntry(
                key=trade.pk,
                name=said.name,
                family=family.name,
                category=trade.get_category_display(),
                synonyms=parse_synonyms(said.words),
                related=tuple(
                    (said_of.get(name, name), weight)
                    for name, weight in parse_synonyms(trade.neighbours)
                ),
                rome_labels=tuple(
                    label
                    for rome in trade.rome_codes.all()
                    for label in (rome.label, *jobs.get(rome.code, ()))
                )
                if language == FRENCH
                else (),
            )
        )
    return entries, names


def _read(language: str) -> Vocabulary:
    correct_words, not_taught = seed_lexicon() if language == FRENCH else (frozenset(), frozenset())
    trades = list(Trade.objects.in_french().select_related("family").prefetch_related("rome_codes"))
    jobs: dict[str, list[str]] = {}
    for code, job in RomeLabel.objects.values_list("code", "appellation"):
        jobs.setdefault(code, []).append(job)
    translations = _translated(Trade, language)
    families = _translated(TradeFamily, language)
    entries, names = _entries(trades, jobs, translations, families, language)
    in_french = language == FRENCH
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
            trade.pk: TradeRecord(
                trade.pk,
                names[trade.pk],
                trade.family.slug,
                trade.category,
                is_french=not in_french and trade.translation_key not in translations,
            )
            for trade in trades
        },
        families={
            family.slug: families.get(family.translation_key, family).name
            for family in TradeFamily.objects.in_french()
        },
        french_families=frozenset(
            family.slug
            for family in TradeFamily.objects.in_french()
            if not in_french and family.translation_key not in families
        ),
        categories={value: str(label) for value, label in Category.choices},
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
            language=language,
        ),
    )
