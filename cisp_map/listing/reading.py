"""From the bytes of a file to rows of cells; `UnreadableListing` is one French sentence.

Nothing of the file is trusted: its size, what it says of its own size, its format, its number of
columns and rows. A file of 10,000 rows is held in memory once, as text.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from openpyxl import load_workbook

from cisp_map.listing.columns import guess, is_known, letter

MAX_BYTES = 10_000_000
MAX_UNZIPPED = 120_000_000
MAX_STRINGS = 40_000_000
MAX_PART = 5_000_000
"""Any part of a workbook that is held in memory whole: styles, relations."""
MAX_PARTS = 500
MAX_COLUMNS = 100
MAX_ROWS = 20_000
MAX_SIGNS = 5_000
MAX_BLANK_ROWS = 1_000
HEADER_ROWS = 20
"""Rows among which the header is looked for."""

TEXT, NUMBER, FORMULA, ERROR, DATE = "texte", "nombre", "formule", "erreur", "date"

TOO_LARGE = "Ce fichier est trop lourd : 10 Mo au plus. Gardez une seule feuille, sans image."
EMPTY = "Ce fichier est vide."
OLD_EXCEL = (
    "Ce fichier est un classeur Excel ancien (.xls) ou protégé par un mot de passe. "
    "Enregistrez-le en .xlsx, sans mot de passe."
)
MACROS = "Ce classeur contient des macros (.xlsm). Enregistrez-le en .xlsx, sans macro."
NOT_A_SHEET = (
    "Ce fichier n’est pas un tableau : c’est une archive ou un autre document. "
    "Envoyez un fichier .xlsx ou .csv."
)
BROKEN = "Ce classeur est abîmé : il ne s’ouvre pas. Enregistrez-le à nouveau en .xlsx."
BOMB = "Ce classeur est beaucoup trop grand une fois ouvert. Gardez une seule feuille de données."
NOT_TEXT = "Ce fichier n’est ni un classeur .xlsx ni du texte .csv."
NO_HEADER = (
    "Ce fichier n’a pas d’en-tête : la première ligne doit nommer les colonnes "
    "(site_id, name, address, postal_code, locality…)."
)
NO_ROW = "Ce fichier n’a que l’en-tête : aucune ligne à lire."

_DATA_LIKE = re.compile(r"\d+|[A-Z]{1,3}\d+|https?://.*|0\d[\d /.-]{6,}|-?\d+[.,]\d+")


class UnreadableListing(Exception):
    """The whole file is refused; the text says why and what to do, in French."""


class Cell(NamedTuple):
    """What a cell holds: text without blanks around it, and what it was in the file."""

    text: str
    kind: str = TEXT


class Remark(NamedTuple):
    """Something about the file itself, reported with its row and column."""

    row: int
    column: str
    reason: str


EMPTY_CELL = Cell("")
Row = tuple[int, list[Cell]]
"""number of the row as a spreadsheet shows it, and its cells"""


@dataclass
class Table:
    """A file, read: headers, rows without the blank ones, and what was odd about it."""

    headers: list[str]
    header_row: int
    rows: list[Row]
    remarks: list[Remark] = field(default_factory=list)

    def column(self, position: int) -> str:
        """«D (postal_code)»: how a person finds a column again."""
        name = self.headers[position] if position < len(self.headers) else ""
        return f"{letter(position)} ({name})" if name else letter(position)


def read(content: bytes, name: str, only_head: bool = False) -> Table:
    """Read a file; with `only_head` just enough rows to know the columns."""
    if not content:
        raise UnreadableListing(EMPTY)
    if len(content) > MAX_BYTES:
        raise UnreadableListing(TOO_LARGE)
    remarks: list[Remark] = []
    limit = HEADER_ROWS + 5 if only_head else None
    if content.startswith(b"PK"):
        rows = _sheet_rows(content, name, remarks, limit)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableListing(OLD_EXCEL)
    else:
        rows = _text_rows(content, remarks, limit)
    table = _with_header(rows, remarks)
    if not table.rows:
        raise UnreadableListing(NO_ROW)
    return table


# --- XLSX --------------------------------------------------------------------------------------


def _sheet_rows(content: bytes, name: str, remarks: list[Remark], limit: int | None) -> list[Row]:
    _check_archive(content, name)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl lets out whatever a broken part makes it meet
        raise UnreadableListing(BROKEN) from error
    try:
        sheets = [each for each in book.worksheets if each.sheet_state == "visible"]
        if not sheets:
            raise UnreadableListing(NO_ROW)
        sheet = max(sheets, key=_likeness)
        if len(book.worksheets) > 1:
            remarks.append(Remark(1, "toutes", f"Seule la feuille « {sheet.title} » est lue."))
        return _collect(_cells_of(sheet), remarks, limit)
    except UnreadableListing:
        raise
    except Exception as error:
        raise UnreadableListing(BROKEN) from error
    finally:
        book.close()


def _check_archive(content: bytes, name: str) -> None:
    """Refuse what is no workbook, carries macros, or swells when opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {each.filename: each.file_size for each in archive.infolist()}
            if "xl/workbook.xml" not in parts or "[Content_Types].xml" not in parts:
                raise UnreadableListing(NOT_A_SHEET)
            if len(parts) > MAX_PARTS or sum(parts.values()) > MAX_UNZIPPED:
                raise UnreadableListing(BOMB)
            if any(size > _limit_of(part) for part, size in parts.items()):
                raise UnreadableListing(BOMB)
            if name.lower().endswith(".xlsm") or any("vbaProject" in part for part in parts):
                raise UnreadableListing(MACROS)
            if b"macroEnabled" in archive.read("[Content_Types].xml"):
                raise UnreadableListing(MACROS)
            for part in parts:
                if part.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        # A document type is where entities that swell are declared.
                        if b"<!DOCTYPE" in file.read(2000).upper():
                            raise UnreadableListing(BROKEN)
    except UnreadableListing:
        raise
    except Exception as error:
        raise UnreadableListing(NOT_A_SHEET) from error


