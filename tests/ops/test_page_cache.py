"""Kept pages: the same for everybody, never older than the content."""

from __future__ import annotations

import gzip
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import brotli
import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from cisp_map.models import TradeFamily
from config.addresses import DATABASE, FILES, LOCMEM, REDIS, caches, frontend_cache
from home import content, counters, page_cache
from home.marks import PREFIX
from home.models import ContentVersion, DailyCount, SiteBranding, StandardPage
from search import recorded
from tests.support import PublicClient

BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture
def page(kept_pages, sites, commit) -> StandardPage:
    """A page of text on cisp.be."""
    with commit():
        page = StandardPage(title="Une page", slug="une-page", introduction="Bonjour.")
        sites["cisp"].root_page.add_child(instance=page)
        page.save_revision().publish()
    return page


def how(response) -> str:
    return response.get("X-Cache", "")


# --- Hits, and what ends them --------------------------------------------------------------------


def test_the_second_visitor_gets_the_kept_page_without_a_query_for_it(page, cisp_client):
    first = cisp_client.get("/une-page/")
    assert (first.status_code, how(first)) == (200, "miss")
    second = PublicClient(cisp_client.host)
    answer = second.get("/une-page/")
    assert (answer.status_code, how(answer)) == (200, "hit")
    assert answer.content == first.content
    assert [query["sql"] for query in second.queries] == [
        "SELECT token FROM home_contentversion WHERE id = 1"
    ]
    for name in ("Content-Security-Policy", "X-Frame-Options", "Content-Type", "Vary"):
        assert answer[name] == first[name]


def _retitle(page, sites):
    page.title = "Autre titre"
    page.save_revision().publish()


def _unpublish(page, sites):
    page.unpublish()


def _move(page, sites):
    page.move(sites["pedatech"].root_page, pos="last-child")


def _delete(page, sites):
    page.delete()


def _restrict(page, sites):
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def _slug(page, sites):
    page.slug = "ailleurs"
    page.save_revision().publish()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (_retitle, 200),
        (_unpublish, 404),
        (_move, 404),
        (_delete, 404),
        (_restrict, 302),
        (_slug, 301),
    ],
)
def test_a_change_of_a_page_is_seen_at_once(page, sites, cisp_client, commit, change, status):
    cisp_client.get("/une-page/")
    with commit():
        change(page, sites)
    answer = cisp_client.get("/une-page/")
    assert answer.status_code == status
    assert how(answer) == ("miss" if status == 200 else "")
    if status == 200:
        assert "Autre titre" in answer.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda page, sites: SiteBranding.objects.filter(site=sites["cisp"]).update(tagline="Neuf"),
        lambda page, sites: TradeFamily.objects.create(name="Vannerie", slug="vannerie"),
        lambda page, sites: TradeFamily.objects.bulk_create(
            [TradeFamily(name="Osier", slug="o", locale=Locale.get_default())]
        ),
        lambda page, sites: page.get_parent().add_child(
            instance=StandardPage(title="Menu", slug="menu", show_in_menus=True)
        ),
        lambda page, sites: Page.objects.filter(pk=page.pk).update(show_in_menus=True),
        lambda page, sites: sites["pedatech"].save(),
    ],
    ids=["identity", "vocabulary", "bulk", "menu", "queryset", "site"],
)
def test_any_change_of_the_content_ends_every_kept_page(page, sites, cisp_client, commit, change):
    cisp_client.get("/une-page/")
    assert how(cisp_client.get("/une-page/")) == "hit"
    with commit():
        change(page, sites)
    assert how(cisp_client.get("/une-page/")) == "miss"


def test_a_draft_ends_nothing(page, cisp_client, commit):
    cisp_client.get("/une-page/")
    with commit():
        page.title = "Brouillon"
        page.save_revision()
    assert how(cisp_client.get("/une-page/")) == "hit"


def test_a_log_in_ends_nothing(page, cisp_client, client, commit):
    get_user_model().objects.create_user("editrice", password="un long mot de passe")
    cisp_client.get("/une-page/")
    with commit():
        assert client.login(username="editrice", password="un long mot de passe")
    assert how(cisp_client.get("/une-page/")) == "hit"


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_changes_nothing(settings):
    def fail_after_a_change():
        with transaction.atomic():
            TradeFamily.objects.create(name="Vannerie", slug="vannerie")
            raise ZeroDivisionError

    Locale.objects.get_or_create(language_code="fr")  # a test before may have emptied the tables
    content.changed()
    before = content.current()
    with pytest.raises(ZeroDivisionError):
        fail_after_a_change()
    assert content.current() == before
    with transaction.atomic():
        # A part that is rolled back takes its registration along; the next change registers again.
        with pytest.raises(ZeroDivisionError):
            fail_after_a_change()
        TradeFamily.objects.create(name="Cirier", slug="cirier")
        assert content.current() == before
    assert content.current() != before


