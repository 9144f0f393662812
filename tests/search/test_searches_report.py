"""«Recherches»: figures, plot, file, next steps, and who may read it (Q-09)."""

import csv
import io
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from config.roles import make_groups
from home.models import DailyCount
from search import recorded, report
from search.bootstrap import GROUP
from search.models import Promotion, Synonym
from tests.factories import UserFactory
from tests.support import HOSTS, Html

REPORT = "/gestion/rapports/recherches/"
FILE = f"{REPORT}mots.csv"
TODAY = date(2026, 11, 24)


def signed_in(user):
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(user)
    return client


@pytest.fixture
def editor(sites):
    return signed_in(UserFactory(groups=[Group.objects.get(name=GROUP)]))


def note(site, words, day, searches, *, nothing=0, partly=0, results=0, clicks=0):
    numbers = (searches, nothing, partly, results, clicks)
    kinds = (
        recorded.SEARCHES,
        recorded.NOTHING,
        recorded.PARTLY,
        recorded.RESULTS,
        recorded.CLICKS,
    )
    for kind, number in zip(kinds, numbers, strict=True):
        if number:
            DailyCount.objects.create(day=day, kind=kind, key=words, site=site.pk, count=number)


@pytest.fixture
def fixture(sites):
    """100 searches on interfede within thirty days, 20 without result, and others around."""
    site, today = sites["interfede"], timezone.localdate()
    note(site, "cuisine", today, 40, results=400, clicks=20)
    note(site, "électricité", today - timedelta(days=3), 11, results=33)
    note(site, "electricite", today - timedelta(days=20), 9, results=27, clicks=1)
    note(site, "mécano", today - timedelta(days=1), 14, nothing=14)
    note(site, "mecanos", today - timedelta(days=2), 4, nothing=4)
    note(site, "garde enfants namur", today, 10, partly=10, results=20)
    note(site, "marie dupont", today, 2, nothing=2)
    note(site, recorded.WITHHELD, today, 10)
    note(site, "vieux", today - timedelta(days=60), 50)
    note(sites["cisp"], "autre site", today, 70)
    DailyCount.objects.create(
        day=today, kind="telechargement", key="cuisine", site=site.pk, count=9
    )
    return site


# --- Figures -----------------------------------------------------------------------------------


def test_the_figures_of_a_period(fixture):
    read = report.read(fixture.pk, 30, timezone.localdate())
    assert read.total.searches == 100
    assert read.total.nothing_rate == "20\u00a0%"
    assert read.total.partly_rate == "10\u00a0%"
    assert read.total.click_rate == "21\u00a0%"
    assert (read.withheld, read.rare) == (10, 2)
    assert [(row.label, row.tally.searches) for row in read.most_searched] == [
        ("cuisine", 40),
        ("électricité", 20),
        ("mécano", 18),
        ("garde enfants namur", 10),
    ]
    assert [row.label for row in read.unanswered] == ["mécano", "garde enfants namur"]
    assert read.rows[0].cells == ("cuisine", "40", "0", "0", "10", "20", "50\u00a0%")
    assert read.rows[1].cells[4] == "3"


def test_periods(fixture):
    today = timezone.localdate()
    assert report.read(fixture.pk, 7, today).total.searches == 91
    assert report.read(fixture.pk, 90, today).total.searches == 150
    assert report.read(fixture.pk, 90, today).rows[0].label == "vieux"


def test_two_queries_whatever_the_number_of_words(fixture, django_assert_num_queries):
    for number in range(200):
        note(fixture, f"mot{number}", timezone.localdate(), 5)
    with django_assert_num_queries(2):
        report.read(fixture.pk, 90, timezone.localdate())


@pytest.mark.parametrize(
    ("days", "number", "first", "last"),
    [
        (7, 7, "mercredi 18 novembre", "mardi 24 novembre"),
        (30, 5, "du 26 au 27 octobre", "du 18 au 24 novembre"),
        (90, 13, "du 27 août au 1er septembre", "du 18 au 24 novembre"),
    ],
)
def test_the_plot_tells_the_same_as_its_table(sites, days, number, first, last):
    site = sites["cisp"]
    note(site, "cuisine", TODAY, 8, nothing=2)
    note(site, "cuisine", TODAY - timedelta(days=days - 1), 4)
    read = report.read(site.pk, days, TODAY)
    assert len(read.stretches) == len(read.chart.bars) == number
    assert (read.stretches[0].label, read.stretches[-1].label) == (first, last)
    assert sum(each.tally.searches for each in read.stretches) == read.total.searches == 12
    oldest, newest = read.chart.bars[0], read.chart.bars[-1]
    assert (newest.width, newest.part_width, newest.value) == ("78.00%", "19.50%", "8")
    assert " ".join(text for text, _y in newest.lines) == f"{last} (2 sans résultat)"
    assert (oldest.width, oldest.part_width, oldest.value) == ("39.00%", "", "4")


