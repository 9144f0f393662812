"""Distances, boxes, bands, and the format of the location field."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from django.db import connection
from geopy.distance import geodesic
from hypothesis import assume, example, given
from hypothesis import strategies as st

from cisp_map.finder import BEYOND, RADIUS_CHOICES_KM, step_of
from cisp_map.points import (
    BANDS_KM,
    RADIUS_STEPS_KM,
    Point,
    Surroundings,
    band_of,
    geodesic_km,
    parse_location,
)

# Belgium with a margin: what is asked of the finder.
lats = st.floats(49.4, 51.6)
lngs = st.floats(2.5, 6.5)
points = st.builds(Point, lats, lngs)


@given(points, points)
@example(Point(50.4669, 4.8675), Point(50.4669, 4.8675))
@example(Point(49.5, 5.8), Point(51.4, 2.6))
def test_the_quick_distance_agrees_with_the_geodesic(origin, other):
    exact = geodesic((origin.lat, origin.lng), (other.lat, other.lng)).km
    quick = Surroundings(origin).km(other.lat, other.lng)
    allowed = next((part for km, part in ((25, 1e-6), (100, 2.5e-5)) if exact <= km), 3e-4)
    assert abs(quick - exact) <= allowed * exact + 1e-6


@given(points, st.floats(0, 360), st.sampled_from(RADIUS_STEPS_KM), st.floats(-0.0004, 0.0004))
def test_at_a_radius_a_place_lies_on_the_side_of_its_geodesic(origin, bearing, limit, off):
    assume(abs(off) > 2.5e-5)  # two metres at 100 km: what the formula may be off
    there = geodesic(kilometers=limit * (1 + off)).destination((origin.lat, origin.lng), bearing)
    exact = geodesic((origin.lat, origin.lng), (there.latitude, there.longitude)).km
    quick = Surroundings(origin).km(there.latitude, there.longitude)
    assert (quick <= limit) is (exact <= limit)
    assert step_of(quick) == step_of(exact)


@given(points, st.sampled_from(RADIUS_STEPS_KM))
def test_the_polygon_of_a_circle_keeps_to_its_radius(origin, limit):
    around = Surroundings(origin)
    corners = around.circle(limit)
    assert corners[0] == corners[-1]
    allowed = limit * 2e-5  # half a metre at 25 km
    for (lng, lat), (next_lng, next_lat) in itertools.pairwise(corners):
        assert abs(around.km(lat, lng) - limit) <= allowed
        middle = around.km((lat + next_lat) / 2, (lng + next_lng) / 2)
        assert abs(middle - limit) <= 2 * allowed


@pytest.mark.django_db
def test_the_database_computes_the_very_same_distance():
    draw = random.Random(3)
    for _ in range(50):
        a = Point(draw.uniform(49.4, 51.6), draw.uniform(2.5, 6.5))
        b = Point(draw.uniform(49.4, 51.6), draw.uniform(2.5, 6.5))
        around = Surroundings(a)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {around.km2_sql(repr(b.lat), repr(b.lng))}")
            (squared,) = cursor.fetchone()
        assert math.isclose(math.sqrt(float(squared)), around.km(b.lat, b.lng), rel_tol=1e-12)


@given(points, st.floats(0, 360), st.floats(0.1, 150), st.floats(0, 1))
def test_the_box_holds_the_circle(origin, bearing, radius, share):
    there = geodesic(kilometers=radius * share).destination((origin.lat, origin.lng), bearing)
    south, west, north, east = Surroundings(origin).box(radius)
    assert south <= there.latitude <= north
    assert west <= there.longitude <= east


@given(points, st.floats(1, 100))
def test_the_box_is_no_larger_than_it_must(origin, radius):
    south, west, north, east = Surroundings(origin).box(radius)
    for corner in (
        (north, origin.lng),
        (south, origin.lng),
        (origin.lat, east),
        (origin.lat, west),
    ):
        assert geodesic((origin.lat, origin.lng), corner).km <= 1.1 * radius


@given(points, points)
def test_distance_is_the_same_both_ways(a, b):
    there, back = Surroundings(a).km(b.lat, b.lng), Surroundings(b).km(a.lat, a.lng)
    assert math.isclose(there, back, rel_tol=1e-9, abs_tol=1e-9)
    assert math.isclose(geodesic_km(a, b), geodesic_km(b, a), rel_tol=1e-9, abs_tol=1e-9)


# --- The location field ------------------------------------------------------------------------


@given(points)
def test_a_point_reads_back_as_itself(point):
    assert parse_location(point.to_location()) == point


@pytest.mark.parametrize(
    ("location", "point"),
    [
        ("SRID=4326;POINT(4.8675 50.4669)", Point(50.4669, 4.8675)),
        ("SRID=4326;POINT (4.8675 50.4669)", Point(50.4669, 4.8675)),
        ("  SRID=4326;POINT(4.8675 50.4669)\n", Point(50.4669, 4.8675)),
        ("SRID=4326;POINT(0 0)", Point(0.0, 0.0)),
        ("SRID=4326;POINT(-4.5 -50)", Point(-50.0, -4.5)),
    ],
)
def test_the_formats_of_the_widget(location, point):
    assert parse_location(location) == point


@pytest.mark.parametrize(
    "location",
    [
        "",
        " ",
        None,
        "Namur",
        "50.4669, 4.8675",
        "POINT",
        "SRID=4326;POINT()",
        "SRID=4326;POINT(4.8)",
        "SRID=4326;POINT(4,8 50,4)",
        "SRID=4326;POINT(abc def)",
        "SRID=4326;POINT(nan nan)",
        "SRID=4326;POINT(inf 50)",
        "SRID=4326;POINT(1e400 50)",
        "SRID=4326;POINT(4.8 95)",
        "SRID=4326;POINT(-200 50)",
        "SRID=4326;POINT(4.8 50.4",
        "SRID=4326;POINT(4.8 50.4) OR 1=1",
        "SRID=4326;POINT(. .)",
        "SRID=4326;POINT(- -)",
        "\x00",
    ],
)
def test_what_is_not_a_point(location):
    assert parse_location(location) is None


@given(
    st.one_of(
        st.text(max_size=80),
        st.builds("SRID=4326;POINT({} {})".format, st.text(max_size=20), st.text(max_size=20)),
        st.builds("SRID=4326;POINT({} {})".format, st.floats(), st.floats()),
    )
)
def test_any_text_is_read_without_raising(location):
    point = parse_location(location)
    assert point is None or (abs(point.lat) <= 90 and abs(point.lng) <= 180)


# --- Bands and steps ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("km", "band"),
    [
        (0, 0),
        (5, 0),
        (5.001, 1),
        (10, 1),
        (10.1, 2),
        (25, 2),
        (25.1, 3),
        (50, 3),
        (50.1, 4),
        (9e9, 4),
    ],
)
def test_bands(km, band):
    assert band_of(km) == band


@pytest.mark.parametrize(
    ("km", "step"),
    [(0, 0), (5, 0), (5.1, 1), (10.1, 2), (15, 2), (15.1, 3), (25.1, 4), (50.1, 5), (100, 5)],
)
def test_steps(km, step):
    assert step_of(km) == step


def test_beyond_the_last_radius():
    assert step_of(100.01) == BEYOND == len(RADIUS_STEPS_KM)


def test_the_steps_are_those_of_the_feature_and_hold_every_choice():
    assert RADIUS_STEPS_KM == (5, 10, 15, 25, 50, 100)
    assert BANDS_KM == (5, 10, 25, 50)
    assert set(RADIUS_CHOICES_KM) == {5, 10, 25, 50, 100} <= set(RADIUS_STEPS_KM)


@given(st.floats(0, 1000), st.floats(0, 1000))
def test_farther_is_never_in_a_nearer_band_or_step(a, b):
    near, far = sorted((a, b))
    assert band_of(near) <= band_of(far)
    assert step_of(near) <= step_of(far)
