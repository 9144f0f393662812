"""Files for spreadsheets, without surprises when they are opened."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet reads a text that starts so as a formula."""


def safe_cell(text: str) -> str:
    """A text that a spreadsheet takes for a text: « =1+1 » becomes « '=1+1 »."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def printable(text: str) -> str:
    """Without the signs of control that no workbook can hold; openpyxl refuses them."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")


def make_exports_safe() -> None:
    """Wagtail's own exports (history, redirects, reports) write safe headings and cells too. Once, when
    the applications are ready.
    """
    from wagtail.admin.views.mixins import SpreadsheetExportMixin

    if getattr(SpreadsheetExportMixin, "_cells_are_safe", False):
        return
    preprocess = SpreadsheetExportMixin.preprocess_field_value
    heading = SpreadsheetExportMixin.get_heading

    def safe_value(self: Any, field: str, value: Any, export_format: str) -> Any:
        cell = preprocess(self, field, value, export_format)
        if not isinstance(cell, str):
            return cell
        # Wagtail marks every cell of a workbook as text: only the signs that it cannot hold are in the way.
        return safe_cell(cell) if export_format == self.FORMAT_CSV else printable(cell)

    def safe_heading(self: Any, queryset: QuerySet, field: str) -> str:
        return safe_cell(printable(heading(self, queryset, field)))

    SpreadsheetExportMixin.preprocess_field_value = safe_value
    SpreadsheetExportMixin.get_heading = safe_heading
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