def test_rates_of_nothing_and_of_more_than_all():
    assert report.percent(0, 0) == "–"
    assert report.percent(3, 2) == "100\u00a0%"
    assert report.Tally().mean_results == "–"
    assert report.Tally(searches=2, results=3).mean_results == "1,5"


# --- The page ----------------------------------------------------------------------------------


def test_the_page(fixture, editor):
    html = Html(editor.get(REPORT))
    text = html.one("main").text
    assert "Sans résultat" in text
    assert [each.text for each in html.all("dd")] == ["100", "20 %", "10 %", "21 %"]
    assert "mécano" in text
    assert "marie dupont" not in text
    assert "autre site" not in text
    assert "10 recherches sans les mots" in text
    assert html.one("svg", "chart__drawing").attrs["role"] == "img"
    assert [
        each for each in html.elements if each.inside(class_="searches") and "style" in each.attrs
    ] == []
    assert len(html.all("table", "listing")) == 3


def test_another_site_and_period(fixture, sites, editor):
    html = Html(editor.get(REPORT, {"site": sites["cisp"].pk, "jours": 90}))
    assert "autre site" in html.one("main").text
    chosen = [each.text for each in html.all("option", selected="")]
    assert chosen == ["cisp.be", "90 jours"]


def test_nobody_searched(sites, editor):
    assert "Personne n’a encore cherché" in Html(editor.get(REPORT)).one("main").text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("jours=8", "Choisissez 7, 30 ou 90 jours."),
        ("jours=%00", "Choisissez 7, 30 ou 90 jours."),
        ("site=999", "Choisissez un des sites de la liste."),
        ("site=abc", "Choisissez un des sites de la liste."),
        ("site=%00", "Le caractère nul n’est pas autorisé."),
        ("site=99999999999999999999999", "Choisissez un des sites de la liste."),
    ],
)
def test_bad_input(fixture, editor, query, message):
    html = Html(editor.get(f"{REPORT}?{query}"))
    assert html.one("p", "desk__error").text == message
    assert "cuisine" in html.one("main").text  # the usual site and period instead
    response = editor.get(f"{FILE}?{query}")
    assert (response.status_code, response.content.decode()) == (400, message)


def test_words_are_shown_as_text(sites, editor):
    note(sites["interfede"], "<script>alert(1)</script>", timezone.localdate(), 5, nothing=5)
    content = editor.get(REPORT).content.decode()
    assert "<script>alert" not in content
    assert "&lt;script&gt;alert(1)" in content


# --- The file ----------------------------------------------------------------------------------


def test_the_file(fixture, editor):
    for words in ("=1+1", "+cmd", "-2", "@sum", "\t=lien"):
        note(fixture, words, timezone.localdate(), 3)
    response = editor.get(FILE)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert f"recherches-interfedebe-{timezone.localdate()}.csv" in response["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == report.COLUMNS
    assert rows[1][:4] == ["cuisine", "40", "0", "0"]
    assert "marie dupont" not in {row[0] for row in rows}
    assert not [
        cell for row in rows[1:] for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))
    ]
    assert {"'=1+1", "'+cmd", "'-2", "'@sum"} <= {row[0] for row in rows}


# --- What to do --------------------------------------------------------------------------------


def steps(html, words):
    return {
        each.text.removesuffix(f" pour « {words} »"): each.attrs["href"]
        for each in html.all("a", "button-small")
        if f"« {words} »" in each.text
    }


def test_from_words_without_answer_to_a_synonym(fixture, sites, editor):
    links = steps(Html(editor.get(REPORT)), "mécano")
    assert list(links) == ["Créer un synonyme", "Mettre une page en avant", "Créer une redirection"]
    form = Html(editor.get(links["Créer un synonyme"]))
    assert form.one("input", name="typed").attrs["value"] == "mécano"
    chosen = [each.attrs["value"] for each in form.all("option", selected="")]
    assert chosen == ["un", str(fixture.pk)]
    address = urlsplit(links["Créer un synonyme"]).path
    values = {"typed": "mécano", "found": "mécanique", "direction": "un", "site": fixture.pk}
    assert editor.post(address, values).status_code == 302
    assert Synonym.objects.filter(typed="mécano", found="mécanique", site=fixture).exists()


