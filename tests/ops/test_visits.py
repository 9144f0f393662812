"""What is counted of a visit: pages and calls, by site; nobody's name, no robot, nothing unasked."""

from __future__ import annotations

import pytest
from django.test import Client

from home import counters, visits
from home.models import DailyCount, StandardPage
from home.visits import CALL, VISIT
from tests.factories import UserFactory
from tests.support import BROWSER, HOSTS, PublicClient

HEADERS = {"host": HOSTS["cisp"], "user-agent": BROWSER}


@pytest.fixture(autouse=True)
def new_minute():
    visits.forget_minute()


@pytest.fixture
def page(sites) -> StandardPage:
    page = StandardPage(title="Une page", slug="une-page", introduction="Bonjour.")
    sites["cisp"].root_page.add_child(instance=page)
    return page


def counted(kind: str = VISIT) -> dict[tuple[str, int], int]:
    """`{(key, site): number}`."""
    counters.flush()
    rows = DailyCount.objects.filter(kind=kind).values_list("key", "site", "count")
    return {(key, site): number for key, site, number in rows}


# --- Pages ---------------------------------------------------------------------------------------


def test_a_page_is_counted_by_site_and_nothing_else_is_kept(page, sites, cisp_client):
    for _ in range(3):
        answer = cisp_client.get("/une-page/?q=jeanne@example.org&lat=50.1")
        assert visits.MARK not in answer
    cisp_client.get("/recherche/", {"q": "cuisine"})
    site = sites["cisp"].pk
    assert counted() == {(f"page:{page.pk}", site): 3, ("vue:search", site): 1}
    names = {field.name for field in DailyCount._meta.fields}
    assert names == {"id", "day", "kind", "key", "site", "count"}


def test_kept_pages_and_those_that_the_browser_has_are_counted(page, kept_pages, cisp_client):
    first = cisp_client.get("/une-page/")
    assert first["X-Cache"] == "miss"
    again = cisp_client.get("/une-page/")
    assert again["X-Cache"] == "hit"
    assert cisp_client.queries == [
        query for query in cisp_client.queries if "home_contentversion" in query["sql"]
    ]
    known = cisp_client.get("/une-page/", headers={"if-none-match": first["ETag"]})
    assert known.status_code == 304
    assert not any(visits.MARK in answer for answer in (first, again, known))
    assert sum(counted().values()) == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": ""},
        {"user-agent": "curl/8.5"},
        {"user-agent": "python-requests/2.32"},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0 Safari/537.36"},
        {"user-agent": "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"},
        {"user-agent": "Mozilla/5.0 (iPhone) facebookexternalhit/1.1"},
        {"sec-gpc": "1"},
        {"dnt": "1"},
        {"sec-purpose": "prefetch"},
        {"sec-fetch-dest": "empty"},
        {"sec-fetch-dest": "iframe"},
        {"hx-request": "true"},
    ],
    ids=lambda headers: ",".join(f"{name}={value[:40]}" for name, value in headers.items()),
)
def test_robots_and_who_says_no_are_not_counted(page, cisp_client, headers):
    assert cisp_client.get("/une-page/", headers=headers).status_code == 200
    assert counted() == {}


@pytest.mark.parametrize(
    "agent",
    [
        BROWSER,
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/141.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    ],
)
def test_browsers_of_people_are_counted(page, cisp_client, agent):
    cisp_client.get("/une-page/", headers={"user-agent": agent})
    assert sum(counted().values()) == 1


def test_only_pages_that_are_there_are_counted(page, cisp_client):
    for path in (
        "/rien/",
        "/robots.txt",
        "/sitemap.xml",
        "/healthz",
        "/gestion/login/",
        "/une-page",
    ):
        cisp_client.get(path)
    cisp_client.head("/une-page/")
    assert counted() == {}


def test_people_of_the_admin_are_not_counted_but_members_are(page, admin_user):
    for user in (admin_user, UserFactory()):
        visitor = Client(headers=HEADERS)
        visitor.force_login(user)
        assert visitor.get("/une-page/").status_code == 200
    assert sum(counted().values()) == 1


def test_an_address_that_is_a_key_is_never_kept(sites):
    """A link of review, an invitation, a new password: the name of the view stands for them."""
    visitor = PublicClient(HOSTS["pedatech"])
    visitor.get("/espaces/invitation/secret-token/")
    assert not any("secret" in key for key, _ in counted())


# --- Calls ---------------------------------------------------------------------------------------


def call(host: str = HOSTS["cisp"], data=None, **headers: str):
    sent = {"host": host, "user-agent": BROWSER, "sec-fetch-site": "same-origin"} | headers
    return Client(headers=sent, enforce_csrf_checks=True).post(
        "/api/appel/", {"page": "/une-page/"} if data is None else data
    )


def test_a_call_is_counted_on_its_page(page, sites):
    assert call().status_code == 204
    assert call(data={"page": "/recherche/"}).status_code == 204
    site = sites["cisp"].pk
    assert counted(CALL) == {(f"page:{page.pk}", site): 1, ("", site): 1}


def test_a_call_writes_nothing_and_sets_no_cookie(page, django_assert_max_num_queries):
    with django_assert_max_num_queries(8) as asked:
        answer = call()
    assert not answer.cookies
    assert not [each for each in asked.captured_queries if not each["sql"].startswith("SELECT")]


@pytest.mark.parametrize(
    ("headers", "data", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, None, 403),
        ({"sec-fetch-site": ""}, None, 403),
        ({"origin": "https://mechant.example"}, None, 403),
        ({"origin": "http://[mechant"}, None, 403),
        ({}, {}, 400),
        ({}, {"page": "une-page"}, 400),
        ({}, {"page": "/\x00"}, 400),
        ({}, {"page": "/" + "a" * 2000}, 413),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(page, headers, data, status):
    answer = call(data=data, **headers)
    assert answer.status_code == status
    assert answer.json()["message"]
    assert counted(CALL) == {}


def test_calls_of_a_minute_are_limited(page):
    limit = visits.CALLS_A_MINUTE["page"]
    codes = [call().status_code for _ in range(limit + 2)]
    assert codes == [204] * limit + [429] * 2
    assert sum(counted(CALL).values()) == limit


@pytest.mark.parametrize("headers", [{"sec-gpc": "1"}, {"user-agent": "curl/8"}])
def test_a_call_of_who_says_no_is_not_counted(page, headers):
    assert call(**headers).status_code == 204
    assert counted(CALL) == {}


def test_a_get_is_no_call(page, cisp_client):
    assert cisp_client.get("/api/appel/").status_code == 405
