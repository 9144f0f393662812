"""Files for spreadsheets, without surprises when they are opened."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet reads a text that starts so as a formula."""


def safe_cell(text: str) -> str:
    """A text that a spreadsheet takes for a text: « =1+1 » becomes « '=1+1 »."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def make_exports_safe() -> None:
    """Wagtail's own exports (history, users, redirects, reports) write safe cells too. Once, when the
    applications are ready.
    """
    from wagtail.admin.views.mixins import SpreadsheetExportMixin

    if getattr(SpreadsheetExportMixin, "_cells_are_safe", False):
        return
    preprocess = SpreadsheetExportMixin.preprocess_field_value

    def safe(self: Any, field: str, value: Any, export_format: str) -> Any:
        cell = preprocess(self, field, value, export_format)
        is_csv = export_format == SpreadsheetExportMixin.FORMAT_CSV
        return safe_cell(cell) if is_csv and isinstance(cell, str) else cell

    SpreadsheetExportMixin.preprocess_field_value = safe
    SpreadsheetExportMixin._cells_are_safe = True


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
