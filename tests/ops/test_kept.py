"""What is kept in memory (home.content.kept, home.sites): never older than the content."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction, Site

from cisp_map.models import TradeFamily, TrainingSitePage
from essor.models import IssuePage, PublicationPage
from home import content
from home.models import HomeChannel, HomePage, StandardPage
from home.sites import home_page
from tests.support import Html

TOKEN = "home_contentversion"


def menu(client) -> list[str]:
    """The entries of the header."""
    links = Html(client.get("/")).all("a")
    return [each.text for each in links if each.inside(**{"aria-label": "Menu principal"})]


# --- The decorators ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_is_read_anew_after_each_change(django_assert_num_queries):
    @content.kept
    def names():
        own = TradeFamily.objects.filter(slug__startswith="essai-")
        return sorted(own.values_list("name", flat=True))

    Locale.objects.get_or_create(language_code="fr")  # a test before may have emptied the tables
    content.changed()
    assert names() == []
    with django_assert_num_queries(1):  # the token
        assert names() == []
    family = TradeFamily.objects.create(name="Vannerie", slug="essai-vannerie")
    assert names() == ["Vannerie"]
    with transaction.atomic():
        family.delete()
        assert names() == [], "a transaction sees what it wrote"
        transaction.set_rollback(True)
    assert names() == ["Vannerie"], "and nobody else does"


def test_each_set_of_arguments_is_kept_for_itself(db, commit):
    read = []

    @content.kept
    def double(number: int, *, sign: int = 1) -> int:
        read.append(number)
        return sign * 2 * number

    with commit():
        content.changed()
    assert [double(1), double(2), double(1), double(1, sign=-1)] == [2, 4, 2, -2]
    assert read == [1, 2, 1]
    content.changed()
    assert (double(1), read) == (2, [1, 2, 1, 1])


def test_what_has_no_key_is_not_kept(db, commit):
    read = []

    @content.kept_by(lambda number: number or None)
    def same(number: int) -> int:
        read.append(number)
        return number

    with commit():
        content.changed()
    assert [same(0), same(0), same(1), same(1)] == [0, 0, 1, 1]
    assert read == [0, 0, 1]


def test_memory_has_an_end(db, commit, monkeypatch):
    monkeypatch.setattr(content, "KEPT_MOST", 2)
    read = []

    @content.kept
    def same(number: int) -> int:
        read.append(number)
        return number

    with commit():
        content.changed()
    assert [same(number) for number in (1, 2, 3, 3, 1)] == [1, 2, 3, 3, 1]
    assert read == [1, 2, 3, 3]


def test_what_the_clock_changes_ends_with_its_hour(db, commit, monkeypatch):
    now = timezone.now()
    hours = [now + timedelta(hours=2), now + timedelta(hours=1)]
    monkeypatch.setattr(content, "next_change", lambda token: hours.pop())
    read = []

    @content.kept_by(lambda: "", by_the_clock=True)
    def last() -> int:
        read.append(1)
        return len(read)

    with commit():
        content.changed()
    assert [last(), last()] == [1, 1]
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=1))
    assert [last(), last()] == [2, 2]


# --- One request ---------------------------------------------------------------------------------


def test_a_page_asks_for_the_token_once(kept_pages, demo, cisp_client):
    for _ in range(2):
        kept_pages.clear()
        cisp_client.get("/")
        assert sum(TOKEN in each["sql"] for each in cisp_client.queries) == 1


def change(request: HttpRequest) -> JsonResponse:
    """A view that changes something."""
    before = content.current()
    content.changed()
    return JsonResponse({"is_new": content.current() != before})


urlpatterns = [path("change/", change)]


@pytest.mark.urls(__name__)
def test_a_request_knows_what_it_changed_itself(
    db, client, settings, commit, django_assert_num_queries
):
    settings.MIDDLEWARE = []
    with commit():
        content.changed()
    assert client.get("/change/").json() == {"is_new": True}
    for _ in range(2):
        with django_assert_num_queries(1):  # outside of a request it is asked each time
            content.current()


# --- Sites, home pages, menus --------------------------------------------------------------------


def test_the_menu_is_never_older_than_its_pages(sites, cisp_client, commit):
    assert "Nouveau" not in menu(cisp_client)
    page = StandardPage(title="Nouveau", slug="nouveau", show_in_menus=True)
    with commit():
        sites["cisp"].root_page.add_child(instance=page)
    assert "Nouveau" in menu(cisp_client)
    with commit():
        StandardPage.objects.filter(pk=page.pk).update(title="Autre nom")
    assert "Autre nom" in menu(cisp_client)
    with commit():
        restriction = PageViewRestriction.objects.create(
            page=page, restriction_type=PageViewRestriction.LOGIN
        )
    assert "Autre nom" not in menu(cisp_client)
    with commit():
        restriction.delete()
    assert "Autre nom" in menu(cisp_client)
    with commit():
        page.refresh_from_db()
        page.unpublish()
    assert "Autre nom" not in menu(cisp_client)


def test_a_menu_that_is_kept_costs_no_query(demo, cisp_client, commit):
    with commit():
        content.changed()

    def asked() -> list[str]:
        cisp_client.get("/")
        return [
            each["sql"]
            for each in cisp_client.queries
            if 'show_in_menus" AND' in each["sql"] or 'FROM "wagtailcore_site"' in each["sql"]
        ]

    assert len(asked()) >= 2, "the first page after a change asks for site and menus"
    assert asked() == []


def test_a_site_that_changes_its_name_or_home_is_found_at_once(sites, cisp_client, commit):
    assert Html(cisp_client.get("/")).theme == "cisp"
    other = HomePage(title="Une autre", slug="une-autre")
    with commit():
        sites["cisp"].root_page.add_sibling(instance=other)
        Site.objects.filter(pk=sites["cisp"].pk).update(root_page=other)
    assert Html(cisp_client.get("/")).one("title").text.startswith("Une autre")
    with commit():
        Site.objects.filter(pk=sites["cisp"].pk).update(hostname="ailleurs.localhost")
        Site.objects.filter(pk=sites["pedatech"].pk).update(hostname="cisp.localhost")
    assert Html(cisp_client.get("/")).theme == "pedatech"


def test_what_a_request_notes_is_its_own(sites, commit):
    with commit():
        content.changed()
    root = sites["cisp"].root_page_id
    first = home_page(root, "fr")
    first.title = "Changé par une requête"
    assert home_page(root, "fr").title != first.title


def test_a_home_page_of_another_language_is_seen_at_once(sites, cisp_client, commit):
    german = Locale.objects.get_or_create(language_code="de")[0]
    assert home_page(sites["cisp"].root_page_id, "de") is None
    with commit():
        sites["cisp"].root_page.copy_for_translation(german).specific.save_revision().publish()
    assert home_page(sites["cisp"].root_page_id, "de").locale == german
    assert cisp_client.get("/de/").status_code == 200
    with commit():
        home_page(sites["cisp"].root_page_id, "de").unpublish()
    assert cisp_client.get("/de/").status_code == 404


def test_the_draft_of_a_home_page_is_nobody_elses(demo, interfede_client, commit):
    home = HomePage.objects.get(pk=Site.objects.get(hostname="interfede.localhost").root_page_id)
    with commit():
        content.changed()

    def shown(response) -> list[str]:
        return [each.text for each in Html(response).all("h2", "front__label")]

    public = shown(interfede_client.get("/"))
    assert len(public) > 1
    home.channels = [HomeChannel(key="publications", is_hidden=True)]
    draft = shown(home.make_preview_request(preview_mode=home.default_preview_mode))
    assert draft == [label for label in public if label != "Publications"]
    assert shown(interfede_client.get("/")) == public


# --- Lists of the rooms --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "model"),
    [
        ("/publications/", PublicationPage),
        ("/publications/lessor/", IssuePage),
        ("/", IssuePage),
    ],
)
def test_a_list_is_never_older_than_its_pages(demo, interfede_client, commit, address, model):
    def shown() -> str:
        return interfede_client.get(address).content.decode()

    with commit():
        content.changed()
    newest = model.objects.live().public().newest_first().first()
    assert newest.title in shown()
    with commit():
        newest.title = "Un titre tout neuf"
        newest.save_revision().publish()
    assert newest.title in shown()
    with commit():
        newest.unpublish()
    assert newest.title not in shown()


def test_the_counts_of_the_home_page_are_those_of_now(demo, cisp_client, commit):
    def count() -> int:
        found = Html(cisp_client.get("/")).all(
            "a", href="/formations/?domaine=horeca-et-alimentation"
        )
        return int(re.search(r"(\d+) lieu", found[0].text)[1])

    with commit():
        content.changed()
    before = count()
    site = TrainingSitePage.objects.live().filter(
        offers__trade__family__slug="horeca-et-alimentation"
    )
    with commit():
        site.first().unpublish()
    assert count() == before - 1
