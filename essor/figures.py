"""The tables, charts and files of the key figures (I-07)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from home.charts import Chart, Row, bar_chart
from home.spreadsheets import csv_file

if TYPE_CHECKING:
    from essor.models.figures import FigureGroup, FigureValue, KeyFiguresPage

COLUMNS = ("Rubrique", "Chiffre", "Valeur", "Unité", "Année", "Source", "Remarque")


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


def csv_of(values: Iterable["FigureValue"], year: int | None) -> HttpResponse:
    """The values as CSV."""
    name = "chiffres-cles-cisp" if year is None else f"chiffres-cles-cisp-{year}"
    return csv_file(f"{name}.csv", COLUMNS, map(cells_of, values))
