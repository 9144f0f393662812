"""Platforms, basins and communes (C-39)."""

from __future__ import annotations

import re

import pytest

from cisp_map.models import Locality
from cisp_map.territories import BASINS, PLATFORMS, basin_of, platform_of
from tests.factories import TradeFactory, TrainingSitePageFactory
from tests.support import Html


def walloon_codes() -> list[str]:
    rows = Locality.objects.filter(region=Locality.Region.WALLONIA).order_by("nis_code")
    return list(rows.values_list("nis_code", flat=True).distinct())


def test_there_are_ten_platforms_and_nine_basins():
    assert (len(PLATFORMS), len(BASINS)) == (10, 9)
    slugs = [each.slug for each in (*PLATFORMS, *BASINS)]
    assert len(slugs) == len(set(slugs))


def test_each_walloon_commune_has_exactly_one_platform_and_one_basin(localities):
    codes = walloon_codes()
    assert len(codes) >= 250
    for code in codes:
        for areas in (PLATFORMS, BASINS):
            assert len([each for each in areas if code.startswith(each.nis_prefixes)]) == 1, code
        assert platform_of(code) in PLATFORMS
        assert basin_of(code) in BASINS


def test_every_platform_and_basin_has_communes(localities):
    codes = walloon_codes()
    for area in (*PLATFORMS, *BASINS):
        assert [code for code in codes if code.startswith(area.nis_prefixes)], area.name


def test_brussels_is_in_none(localities):
    codes = Locality.objects.filter(region=Locality.Region.BRUSSELS).values_list(
        "nis_code", flat=True
    )
    assert codes
    assert {(platform_of(code), basin_of(code)) for code in codes} == {(None, None)}


@pytest.mark.parametrize(
    ("commune", "platform", "basin"),
    [
        ("Mons", "mons", "bassin-hainaut-centre"),
        ("La Louvière", "centre", "bassin-hainaut-centre"),
        ("Charleroi", "charleroi", "bassin-hainaut-sud"),
        ("Tournai", "wallonie-picarde", "bassin-wallonie-picarde"),
        ("Mouscron", "wallonie-picarde", "bassin-wallonie-picarde"),
        ("Namur", "namur", "bassin-namur"),
        ("Dinant", "namur", "bassin-namur"),
        ("Arlon", "luxembourg", "bassin-luxembourg"),
        ("Marche-en-Famenne", "luxembourg", "bassin-luxembourg"),
        ("Huy", "huy-waremme", "bassin-huy-waremme"),
        ("Waremme", "huy-waremme", "bassin-huy-waremme"),
        ("Liège", "liege", "bassin-liege"),
        ("Seraing", "liege", "bassin-liege"),
        ("Verviers", "verviers", "bassin-verviers"),
        ("Eupen", "verviers", "bassin-verviers"),
        ("Nivelles", "brabant-wallon", "bassin-brabant-wallon"),
    ],
)
def test_known_towns(localities, commune, platform, basin):
    code = Locality.objects.filter(commune=commune).values_list("nis_code", flat=True)[0]
    assert (platform_of(code).slug, basin_of(code).slug) == (platform, basin)


# --- Pages -------------------------------------------------------------------------------------

TERRITORIES = "/formations/territoires/"


def shown(html: Html) -> list[int]:
    return [int(each.attrs["data-place-id"]) for each in html.all("li", "result")]


def test_mons_and_centre_share_a_basin(finder, cisp_client):
    mons = TrainingSitePageFactory(at="7000-mons").pk
    centre = TrainingSitePageFactory(at="7100-la-louviere").pk
    charleroi = TrainingSitePageFactory(at="6000-charleroi").pk

    def found(slug):
        return set(shown(Html(cisp_client.get(f"{TERRITORIES}{slug}/"))))

    assert found("mons") == {mons}
    assert found("centre") == {centre}
    assert found("bassin-hainaut-centre") == {mons, centre}
    assert found("bassin-hainaut-sud") == {charleroi}


def test_a_territory_without_place_shows_the_nearest_three(finder, cisp_client):
    near = [
        TrainingSitePageFactory(at=slug).pk for slug in ("4500-huy", "5300-andenne", "5000-namur")
    ]
    TrainingSitePageFactory(at="7700-mouscron")
    html = Html(cisp_client.get(f"{TERRITORIES}commune-amay/"))
    assert "Aucun lieu de formation ici" in html.one("main").text
    assert set(shown(html)) == set(near)
    platform = Html(cisp_client.get(f"{TERRITORIES}luxembourg/"))
    assert len(shown(platform)) == 3


def test_every_territory_of_the_list_opens_and_has_as_many_as_it_says(demo, cisp_client):
    html = Html(cisp_client.get(TERRITORIES))
    links = [each for each in html.all("a") if each.inside(class_="territories")]
    assert len(links) >= 10 + 9 + 10
    for link in links:
        count = int(re.search(r"(\d+) lieux?$", link.text)[1])
        reached = Html(cisp_client.get(link.attrs["href"]))
        said = f"{count} lieu" if count else "Aucun lieu"
        assert said in reached.one("main").text, link.attrs["href"]


def test_the_platforms_hold_every_walloon_site_once(demo, cisp_client):
    from cisp_map.models import TrainingSitePage
    from cisp_map.views import territories_of

    counts = {area.slug: count for area, count in territories_of(demo)}
    walloon = TrainingSitePage.objects.filter(locality__region=Locality.Region.WALLONIA).count()
    assert sum(counts[each.slug] for each in PLATFORMS) == walloon
    assert sum(counts[each.slug] for each in BASINS) == walloon
    communes = [count for slug, count in counts.items() if slug.startswith("commune-")]
    assert sum(communes) == TrainingSitePage.objects.count()
    assert 0 not in communes


@pytest.mark.parametrize(
    "path",
    ["absent/", "commune-absente/", "commune-/", "mons/?page=0", "mons/?page=99", "mons/?page=abc",
     "mons/?page=-1", "mons/?page=%D9%A1", "mons/?page=" + "9" * 5000],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(demo, cisp_client, path):
    assert cisp_client.get(f"{TERRITORIES}{path}").status_code == 404


def test_pages_of_a_territory_hold_every_site_once(finder, cisp_client):
    trade = TradeFactory()
    pks = {TrainingSitePageFactory(trades=[trade]).pk for _ in range(14)}
    first = Html(cisp_client.get(f"{TERRITORIES}namur/"))
    second = Html(cisp_client.get(f"{TERRITORIES}namur/{first.one('a', rel='next').attrs['href']}"))
    found = shown(first) + shown(second)
    assert len(found) == 14
    assert set(found) == pks
    assert second.meta("robots") == "noindex, follow"


def test_a_territory_costs_as_many_queries_for_one_site_as_for_twelve(finder, cisp_client):
    trade = TradeFactory()
    TrainingSitePageFactory(trades=[trade])
    path = f"{TERRITORIES}namur/"
    cisp_client.get(path)
    cisp_client.get(path)
    one = len(cisp_client.queries)
    for _ in range(11):
        TrainingSitePageFactory(trades=[trade, TradeFactory()])
    cisp_client.get(path)
    cisp_client.get(path)
    assert len(cisp_client.queries) == one