def test_from_words_without_answer_to_a_promotion(fixture, editor):
    link = steps(Html(editor.get(REPORT)), "mécano")["Mettre une page en avant"]
    form = Html(editor.get(link))
    assert form.one("input", name="words").attrs["value"] == "mécano"
    assert str(fixture.pk) in [each.attrs["value"] for each in form.all("option", selected="")]
    assert not Promotion.objects.exists()


def test_from_words_without_answer_to_a_redirect(fixture, editor):
    link = steps(Html(editor.get(REPORT)), "garde enfants namur")["Créer une redirection"]
    assert parse_qs(urlsplit(link).query)["mots"] == ["garde enfants namur"]
    form = Html(editor.get(link))
    assert form.one("input", name="old_path").attrs["value"] == "/garde-enfants-namur"
    chosen = [each.attrs["value"] for each in form.all("option", selected="")]
    assert chosen == [str(fixture.pk)]
    action = next(
        each.attrs["action"]
        for each in form.all("form")
        if "redirects" in each.attrs.get("action", "")
    )
    values = {
        "old_path": "/garde-enfants-namur",
        "site": fixture.pk,
        "is_permanent": "on",
        "redirect_link": "https://www.example.org/",
        "redirect_page": "",
    }
    assert editor.post(action, values).status_code == 302
    assert Redirect.objects.filter(old_path="/garde-enfants-namur", site=fixture).exists()


@pytest.mark.parametrize(
    "query", ["", "?mots=%00&site=x", "?mots=%3Cb%3E&site=999999999999999999", "?mots=" + "a" * 999]
)
def test_the_redirect_opens_with_any_address(sites, editor, query):
    html = Html(editor.get(f"{REPORT}redirection/{query}"))
    assert len(html.one("input", name="old_path").attrs.get("value", "")) <= 81


# --- Who ---------------------------------------------------------------------------------------

EVERYBODY = ["visitor", "writer", "publisher", "synonyms", "group", "superuser"]


@pytest.fixture
def people(sites, admin_user):
    access = Permission.objects.get(codename="access_admin")
    change = Permission.objects.get(codename="change_synonym")
    some = UserFactory()
    some.user_permissions.add(access, change)
    return {
        "visitor": None,
        "writer": UserFactory(groups=[Group.objects.get(name="Rédaction interfede.be")]),
        "publisher": UserFactory(groups=[Group.objects.get(name="Publication interfede.be")]),
        "synonyms": some,
        "group": UserFactory(groups=[Group.objects.get(name=GROUP)]),
        "superuser": admin_user,
    }


@pytest.mark.parametrize("path", [REPORT, FILE])
@pytest.mark.parametrize("who", EVERYBODY)
def test_who_reads_the_report(fixture, people, who, path):
    user = people[who]
    client = signed_in(user) if user else Client(headers={"host": HOSTS["interfede"]})
    response = client.get(path)
    if who in ("synonyms", "group", "superuser"):
        assert response.status_code == 200
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/gestion/login/" if not user else "/gestion/")
        assert b"cuisine" not in response.content


@pytest.mark.parametrize("who", EVERYBODY[1:])
def test_who_sees_it_in_the_menu(sites, people, who):
    content = signed_in(people[who]).get("/gestion/").content.decode()
    assert (REPORT in content) is (who in ("synonyms", "group", "superuser"))


@pytest.mark.parametrize("who", EVERYBODY[1:])
@pytest.mark.parametrize(
    "path", ["/gestion/snippets/search/promotion/add/", f"{REPORT}redirection/"]
)
def test_who_promotes_and_redirects(sites, people, who, path):
    status = signed_in(people[who]).get(path).status_code
    assert status == (200 if who in ("group", "superuser") else 302)


def test_only_steps_that_one_may_take(fixture, people):
    html = Html(signed_in(people["synonyms"]).get(REPORT))
    assert steps(html, "mécano") == {}


def test_the_group_is_made_once(sites):
    group = Group.objects.get(name=GROUP)
    assert group.permissions.count() == 10
    group.permissions.clear()  # an administrator decided otherwise
    make_groups()
    assert group.permissions.count() == 0
