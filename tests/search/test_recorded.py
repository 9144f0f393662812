"""What is counted of searches and clicks, what never is, and when it is forgotten (Q-09)."""

from datetime import timedelta
from io import StringIO
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from home import counters
from home.models import DailyCount
from search import recorded
from search.models import Synonym
from search.recorded import is_personal, kept_words
from tests.factories import StandardPageFactory
from tests.support import HOSTS, Html


@pytest.fixture(autouse=True)
def new_minute():
    recorded.forget_minute()


def counts(kind=None):
    """(kind, words, site) → number, of what is written and of what waits."""
    counters.flush()
    rows = DailyCount.objects.filter(kind__in=recorded.KINDS)
    if kind:
        return dict(rows.filter(kind=kind).values_list("key", "count"))
    return {
        (kind, key, site): n
        for kind, key, site, n in rows.values_list("kind", "key", "site", "count")
    }


# --- Words that are kept -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "jean.dupont@example.org",
        "jean.dupont @ example org",
        "dupont arobase example",
        "jean dupont gmail.com",
        "jean dupont hotmail be",
        "0475 12 34 56",
        "0475/12.34.56",
        "+32 475 12 34 56",
        "appeler le 081743200 svp",
        "081/74 32 00",
        "85.07.30-033.28",
        "NISS 85073003328",
        "BE68 5390 0754 7034",
        "né le 12/03/1985",
        "12.3.85",
        "٠٤٧٥١٢٣٤٥٦",
        "０４７５１２３４５６",
        "https://example.org/?id=3",
    ],
)
def test_what_tells_who_is_not_kept(text):
    assert is_personal(text)
    assert kept_words(text) == recorded.WITHHELD


@pytest.mark.parametrize(
    "text",
    [
        "cuisine",
        "mémorandum 2014-2020",
        "mémorandum 2014 2020",
        "l'essor 107 2019",
        "5000 namur",
        "décret du 10 juillet 2013",
        "garde d'enfants",
        "permis b 18 ans",
        "proximus",
        "outlook",
    ],
)
def test_what_tells_nobody_is_kept(text):
    assert not is_personal(text)
    assert kept_words(text) == text


def test_spellings_that_look_alike_are_one():
    assert kept_words("  Garde   D’enfants ") == kept_words("garde d'enfants") == "garde d'enfants"
    assert kept_words('"Carte blanche"') == "carte blanche"


def test_a_long_text_is_not_kept():
    assert kept_words("mot " * 12) == "mot " * 11 + "mot"
    assert kept_words("anticonstitutionnellement " * 4) == recorded.WITHHELD
    assert kept_words("a" * 81) == recorded.WITHHELD
    # Somebody's number behind the part that a search reads.
    assert kept_words("bonjour " * 30 + "0475 12 34 56") == recorded.WITHHELD


@given(st.text(max_size=300))
def test_any_text_gives_words_that_a_database_takes(text):
    words = kept_words(text)
    assert len(words) <= recorded.MAX_KEPT_LENGTH
    assert "\0" not in words
    words.encode()
    assert not is_personal(words)


# --- Searches ----------------------------------------------------------------------------------


@pytest.fixture
def site(sites):
    Synonym.objects.all().delete()
    StandardPageFactory(title="Lanterne magique", parent=sites["interfede"].root_page)
    StandardPageFactory(title="Lanterne", parent=sites["interfede"].root_page)
    return sites["interfede"]


def search(client, text, more="", **headers):
    return client.get(f"/recherche/?q={quote(text)}{more}", headers=headers)


