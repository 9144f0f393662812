"""«Fréquentation»: what was read, downloaded, searched and called, by site and month (S-11).

Counts come from DailyCount, which holds a day, a site and a page and nothing of anybody
(home.visits tells the rule). A room whose counts belong here registers a measure.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from wagtail.models import Page

from home import counters
from home.charts import Chart, Row, bar_chart
from home.downloads import DOWNLOAD
from home.models import DailyCount, SiteDocument
from home.templatetags.french_dates import day
from home.visits import CALL, PAGE, VIEW, VISIT

TOP = 20
KEEP_DAILY_DAYS = 25 * 31
"""Then the days of a month are added up: two whole years can be compared day by day."""
VIEWS = {
    "search": "Page de recherche",
    "pedatech_list": "Ma liste de ressources",
    "pedatech_login": "Connexion",
    "pedatech_reset": "Mot de passe oublié",
    "pedatech_contributions": "Proposer une ressource",
    "pedatech_contribution_new": "Proposer une ressource : nouvelle",
}
"""Names of the pages that are views."""
GONE = "Page supprimée"
OTHER = "Autres pages"


@dataclass(frozen=True)
class Measure:
    """A column of the report."""

    key: str
    label: str
    kinds: tuple[str, ...]
    """kinds of DailyCount, added up"""


_measures = {
    each.key: each
    for each in (
        Measure("visites", "Pages lues", (VISIT,)),
        Measure("telechargements", "Téléchargements", (DOWNLOAD,)),
        Measure("appels", "Appels", (CALL,)),
    )
}


def register(measure: Measure) -> None:
    """Add a column, or replace the one of this key."""
    _measures[measure.key] = measure


def measures() -> list[Measure]:
    """All columns, in the order of their registration."""
    return list(_measures.values())


@dataclass(frozen=True)
class Cell:
    """A number, and the same span of the year before."""

    number: int
    before: int

    @property
    def change(self) -> str:
        """«+12 %»; "" when there was nothing to compare with."""
        if not self.before:
            return ""
        percent = round(100 * (self.number - self.before) / self.before)
        return f"{percent:+d}\u00a0%".replace("-", "−") if percent else "0\u00a0%"

    @property
    def shown(self) -> str:
        """«12 345»."""
        return number(self.number)

    @property
    def shown_before(self) -> str:
        """The year before."""
        return number(self.before)


@dataclass(frozen=True)
class Line:
    """A month, or the whole year: a cell for each measure."""

    label: str
    cells: tuple[Cell, ...]
    is_running: bool = False
    """the month has not ended: it is compared with the same days of the year before"""


@dataclass(frozen=True)
class Ranked:
    """A page or a file of the lists «les plus lues»."""

    label: str
    url: str
    cell: Cell

    @property
    def address(self) -> str:
        """Host and path: pages of the three sites may have one title."""
        return self.url.partition("://")[2]


@dataclass(frozen=True)
class Report:
    """A year of a site, or of all of them, up to today."""

    year: int
    until: date
    measures: list[Measure]
    months: list[Line]
    total: Line
    pages: list[Ranked]
    files: list[Ranked]
    calls: list[Ranked]

    @property
    def figures(self) -> list[tuple[str, Cell]]:
        """`[(label, sum of the year)]`."""
        return list(zip((each.label for each in self.measures), self.total.cells, strict=True))

    @property
    def lines(self) -> list[Line]:
        """The months and their sum."""
        return [*self.months, self.total]

    def chart(self, key: str) -> Chart:
        """A measure by month; the year before is told beside each bar."""
        place = [each.key for each in self.measures].index(key)
        rows = []
        for line in self.months:
            cell = line.cells[place]
            text = number(cell.number)
            if cell.before:
                text += f" ({self.year - 1} : {number(cell.before)})"
            label = f"{line.label} (en cours)" if line.is_running else line.label
            rows.append(Row(label, Decimal(cell.number), text))
        return bar_chart("frequentation", f"{self.measures[place].label} par mois", rows)


def number(value: int) -> str:
    """`12345` → «12 345»."""
    return f"{value:,}".replace(",", "\u202f")


def years() -> list[int]:
    """The years that hold counts, and the running one; the newest first."""
    this = timezone.localdate().year
    first = DailyCount.objects.filter(kind__in=_all_kinds()).order_by("day").values_list("day")
    oldest = first[0][0].year if first[:1] else this
    return list(range(this, min(oldest, this) - 1, -1))


def read(year: int, site_id: int | None, today: date) -> Report:
    """The report; None adds the sites up. The number of queries does not grow with the counts."""
    until = min(date(year, 12, 31), today)
    spans = (date(year, 1, 1), until), (date(year - 1, 1, 1), _a_year_before(until))
    now, before = (_by_month(site_id, span) for span in spans)
    months = [
        Line(
            day(date(year, month, 1), "F").capitalize(),
            tuple(Cell(now[month, each.key], before[month, each.key]) for each in measures()),
            is_running=(year, month) == (today.year, today.month) and not _ends_month(today),
        )
        for month in range(1, until.month + 1)
    ]
    total = Line(
        "Total",
        tuple(
            Cell(sum(cell.number for cell in column), sum(cell.before for cell in column))
            for column in zip(*(line.cells for line in months), strict=True)
        ),
    )
    return Report(
        year,
        until,
        measures(),
        months,
        total,
        _pages(_ranking(VISIT, site_id, spans)),
        _files(_ranking(DOWNLOAD, site_id, spans)),
        _pages(_ranking(CALL, site_id, spans)),
    )


Span = tuple[date, date]


def _all_kinds() -> list[str]:
    return [kind for each in measures() for kind in each.kinds]


def _counted(site_id: int | None, span: Span) -> QuerySet[DailyCount]:
    counted = DailyCount.objects.filter(day__range=span)
    return counted if site_id is None else counted.filter(site=site_id)


def _by_month(site_id: int | None, span: Span) -> Counter[tuple[int, str]]:
    """(month, key of the measure) → number."""
    key_of = {kind: each.key for each in measures() for kind in each.kinds}
    rows = _counted(site_id, span).filter(kind__in=key_of).values_list("day", "kind")
    sums: Counter[tuple[int, str]] = Counter()
    for when, kind, value in rows.annotate(Sum("count")).order_by("day", "kind"):
        sums[when.month, key_of[kind]] += value
    return sums


def _ranking(kind: str, site_id: int | None, spans: tuple[Span, Span]) -> list[tuple[str, Cell]]:
    """The keys that were counted most, with the year before."""
    now, before = (
        _counted(site_id, span).filter(kind=kind).values_list("key").annotate(total=Sum("count"))
        for span in spans
    )
    first = list(now.order_by("-total", "key")[:TOP])
    old = dict(before.filter(key__in=[key for key, _ in first]).order_by("key"))
    return [(key, Cell(value, old.get(key, 0))) for key, value in first]


def _pages(ranking: list[tuple[str, Cell]]) -> list[Ranked]:
    ids = {key: int(key.removeprefix(PAGE)) for key, _ in ranking if key.startswith(PAGE)}
    pages = Page.objects.in_bulk(ids.values())
    return [_page(key, pages.get(ids.get(key, 0)), cell) for key, cell in ranking]


def _page(key: str, page: Page | None, cell: Cell) -> Ranked:
    if page is not None:
        return Ranked(page.title, page.full_url or "", cell)
    if key.startswith(PAGE):
        return Ranked(GONE, "", cell)
    name = key.removeprefix(VIEW)
    return Ranked(VIEWS.get(name, f"{OTHER} ({name})" if name else OTHER), "", cell)


def _files(ranking: list[tuple[str, Cell]]) -> list[Ranked]:
    found = SiteDocument.objects.in_bulk([int(key) for key, _ in ranking if key.isdigit()])
    documents = {str(pk): document for pk, document in found.items()}
    return [
        Ranked(documents[key].title, documents[key].url, cell)
        if key in documents
        else Ranked("Fichier supprimé", "", cell)
        for key, cell in ranking
    ]


def _a_year_before(when: date) -> date:
    """The same day; 28 February for the 29th."""
    try:
        return when.replace(year=when.year - 1)
    except ValueError:
        return date(when.year - 1, 2, 28)


def _ends_month(when: date) -> bool:
    return (when + timedelta(days=1)).day == 1


# --- Files for spreadsheets ----------------------------------------------------------------------


def month_columns(report: Report) -> tuple[str, ...]:
    """«Mois», then each measure of both years."""
    years = (report.year, report.year - 1)
    return ("Mois", *(f"{each.label} {year}" for each in report.measures for year in years))


def month_rows(report: Report) -> list[tuple[str, ...]]:
    """A row a month, `2026-03`: plain numbers."""
    return [
        (
            f"{report.year}-{position:02d}",
            *(str(value) for cell in line.cells for value in (cell.number, cell.before)),
        )
        for position, line in enumerate(report.months, start=1)
    ]


# --- Old counts ----------------------------------------------------------------------------------


def roll_up(today: date, *, write: bool = True) -> int:
    """Add up the days of months older than KEEP_DAILY_DAYS, on their first day; the number of rows
    that go. Sums by month stay as they were.
    """
    limit = (today - timedelta(days=KEEP_DAILY_DAYS)).replace(day=1)
    old = DailyCount.objects.filter(kind__in=_all_kinds(), day__lt=limit).exclude(day__day=1)
    return move_sums(old, monthly=True) if write else old.count()


def move_sums(
    rows: QuerySet[DailyCount],
    *,
    kind: str | None = None,
    key: str | None = None,
    monthly: bool = False,
) -> int:
    """Replace rows by their sums, all or none; the number of rows that went.

    `kind` and `key` name the sums, None keeps those of the rows; `monthly` puts them on the first
    day of the month. A sum is added to a row that is there.
    """
    with transaction.atomic():
        sums: Counter[counters.Entry] = Counter()
        pks = []
        for each in rows:
            when = each.day.replace(day=1) if monthly else each.day
            new_kind = each.kind if kind is None else kind
            sums[when, new_kind, each.key if key is None else key, each.site] += each.count
            pks.append(each.pk)
        for start in range(0, len(pks), counters.CHUNK):
            DailyCount.objects.filter(pk__in=pks[start : start + counters.CHUNK]).delete()
        if sums:
            counters.add_to_days(sums)
    return len(pks)
