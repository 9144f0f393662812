"""The score of a training site: ten criteria, the list worst first, and no effect on the public (C-29)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cisp_map.models import TrainingSitePage
from cisp_map.points import Point
from cisp_map.upkeep.quality import (
    CRITERIA,
    FRESH_DAYS,
    STALE_DAYS,
    freshness,
    score,
    with_facts,
    worst_first,
)
from tests.factories import (
    CentreFactory,
    OfferFactory,
    TradeFactory,
    TrainingSitePageFactory,
    UserFactory,
)
from tests.support import HOSTS, Html, result_ids

TODAY = date(2026, 6, 1)
KEYS = [each.key for each in CRITERIA]


def marks(page: TrainingSitePage, today: date = TODAY) -> dict[str, float]:
    """Key of a criterion → mark."""
    found = with_facts(TrainingSitePage.objects.filter(pk=page.pk)).get()
    return dict(zip(KEYS, score(found, today).marks, strict=True))


@pytest.fixture
def full(finder):
    """A site of which nothing is missing on TODAY."""
    page = TrainingSitePageFactory(
        centre=CentreFactory(phone=""),
        location=Point(50.463, 4.87).to_location(),
        address="Rue de Fer 12",
        phone="081 74 32 00",
        email="ici@example.org",
        opening_hours="De 9 h à 16 h",
        access_notes="<p>Bus 4</p>",
        verified_on=TODAY,
    )
    OfferFactory(page=page, duration="6 mois", start_kind="toute-annee")
    return page


@pytest.fixture
def bare(finder):
    """A site of which everything is missing."""
    return TrainingSitePageFactory(centre=CentreFactory(phone=""), location="")


def test_there_are_ten():
    assert len(CRITERIA) == len(set(KEYS)) == 10


def test_everything_and_nothing(full, bare):
    assert set(marks(full).values()) == {1.0}
    assert set(marks(bare).values()) == {0.0}
    assert score(full, TODAY).percent == 100
    assert score(full, TODAY).missing == []
    assert len(score(bare, TODAY).missing) == 10


@pytest.mark.parametrize(
    ("verified", "mark"),
    [
        (None, 0),
        (TODAY, 1),
        (TODAY + timedelta(days=3), 1),
        (TODAY - timedelta(days=FRESH_DAYS), 1),
        (TODAY - timedelta(days=(FRESH_DAYS + STALE_DAYS) // 2), 0.5),
        (TODAY - timedelta(days=STALE_DAYS), 0),
        (date(1990, 1, 1), 0),
    ],
)
def test_freshness(verified, mark):
    assert freshness(verified, TODAY) == pytest.approx(mark, abs=0.001)


@given(st.integers(0, 4000), st.integers(0, 4000))
def test_older_is_never_fresher(first, second):
    older, newer = max(first, second), min(first, second)
    old, new = (freshness(TODAY - timedelta(days=days), TODAY) for days in (older, newer))
    assert 0 <= old <= new <= 1


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("telephone", {"phone": ""}),
        ("courriel", {"email": "", "website": ""}),
        ("adresse", {"address": ""}),
        ("adresse", {"address": "Place du Marché"}),
        ("point", {"location": ""}),
        ("horaire", {"opening_hours": "  "}),
        ("acces", {"access_notes": ""}),
        ("fraicheur", {"verified_on": None}),
    ],
)
def test_one_fact_counts_in_one_criterion(full, key, change):
    for name, value in change.items():
        setattr(full, name, value)
    full.save()
    assert {name for name, mark in marks(full).items() if mark < 1} == {key}


def test_facts_of_the_centre_count_too(bare):
    bare.centre.phone, bare.centre.website = "081 74 32 00", "https://example.org/"
    bare.centre.save()
    assert marks(bare)["telephone"] == marks(bare)["courriel"] == 1


def test_the_centre_of_the_locality_is_no_point(full):
    full.location = Point(full.locality.lat, full.locality.lng).to_location()
    full.save()
    assert marks(full)["point"] == 0


@pytest.mark.parametrize(
    ("facts", "known"),
    [
        ({"start_kind": ""}, False),
        ({"start_kind": "liste"}, True),
        ({"start_kind": "date", "starts_on": TODAY, "start_confirmed_on": TODAY}, True),
        ({"start_kind": "date", "starts_on": TODAY}, False),
        (
            {
                "start_kind": "date",
                "starts_on": TODAY - timedelta(days=1),
                "start_confirmed_on": TODAY,
            },
            False,
        ),
        (
            {
                "start_kind": "date",
                "starts_on": TODAY,
                "start_confirmed_on": TODAY - timedelta(days=61),
            },
            False,
        ),
    ],
)
def test_dates_of_entry(full, facts, known):
    full.offers.all().delete()
    OfferFactory(page=full, duration="6 mois", **facts)
    assert (marks(full)["entrees"] == 1) is known


def test_a_part_of_the_courses_is_a_part_of_the_mark(full):
    OfferFactory(page=full, trade=TradeFactory(), schedule="", duration="")
    assert marks(full)["details"] == 0.5
    assert marks(full)["entrees"] == 0.5


# --- The list ----------------------------------------------------------------------------------


def signed_in(group: str = "Publication cisp.be") -> Client:
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(UserFactory(groups=[Group.objects.get(name=group)]))
    return client


def test_the_worst_first_with_what_is_missing(full, bare):
    assert [each.page.pk for each in worst_first(TrainingSitePage.objects.all(), TODAY)] == [
        bare.pk,
        full.pk,
    ]
    html = Html(signed_in().get(reverse("cisp_map_quality")))
    titles = [each.text for each in html.all("h2") if each.inside(class_="upkeep-rows")]
    assert titles == [bare.title, full.title]
    text = html.one("main").text
    assert "Donner un numéro de téléphone." in text
    edit = reverse("wagtailadmin_pages:edit", args=[bare.pk])
    assert [each for each in html.all("a", href=edit) if each.text == "Corriger"]


def test_the_list_of_one_criterion(full, bare):
    html = Html(signed_in().get(f"{reverse('cisp_map_quality')}?critere=telephone"))
    assert bare.title in html.one("main").text
    assert full.title not in html.one("main").text
    assert signed_in().get(f"{reverse('cisp_map_quality')}?critere=x&p=zz").status_code == 200


def test_the_number_of_queries_is_constant(finder):
    client = signed_in()
    numbers = []
    for wanted in (1, 20):
        while TrainingSitePage.objects.count() < wanted:
            OfferFactory(page=TrainingSitePageFactory())
        client.get(reverse("cisp_map_quality"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("cisp_map_quality"))
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


def test_read_today(full):
    full.verified_on = None
    full.save()
    response = signed_in().post(
        reverse("cisp_map_verified", args=[full.pk]), {"next": "https://ailleurs.example/"}
    )
    assert response["Location"] == reverse("cisp_map_quality")
    full.refresh_from_db()
    assert full.verified_on == timezone.localdate()


def test_the_file_is_safe_for_spreadsheets(full):
    TrainingSitePage.objects.filter(pk=full.pk).update(title="=1+1")
    text = signed_in().get(reverse("cisp_map_quality_csv")).content.decode()
    assert "'=1+1" in text
    assert len(text.splitlines()[0].split(",")) == 13


@pytest.mark.parametrize("group", ["Rédaction interfede.be", "Publication pedatechcisp.be"])
def test_others_do_not_see_it(full, group):
    assert signed_in(group).get(reverse("cisp_map_quality")).status_code == 302


def test_the_public_order_does_not_know_it(full, bare, cisp_client):
    """Two sites at one point stand by their titles, whatever their scores."""
    TrainingSitePage.objects.filter(pk=bare.pk).update(title="A")
    TrainingSitePage.objects.filter(pk=full.pk).update(title="B")
    address = "/formations/?rayon=100&lieu=5000-namur&tri=nom"
    first = result_ids(Html(cisp_client.get(address)))
    TrainingSitePage.objects.update(verified_on=None, phone="")
    assert result_ids(Html(cisp_client.get(address))) == first == [bare.pk, full.pk]
