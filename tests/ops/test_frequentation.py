"""«Fréquentation»: sums by site and month, the same days of the year before, safe files."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Site

from home import frequentation
from home.models import DailyCount, StandardPage
from search import recorded
from tests.factories import UserFactory
from tests.support import HOSTS, Html

TODAY = date(2026, 3, 10)
ADDRESS = "/gestion/rapports/frequentation/"


@pytest.fixture
def page(sites) -> StandardPage:
    page = StandardPage(title="=cmd|calc", slug="une-page")
    sites["cisp"].root_page.add_child(instance=page)
    return page


def add(day: date, kind: str, number: int, site, key: str = "") -> None:
    DailyCount.objects.create(day=day, kind=kind, key=key, site=site.pk, count=number)


@pytest.fixture
def counts(page, sites):
    cisp, interfede = sites["cisp"], sites["interfede"]
    key = f"page:{page.pk}"
    add(date(2026, 1, 5), "visite", 30, cisp, key)
    add(date(2026, 1, 31), "visite", 3, cisp, "vue:search")
    add(date(2026, 3, 10), "visite", 5, cisp, key)
    add(date(2026, 1, 5), "visite", 1000, interfede, "page:999999")
    add(date(2025, 1, 5), "visite", 11, cisp, key)
    add(date(2025, 3, 10), "visite", 4, cisp, key)
    add(date(2025, 3, 11), "visite", 900, cisp, key)  # after the same day of the year before
    add(date(2026, 2, 1), "appel", 2, cisp, key)
    add(date(2026, 2, 1), "recherche", 7, cisp, "cuisine")
    add(date(2026, 2, 1), "recherche-total", 8, cisp)
    add(date(2026, 2, 1), "telechargement", 9, cisp, "12345")
    add(date(2026, 2, 1), "introuvable", 99, cisp, "/ailleurs/")  # nobody's measure


def column(report, key: str) -> list[tuple[int, int]]:
    place = [each.key for each in report.measures].index(key)
    return [(line.cells[place].number, line.cells[place].before) for line in report.lines]


def test_months_of_a_site_beside_the_same_days_of_the_year_before(counts, sites):
    report = frequentation.read(2026, sites["cisp"].pk, TODAY)
    assert [line.label for line in report.lines] == ["Janvier", "Février", "Mars", "Total"]
    assert column(report, "visites") == [(33, 11), (0, 0), (5, 4), (38, 15)]
    assert column(report, "recherches")[1] == (15, 0)
    assert column(report, "appels")[1] == (2, 0)
    assert column(report, "telechargements")[1] == (9, 0)
    assert [line.is_running for line in report.lines] == [False, False, True, False]
    assert report.total.cells[0].change == "+153\u00a0%"
    assert report.months[1].cells[0].change == ""


def test_all_sites_together_and_an_ended_year(counts):
    assert column(frequentation.read(2026, None, TODAY), "visites")[0] == (1033, 11)
    ended = frequentation.read(2025, None, TODAY)
    assert len(ended.months) == 12
    assert not any(line.is_running for line in ended.lines)
    assert column(ended, "visites")[2] == (904, 0)


def test_what_was_read_most(counts, page, sites):
    report = frequentation.read(2026, None, TODAY)
    rows = [(each.label, each.cell.number, each.cell.before) for each in report.pages]
    assert rows == [("Page supprimée", 1000, 0), ("=cmd|calc", 35, 15), ("Page de recherche", 3, 0)]
    assert report.pages[1].url == page.full_url
    assert [each.label for each in report.calls] == ["=cmd|calc"]
    assert [each.label for each in report.files] == ["Fichier supprimé"]


def test_a_leap_day_is_compared(sites):
    add(date(2027, 2, 28), "visite", 1, sites["cisp"])
    report = frequentation.read(2028, None, date(2028, 2, 29))
    assert column(report, "visites")[1] == (0, 1)
    assert not report.months[1].is_running


@pytest.mark.parametrize("many", [1, 25])
def test_the_number_of_queries_is_the_same(sites, django_assert_max_num_queries, many):
    for number in range(many):
        child = StandardPage(title=f"Page {number}", slug=f"page-{number}")
        sites["cisp"].root_page.add_child(instance=child)
        for back in range(2):
            add(TODAY - timedelta(days=365 * back), "visite", 2, sites["cisp"], f"page:{child.pk}")
    Site.get_site_root_paths()  # kept in the cache for an hour
    with django_assert_max_num_queries(10):
        report = frequentation.read(2026, sites["cisp"].pk, TODAY)
    assert len(report.pages) == min(many, frequentation.TOP)


def test_old_days_are_added_up_and_months_stay(counts, sites):
    old = date(2022, 5, 20)
    for number in range(5):
        add(old + timedelta(days=number), "visite", 10, sites["cisp"], "page:1")
    add(old.replace(day=1), "visite", 1, sites["cisp"], "page:1")
    before = column(frequentation.read(2022, None, TODAY), "visites")
    assert frequentation.roll_up(TODAY, write=False) == 5
    assert frequentation.roll_up(TODAY) == 5
    assert frequentation.roll_up(TODAY) == 0
    assert column(frequentation.read(2022, None, TODAY), "visites") == before
    row = DailyCount.objects.get(day__year=2022)
    assert (row.day, row.count) == (date(2022, 5, 1), 51)


def test_searches_stay_counted_when_their_words_go(sites):
    for words in ("cuisine", "soudure"):
        add(date(2025, 10, 3), "recherche", 4, sites["cisp"], words)
        add(date(2025, 10, 3), "recherche-rien", 1, sites["cisp"], words)
    before = column(frequentation.read(2025, None, TODAY), "recherches")
    assert recorded.purge(today=TODAY, write=False) == 4
    assert recorded.purge(today=TODAY) == 4
    assert recorded.purge(today=TODAY) == 0
    assert column(frequentation.read(2025, None, TODAY), "recherches") == before
    assert [(each.kind, each.key) for each in DailyCount.objects.all()] == [("recherche-total", "")]


# --- In the admin --------------------------------------------------------------------------------


@pytest.fixture
def editor(sites) -> Client:
    client = Client(headers={"host": HOSTS["cisp"]})
    client.force_login(UserFactory(groups=[Group.objects.get(name="Rédaction cisp.be")]))
    return client


def test_the_page_and_its_files(counts, editor, sites):
    answer = editor.get(ADDRESS, {"annee": "2026", "site": sites["cisp"].pk, "mesure": "visites"})
    assert answer.status_code == 200
    html = Html(answer)
    assert html.one("h2", id="frequentation-mois").text == "Par mois"
    rows = [each.text for each in html.all("th", scope="row")]
    assert any(text.startswith("=cmd|calc") and "/une-page/" in text for text in rows)
    assert "33" in html.one("svg", "chart__drawing").text
    months = editor.get(f"{ADDRESS}mois.csv", {"annee": "2026", "site": sites["cisp"].pk})
    rows = list(csv.reader(io.StringIO(months.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Mois", "Pages lues 2026", "Pages lues 2025"]
    assert rows[1][0] == "2026-01"
    assert rows[1][1:2] == ["33"]
    pages = editor.get(f"{ADDRESS}pages.csv", {"annee": "2026"}).content.decode("utf-8-sig")
    assert "'=cmd|calc" in pages


@pytest.mark.parametrize(
    "asked", [{"site": "x"}, {"annee": "1"}, {"mesure": "\x00"}, {"annee": ""}]
)
def test_what_is_not_understood_is_told_beside_the_field(editor, asked):
    answer = editor.get(ADDRESS, asked)
    assert answer.status_code == 200
    assert "Choisissez" in answer.content.decode() or "obligatoire" in answer.content.decode()
    if "mesure" not in asked:
        assert editor.get(f"{ADDRESS}mois.csv", asked).status_code == 400


def test_visitors_see_no_figures(sites):
    visitor = Client(headers={"host": HOSTS["cisp"]})
    assert visitor.get(ADDRESS).status_code == 302
    visitor.force_login(UserFactory())
    assert visitor.get(ADDRESS).status_code in (302, 403)