def test_a_search_is_counted_with_what_it_found(site, sites, clients):
    search(clients["interfede"], "Lanterne")  # PublicClient: the GET itself writes nothing
    search(clients["interfede"], "lanterne")
    search(clients["interfede"], "xyzzyq")
    search(clients["interfede"], "lanterne magique xyzzyq")
    search(clients["cisp"], "lanterne")
    cisp = sites["cisp"].pk
    assert counts() == {
        (recorded.SEARCHES, "lanterne", site.pk): 2,
        (recorded.RESULTS, "lanterne", site.pk): 4,
        (recorded.SEARCHES, "xyzzyq", site.pk): 1,
        (recorded.NOTHING, "xyzzyq", site.pk): 1,
        (recorded.SEARCHES, "lanterne magique xyzzyq", site.pk): 1,
        (recorded.PARTLY, "lanterne magique xyzzyq", site.pk): 1,
        (recorded.RESULTS, "lanterne magique xyzzyq", site.pk): 1,
        # Found on another site: not «nothing», but none of its own.
        (recorded.SEARCHES, "lanterne", cisp): 1,
    }


def test_personal_words_are_counted_without_the_words(site, interfede_client):
    search(interfede_client, "jean.dupont@example.org")
    search(interfede_client, "0475 12 34 56")
    found = counts()
    assert {key for _, key, _ in found} == {recorded.WITHHELD}
    assert counts(recorded.SEARCHES) == {recorded.WITHHELD: 2}


@pytest.mark.parametrize("more", ["&page=2", "&type=Page", "&theme=x", "&annee=2020"])
def test_another_page_or_filter_is_no_new_search(site, interfede_client, more):
    for number in range(12):
        StandardPageFactory(title=f"Lanterne {number}", parent=site.root_page)
    search(interfede_client, "lanterne", more)
    assert counts() == {}