def _limit_of(part: str) -> int:
    """The size from which a part of a workbook is no listing any more."""
    if part.startswith(("xl/worksheets/", "xl/media/")):
        return MAX_UNZIPPED
    return MAX_STRINGS if part == "xl/sharedStrings.xml" else MAX_PART


def _likeness(sheet: Any) -> int:
    """How many known column names the best of the first rows of a sheet holds."""
    rows = _collect(_cells_of(sheet), [], HEADER_ROWS)
    return max((_known(cells) for _, cells in rows), default=0)


def _cells_of(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # a sheet may lie about its size
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [EMPTY_CELL if each.value is None else _cell(each) for each in row]
        yield number, cells


def _cell(cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        return Cell(str(getattr(value, "text", value)), FORMULA)
    if cell.data_type == "e":
        return Cell(str(value), ERROR)
    if isinstance(value, bool):
        return Cell("oui" if value else "non")
    if isinstance(value, (datetime, date)):
        return Cell(value.isoformat()[:10], DATE)
    if isinstance(value, (int, float)):
        whole = isinstance(value, int) or value.is_integer()
        return Cell(str(int(value)) if whole else repr(value), NUMBER)
    return _text(str(value))


def _text(value: str) -> Cell:
    text = value.strip()
    return Cell(text, FORMULA) if text.startswith("=") else Cell(text)


# --- CSV ---------------------------------------------------------------------------------------


def _text_rows(content: bytes, remarks: list[Remark], limit: int | None) -> list[Row]:
    text, is_western = _decode(content)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines = ((number, [_text(each) for each in line]) for number, line in enumerate(reader, 1))
    try:
        rows = _collect(lines, remarks, limit)
    except csv.Error as error:
        raise UnreadableListing(
            f"Ce fichier CSV est abîmé vers la ligne {reader.line_num} : un guillemet n’est pas fermé "
            "ou une cellule est trop longue. Enregistrez-le à nouveau."
        ) from error
    if is_western:
        remarks.insert(0, _western_remark(rows))
    return rows


def _decode(content: bytes) -> tuple[str, bool]:
    """The text, and whether it had to be read as Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        if b"\0" in content:
            raise UnreadableListing(NOT_TEXT)
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(sign < " " and sign not in "\t\n\r\f\v\x1a" for sign in set(text)):
            break
        return text, encoding == "cp1252"
    raise UnreadableListing(NOT_TEXT)


def _delimiter(text: str) -> str:
    """The sign that splits the first lines into the most known columns."""
    head = "\n".join(text.splitlines()[:HEADER_ROWS])

    def fit(sign: str) -> tuple[int, int]:
        try:
            lines = list(csv.reader(io.StringIO(head, newline=""), delimiter=sign))
        except csv.Error:
            return (0, 0)
        known = max((sum(map(is_known, line)) for line in lines), default=0)
        return known, max(map(len, lines), default=0)

    return max(";,\t", key=fit)


def _western_remark(rows: list[Row]) -> Remark:
    """Where the first letter stands that only Windows-1252 explains."""
    reason = "Fichier enregistré en Windows-1252 et non en UTF-8 : les accents ont été convertis."
    for number, cells in rows:
        for position, cell in enumerate(cells):
            if not cell.text.isascii():
                return Remark(number, letter(position), reason)
    return Remark(1, "toutes", reason)


# --- Both --------------------------------------------------------------------------------------


def _collect(lines: Iterator[Row], remarks: list[Remark], limit: int | None) -> list[Row]:
    """Rows that hold something; stops after many blank ones, refuses what is too wide or long."""
    rows: list[Row] = []
    last, first_blank = 0, 0
    for number, line in lines:
        cells = line
        while cells and not cells[-1].text:
            cells.pop()
        if not cells:
            first_blank = first_blank or number
            if number - last > MAX_BLANK_ROWS:
                break
            continue
        if len(cells) > MAX_COLUMNS:
            raise UnreadableListing(
                f"Ce fichier a {len(cells)} colonnes : {MAX_COLUMNS} au plus. "
                "Gardez les colonnes du listing."
            )
        if len(rows) > MAX_ROWS + HEADER_ROWS:
            raise UnreadableListing(
                f"Ce fichier a plus de {MAX_ROWS} lignes. Envoyez-le en plusieurs parties."
            )
        rows.append((number, cells))
        last, first_blank = number, 0
        if limit is not None and len(rows) >= limit:
            return rows
    if first_blank and rows:
        remarks.append(
            Remark(first_blank, "toutes", "Lignes vides à la fin du fichier : elles sont ignorées.")
        )
    return rows


def _known(cells: list[Cell]) -> int:
    return sum(is_known(cell.text) for cell in cells if cell.text)


def _with_header(rows: list[Row], remarks: list[Remark]) -> Table:
    """Find the header among the first rows; names above its empty cells count (merged cells)."""
    index = _header_index(rows)
    number, _ = rows[index]
    below = rows[index + 1 :]
    width = max(len(each) for _, each in rows[index:])
    headers = _names(rows, index, width)
    if index:
        remarks.append(
            Remark(
                rows[0][0],
                letter(next(i for i, cell in enumerate(rows[0][1]) if cell.text)),
                f"En-tête sur plusieurs lignes ou cellules fusionnées : les noms des colonnes sont "
                f"lus à la ligne {number}.",
            )
        )
    reason = "Cette colonne n’a pas de nom (cellules fusionnées ?) : elle n’est pas lue."
    for position, header in enumerate(headers):
        if not header and any(len(each) > position and each[position].text for _, each in below):
            remarks.append(Remark(number, letter(position), reason))
    return Table(headers, number, below, remarks)


def _names(rows: list[Row], index: int, width: int) -> list[str]:
    """The names of the columns when row `index` is the header.

    An empty cell takes the known name above it: it is the lower half of merged cells.
    """
    names = [cell.text for cell in rows[index][1]]
    names += [""] * (width - len(names))
    for _, above in reversed(rows[:index]):
        for position, cell in enumerate(above[:width]):
            if not names[position] and is_known(cell.text):
                names[position] = cell.text
    return names


def _header_index(rows: list[Row]) -> int:
    """Position of the row that names the columns."""
    head = rows[:HEADER_ROWS]
    width = max((len(cells) for _, cells in head), default=0)
    known = [sum(map(is_known, _names(head, index, width))) for index in range(len(head))]
    best = max(range(len(head)), key=lambda index: (known[index], -index), default=None)
    if best is not None and len(guess(_names(head, best, width))) >= 2:
        return best
    # Unknown names: the first row of words alone, which a person then assigns.
    for index, (_, cells) in enumerate(head):
        filled = [cell for cell in cells if cell.text]
        if len(filled) < 3:
            continue
        names = {cell.text.casefold() for cell in filled}
        is_data = any(
            cell.kind != TEXT or _DATA_LIKE.fullmatch(cell.text) or len(cell.text) > 80
            for cell in filled
        )
        if is_data or len(names) < len(filled):
            break
        return index
    raise UnreadableListing(NO_HEADER)
