"""The report of an import as a file: one row for each cell of each line."""

import csv
import io
from collections.abc import Iterable, Iterator

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from cisp_map.models import ListingLine
from home.spreadsheets import printable, safe_cell

HEADERS = (
    "ligne",
    "identifiant",
    "nom",
    "genre",
    "colonne",
    "valeur actuelle",
    "valeur du fichier",
    "raison",
)
WIDTHS = (8, 14, 34, 12, 24, 30, 30, 70)


def rows_of(lines: Iterable[ListingLine]) -> Iterator[tuple[str, ...]]:
    """The rows of the report, all text."""
    for line in lines:
        head = (
            str(line.row_number or ""),
            line.reference,
            line.title,
            line.get_kind_display(),
        )
        for cell in line.cells:
            yield (*head, cell["column"], cell["before"], cell["after"], cell["reason"])


def as_csv(lines: Iterable[ListingLine]) -> bytes:
    """Semicolons and a mark of UTF-8: what a double click in a French Excel opens rightly."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADERS)
    for row in rows_of(lines):
        writer.writerow([safe_cell(text) for text in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def as_xlsx(lines: Iterable[ListingLine]) -> bytes:
    """A workbook of one sheet; every cell is text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Rapport")
    for position, width in enumerate(WIDTHS):
        sheet.column_dimensions[chr(65 + position)].width = width
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    head = []
    for header in HEADERS:
        cell = WriteOnlyCell(sheet, header)
        cell.font = bold
        head.append(cell)
    sheet.append(head)
    for row in rows_of(lines):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, printable(safe_cell(text)))
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
