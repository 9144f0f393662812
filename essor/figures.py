"""The tables, charts and files of the key figures (I-07)."""

import csv
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

if TYPE_CHECKING:
    from essor.models.figures import FigureGroup, FigureValue, KeyFiguresPage

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet reads a text that starts so as a formula."""

COLUMNS = ("Rubrique", "Chiffre", "Valeur", "Unité", "Année", "Source", "Remarque")
LINE_CHARS = 30
"""Signs of a label on one line of a chart: what fits on a phone of 320 pixels."""
LINE_EM = 1.4
BAR_EM = 1.5
GAP_EM = 1.1
FULL_PERCENT = 78
"""Width of the longest bar; its value stands to the right of it."""


@dataclass(frozen=True)
class Row:
    """One value of a chart."""

    label: str
    number: Decimal
    text: str
    """the value as one reads it"""
    is_old: bool = False


@dataclass(frozen=True)
class Bar:
    """One bar of a chart. Lengths in em from the top, width in percent of the drawing."""

    lines: tuple[tuple[str, str], ...]
    """`(text, y)` of each line of the label"""
    y: str
    width: str
    value_x: str
    value_y: str
    value: str
    is_old: bool = False


@dataclass(frozen=True)
class Chart:
    """Horizontal bars: text keeps its size on every screen, because nothing is scaled."""

    key: str
    title: str
    description: str
    """the whole content in a sentence, for whoever does not see the bars"""
    height: str
    bar_height: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class GroupOfFigures:
    """One rubric of a year."""

    group: "FigureGroup"
    values: list["FigureValue"]
    charts: list[Chart]

    @property
    def has_notes(self) -> bool:
        """True when the table needs a column for remarks."""
        return any(value.note for value in self.values)


@dataclass(frozen=True)
class Edition:
    """A year in the list of years."""

    year: int
    url: str
    is_current: bool
    is_replaced: bool


def figures_view(request: HttpRequest, page: "KeyFiguresPage", year: int | None) -> HttpResponse:
    """The figures of one year, or the last known of every series. 404 for a year without any."""
    from essor.models.figures import FigureValue

    years = FigureValue.objects.years()
    if year is not None and year not in years:
        raise Http404
    values = list(
        FigureValue.objects.newest_of_each() if year is None else FigureValue.objects.of_year(year)
    )
    history = history_of([value.series_id for value in values])
    base = page.get_url(request) or ""
    context = page.get_context(request)
    if year is not None:
        context["seo"]["title"] = f"{page.title} {year}"
        context["seo"]["canonical"] = f"{page.get_full_url(request)}{year}/"
        context["breadcrumbs"] = [
            *context["breadcrumbs"],
            {"title": str(year), "url": f"{base}{year}/"},
        ]
    context.update(
        year=year,
        is_replaced=year is not None and year != years[0],
        editions=[
            Edition(each, f"{base}{each}/", each == year, each != years[0]) for each in years
        ],
        groups=groups_of(values, history),
        csv_url=f"{base}{year}/chiffres.csv" if year is not None else f"{base}chiffres.csv",
        replaced={value.pk for value in values if history[value.series_id][-1].year > value.year},
    )
    return render(request, page.get_template(request), context)


def history_of(series: Sequence[int]) -> dict[int, list["FigureValue"]]:
    """Every value of these series, oldest first; one query."""
    from essor.models.figures import FigureValue

    history: dict[int, list[FigureValue]] = {key: [] for key in series}
    for value in FigureValue.objects.filter(series__in=history).order_by("year", "pk"):
        history[value.series_id].append(value)
    return history


def groups_of(
    values: Iterable["FigureValue"], history: dict[int, list["FigureValue"]]
) -> list[GroupOfFigures]:
    """The values by rubric, each with its charts: the parts of a year, and a series over years."""
    groups = []
    for group, of_group in groupby(values, key=lambda value: value.series.group):
        members = list(of_group)
        charts = []
        parts = [each for each in members if each.series.in_chart and each.number is not None]
        year = max((each.year for each in parts), default=0)
        parts = [each for each in parts if each.year == year]
        if len(parts) > 1:
            charts.append(
                bar_chart(
                    f"parts-{group.pk}",
                    f"{group.title} en {year}",
                    [
                        Row(each.series.label, each.number, each.with_unit)
                        for each in parts
                        if each.number is not None
                    ],
                )
            )
        for each in members:
            over_years = [
                Row(str(old.year), old.number, old.with_unit, old.year != each.year)
                for old in history[each.series_id]
                if old.number is not None and old.year <= each.year
            ]
            if len(over_years) > 1:
                label = each.series.label[:1].upper() + each.series.label[1:]
                title = f"{label}, de {over_years[0].label} à {over_years[-1].label}"
                charts.append(bar_chart(f"annees-{each.series_id}", title, over_years))
        groups.append(GroupOfFigures(group, members, charts))
    return groups


def bar_chart(key: str, title: str, rows: Sequence[Row]) -> Chart:
    """Draw the rows. Lengths are in proportion, from zero."""
    longest = max((row.number for row in rows), default=Decimal(0))
    if longest <= 0:
        longest = Decimal(1)
    bars = []
    top = 0.0
    for row in rows:
        lines = textwrap.wrap(row.label, LINE_CHARS) or [""]
        written = tuple(
            (line, _em(top + (position + 0.8) * LINE_EM - 0.1))
            for position, line in enumerate(lines)
        )
        top += len(lines) * LINE_EM
        width = float(max(row.number, Decimal(0)) / longest) * FULL_PERCENT
        bars.append(
            Bar(
                lines=written,
                y=_em(top),
                width=f"{width:.2f}%",
                value_x=f"{width + 1.5:.2f}%",
                value_y=_em(top + BAR_EM * 0.72),
                value=row.text,
                is_old=row.is_old,
            )
        )
        top += BAR_EM + GAP_EM
    described = " ; ".join(f"{row.label} : {row.text}" for row in rows)
    return Chart(key, title, f"{described}.", _em(top - GAP_EM + 0.1), _em(BAR_EM), tuple(bars))


def _em(length: float) -> str:
    return f"{length:.2f}em"


def cells_of(value: "FigureValue") -> tuple[str, ...]:
    """One row of the table and of the file."""
    series = value.series
    return (
        series.group.title,
        series.label,
        value.text,
        series.unit,
        value.when,
        value.source,
        value.note,
    )


def safe_cell(text: str) -> str:
    """A text that a spreadsheet takes for a text: « =1+1 » becomes « '=1+1 »."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_of(values: Iterable["FigureValue"], year: int | None) -> HttpResponse:
    """The values as CSV: UTF-8 with a mark, so that Excel shows the accents."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = "chiffres-cles-cisp" if year is None else f"chiffres-cles-cisp-{year}"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for value in values:
        writer.writerow([safe_cell(cell) for cell in cells_of(value)])
    return response
