"""The shared page types: where they may live, what they refuse, what they say."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Page, get_page_models

from cisp_map.models import FinderPage, TrainingSitePage
from home.checks import check_page_types
from home.models import BasePage, BinPage, EventPage, HomePage, StandardPage
from home.models.base import theme_of
from home.phones import phone_uri
from home.themes import Theme
from tests.factories import EventPageFactory, StandardPageFactory
from tests.support import Html

PAGE_TYPES = [model for model in get_page_models() if issubclass(model, BasePage)]


def test_there_are_page_types_to_check():
    assert {HomePage, StandardPage, EventPage, FinderPage, TrainingSitePage} <= set(PAGE_TYPES)


def test_no_page_type_of_ours_stands_outside_base_page():
    ours = [model for model in get_page_models() if not model.__module__.startswith("wagtail")]
    # The bin holds what was deleted; nobody visits it.
    assert [model for model in ours if not issubclass(model, BasePage)] == [BinPage]


def test_every_page_type_declares_its_parents_and_children():
    assert check_page_types() == []
    assert not [each for each in run_checks() if each.id == "home.E001"]


def test_the_check_names_a_type_that_declares_nothing(monkeypatch):
    monkeypatch.delattr(StandardPage, "subpage_types")
    assert [(each.id, each.obj) for each in check_page_types()] == [("home.E001", StandardPage)]


@pytest.mark.parametrize("model", PAGE_TYPES)
def test_every_page_type_has_a_french_label_and_themes(model):
    assert model.kind
    assert model.kind[0].isupper()
    assert model.themes
    assert set(model.themes) <= set(Theme)
    assert model._meta.verbose_name != model.__name__.lower()


def test_a_type_lives_on_its_sites_alone(sites):
    homes = {theme: site.root_page.specific for theme, site in sites.items()}
    FinderPage.objects.all().delete()
    for home in homes.values():
        home.refresh_from_db()
    allowed = {theme for theme, home in homes.items() if FinderPage.can_create_at(home)}
    assert allowed == {"cisp"}
    for model in (StandardPage, EventPage):
        assert {theme for theme, home in homes.items() if model.can_create_at(home)} == set(homes)


def test_there_is_one_finder(sites):
    assert not FinderPage.can_create_at(sites["cisp"].root_page)


def test_a_home_page_stands_at_the_root_alone(sites):
    root = Page.objects.get(depth=1)
    assert HomePage.can_create_at(root)
    assert not HomePage.can_create_at(sites["cisp"].root_page)
    assert not StandardPage.can_create_at(root)


def test_theme_of_a_page(sites):
    for theme, site in sites.items():
        page = StandardPageFactory(parent=site.root_page)
        assert theme_of(page) == theme_of(site.root_page) == Theme(theme)
    assert theme_of(Page.objects.get(depth=1)) is None


# --- EventPage ---------------------------------------------------------------------------------

NOON = datetime(2026, 3, 10, 12, tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize("hours", [None, 0, 3])
def test_an_event_may_end_at_its_start_or_later(db, hours):
    ends_at = None if hours is None else NOON + timedelta(hours=hours)
    event = EventPage(title="Portes ouvertes", slug="portes", starts_at=NOON, ends_at=ends_at)
    event.clean()
    assert event.ends_at == ends_at


def test_an_event_does_not_end_before_it_starts(db):
    event = EventPage(title="Portes", starts_at=NOON, ends_at=NOON - timedelta(minutes=1))
    with pytest.raises(ValidationError) as caught:
        event.clean()
    assert caught.value.message_dict == {"ends_at": ["La fin vient avant le début."]}


@pytest.mark.parametrize("theme", Theme.values)
def test_an_event_shows_when_and_where_and_that_it_is_past(sites, clients, theme):
    home = sites[theme].root_page
    EventPageFactory(
        title="Passé", parent=home, starts_at=NOON - timedelta(days=9000), place="Namur"
    )
    EventPageFactory(title="À venir", parent=home, starts_at=NOON + timedelta(days=9000))
    past = Html(clients[theme].get("/passe/"))
    coming = Html(clients[theme].get("/a-venir/"))
    assert past.one("div", "message").text == "Cet événement est passé."
    assert "Namur" in [each.text for each in past.all("dd")]
    assert coming.all("div", "message") == []
    moment = coming.one("time")
    assert moment.attrs["datetime"].startswith("2050-10-30T12:00:00+01:00")
    assert moment.text == "dimanche 30 octobre 2050, 12 h 00"


# --- Telephone numbers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "uri"),
    [
        ("081 74 32 00", "tel:+3281743200"),
        ("081/74.32.00", "tel:+3281743200"),
        ("+32 81 74 32 00", "tel:+3281743200"),
        ("+32 (0)81 74 32 00", "tel:+3281743200"),
        ("0032 81 74 32 00", "tel:+3281743200"),
        ("0032 (0) 81 74 32 00", "tel:+3281743200"),
        ("0475 12 34 56", "tel:+32475123456"),
        ("04 123 45 67", "tel:+3241234567"),
        ("0800 93 947", "tel:+3280093947"),
        ("+352 27 12 34", "tel:+352271234"),
        ("112", "tel:112"),
        ("", ""),
        ("   ", ""),
        ("sur demande", ""),
        ("+", ""),
    ],
)
def test_phone_uri(number, uri):
    assert phone_uri(number) == uri
