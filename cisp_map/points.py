"""Points on the Earth: the format of the location field, distances, and what is near what.

Coordinates are WGS84 degrees, distances kilometres.
"""

import math
from dataclasses import dataclass

from geopy.distance import geodesic
from wagtailgeowidget.helpers import geosgeometry_str_to_struct

SRID = 4326

BANDS_KM = (5, 10, 25, 50)
"""Upper limits of the distance bands of the ranking; the last band has none."""

RADIUS_STEPS_KM = (5, 10, 15, 25, 50, 100)
"""The steps by which a search without result widens."""


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
    """Distances from one origin, quick enough to sort by.

    The formula is that of the United States' code of federal regulations, 47 CFR 73.208: an
    ellipsoid projected on a plane at the middle latitude. Up to 200 km around Belgium it stays
    within 0.02 % of the geodesic (tests/cisp_map/test_points.py); where that could decide on
    which side of a limit a place lies, the geodesic decides.
    """

    TOLERANCE = 0.0005

    def __init__(self, origin: Point) -> None:
        self.origin = origin

    def km(self, lat: float, lng: float) -> float:
        """Distance to a point, as good as the geodesic at every limit that the finder uses."""
        middle = math.radians((self.origin.lat + lat) / 2)
        per_lat = 111.13209 - 0.56605 * math.cos(2 * middle) + 0.0012 * math.cos(4 * middle)
        per_lng = (
            111.41513 * math.cos(middle)
            - 0.09455 * math.cos(3 * middle)
            + 0.00012 * math.cos(5 * middle)
        )
        km = math.hypot(per_lat * (lat - self.origin.lat), per_lng * (lng - self.origin.lng))
        margin = km * self.TOLERANCE
        if any(abs(km - limit) <= margin for limit in RADIUS_STEPS_KM):
            return geodesic_km(self.origin, Point(lat, lng))
        return km

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
    return next((number for number, limit in enumerate(BANDS_KM) if km <= limit), len(BANDS_KM))
