"""How complete and how fresh the page of a training site is: ten criteria, 0 to 1 each (C-29).

For the editors alone: nothing that the public sees is ordered by it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet

from cisp_map.models import Offer, StartKind, TrainingSitePage
from cisp_map.models.pages import DATE_STALE_AFTER

FRESH_DAYS = 183
"""Half a year: as fresh as can be."""
STALE_DAYS = 730
"""Two years: not fresh at all."""


@dataclass(frozen=True)
class Criterion:
    """One of the ten. `missing` is what to do, as an order to a person."""

    key: str
    label: str
    missing: str
    measure: Callable[[TrainingSitePage, date], float]


@dataclass(frozen=True)
class Score:
    """The marks of one site, in the order of CRITERIA."""

    page: TrainingSitePage
    marks: tuple[float, ...]

    @property
    def percent(self) -> int:
        """0 to 100."""
        return round(100 * sum(self.marks) / len(self.marks))

    @property
    def missing(self) -> list[Criterion]:
        """What is not perfect, the worst first."""
        pairs = zip(self.marks, CRITERIA, strict=True)
        found = [(mark, order, each) for order, (mark, each) in enumerate(pairs) if mark < 1]
        return [each for *_, each in sorted(found, key=lambda row: row[:2])]


def freshness(verified_on: date | None, today: date) -> float:
    """1 under six months, then down in a straight line to 0 at two years; 0 without a date."""
    if verified_on is None:
        return 0.0
    days = (today - verified_on).days
    return max(0.0, min(1.0, (STALE_DAYS - days) / (STALE_DAYS - FRESH_DAYS)))


def _share(offers: Iterable[Offer], holds: Callable[[Offer], bool]) -> float:
    """The part of the courses for which it holds; 0 without courses."""
    answers = [holds(offer) for offer in offers]
    return sum(answers) / len(answers) if answers else 0.0


def start_is_known(offer: Offer, today: date) -> bool:
    """True for a course that one can enter all year, by a list, or at a coming, confirmed date."""
    if offer.start_kind == StartKind.ON_DATE:
        return bool(
            offer.starts_on
            and offer.starts_on >= today
            and offer.start_confirmed_on
            and today - offer.start_confirmed_on <= DATE_STALE_AFTER
        )
    return bool(offer.start_kind)


CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "fraicheur",
        "Vérifié récemment",
        "Relire la page et noter la date de vérification.",
        lambda page, today: freshness(page.verified_on, today),
    ),
    Criterion(
        "telephone",
        "Téléphone",
        "Donner un numéro de téléphone.",
        lambda page, _today: float(bool(page.phone or page.centre.phone)),
    ),
    Criterion(
        "courriel",
        "E-mail ou site web",
        "Donner un e-mail ou un site web.",
        lambda page, _today: float(
            bool(page.email or page.website or page.centre.email or page.centre.website)
        ),
    ),
    Criterion(
        "adresse",
        "Rue et numéro",
        "Donner la rue et le numéro.",
        lambda page, _today: float(
            bool(page.address) and any(sign.isdigit() for sign in page.address)
        ),
    ),
    Criterion(
        "point",
        "Point exact sur la carte",
        "Placer le point sur la carte.",
        lambda page, _today: float(page.point is not None and not page.point_is_approximate),
    ),
    Criterion(
        "horaire",
        "Heures d’accueil",
        "Dire quand on peut appeler ou venir.",
        lambda page, _today: float(bool(page.opening_hours.strip())),
    ),
    Criterion(
        "acces",
        "Comment venir",
        "Dire comment venir : bus, train, entrée.",
        lambda page, _today: float(bool(page.access_notes.strip())),
    ),
    Criterion(
        "formations",
        "Au moins une formation",
        "Ajouter les formations.",
        lambda page, _today: float(bool(list(page.offers.all()))),
    ),
    Criterion(
        "details",
        "Horaire et durée des formations",
        "Compléter type, horaire et durée de chaque formation.",
        lambda page, _today: _share(
            page.offers.all(),
            lambda offer: bool(offer.method and offer.schedule and offer.duration),
        ),
    ),
    Criterion(
        "entrees",
        "Dates d’entrée à jour",
        "Dire quand on peut commencer chaque formation, ou confirmer la date.",
        lambda page, today: _share(page.offers.all(), lambda offer: start_is_known(offer, today)),
    ),
)


def score(page: TrainingSitePage, today: date) -> Score:
    """The marks of a site on a day. Give a page of `with_facts`, or it asks several times."""
    return Score(page, tuple(each.measure(page, today) for each in CRITERIA))


def with_facts(sites: QuerySet[TrainingSitePage]) -> QuerySet[TrainingSitePage]:
    """The sites with everything that `score` looks at, in two queries."""
    return sites.select_related("centre", "locality").prefetch_related(
        Prefetch("offers", queryset=Offer.objects.order_by("sort_order", "pk"))
    )


def worst_first(sites: QuerySet[TrainingSitePage], today: date) -> list[Score]:
    """Live sites by their score, those with the lowest first; the title decides among equals."""
    scores = [score(page, today) for page in with_facts(sites.filter(live=True))]
    return sorted(scores, key=lambda each: (each.percent, each.page.title, each.page.pk))


def oldest_fresh_day(today: date) -> date:
    """The day of a verification that still counts in full today."""
    return today - timedelta(days=FRESH_DAYS)
