"""Key figures: editions, table and CSV that say the same, charts, what is used stays."""

import csv
import io

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from essor.figures import COLUMNS
from essor.models import FigureGroup, FigureSeries, FigureValue, KeyFiguresPage
from home.charts import Row, bar_chart
from home.spreadsheets import safe_cell
from tests.support import Html

URL = "/publications/chiffres-cles/"


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def table_of(html: Html) -> list[list[str]]:
    """`[label, value, unit, when, source]` of every row of the page."""
    rows = []
    for row in html.all("tr"):
        cells = [each for each in html.elements if row in each.parents and each.tag in ("th", "td")]
        if cells and cells[0].attrs.get("scope") == "row":
            rows.append([each.text.removesuffix(" remplacé") for each in cells[:5]])
    return rows


@pytest.mark.parametrize("year", ["", "2024/", "2023/", "2022/"])
def test_the_file_says_what_the_table_says(demo, interfede_client, year):
    table = table_of(Html(interfede_client.get(f"{URL}{year}")))
    response = interfede_client.get(f"{URL}{year}chiffres.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    header, *rows = rows_of(response)
    assert header == list(COLUMNS)
    plain = [[" ".join(cell.split()) for cell in row[1:6]] for row in rows]
    assert plain == table
    assert table


def test_previous_years_say_that_they_are_replaced(demo, interfede_client):
    html = Html(interfede_client.get(f"{URL}2022/"))
    assert "Édition remplacée" in html.one("div", "message").text
    assert "remplacée" in html.one("nav", "years").text
    assert not Html(interfede_client.get(f"{URL}2024/")).all("div", "message")


def test_the_page_shows_the_last_value_of_each_series(demo, interfede_client):
    rows = {row[0]: row for row in table_of(Html(interfede_client.get(URL)))}
    assert rows["filières"][1] == "plus de 450"
    assert rows["stagiaires sous contrat"][1:4] == ["14 345", "personnes", "2023"]
    assert rows["sites géolocalisés sur cisp.be"][3] == "début 2025"
    assert len(rows) == FigureSeries.objects.count()


@pytest.mark.parametrize("path", ["1999/", "1999/chiffres.csv", "abc/"])
def test_a_year_without_figures_is_not_found(demo, interfede_client, path):
    assert interfede_client.get(f"{URL}{path}").status_code == 404


def test_every_chart_has_a_name_and_its_numbers(demo, interfede_client):
    html = Html(interfede_client.get(f"{URL}2023/"))
    charts = html.all("svg", "chart__drawing")
    assert len(charts) == 3
    for chart in charts:
        assert chart.attrs["role"] == "img"
        for name in chart.attrs["aria-labelledby"].split():
            assert html.one(id=name).text
        assert "style" not in chart.attrs


def test_bars_are_in_proportion():
    from decimal import Decimal

    chart = bar_chart("x", "Titre", [Row("a", Decimal(50), "50"), Row("b", Decimal(100), "100")])
    widths = [float(bar.width.rstrip("%")) for bar in chart.bars]
    assert widths[1] == pytest.approx(2 * widths[0])
    assert chart.description == "a : 50 ; b : 100."


@pytest.mark.parametrize("numbers", [[0, 0], [-3, 2], [-1, -2]])
def test_odd_numbers_draw_no_negative_bar(numbers):
    from decimal import Decimal

    chart = bar_chart("x", "T", [Row(str(n), Decimal(n), str(n)) for n in numbers])
    assert all(0 <= float(bar.width.rstrip("%")) <= 100 for bar in chart.bars)


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(text):
    assert safe_cell(text) == f"'{text}"
    assert safe_cell("14 345") == "14 345"


@pytest.fixture
def used_series(sites):
    group = FigureGroup.objects.create(title="Centres")
    series = FigureSeries.objects.create(label="centres agréés", group=group)
    FigureValue.objects.create(series=series, year=2024, text="157", source="Rapport")
    page = KeyFiguresPage(title="Chiffres", slug="chiffres")
    page.body = [("key_figure", {"series": series, "year": None})]
    sites["interfede"].root_page.add_child(instance=page)
    return series


def test_the_block_prints_the_figure(used_series, interfede_client):
    html = Html(interfede_client.get("/chiffres/"))
    block = html.one("div", "key-figure")
    assert "157" in block.text
    assert "2024" in block.text
    FigureValue.objects.create(series=used_series, year=2025, text="160", source="Rapport")
    assert "160" in Html(interfede_client.get("/chiffres/")).one("div", "key-figure").text


def test_a_series_in_use_cannot_be_deleted(used_series, admin_client):
    with pytest.raises(ProtectedError), transaction.atomic():
        used_series.delete()
    url = f"/gestion/snippets/essor/figureseries/delete/{used_series.pk}/"
    response = admin_client.post(url, headers={"host": "interfede.localhost"}, follow=True)
    assert "est utilisé dans une page" in response.content.decode()
    assert FigureSeries.objects.filter(pk=used_series.pk).exists()
    KeyFiguresPage.objects.get(slug="chiffres").delete()
    used_series.delete()


def test_an_empty_page_says_so(sites, interfede_client):
    page = KeyFiguresPage(title="Chiffres", slug="chiffres")
    sites["interfede"].root_page.add_child(instance=page)
    assert "pas encore de chiffres" in interfede_client.get("/chiffres/").content.decode()
    assert rows_of(interfede_client.get("/chiffres/chiffres.csv")) == [list(COLUMNS)]
