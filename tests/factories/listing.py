"""Files of the yearly listing, as bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

LISTING = Path(__file__).resolve().parents[1] / "cisp_map" / "listing.csv"
HEADERS = ("site_id", "name", "address", "postal_code", "locality", "phone", "type", "filieres")


def rows() -> list[dict[str, str]]:
    """The listing of the tests, fresh each time."""
    with LISTING.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row(**values: Any) -> dict[str, Any]:
    """A right row in Namur."""
    return {
        "site_id": "X1",
        "name": "Atelier du Pont",
        "postal_code": "5000",
        "locality": "Namur",
        **values,
    }


def as_csv(lines: Iterable[dict[str, Any]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A CSV with the columns of all rows."""
    lines = list(lines)
    headers = list(dict.fromkeys(key for line in lines for key in line))
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, headers, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(lines)
    return buffer.getvalue().encode(encoding, "replace")


def as_xlsx(table: Iterable[Sequence[Any]], merged: Iterable[str] = ()) -> bytes:
    """A workbook of one sheet with these rows; `merged` names ranges («A1:H1»)."""
    book = Workbook()
    sheet = book.active
    for line in table:
        sheet.append(list(line))
    for cells in merged:
        sheet.merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def table_of(lines: Iterable[dict[str, Any]]) -> list[list[Any]]:
    """Header and values of rows, for `as_xlsx`."""
    lines = list(lines)
    headers = list(dict.fromkeys(key for line in lines for key in line))
    return [headers, *([line.get(header) for header in headers] for line in lines)]
