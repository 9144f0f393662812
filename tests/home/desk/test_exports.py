"""What the admin exports opens as text in a spreadsheet, whatever somebody wrote (S-21)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.http import HttpResponseBase
from django.urls import get_resolver
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageLogEntry, Workflow

from home.models import StandardPage
from home.spreadsheets import FORMULA_STARTS, csv_file
from tests.factories import SiteImageFactory, UserFactory
from tests.home.desk.conftest import signed_in

PLANTED = [f"{start}1+1\x0b" for start in FORMULA_STARTS]
"""A formula each, and a sign that no workbook can hold."""
SHOWN = [
    "reports/aging-pages/",
    "reports/locked/",
    "reports/site-history/",
    "reports/workflow/",
    "reports/workflow_tasks/",
    "reports/droits/",
    "redirects/",
]
"""Wagtail's exports, below /gestion/; each shows some of the planted texts."""


def exports(resolver=None, prefix: str = "") -> Iterator[str]:
    """Every address below /gestion/, without parameters, that exports a table."""
    for each in (resolver or get_resolver()).url_patterns:
        path = prefix + str(each.pattern).removeprefix("^").removesuffix("$")
        if hasattr(each, "url_patterns"):
            yield from exports(each, path)
            continue
        view = getattr(each.callback, "view_class", None)
        if not view or not issubclass(view, SpreadsheetExportMixin) or "results" in path:
            continue
        options = each.callback.view_initkwargs
        if options.get("list_export", view.list_export) and "<" not in path and "(" not in path:
            yield path.removeprefix("gestion/")


@pytest.fixture
def planted(sites):
    """Pages, images, redirects, members and searches that begin like formulas; returns the chief."""
    past = timezone.now() - timedelta(days=400)
    chief = UserFactory(is_superuser=True, is_staff=True, first_name="=1+1", last_name="@SUM(1)")
    home = sites["cisp"].root_page
    workflow = Workflow.objects.first()
    for number, text in enumerate(PLANTED):
        page = home.add_child(
            instance=StandardPage(
                title=f"{text} {number}", draft_title=f"{text} {number}", slug=f"formule-{number}"
            )
        )
        PageLogEntry.objects.log_action(page, "wagtail.edit", user=chief)
        page.save_revision(user=chief)
        workflow.start(page, chief)
        SiteImageFactory(title=f"{text} {number}", credit=text, rights_end=past.date())
        Redirect.objects.create(old_path=f"/vieux/{number}", redirect_link=f"{text}{number}")
    home.get_children().update(locked=True, locked_by=chief, locked_at=past, last_published_at=past)
    return chief


def cells_of(answer: HttpResponseBase) -> list[str]:
    """Every text of a CSV or of a workbook; a workbook keeps no formula."""
    content = b"".join(answer.streaming_content)
    if answer["Content-Type"] == "text/csv":
        return [
            cell for row in csv.reader(io.StringIO(content.decode(), newline="")) for cell in row
        ]
    rows = load_workbook(io.BytesIO(content)).active.iter_rows()
    cells = [cell for row in rows for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    return [cell.value for cell in cells if isinstance(cell.value, str)]


def test_every_export_is_known():
    assert set(exports()) == set(SHOWN)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_a_formula(planted, kind: str):
    client = signed_in(planted)
    for path in SHOWN:
        answer = client.get(f"/gestion/{path}", {"export": kind})
        assert answer.status_code == 200, path
        cells = cells_of(answer)
        assert any("1+1" in cell for cell in cells), f"{path}: the planted texts are not shown"
        if kind == "csv":
            assert [cell for cell in cells if cell.startswith(FORMULA_STARTS)] == [], path


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_heading_is_no_formula(start: str):
    """The headings of a form's answers are the labels that somebody gave its fields."""

    class Answers(SpreadsheetExportMixin):
        export_headings = {"name": f"{start}1+1\x0b"}

    heading = Answers().get_heading(StandardPage.objects.none(), "name")
    assert heading.endswith("1+1")
    assert not heading.startswith(FORMULA_STARTS)


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_cell_of_our_own_files_is_a_formula(start: str):
    content = csv_file("essai.csv", ["texte"], [[f"{start}1+1"]]).content.decode()
    assert f"'{start}1+1" in content