@pytest.mark.parametrize(
    ("headers", "is_counted"),
    [
        ({"Referer": "http://interfede.localhost/recherche/?q=lanterne"}, False),
        ({"Referer": "http://interfede.localhost/recherche/?q=Lanterne&page=2"}, False),
        ({"Referer": "http://interfede.localhost/recherche/?q=autre"}, True),
        ({"Referer": "http://cisp.localhost/recherche/?q=lanterne"}, True),
        ({"Referer": "http://interfede.localhost/"}, True),
        ({"Referer": "http://[:::/?q=%ff"}, True),
        ({"Referer": "http://interfede.localhost/recherche/?" + "&".join(["a=1"] * 60)}, True),
        ({"Sec-Purpose": "prefetch;prerender"}, False),
        ({"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, False),
        ({"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"}, True),
    ],
)
def test_who_searches_anew(site, interfede_client, headers, is_counted):
    assert search(interfede_client, "lanterne", **headers).status_code == 200
    assert counts(recorded.SEARCHES) == ({"lanterne": 1} if is_counted else {})


def test_words_without_meaning_and_no_words_are_not_counted(site, interfede_client):
    search(interfede_client, "le la")
    search(interfede_client, "")
    interfede_client.head("/recherche/?q=lanterne")
    assert counts() == {}


def test_a_script_does_not_fill_the_table(site, interfede_client, monkeypatch):
    monkeypatch.setattr(recorded, "PER_MINUTE", {"words": 2, "site": 4})
    for _ in range(3):
        search(interfede_client, "lanterne")
    for number in range(5):
        search(interfede_client, f"mot{number}")
    assert sum(counts(recorded.SEARCHES).values()) == 4
    assert counts(recorded.SEARCHES)["lanterne"] == 2


def test_only_sums_by_day_are_kept():
    fields = {each.name for each in DailyCount._meta.get_fields()}
    assert fields == {"id", "day", "kind", "key", "site", "count"}


# --- Clicks ------------------------------------------------------------------------------------

CLICK = "/api/recherche/clic/"


@pytest.fixture
def result(site, interfede_client):
    """The link of a result, as the page gives it."""
    html = Html(search(interfede_client, "lanterne"))
    DailyCount.objects.all().delete()
    counters.reset()
    assert html.one(data_clicks=CLICK).attrs["data-words"] == "lanterne"
    return html.all("a", data_result="")[0]


def click(client, words, page, origin="http://interfede.localhost", **headers):
    headers |= {"Origin": origin} if origin else {}
    return client.post(CLICK, {"mots": words, "page": page}, headers=headers)


def test_a_click_is_counted(site, result, interfede_client):
    response = click(interfede_client, "lanterne", result.attrs["data-page"])
    assert (response.status_code, response.content) == (204, b"")
    assert not response.cookies
    assert counts() == {(recorded.CLICKS, "lanterne", site.pk): 1}


@pytest.mark.parametrize(
    ("words", "page", "status"),
    [
        ("", "{page}", 400),
        ("le la", "{page}", 400),
        ("lanterne", "", 400),
        ("lanterne", "abc", 400),
        ("lanterne", "-1", 400),
        ("lanterne", "٣", 400),
        ("lanterne", "1\0", 400),
        ("lanterne", "9" * 30, 400),
        ("lanterne", "999999999", 404),
    ],
)
def test_a_click_on_nothing_is_refused_in_french(
    site, result, interfede_client, words, page, status
):
    response = click(interfede_client, words, page.format(page=result.attrs["data-page"]))
    assert response.status_code == status
    assert response.json()["message"].endswith(".")
    assert counts() == {}


def test_a_page_that_is_not_for_everybody_is_not_there(site, result, interfede_client):
    page = StandardPageFactory(title="Brouillon", parent=site.root_page, live=False)
    assert click(interfede_client, "lanterne", page.pk).status_code == 404


@pytest.mark.parametrize(
    ("origin", "headers", "status"),
    [
        ("http://example.org", {}, 403),
        ("http://cisp.localhost", {}, 403),
        ("null", {}, 403),
        ("http://[::", {}, 403),
        ("", {}, 403),
        ("", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("", {"Sec-Fetch-Site": "same-origin"}, 204),
        ("http://interfede.localhost", {}, 204),
    ],
)
def test_only_our_own_pages_may_tell(site, result, interfede_client, origin, headers, status):
    page = result.attrs["data-page"]
    assert click(interfede_client, "lanterne", page, origin, **headers).status_code == status


def test_a_get_is_no_click(site, interfede_client):
    assert interfede_client.get(CLICK).status_code == 405


def test_clicks_with_personal_words_and_too_many_clicks(
    site, result, interfede_client, monkeypatch
):
    page = result.attrs["data-page"]
    assert click(interfede_client, "0475 12 34 56", page).status_code == 204
    assert counts() == {(recorded.CLICKS, recorded.WITHHELD, site.pk): 1}
    monkeypatch.setattr(recorded, "PER_MINUTE", {"words": 1, "site": 99})
    assert click(interfede_client, "lanterne", page).status_code == 204
    assert click(interfede_client, "lanterne", page).status_code == 429


def test_no_token_is_needed_and_no_session_is_made(site, result):
    client = Client(enforce_csrf_checks=True, headers={"host": HOSTS["interfede"]})
    assert click(client, "lanterne", result.attrs["data-page"]).status_code == 204
    assert not client.cookies


def test_results_come_without_javascript_by_their_own_address(site, result):
    assert result.attrs["href"] == "/lanterne/"


# --- Forgetting --------------------------------------------------------------------------------


def test_searches_are_forgotten_after_ninety_days(db):
    today = timezone.localdate()
    for age in (0, 89, 90, 91, 400):
        day = today - timedelta(days=age)
        DailyCount.objects.create(day=day, kind=recorded.SEARCHES, key="mot", site=1, count=1)
        DailyCount.objects.create(day=day, kind=recorded.CLICKS, key="mot", site=1, count=1)
        DailyCount.objects.create(day=day, kind="telechargement", key="1", site=1, count=1)
    out = StringIO()
    call_command("purge_searches", stdout=out)
    assert out.getvalue() == "4 lignes effacées.\n"
    left = (
        DailyCount.objects.filter(kind__in=recorded.KINDS)
        .order_by("day")
        .values_list("day", flat=True)
    )
    assert left[0] == today - timedelta(days=90)
    assert DailyCount.objects.filter(kind="telechargement").count() == 5
    call_command("purge_searches", days=0, stdout=StringIO())
    assert DailyCount.objects.filter(kind__in=recorded.KINDS).count() == 2


@pytest.mark.parametrize("days", [-1, 91])
def test_they_are_not_kept_longer(db, days):
    with pytest.raises(CommandError):
        call_command("purge_searches", days=days)
