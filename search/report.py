"""«Recherches»: what people look for on a site, and what they do not find (Q-09)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from home.charts import Chart, Row, bar_chart
from home.models import DailyCount
from home.templatetags.french_dates import day
from search import french
from search.recorded import CLICKS, KINDS, NOTHING, PARTLY, RESULTS, SEARCHES, WITHHELD

PERIODS = {7: "7 jours", 30: "30 jours", 90: "90 jours"}
WORDS_SHOWN = 3
"""Words that were searched for less often are counted, never shown: a name that somebody typed by
mistake is nobody's to read."""
TOP = 50
COLUMNS = (
    "Mots",
    "Recherches",
    "Rien trouvé",
    "Réponse en partie",
    "Résultats en moyenne",
    "Clics",
    "Taux de clic",
)


def percent(part: int, whole: int) -> str:
    """«12 %», at most «100 %»; «–» of nothing."""
    return f"{min(round(100 * part / whole), 100)}\u00a0%" if whole else "–"


@dataclass(frozen=True)
class Tally:
    """What was counted of some words, of a day, of a whole period."""

    searches: int = 0
    nothing: int = 0
    partly: int = 0
    results: int = 0
    """of all these searches together"""
    clicks: int = 0

    @classmethod
    def of(cls, counts: Counter[str]) -> "Tally":
        """From kind → number."""
        return cls(*(counts[kind] for kind in (SEARCHES, NOTHING, PARTLY, RESULTS, CLICKS)))

    @property
    def unanswered(self) -> int:
        """Searches without a page that holds all words."""
        return self.nothing + self.partly

    @property
    def nothing_rate(self) -> str:
        """Share of the searches that found nothing at all."""
        return percent(self.nothing, self.searches)

    @property
    def partly_rate(self) -> str:
        """Share of the searches that found pages with some of the words alone."""
        return percent(self.partly, self.searches)

    @property
    def click_rate(self) -> str:
        """Share of the searches after which a result was opened."""
        return percent(self.clicks, self.searches)

    @property
    def mean_results(self) -> str:
        """Number of results on the site, on average, as one reads it."""
        if not self.searches:
            return "–"
        mean = self.results / self.searches
        return (
            f"{mean:.0f}" if mean >= 10 or mean == round(mean) else f"{mean:.1f}".replace(".", ",")
        )


@dataclass(frozen=True)
class WordsRow:
    """Words with all their spellings; `label` is the most frequent one."""

    label: str
    tally: Tally

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of COLUMNS."""
        each = self.tally
        return (
            self.label,
            str(each.searches),
            str(each.nothing),
            str(each.partly),
            each.mean_results,
            str(each.clicks),
            each.click_rate,
        )


@dataclass(frozen=True)
class Stretch:
    """A day, or a week, of the plot."""

    label: str
    tally: Tally


@dataclass(frozen=True)
class Report:
    """One site over some days, the last one included."""

    since: date
    until: date
    total: Tally
    withheld: int
    """searches whose words are not kept"""
    rare: int
    """searches whose words are too rare to be shown"""
    rows: list[WordsRow]
    """the most frequent words first"""
    stretches: list[Stretch]

    @property
    def most_searched(self) -> list[WordsRow]:
        """The first of all words."""
        return self.rows[:TOP]

    @property
    def unanswered(self) -> list[WordsRow]:
        """Words without an answer: nothing at all first, then answers in part."""
        rows = [row for row in self.rows if row.tally.unanswered]
        rows.sort(key=lambda row: (-row.tally.nothing, -row.tally.partly, row.label))
        return rows[:TOP]

    @property
    def chart(self) -> Chart:
        """Searches over time, those without a result apart."""
        rows = [
            Row(
                # Beside the longest bar a phone has room for a number, not for words.
                f"{each.label} ({each.tally.nothing} sans résultat)"
                if each.tally.nothing
                else each.label,
                Decimal(each.tally.searches),
                str(each.tally.searches),
                part=Decimal(each.tally.nothing),
            )
            for each in self.stretches
        ]
        title = f"Recherches par {'semaine' if self.is_by_week else 'jour'}"
        return bar_chart("recherches", title, rows)

    @property
    def is_by_week(self) -> bool:
        """Long periods are drawn in weeks."""
        return (self.until - self.since).days >= min(PERIODS)


def read(site_id: int, days: int, today: date) -> Report:
    """The report of a site, two queries; `days` is a key of PERIODS."""
    since = today - timedelta(days=days - 1)
    counted = DailyCount.objects.filter(
        kind__in=KINDS, site=site_id, day__gte=since, day__lte=today
    )
    by_day: dict[date, Counter[str]] = defaultdict(Counter)
    by_words: dict[str, Counter[str]] = defaultdict(Counter)
    for when, kind, number in _sums(counted, "day"):
        by_day[when][kind] += number
    for words, kind, number in _sums(counted, "key"):
        by_words[words][kind] += number
    total = sum(by_day.values(), Counter())
    withheld = by_words.pop(WITHHELD, Counter())[SEARCHES]
    rows = _grouped(by_words)
    shown = [row for row in rows if row.tally.searches >= WORDS_SHOWN]
    return Report(
        since=since,
        until=today,
        total=Tally.of(total),
        withheld=withheld,
        rare=sum(row.tally.searches for row in rows) - sum(row.tally.searches for row in shown),
        rows=shown,
        stretches=_stretches(since, today, by_day),
    )


def _sums(counted, field: str) -> Iterable[tuple]:  # noqa: ANN001
    rows = counted.values_list(field, "kind").annotate(Sum("count")).order_by(field, "kind")
    return rows.iterator()


def _grouped(by_words: dict[str, Counter[str]]) -> list[WordsRow]:
    """Spellings that the search does not tell apart, added up."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for words in by_words:
        groups[tuple(sorted(set(french.stems(words)))) or (words,)].append(words)
    rows = [
        WordsRow(
            min(spellings, key=lambda each: (-by_words[each][SEARCHES], each)),
            Tally.of(sum((by_words[each] for each in spellings), Counter())),
        )
        for spellings in groups.values()
    ]
    return sorted(rows, key=lambda row: (-row.tally.searches, row.label))


def _stretches(since: date, until: date, by_day: dict[date, Counter[str]]) -> list[Stretch]:
    """Days of a short period, else weeks counted back from the last day."""
    length = 1 if (until - since).days < min(PERIODS) else 7
    stretches = []
    end = until
    while end >= since:
        start = max(end - timedelta(days=length - 1), since)
        days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
        counts = sum((by_day.get(day, Counter()) for day in days), Counter())
        stretches.append(Stretch(_label(days), Tally.of(counts)))
        end = start - timedelta(days=1)
    return stretches[::-1]


def _label(days: Sequence[date]) -> str:
    first, last = days[0], days[-1]
    if first == last:
        return day(last, "l j F")
    same_month = first.month == last.month
    return f"du {day(first, 'j' if same_month else 'j F')} au {day(last, 'j F')}"
