"""Files for spreadsheets, without surprises when they are opened."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet reads a text that starts so as a formula."""


def safe_cell(text: str) -> str:
    """A text that a spreadsheet takes for a text: « =1+1 » becomes « '=1+1 »."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """A file to be saved as `name`: UTF-8 with a mark, so that Excel shows the accents."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    return response
