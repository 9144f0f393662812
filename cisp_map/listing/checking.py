"""From cells to facts: each row is right, right with remarks, or refused with reasons.

A refused row changes nothing: the page of that place stays as it is. What a spreadsheet spoils by
itself (a telephone number that lost its zero, a web address without https://) is put right, and
said.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from rapidfuzz import process
from wagtail.models import Page

from cisp_map.gazetteer.boundaries import in_area
from cisp_map.gazetteer.names import fold, variants
from cisp_map.listing.columns import BY_KEY
from cisp_map.listing.reading import (
    DATE,
    EMPTY_CELL,
    ERROR,
    FORMULA,
    MAX_SIGNS,
    NUMBER,
    Cell,
    Table,
)
from cisp_map.models import Centre, Locality, LocalityName, Method, Trade, TrainingSitePage
from cisp_map.models.pages import FURTHEST_FROM_LOCALITY_KM
from cisp_map.places import resolve_place
from cisp_map.points import Point, geodesic_km
from home.models import Federation

ACTIVE, UNSURE, CLOSED = "actif", "a-verifier", "ferme"
LISTS = re.compile(r"[|;\n]")
_PRISON = re.compile(r"\b(?:prison|pénitentiaire|penitentiaire)s?\b", re.IGNORECASE)
_PHONE = re.compile(r"[+\d][\d\s./()+-]{6,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_url, _email = URLValidator(schemes=["http", "https"]), EmailValidator()


@dataclass(frozen=True)
class Finding:
    """A cell that is refused, or that was read in another way than it is written."""

    row: int
    column: str
    field: str
    value: str
    reason: str
    is_error: bool = True


@dataclass
class Facts:
    """What one row says. Values are text as a page holds it; a key that is absent means that the
    file has no such column.
    """

    row: int
    reference: str
    name: str
    values: dict[str, str]
    locality: Locality
    trades: tuple[str, ...] | None
    """names of trades in the order of the file; None without such a column"""
    point: Point | None
    status: str
    centre: str = ""
    """name of the centre, as said or as understood"""
    centre_is_said: bool = False
    findings: list[Finding] = field(default_factory=list)


@dataclass
class Checked:
    """All rows: the right ones, and the references and reasons of the refused ones."""

    facts: list[Facts] = field(default_factory=list)
    refused: list[tuple[int, str, str, list[Finding]]] = field(default_factory=list)
    """number of the row, reference, name, findings"""
    remarks: list[Finding] = field(default_factory=list)
    """about the file itself"""
    total: int = 0

    @cached_property
    def references(self) -> set[str]:
        """Of every row that could be told, refused or not: none of these is missing."""
        return {each.reference for each in self.facts} | {ref for _, ref, _, _ in self.refused}


def check(table: Table, mapping: dict[str, int]) -> Checked:
    """Check every row against the vocabulary and the gazetteer of the database."""
    checked = Checked(total=len(table.rows))
    for remark in table.remarks:
        checked.remarks.append(
            Finding(remark.row, remark.column, "", "", remark.reason, is_error=False)
        )
    checker = _Checker(table, mapping)
    checked.remarks += checker.unread_columns()
    for number, cells in table.rows:
        facts, reference, name = checker.row(number, cells)
        if isinstance(facts, Facts):
            checked.facts.append(facts)
        else:
            checked.refused.append((number, reference, name, facts))
    _name_centres(checked.facts)
    checked.facts, contradicting = _without_contradictions(checked.facts, table, mapping)
    checked.refused = sorted([*checked.refused, *contradicting], key=lambda each: each[0])
    return checked


class _Checker:
    """Checks rows one after the other; remembers identifiers and places."""

    def __init__(self, table: Table, mapping: dict[str, int]) -> None:
        self.table = table
        self.mapping = mapping
        self.seen: dict[str, int] = {}
        self.places: dict[tuple[str, str, str], tuple[Locality | None, str, str]] = {}
        self.trades = {
            fold(name): name for name in Trade.objects.in_french().values_list("name", flat=True)
        }
        self.federations: dict[str, str] = {}
        for each in Federation.objects.all():
            self.federations[fold(each.acronym)] = each.acronym
            self.federations[fold(each.name)] = each.acronym
        self.localities = _localities_by_code()

    def unread_columns(self) -> list[Finding]:
        """A remark for each named column that nothing is taken from."""
        from cisp_map.listing.columns import is_known

        used = set(self.mapping.values())
        return [
            Finding(
                self.table.header_row,
                self.table.column(position),
                "",
                header,
                "Cette colonne n’est pas reconnue : elle n’est pas lue.",
                is_error=False,
            )
            for position, header in enumerate(self.table.headers)
            if header and position not in used and not is_known(header)
        ]

    # --- One row -------------------------------------------------------------------------------

    def row(self, number: int, cells: list[Cell]) -> tuple[Facts | list[Finding], str, str]:
        """`(facts or findings, reference, name)`."""
        self.number, self.cells = number, cells
        self.findings: list[Finding] = []
        said = {key: self._text(key) for key in self.mapping}
        name = said.get("name", "")
        if not name:
            self._refuse("name", "Le nom du lieu manque.")
        place = self._place(said)
        reference = self._reference(said, name)
        values = {"name": name}
        if "address" in said:
            values["address"] = said["address"]
        for key, clean in (
            ("phone", self._phone),
            ("email", self._email),
            ("website", self._website),
            ("federation", self._federation),
            ("method", self._method),
        ):
            if key in said:
                values[key] = clean(said[key])
        trades = self._trades(said["trades"]) if "trades" in said else None
        point = self._point(said, place)
        self._lengths(values)
        if any(each.is_error for each in self.findings) or place is None:
            return self.findings, reference, name
        return (
            Facts(
                row=number,
                reference=reference,
                name=name,
                values={**values, "prison": self._prison(said)},
                locality=place,
                trades=trades,
                point=point,
                status=self._status(said.get("status", "")),
                centre=said.get("centre", ""),
                centre_is_said=bool(said.get("centre")),
                findings=self.findings,
            ),
            reference,
            name,
        )

    def _cell(self, key: str) -> Cell:
        position = self.mapping[key]
        return self.cells[position] if position < len(self.cells) else EMPTY_CELL

    def _add(self, key: str, reason: str, is_error: bool) -> None:
        column = self.table.column(self.mapping[key])
        value = self._cell(key).text[:200]
        self.findings.append(Finding(self.number, column, key, value, reason, is_error))

    def _refuse(self, key: str, reason: str) -> None:
        self._add(key, reason, is_error=True)

    def _remark(self, key: str, reason: str) -> None:
        self._add(key, reason, is_error=False)

    def _text(self, key: str) -> str:
        cell = self._cell(key)
        if cell.kind == FORMULA:
            self._refuse(key, "La cellule contient une formule : collez sa valeur à la place.")
            return ""
        if cell.kind == ERROR:
            self._refuse(key, f"La cellule contient une erreur du tableur ({cell.text}).")
            return ""
        if cell.kind == DATE:
            self._refuse(key, "La cellule contient une date : mettez-la au format texte.")
            return ""
        if len(cell.text) > MAX_SIGNS or _CONTROL.search(cell.text):
            self._refuse(key, "La cellule est trop longue ou contient des signes illisibles.")
            return ""
        if key in ("trades", "note"):
            return cell.text
        return " ".join(cell.text.split())

    def _reference(self, said: dict[str, str], name: str) -> str:
        """The identifier of the file; without such a column, the name and the postal code."""
        reference = said.get("reference", "")
        key = "reference" if "reference" in self.mapping else "name"
        if key == "name":
            reference = f"{fold(name)} {said.get('postal_code', '')}".strip().replace(" ", "-")
        elif not reference:
            if self._cell("reference").kind not in (FORMULA, ERROR, DATE):
                self._refuse("reference", "L’identifiant du lieu manque.")
            return ""
        if len(reference) > 120:
            self._refuse(key, "L’identifiant est trop long : 120 signes au plus.")
            return reference[:120]
        if reference in self.seen:
            what = "Cet identifiant" if key == "reference" else "Ce lieu (nom et code postal)"
            self._refuse(key, f"{what} est déjà celui de la ligne {self.seen[reference]}.")
        elif reference:
            self.seen[reference] = self.number
        return reference

    # --- Where ---------------------------------------------------------------------------------

    def _place(self, said: dict[str, str]) -> Locality | None:
        code, name = said.get("postal_code", ""), said.get("locality", "")
        commune = said.get("municipality", "")
        broken = {each.field for each in self.findings}
        if not code and "postal_code" not in broken:
            self._refuse("postal_code", "Le code postal manque.")
        if not name and "locality" not in broken:
            self._refuse("locality", "La localité manque.")
        if not code or not name:
            return None
        if not re.fullmatch(r"\d{4}", code):
            self._refuse("postal_code", "Un code postal belge a quatre chiffres.")
            return None
        key = (code, name, commune)
        if key not in self.places:
            self.places[key] = self._find_place(code, name, commune)
        locality, refusal, remark = self.places[key]
        if refusal:
            self._refuse("postal_code", refusal)
        elif remark:
            self._remark("locality", remark)
        return locality

    def _find_place(self, code: str, name: str, commune: str) -> tuple[Locality | None, str, str]:
        """`(locality, reason of refusal, remark)`."""
        known = self.localities.get(code)
        if not known:
            return None, _why_unknown(code, name), ""
        for spelling in variants(fold(name)):
            if found := known.get(spelling):
                return _best(found, commune), "", ""
        everywhere = _all(known)
        by_commune = [each for each in everywhere if fold(each.commune) == fold(name)]
        if by_commune:
            return _best(by_commune, commune), "", ""
        place = resolve_place(f"{code} {name}").place
        close = next((each for each in everywhere if place and each.slug == place.slug), None)
        if close and fold(commune) in ("", fold(close.commune)):
            return close, "", f"Localité inconnue sous ce nom : lue comme {close}."
        if any(fold(each.commune) == fold(commune) for each in everywhere):
            best = _best(everywhere, commune)
            return best, "", f"Localité inconnue sous ce nom : placée à {best}."
        names = ", ".join(sorted({each.name for each in everywhere})[:4])
        return None, f"Le code {code} n’est pas celui de {name} : c’est celui de {names}.", ""

    def _point(self, said: dict[str, str], place: Locality | None) -> Point | None:
        lat_text, lon_text = said.get("lat", ""), said.get("lon", "")
        if not lat_text and not lon_text:
            return None
        if "lat" not in self.mapping or "lon" not in self.mapping:
            return None
        if not lat_text or not lon_text:
            self._refuse("lon" if lat_text else "lat", "L’autre coordonnée manque.")
            return None
        numbers = {}
        for key, text in (("lat", lat_text), ("lon", lon_text)):
            try:
                numbers[key] = float(text.replace(",", "."))
            except ValueError:
                self._refuse(key, "Ce n’est pas un nombre de degrés (50,4669).")
        if len(numbers) < 2:
            return None
        lat, lon = numbers["lat"], numbers["lon"]
        if lat == 0 and lon == 0:
            self._refuse("lat", "0, 0 n’est pas un lieu : videz les deux cellules ou corrigez-les.")
        elif in_area(lat, lon) is None:
            if in_area(lon, lat) is not None:
                self._refuse("lat", "Latitude et longitude sont inversées.")
            else:
                self._refuse("lat", "Ce point n’est ni en Wallonie ni à Bruxelles.")
        elif place is not None:
            point = Point(round(lat, 6), round(lon, 6))
            km = geodesic_km(point, Point(place.lat, place.lng))
            if km <= FURTHEST_FROM_LOCALITY_KM:
                return point
            self._refuse(
                "lat",
                f"Ce point est à {km:.0f} km de {place.name} : "
                f"{FURTHEST_FROM_LOCALITY_KM} km au plus.",
            )
        return None

    # --- What ----------------------------------------------------------------------------------

    def _trades(self, text: str) -> tuple[str, ...]:
        found: list[str] = []
        for part in LISTS.split(text):
            said = " ".join(part.split())
            if not said:
                continue
            name = self.trades.get(fold(said))
            if name is None:
                near = process.extract(fold(said), self.trades.keys(), limit=1, score_cutoff=75)
                hint = f" Vouliez-vous dire « {self.trades[near[0][0]]} » ?" if near else ""
                self._refuse("trades", f"Métier inconnu : « {said} ».{hint}")
            elif name not in found:
                found.append(name)
        return tuple(found)

    def _phone(self, text: str) -> str:
        if not text:
            return ""
        if "e+" in text.lower() or (self._cell("phone").kind == NUMBER and not text.isdigit()):
            self._refuse(
                "phone", "Ce numéro a été changé en nombre par le tableur : écrivez-le comme texte."
            )
            return ""
        if text.isdigit() and text[0] != "0" and 8 <= len(text) <= 9:
            repaired = format_phone(f"0{text}")
            self._remark("phone", f"Numéro enregistré comme un nombre : lu {repaired}.")
            return repaired
        if text.isdigit() and len(text) in (10, 11) and text.startswith("32"):
            repaired = f"+{text}"
            self._remark("phone", f"Numéro enregistré comme un nombre : lu {repaired}.")
            return repaired
        if not _PHONE.fullmatch(text):
            self._refuse("phone", "Ce n’est pas un numéro de téléphone (081 74 32 00).")
        return text

    def _email(self, text: str) -> str:
        if text:
            try:
                _email(text)
            except ValidationError:
                self._refuse("email", "Ce n’est pas une adresse e-mail.")
        return text

    def _website(self, text: str) -> str:
        if not text:
            return ""
        address = text if "://" in text else f"https://{text}"
        try:
            _url(address)
        except ValidationError:
            self._refuse("website", "Ce n’est pas l’adresse d’un site web (https://…).")
        return address

    def _federation(self, text: str) -> str:
        if not text:
            return ""
        acronym = self.federations.get(fold(text))
        if acronym is None:
            known = ", ".join(sorted(set(self.federations.values())))
            self._refuse("federation", f"Fédération inconnue. Connues : {known}.")
        return acronym or ""

    def _method(self, text: str) -> str:
        if not text:
            return ""
        for method in Method:
            if fold(text) in (fold(method.value), fold(method.label)):
                return method.value
        self._refuse("method", "Type inconnu : EFT ou DéFI.")
        return ""

    def _prison(self, said: dict[str, str]) -> str:
        """«oui» when name, address or remark speak of a prison: the place is then never shown."""
        for key in ("name", "address", "note"):
            if key in said and _PRISON.search(said[key]):
                self._remark(key, "Lieu dans une prison : il n’est pas montré au public.")
                return "oui"
        return ""

    def _status(self, text: str) -> str:
        said = fold(text)
        if said.startswith("ferme") or said.startswith("clos"):
            return CLOSED
        return UNSURE if "a verifier" in said else ACTIVE

    def _lengths(self, values: dict[str, str]) -> None:
        for key, text in values.items():
            limit = _LIMITS.get(key)
            if limit and len(text) > limit:
                self._refuse(key, f"Texte trop long : {limit} signes au plus.")


def _limit(model: type[Any], name: str) -> int:
    return model._meta.get_field(name).max_length or 0


_LIMITS = {
    "name": _limit(Page, "title"),
    "address": _limit(TrainingSitePage, "address"),
    "phone": _limit(TrainingSitePage, "phone"),
    "email": _limit(TrainingSitePage, "email"),
    "website": _limit(TrainingSitePage, "website"),
}


def format_phone(digits: str) -> str:
    """A national Belgian number in the usual groups.

    >>> format_phone("081743200")
    '081 74 32 00'
    >>> format_phone("0470123456")
    '0470 12 34 56'
    """
    if len(digits) == 10:
        head, rest = digits[:4], digits[4:]
    elif digits[1] in "239" or (digits[1] == "4" and digits[2] in "234"):
        return f"{digits[:2]} {digits[2:5]} {digits[5:7]} {digits[7:]}"
    else:
        head, rest = digits[:3], digits[3:]
    return " ".join([head, *(rest[at : at + 2] for at in range(0, len(rest), 2))])


# --- Localities --------------------------------------------------------------------------------


def _why_unknown(code: str, name: str) -> str:
    if "Flandre" in resolve_place(code).message:
        return f"Le code {code} est en Flandre : un CISP est en Wallonie."
    result = resolve_place(f"{code} {name}")
    right = [each for each in result.candidates if fold(name) in fold(each.label)]
    hint = f" {name} a le code {right[0].postal_code}." if right else ""
    return f"Le code postal {code} n’existe ni en Wallonie ni à Bruxelles.{hint}"


def _localities_by_code() -> dict[str, dict[str, list[Locality]]]:
    """Postal code → folded name → localities, in two queries."""
    localities = {each.pk: each for each in Locality.objects.all()}
    found: dict[str, dict[str, list[Locality]]] = {}
    for key, pk in LocalityName.objects.values_list("key", "locality_id"):
        locality = localities[pk]
        same = found.setdefault(locality.postal_code, {}).setdefault(key, [])
        if locality not in same:
            same.append(locality)
    return found


def _all(known: dict[str, list[Locality]]) -> list[Locality]:
    return list({each.pk: each for group in known.values() for each in group}.values())


def _best(localities: Iterable[Locality], commune: str) -> Locality:
    """Of the commune that the file says, the commune's own locality first."""
    return min(
        localities,
        key=lambda each: (
            fold(each.commune) != fold(commune),
            each.kind != Locality.Kind.COMMUNE,
            each.slug,
        ),
    )