def test_a_page_that_was_being_made_during_a_change_is_not_shown(
    page, cisp_client, commit, monkeypatch
):
    """The token is read before the page, so the page lies under the old one."""
    serve = StandardPage.get_context

    def slow(self, request, *args, **kwargs):
        context = serve(self, request, *args, **kwargs)
        with commit():
            StandardPage.objects.filter(pk=self.pk).update(title="Plus récent")
        return context

    with monkeypatch.context() as during:
        during.setattr(StandardPage, "get_context", slow)
        answer = page_cache.PageCacheMiddleware(_handler("/une-page/"))(_request("/une-page/"))
    assert how(answer) == "miss"
    assert how(cisp_client.get("/une-page/")) == "miss"


def _request(path: str, **headers):
    return RequestFactory(headers={"host": "cisp.localhost"}).get(path, headers=headers)


def _handler(path: str):
    """The site behind the middleware, without it."""

    def handler(request):
        from django.test import Client
        from django.test.utils import override_settings

        with override_settings(PAGE_CACHE=False):
            return Client(headers={"host": "cisp.localhost"}).get(path)

    return handler


# --- The clock -----------------------------------------------------------------------------------


@pytest.fixture
def now(monkeypatch):
    """Sets what time it is, for Django and for the cache."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)
        monkeypatch.setattr(page_cache.time, "time", moment.timestamp)

    return set_to


@pytest.mark.parametrize(
    "opening",
    [
        datetime(2026, 3, 29, 3, 30, tzinfo=BRUSSELS),  # an hour after a night of 23 hours begins
        datetime(2026, 10, 25, 2, 30, tzinfo=BRUSSELS, fold=1),  # the second 2:30 of that night
        datetime(2026, 11, 24, 10, 0, tzinfo=BRUSSELS),
    ],
    ids=["spring", "autumn", "plain"],
)
def test_what_a_page_shows_changes_at_the_hour_of_an_embargo(
    page, sites, cisp_client, commit, now, opening
):
    """A date in a table ends the kept pages at that hour, though nobody writes."""
    utc = opening.astimezone(ZoneInfo("UTC"))
    now(utc - timedelta(minutes=10))
    with commit():
        Page.objects.filter(pk=page.pk).update(expire_at=utc)
    assert content.next_change(content.current()) == utc
    assert how(cisp_client.get("/une-page/")) == "miss"
    now(utc - timedelta(seconds=1))
    assert how(cisp_client.get("/une-page/")) == "hit"
    now(utc + timedelta(seconds=1))
    assert how(cisp_client.get("/une-page/")) == "miss"


def test_days_end_at_midnight_in_brussels(kept_pages, sites, now):
    now(datetime(2026, 10, 24, 22, 30, tzinfo=ZoneInfo("UTC")))  # 00:30 on the 25th
    assert content.next_change("token") == datetime(2026, 10, 25, 23, 0, tzinfo=ZoneInfo("UTC"))


def test_a_scheduled_page_is_404_before_its_hour_and_200_after(page, cisp_client, commit, now):
    from django.core.management import call_command

    hour = timezone.now().replace(microsecond=0) + timedelta(hours=2)
    with commit():
        page.unpublish()
        page.go_live_at = hour
        page.save_revision().publish()
    assert cisp_client.get("/une-page/").status_code == 404
    with commit():
        call_command("publish_scheduled")
    assert cisp_client.get("/une-page/").status_code == 404
    now(hour + timedelta(seconds=1))
    with commit():
        call_command("publish_scheduled")
    assert cisp_client.get("/une-page/").status_code == 200


# --- Who and what is never kept ------------------------------------------------------------------


def test_somebody_signed_in_never_gets_or_leaves_a_kept_page(page, client, cisp_client):
    user = get_user_model().objects.create_superuser("cheffe", password="un long mot de passe")
    cisp_client.get("/une-page/")
    client.defaults["HTTP_HOST"] = cisp_client.host
    client.force_login(user)
    answer = client.get("/une-page/")
    assert how(answer) == ""
    assert answer["Cache-Control"] == "private, no-cache"
    assert how(client.get("/")) == ""
    assert how(cisp_client.get("/")) == "miss"


@pytest.mark.parametrize(
    "path", ["/healthz", "/gestion/login/", "/documents/1/x.pdf", "/robots.txt"]
)
def test_these_addresses_are_never_kept(page, cisp_client, path):
    assert how(cisp_client.get(path)) == ""


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("page=2", "miss"),
        ("domaine=horeca&domaine=metal&tri=debut", "miss"),
        ("q=boulanger", ""),
        ("lat=50.4&lon=4.8", ""),
        ("lieu=Namur", ""),
        ("utm_source=lettre", ""),
        ("page=" + "1" * 300, ""),
        ("utm_source=" + "1" * 3000, ""),
    ],
)
def test_only_known_short_parameters_are_kept(page, cisp_client, query, wanted):
    """Positions belong to the visitor, unknown names may show in a page, and this view allows no texts."""
    assert how(cisp_client.get(f"/une-page/?{query}")) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("page=2&utm_source=lettre", "hit"),
        ("fbclid=IwAR0&page=2", "hit"),
        ("fbclid=IwAR0", ""),
        ("page=2&lat=50.4&lon=4.8", ""),
        ("page=3&fbclid=IwAR0", ""),
        ("page=2&%66bclid=IwAR0", "hit"),
        ("page=2&inconnu=1", ""),
        ("page=2&inconnu=1&fbclid=IwAR0", ""),
    ],
)
def test_a_mark_behind_a_link_gets_the_kept_page(page, cisp_client, query, wanted):
    """Each click on Facebook brings another one: the page is not made anew for it."""
    plain = cisp_client.get("/une-page/?page=2")
    assert how(plain) == "miss"
    answer = cisp_client.get(f"/une-page/?{query}")
    assert how(answer) == wanted
    if wanted:
        assert answer.content == plain.content
    # Nothing that was made for a mark is shown to the next visitor.
    assert b"IwAR0" not in cisp_client.get("/une-page/").content


@pytest.mark.parametrize(
    "address",
    ["/formations/?q=cuisine&lieu=Namur", "/api/localites/?q=nam", "/formations/?lieu=5000"],
)
def test_what_was_typed_is_answered_from_memory_for_a_minute(
    kept_pages, sites, cisp_client, commit, monkeypatch, address
):
    first, second = cisp_client.get(address), PublicClient(cisp_client.host).get(address)
    assert (how(first), how(second)) == ("miss", "hit")
    assert second.content == first.content
    assert second["Cache-Control"] == page_cache.PERSONAL
    assert not kept_pages.has_key(page_cache.key_of(second.wsgi_request))
    later = page_cache.time.time() + page_cache.TEXT_SECONDS
    monkeypatch.setattr(page_cache.time, "time", lambda: later)
    assert how(cisp_client.get(address)) == "miss"
    with commit():
        TradeFamily.objects.create(name="Neuve", slug="neuve")
    assert how(cisp_client.get(address)) == "miss"


def test_a_search_is_kept_and_counted_each_time(kept_pages, sites, interfede_client):
    counters.reset()
    recorded.forget_minute()
    interfede_client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0"
    answers = [interfede_client.get("/recherche/?q=Insertion") for _ in range(3)]
    assert [how(each) for each in answers] == ["miss", "hit", "hit"]
    same = interfede_client.get("/recherche/?q=Insertion", HTTP_IF_NONE_MATCH=answers[0]["ETag"])
    assert same.status_code == 304
    assert not [
        name for each in [*answers, same] for name in each.headers if name.startswith(PREFIX)
    ]
    counters.flush()
    assert [
        (each.key, each.count) for each in DailyCount.objects.filter(kind=recorded.SEARCHES)
    ] == [("insertion", 4)]


def test_a_part_of_a_page_is_not_the_page(page, cisp_client):
    cisp_client.get("/une-page/")
    assert how(cisp_client.get("/une-page/", headers={"HX-Request": "true"})) == ""


def test_each_host_has_its_own_pages(kept_pages, sites, clients):
    for theme, client in clients.items():
        answer = client.get("/")
        assert how(answer) == "miss"
        assert f'data-theme="{theme}"' in answer.content.decode()
    for theme, client in clients.items():
        answer = client.get("/")
        assert how(answer) == "hit"
        assert f'data-theme="{theme}"' in answer.content.decode()


def _answer(**headers: str) -> HttpResponse:
    return HttpResponse(
        "<p>oui</p>", headers={"Content-Type": "text/html; charset=utf-8", **headers}
    )


def test_what_makes_an_answer_personal(rf):
    request = rf.get("/")
    assert page_cache.may_keep(request, _answer())
    assert not page_cache.may_keep(rf.head("/"), _answer())
    for headers in (
        {"Cache-Control": "private"},
        {"Cache-Control": "max-age=0, no-store"},
        {"Vary": "Accept-Language"},
        {"X-Accel-Redirect": "/protected/x"},
        {"Content-Type": "application/pdf"},
    ):
        assert not page_cache.may_keep(request, _answer(**headers)), headers
    with_cookie = _answer()
    with_cookie.set_cookie("sessionid", "x")
    assert not page_cache.may_keep(request, with_cookie)
    assert not page_cache.may_keep(request, HttpResponse(status=404))
    form = rf.get("/")
    form.META["CSRF_COOKIE"] = "x"
    assert not page_cache.may_keep(form, _answer())


def test_a_page_that_used_its_nonce_is_not_kept(rf):
    from csp.middleware import CSPMiddleware

    request = rf.get("/")
    CSPMiddleware(lambda request: _answer()).process_request(request)
    assert page_cache.may_keep(request, _answer())
    str(request.csp_nonce)
    assert not page_cache.may_keep(request, _answer())


def test_no_kept_page_has_a_nonce_or_a_token(page, cisp_client):
    answer = cisp_client.get("/une-page/")
    assert "nonce-" not in answer["Content-Security-Policy"]
    assert b"csrfmiddlewaretoken" not in answer.content
    assert not answer.cookies


# --- Forms of the answer -------------------------------------------------------------------------


def test_the_answer_comes_as_the_browser_reads_it(page, cisp_client):
    plain = cisp_client.get("/une-page/")
    assert "Content-Encoding" not in plain.headers
    for accepted, encoding, read in (
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
    ):
        answer = cisp_client.get("/une-page/", headers={"Accept-Encoding": accepted})
        assert answer["Content-Encoding"] == encoding
        assert int(answer["Content-Length"]) == len(answer.content)
        assert read(answer.content) == plain.content
        assert "Accept-Encoding" in answer["Vary"]


def test_head_tells_the_length_without_the_page(page, cisp_client):
    whole = cisp_client.get("/une-page/")
    head = cisp_client.head("/une-page/")
    assert (head.status_code, head.content, how(head)) == (200, b"", "hit")
    assert head["Content-Length"] == whole["Content-Length"]


def test_a_browser_that_has_the_page_gets_304(page, cisp_client, commit):
    etag = cisp_client.get("/une-page/")["ETag"]
    again = cisp_client.get("/une-page/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == etag
    with commit():
        StandardPage.objects.filter(pk=page.pk).update(introduction="Autre chose.")
    assert cisp_client.get("/une-page/", headers={"If-None-Match": etag}).status_code == 200


def test_a_cdn_may_keep_pages_when_asked_to(page, cisp_client, settings):
    assert cisp_client.get("/une-page/")["Cache-Control"] == "public, no-cache"
    settings.CDN_SECONDS = 60
    assert cisp_client.get("/")["Cache-Control"] == "public, max-age=0, s-maxage=60"


# --- What breaks ---------------------------------------------------------------------------------


def test_kept_pages_are_read_while_the_database_is_down(page, cisp_client, monkeypatch):
    cisp_client.get("/une-page/")

    def down(*args, **kwargs):
        raise DatabaseError("down")

    with monkeypatch.context() as during:
        during.setattr(connection, "cursor", down)
        answer = cisp_client.get("/une-page/")
    assert (answer.status_code, how(answer)) == (200, "hit")


def test_a_cache_that_fails_costs_speed_only(page, cisp_client, monkeypatch, caplog):
    from django.core.cache import caches as django_caches

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    backend = django_caches["pages"]
    monkeypatch.setattr(backend, "set", full)
    monkeypatch.setattr(backend, "get", full)
    assert cisp_client.get("/une-page/").status_code == 200
    assert "cannot be written" in caplog.text


# --- The rule is complete ------------------------------------------------------------------------


def test_the_tables_that_are_not_watched_exist():
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    # Django's own, and the word index that SQLite alone has.
    assert content.UNSEEN_TABLES - {"django_migrations", "wagtailsearch_indexentry_fts"} <= tables
    assert tables >= content.ONLY_ADDED


@pytest.mark.parametrize(
    ("sql", "changes"),
    [
        ('INSERT INTO "home_standardpage" ("page_ptr_id") VALUES (1)', True),
        ('INSERT OR IGNORE INTO "essor_publicationpage_topics" VALUES (1)', True),
        ('UPDATE "wagtailcore_page" SET "title" = %s WHERE "id" = %s', True),
        ("UPDATE wagtailcore_page SET path = %s || SUBSTR(path, 5)", True),
        (
            'UPDATE "wagtailcore_page" SET "draft_title" = %s, "latest_revision_id" = 3 WHERE 1',
            False,
        ),
        ('UPDATE "wagtailcore_page" SET "draft_title" = %s, "live" = 1 WHERE 1', True),
        ('UPDATE "home_user" SET "last_login" = %s WHERE "home_user"."id" = 1', False),
        ('DELETE FROM "cisp_map_trade" WHERE "id" IN (1)', True),
        ('DELETE FROM "django_session" WHERE "expire_date" < %s', False),
        ('TRUNCATE "django_session", "wagtailcore_page"', True),
        ('INSERT INTO "home_siterendition" VALUES (1)', False),
        ('DELETE FROM "home_siterendition" WHERE 1', True),
        ('SELECT "updated" FROM "wagtailcore_page"', False),
        ('SAVEPOINT "s1"', False),
    ],
)
def test_what_counts_as_a_change(sql, changes):
    assert content.is_change(sql) is changes


# --- CACHE_URL -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "on_postgresql", "default", "pages"),
    [
        ("", False, FILES, FILES),
        ("", True, DATABASE, FILES),
        ("dbcache://", False, DATABASE, FILES),
        ("redis://cache:6379/0", True, REDIS, REDIS),
        ("locmem://", True, LOCMEM, LOCMEM),
        ("filecache:///srv/cache", True, FILES, FILES),
    ],
)
def test_the_cache_is_chosen_by_its_address(url, on_postgresql, default, pages):
    chosen = caches(url, Path("/data"), on_postgresql)
    assert (chosen["default"]["BACKEND"], chosen["pages"]["BACKEND"]) == (default, pages)
    assert chosen["texts"]["BACKEND"] == LOCMEM  # what people look for is written nowhere


def test_the_database_cache_has_its_table(db, settings):
    from django.core.cache.backends.db import DatabaseCache

    cache = DatabaseCache("home_cacheentry", {})
    cache.set("clé", {"a": 1}, 60)
    assert cache.get("clé") == {"a": 1}
    assert cache.add("clé", 2, 60) is False
    assert ContentVersion._meta.db_table in content.UNSEEN_TABLES


# --- A cache in front ----------------------------------------------------------------------------


def test_a_cache_in_front_is_told_of_pages_that_change(sites, settings, commit):
    """FRONTEND_CACHE_URL: PURGE of the page's address when it is published and withdrawn."""
    asked: list[tuple[str, str, str]] = []

    class Front(BaseHTTPRequestHandler):
        def do_PURGE(self):
            asked.append((self.command, self.headers["Host"], self.path))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Front)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.WAGTAILFRONTENDCACHE = frontend_cache(f"http://127.0.0.1:{server.server_port}")
    try:
        page = StandardPage(title="Annonce", slug="annonce")
        with commit():
            sites["cisp"].root_page.add_child(instance=page)
            page.save_revision().publish()
        page.refresh_from_db()
        assert ("PURGE", "cisp.localhost", "/annonce/") in asked
        asked.clear()
        with commit():
            page.unpublish()
        assert ("PURGE", "cisp.localhost", "/annonce/") in asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_nothing_is_kept_while_a_search_engine_settles(page, sites, cisp_client, settings):
    settings.WAGTAILSEARCH_BACKENDS = {**settings.WAGTAILSEARCH_BACKENDS, "database": {}}
    row = ContentVersion.objects.filter(pk=ContentVersion.ONLY)

    def asked_twice() -> list[str]:
        return [how(cisp_client.get("/une-page/")) for _ in range(2)]

    row.update(changed_at=timezone.now())
    assert asked_twice() == ["", ""]
    row.update(changed_at=timezone.now() - timedelta(seconds=content.SETTLE_SECONDS))
    assert asked_twice() == ["miss", "hit"]
