"""Which column of the listing says what: known names, and the choice of a person for others."""

from collections.abc import Sequence
from dataclasses import dataclass

from cisp_map.gazetteer.names import fold


@dataclass(frozen=True)
class Field:
    """Something that the import takes from a file."""

    key: str
    label: str
    names: tuple[str, ...]
    """names of columns, folded"""
    required: bool = False


FIELDS: tuple[Field, ...] = (
    Field("reference", "Identifiant du lieu", ("site id", "id", "identifiant", "reference", "n")),
    Field(
        "name", "Nom du lieu", ("name", "nom", "nom du lieu", "nom du site", "denomination"), True
    ),
    Field("centre", "Centre", ("centre", "operateur", "organisme", "nom du centre")),
    Field("address", "Rue et numéro", ("address", "adresse", "rue", "rue et numero")),
    Field("postal_code", "Code postal", ("postal code", "code postal", "cp", "postcode"), True),
    Field("locality", "Localité", ("locality", "localite", "ville"), True),
    Field("municipality", "Commune", ("municipality", "commune")),
    Field("phone", "Téléphone", ("phone", "telephone", "tel", "gsm")),
    Field("email", "E-mail", ("email", "e mail", "mail", "courriel")),
    Field("website", "Site web", ("website", "site web", "site internet", "url", "web")),
    Field("federation", "Fédération", ("federation",)),
    Field("method", "Type (EFT, DéFI)", ("type", "type de centre", "method", "methode")),
    Field("trades", "Métiers (filières)", ("filieres", "filiere", "metiers", "formations")),
    Field("lat", "Latitude", ("lat", "latitude")),
    Field("lon", "Longitude", ("lon", "lng", "long", "longitude")),
    Field("status", "Statut", ("status", "statut", "etat")),
    Field("note", "Remarque", ("note", "remarque", "remarques", "commentaire")),
)
BY_KEY = {field.key: field for field in FIELDS}
REQUIRED = tuple(field.key for field in FIELDS if field.required)
_KEY_OF = {name: field.key for field in FIELDS for name in field.names}
# Columns of the listing that say how a fact was found: known, and of no use here.
_WITHOUT_USE = frozenset(
    (
        "province",
        "federation basis",
        "type basis",
        "locality basis",
        "confidence",
        "source year",
        "source",
    )
)


def key_of(header: str) -> str | None:
    """The key of the field that a header names, None for any other."""
    return _KEY_OF.get(fold(header))


def is_known(header: str) -> bool:
    """True for a header of the listing, even one of no use."""
    return fold(header) in _KEY_OF or fold(header) in _WITHOUT_USE


def guess(headers: Sequence[str]) -> dict[str, int]:
    """Key of a field → number of its column from 0; the first of two columns of one field."""
    mapping: dict[str, int] = {}
    for position, header in enumerate(headers):
        key = key_of(header)
        if key is not None:
            mapping.setdefault(key, position)
    return mapping


def missing(mapping: dict[str, int]) -> list[str]:
    """Labels of the required fields that have no column."""
    return [BY_KEY[key].label for key in REQUIRED if key not in mapping]


def letter(position: int) -> str:
    """The letter of a column as a spreadsheet shows it: 0 is A, 26 is AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name
