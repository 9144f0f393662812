"""Reading the official ROME file of job names («appellations»). Plain Python, no database.

France Travail publishes it under several layouts: comma, semicolon or tab; UTF-8 or Latin;
``code_rome`` and ``libelle_appellation_long`` (the «référentiel» files) or plainer names. Columns
are found by name. Source: https://www.francetravail.org/opendata (Licence Ouverte).
"""

import csv
import io
import re
from dataclasses import dataclass

from search import french

_CODE_COLUMNS = ("code_rome", "code", "coderome", "rome", "rome_code", "code_fiche_rome")
_JOB_COLUMNS = (
    "appellation",
    "libelle_appellation_long",
    "libelle_appellation",
    "libelle_appellation_court",
    "libelle_long_appellation",
    "intitule_appellation",
)
_LABEL_COLUMNS = (
    "label",
    "libelle_rome",
    "libelle_code_rome",
    "intitule_rome",
    "rome_label",
    "libelle",
)
_CODE = re.compile(r"[A-N]\d{4}")
MAX_JOB = 200
MAX_LABEL = 160


class RomeFileError(ValueError):
    """A file that is no ROME file; the message is French and says what to do."""


@dataclass(frozen=True)
class RomeJob:
    """A job name under a ROME code; ``label`` is the code's own title, "" when the file has none."""

    code: str
    label: str
    job: str


def read_rome(content: bytes) -> list[RomeJob]:
    """Job names of the file, each once, in its order. Raises :class:`RomeFileError`."""
    text = _decode(content)
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = {_key(name): name for name in reader.fieldnames or () if name}
    code = _column(columns, _CODE_COLUMNS)
    job = _column(columns, _JOB_COLUMNS)
    label = _column(columns, _LABEL_COLUMNS)
    if not code or not job:
        missing = " et ".join(
            name for name, found in (("le code ROME", code), ("l’appellation", job)) if not found
        )
        raise RomeFileError(
            f"Colonne introuvable pour {missing}. Colonnes du fichier : "
            f"{', '.join(columns) or 'aucune'}. Attendu par exemple : code_rome, "
            "libelle_appellation_long."
        )
    found: dict[tuple[str, str], RomeJob] = {}
    try:
        for row in reader:
            value = (row[code] or "").strip().upper()
            name = " ".join((row[job] or "").split())
            if not _CODE.fullmatch(value) or not name or len(name) > MAX_JOB:
                continue
            title = " ".join((row.get(label) or "").split())[:MAX_LABEL] if label else ""
            found.setdefault((value, name), RomeJob(value, title, name))
    except csv.Error as error:
        raise RomeFileError(f"Le fichier n’est pas un CSV lisible : {error}.") from error
    if not found:
        raise RomeFileError(
            "Aucune ligne avec un code ROME V3 (une lettre, quatre chiffres) et une appellation."
        )
    return list(found.values())


def _decode(content: bytes) -> str:
    """Text of the file: UTF-8, or else the Latin alphabet of older Windows files."""
    if b"\x00" in content or content.startswith(b"PK"):
        raise RomeFileError(
            "Ce n’est pas un fichier CSV (tableur ou archive ?). Enregistrez-le en CSV d’abord."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _key(name: str) -> str:
    """Name of a column without case, accents, spaces or quotes."""
    return re.sub(r"[^a-z0-9]+", "_", french.fold(name)).strip("_")


def _column(columns: dict[str, str], wanted: tuple[str, ...]) -> str:
    """The file's own name of the first wanted column that it has, or ""."""
    return next((columns[name] for name in wanted if name in columns), "")
