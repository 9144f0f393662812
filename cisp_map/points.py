"""Points on the Earth: the format of the location field, distances, and what is near what.

Coordinates are WGS84 degrees, distances kilometres.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass

from geopy.distance import geodesic
from wagtailgeowidget.helpers import geosgeometry_str_to_struct

SRID = 4326

BANDS_KM = (5, 10, 25, 50)
"""Upper limits of the distance bands of the ranking; the last band has none."""

RADIUS_STEPS_KM = (5, 10, 15, 25, 50, 100)
"""The steps by which a search without result widens."""

CORNERS = 360
"""Of the polygon that stands for a circle."""


@dataclass(frozen=True)
class Point:
    """A point in WGS84 degrees."""

    lat: float
    lng: float

    def to_location(self) -> str:
        """The format of wagtailgeowidget: `SRID=4326;POINT(lng lat)`."""
        return f"SRID={SRID};POINT({self.lng} {self.lat})"


def parse_location(location: str) -> Point | None:
    """Read wagtailgeowidget's format; None when it is empty or not a point on the Earth."""
    struct = geosgeometry_str_to_struct((location or "").strip())
    if not struct:
        return None
    try:
        point = Point(lat=float(struct["y"]), lng=float(struct["x"]))
    except ValueError:
        return None
    return point if abs(point.lat) <= 90 and abs(point.lng) <= 180 else None


def geodesic_km(a: Point, b: Point) -> float:
    """The shortest way over the ellipsoid, exact to the millimetre, slow: for what is shown."""
    return geodesic((a.lat, a.lng), (b.lat, b.lng)).km


class Surroundings:
    """Distances from one origin, quick enough to select and to sort by, in Python and in SQL.

    The ellipsoid WGS84 projected on a plane at the middle latitude. Its cosines are written as a polynomial
    of the difference of latitude, so that a database without mathematical functions computes the
    very same numbers. Around Belgium it is 2 cm off the geodesic at 25 km
    and 2 m at 100 km (tests/cisp_map/test_points.py).
    """

    # Kilometres per degree of WGS84, as sums of c × cos(n × middle latitude).
    PER_LATITUDE = ((111.13292, 0), (-0.55982, 2), (0.001175, 4))
    PER_LONGITUDE = ((111.41284, 1), (-0.0935, 3), (0.000118, 5))

    def __init__(self, origin: Point) -> None:
        self.origin = origin
        self._per_lat = self._polynomial(self.PER_LATITUDE)
        self._per_lng = self._polynomial(self.PER_LONGITUDE)

    def _polynomial(self, terms: tuple[tuple[float, int], ...]) -> tuple[float, ...]:
        """Taylor coefficients in degrees of difference from the origin's latitude, up to the cube."""
        latitude = math.radians(self.origin.lat)
        half = math.radians(1) / 2  # the middle moves by half the difference
        return (
            sum(c * math.cos(n * latitude) for c, n in terms),
            sum(-c * n * half * math.sin(n * latitude) for c, n in terms),
            sum(-c * (n * half) ** 2 / 2 * math.cos(n * latitude) for c, n in terms),
            sum(c * (n * half) ** 3 / 6 * math.sin(n * latitude) for c, n in terms),
        )

    def km(self, lat: float, lng: float) -> float:
        """Distance to a point."""
        north = lat - self.origin.lat
        east = lng - self.origin.lng
        p0, p1, p2, p3 = self._per_lat
        q0, q1, q2, q3 = self._per_lng
        return math.hypot(
            (p0 + (p1 + (p2 + p3 * north) * north) * north) * north,
            (q0 + (q1 + (q2 + q3 * north) * north) * north) * east,
        )

    def km2_sql(self, lat: str, lng: str) -> str:
        """The square of `km` as SQL over two columns; every number in it is our own float."""
        north = f"({lat} - {self.origin.lat!r})"
        east = f"({lng} - {self.origin.lng!r})"

        def polynomial(coefficients: tuple[float, ...]) -> str:
            c0, c1, c2, c3 = (f"({each!r})" for each in coefficients)
            return f"({c0} + ({c1} + ({c2} + {c3} * {north}) * {north}) * {north})"

        y = f"({polynomial(self._per_lat)} * {north})"
        x = f"({polynomial(self._per_lng)} * {east})"
        return f"({y} * {y} + {x} * {x})"

    def circle(self, radius_km: float) -> list[tuple[float, float]]:
        """`[(lng, lat)]` of a closed polygon: the points at `radius_km`, for a search engine.

        An engine measures on a sphere, which is up to 0.3 % off; this is less than 1 m off at
        25 km, half of it inside and half of it outside.
        """
        radius = radius_km * (1 + (1 - math.cos(math.pi / CORNERS)) / 2)
        p0, p1, p2, p3 = self._per_lat
        q0, q1, q2, q3 = self._per_lng
        corners = []
        for number in range(CORNERS):
            angle = 2 * math.pi * number / CORNERS
            y, x = radius * math.cos(angle), radius * math.sin(angle)
            north = y / p0
            for _ in range(3):
                north = y / (p0 + (p1 + (p2 + p3 * north) * north) * north)
            east = x / (q0 + (q1 + (q2 + q3 * north) * north) * north)
            corners.append((self.origin.lng + east, self.origin.lat + north))
        return [*corners, corners[0]]

    def box(self, radius_km: float) -> tuple[float, float, float, float]:
        """`(south, west, north, east)` of a box that holds the circle, for an indexed query."""
        lat = radius_km / 110.5
        furthest = min(abs(self.origin.lat) + lat, 89.0)
        lng = radius_km / (111.0 * math.cos(math.radians(furthest)))
        return (
            self.origin.lat - lat,
            self.origin.lng - lng,
            self.origin.lat + lat,
            self.origin.lng + lng,
        )


def band_of(km: float) -> int:
    """Number of the distance band, 0 for the nearest."""
    return bisect_left(BANDS_KM, km)