# --- Centres -----------------------------------------------------------------------------------


def _name_centres(facts: list[Facts]) -> None:
    """The centre of each row whose file does not say it.

    «Le Pont – Sprimont» is a site of «Le Pont» when that is a centre already or when another row
    begins with it too; else the site is its own centre.
    """
    known = {fold(name): name for name in Centre.objects.values_list("name", flat=True)}
    begins: dict[str, int] = {}
    for each in facts:
        begins[fold(_beginning(each.name))] = begins.get(fold(_beginning(each.name)), 0) + 1
    for each in facts:
        if each.centre:
            each.centre = known.setdefault(fold(each.centre), each.centre)
            continue
        beginning = _beginning(each.name)
        name = each.name
        if fold(name) not in known and (fold(beginning) in known or begins[fold(beginning)] > 1):
            name = beginning
        each.centre = known.setdefault(fold(name), name)
    for each in facts:
        each.centre = each.centre[: _limit(Centre, "name")]


def _beginning(name: str) -> str:
    return re.split(r" [–—-] ", name, maxsplit=1)[0].strip()


def _without_contradictions(
    facts: list[Facts], table: Table, mapping: dict[str, int]
) -> tuple[list[Facts], list[tuple[int, str, str, list[Finding]]]]:
    """Two rows of one centre cannot name two federations: the second is refused."""
    if "federation" not in mapping:
        return facts, []
    first: dict[str, Facts] = {}
    kept, refused = [], []
    for each in facts:
        federation = each.values["federation"]
        before = first.get(fold(each.centre))
        if federation and before and before.values["federation"] != federation:
            finding = Finding(
                each.row,
                table.column(mapping["federation"]),
                "federation",
                federation,
                f"La ligne {before.row} donne {before.values['federation']} au même centre, "
                f"{each.centre}.",
            )
            refused.append((each.row, each.reference, each.name, [*each.findings, finding]))
            continue
        if federation and not before:
            first[fold(each.centre)] = each
        kept.append(each)
    return kept, refused


def label_of(key: str) -> str:
    """The French name of a field of the report."""
    return _LABELS.get(key) or BY_KEY[key].label


_LABELS = {
    "locality": "Localité",
    "point": "Point sur la carte",
    "prison": "Dans une prison",
    "page": "Page",
    "status": "Statut",
}
