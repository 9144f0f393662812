"""A file of the listing becomes rows, or one French sentence; nothing of it is trusted."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisp_map.listing import reading
from cisp_map.listing.columns import guess, letter, missing
from cisp_map.listing.reading import (
    FORMULA,
    MAX_BYTES,
    NUMBER,
    Table,
    UnreadableListing,
    read,
)
from cisp_map.listing.report import as_csv as report_csv
from cisp_map.listing.report import as_xlsx as report_xlsx
from cisp_map.models import ListingLine
from home.spreadsheets import safe_cell
from tests.factories.listing import HEADERS, LISTING, as_csv, as_xlsx, row, rows, table_of


def refusal(content: bytes, name: str = "listing.xlsx") -> str:
    with pytest.raises(UnreadableListing) as caught:
        read(content, name)
    return str(caught.value)


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in cells] for _, cells in table.rows]


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


# --- Formats -----------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_in_the_usual_forms(delimiter, encoding):
    table = read(as_csv([row(name="L’Îlot; et, la suite")], delimiter, encoding), "x.csv")
    assert table.headers == ["site_id", "name", "postal_code", "locality"]
    assert texts(table) == [["X1", "L’Îlot; et, la suite", "5000", "Namur"]]
    converted = [each for each in table.remarks if "Windows-1252" in each.reason]
    assert [(each.row, each.column) for each in converted] == (
        [(2, "B")] if encoding == "cp1252" else []
    )


def test_the_given_listing():
    table = read(LISTING.read_bytes(), "cisp_sites.csv")
    mapping = guess(table.headers)
    assert (len(table.rows), missing(mapping), table.remarks) == (56, [], [])
    assert table.column(mapping["postal_code"]) == "D (postal_code)"


def test_xlsx_keeps_what_a_cell_is():
    table = read(as_xlsx([HEADERS, ["X1", "=1+1", None, 5000, "Namur", 81743200, "EFT"]]), "x.xlsx")
    number, cells = table.rows[0]
    assert number == 2
    assert [(cell.text, cell.kind) for cell in cells[1:6]] == [
        ("=1+1", FORMULA),
        ("", reading.TEXT),
        ("5000", NUMBER),
        ("Namur", reading.TEXT),
        ("81743200", NUMBER),
    ]


def test_a_title_merged_above_the_header():
    content = as_xlsx(
        [["Listing 2026", *[None] * 7], HEADERS, ["X1", "Atelier", "", 5000, "Namur"]], ["A1:H1"]
    )
    table = read(content, "x.xlsx")
    assert (table.header_row, table.rows[0][0]) == (2, 3)
    assert [(each.row, each.column) for each in table.remarks] == [(1, "A")]
    assert "fusionnées" in table.remarks[0].reason


def test_a_header_of_two_rows():
    above = ["site_id", "name", "Adresse", None, None]
    below = [None, None, "address", "postal_code", "locality"]
    content = as_xlsx(
        [above, below, ["X1", "Atelier", "Rue A 1", 5000, "Namur"]], ["A1:A2", "B1:B2", "C1:E1"]
    )
    table = read(content, "x.xlsx")
    assert table.headers == ["site_id", "name", "address", "postal_code", "locality"]
    assert missing(guess(table.headers)) == []


def test_a_column_that_lost_its_name_is_told():
    content = as_xlsx(
        [["name", "postal_code", "locality", "lat / lon", None], ["A", 5000, "Namur", "50", "4"]],
        ["D1:E1"],
    )
    remarks = read(content, "x.xlsx").remarks
    assert [(each.row, each.column) for each in remarks] == [(1, "E")]


def test_trailing_blank_rows_are_told_and_left_out():
    table = read(as_csv([row(), {"site_id": ""}, {"site_id": " "}]), "x.csv")
    assert len(table.rows) == 1
    assert [(each.row, each.column) for each in table.remarks] == [(3, "toutes")]


def test_rows_keep_their_numbers_around_blank_ones():
    table = read(as_csv([row(), {"name": ""}, row(site_id="X2")]), "x.csv")
    assert [number for number, _ in table.rows] == [2, 4]


def test_only_the_sheet_that_looks_like_the_listing_is_read():
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Bonjour", "à", "tous"])
    sheet = book.create_sheet("Données")
    for line in table_of([row()]):
        sheet.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    table = read(buffer.getvalue(), "x.xlsx")
    assert texts(table)[0][0] == "X1"
    assert "Données" in table.remarks[0].reason


def test_unknown_names_of_columns_are_left_to_a_person():
    table = read(
        as_csv([{"Qui": "Atelier", "Zone": "Namur", "Numéro de la zone": "5000"}]), "x.csv"
    )
    assert missing(guess(table.headers)) == ["Nom du lieu", "Code postal", "Localité"]


# --- What is refused ---------------------------------------------------------------------------


def test_an_empty_file_and_one_with_a_header_alone():
    assert "vide" in refusal(b"", "x.csv")
    assert "aucune ligne" in refusal(b"site_id,name,postal_code\n", "x.csv")


def test_a_file_that_is_too_large_is_not_even_opened():
    assert "trop lourd" in refusal(b"PK" + b"\0" * MAX_BYTES)


@pytest.mark.parametrize(
    "lines",
    [
        ["S001,Le Germoir,Rue 1,6031,Monceau-sur-Sambre", "S002,Autre,Rue 2,5000,Namur"],
        ["1,2,3", "4,5,6"],
        ["https://exemple.be,Atelier,Namur"],
        ["un seul mot"],
    ],
)
def test_a_file_without_header(lines):
    assert "pas d’en-tête" in refusal("\n".join(lines).encode(), "x.csv")


def test_a_workbook_without_header():
    assert "pas d’en-tête" in refusal(as_xlsx([["X1", "Atelier", "", 5000, "Namur"]]))


def test_a_thousand_columns():
    names = [f"colonne {number}" for number in range(1000)]
    assert "1000 colonnes" in refusal(as_xlsx([names, names]))
    assert "1000 colonnes" in refusal((",".join(names) + "\n").encode() * 2, "x.csv")


def test_too_many_rows():
    line = "X,Atelier,5000,Namur\n"
    content = "site_id,name,postal_code,locality\n" + line * (reading.MAX_ROWS + 30)
    assert "plus de 20000 lignes" in refusal(content.encode(), "x.csv")


def test_a_zip_that_is_no_workbook():
    assert "n’est pas un tableau" in refusal(archive(photo=b"x"), "photos.xlsx")
    assert "n’est pas un tableau" in refusal(b"PK\x03\x04 and nothing else", "x.xlsx")
    assert "n’est pas un tableau" in refusal(archive(word__document=b"<x/>"), "lettre.docx")


def test_a_workbook_with_macros():
    plain = as_xlsx(table_of([row()]))
    assert "macros" in refusal(plain, "listing.xlsm")
    with zipfile.ZipFile(io.BytesIO(plain)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in {**parts, "xl/vbaProject.bin": b"\0"}.items():
            file.writestr(name, content)
    assert "macros" in refusal(buffer.getvalue(), "listing.xlsx")


def test_a_zip_bomb_is_refused_by_what_it_would_become():
    heap = b"0" * (reading.MAX_UNZIPPED + 1)
    bomb = archive(**{"xl__workbook.xml": b"<x/>", "[Content_Types].xml": b"<x/>", "xl__a": heap})
    assert len(bomb) < 1_000_000
    assert "beaucoup trop grand" in refusal(bomb)


def test_a_workbook_that_declares_entities():
    parts = {"xl__workbook.xml": b"<!doctype x [<!ENTITY a 'a'>]><x/>", "[Content_Types].xml": b""}
    assert "abîmé" in refusal(archive(**parts))


def test_a_broken_workbook_an_old_one_and_no_text():
    parts = {"xl__workbook.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}
    assert "abîmé" in refusal(archive(**parts))
    assert "ancien" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "x.xls")
    assert "ni un classeur" in refusal(b"\x89PNG\r\n\x1a\n\0\0", "x.csv")
    assert "ni un classeur" in refusal(b"\x01\x02", "x.csv")
    assert "guillemet" in refusal(b'site_id,name,postal_code\nX,"Ate"l"ier,5000\n', "x.csv")


def test_a_row_at_the_end_of_the_sheet_costs_nothing():
    content = as_xlsx(table_of([row()]))
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    far = (
        b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>loin</t></is></c></row></sheetData>'
    )
    parts[sheet] = parts[sheet].replace(b"</sheetData>", far)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, part in parts.items():
            file.writestr(name, part)
    assert len(read(buffer.getvalue(), "x.xlsx").rows) == 1


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    for name in ("x.csv", "x.xlsx"):
        try:
            read(content, name)
        except UnreadableListing as error:
            said = str(error)
        else:
            said = "Lu."
        assert said.endswith((".", ")."))


@given(st.integers(0, 16_383))
def test_letters_of_columns(position):
    from openpyxl.utils import get_column_letter

    assert letter(position) == get_column_letter(position + 1)


# --- The report --------------------------------------------------------------------------------


def line(text: str) -> ListingLine:
    cell = {"column": "B (name)", "field": "name", "before": text, "after": text, "reason": "Non."}
    return ListingLine(kind="refus", row_number=2, reference=text, title=text, cells=[cell])


@pytest.mark.parametrize("text", ["=1+1", "+32 81", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_report_is_a_formula(text):
    import csv

    from openpyxl import load_workbook

    lines = [line(text)]
    for written in csv.reader(
        io.StringIO(report_csv(lines).decode("utf-8-sig"), newline=""), delimiter=";"
    ):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in written)
    for cells in load_workbook(io.BytesIO(report_xlsx(lines))).active.iter_rows():
        assert all(cell.data_type in ("s", "n") for cell in cells)
        assert not any(str(cell.value or "").startswith(("=", "+", "@")) for cell in cells)


def test_plain_text_of_a_report_stays():
    assert safe_cell("Rue de Fer, 12") == "Rue de Fer, 12"
    head, body = report_csv([line("L’Îlon")]).decode("utf-8-sig").splitlines()
    assert head.split(";")[:4] == ["ligne", "identifiant", "nom", "genre"]
    assert body == "2;L’Îlon;L’Îlon;Refusé;B (name);L’Îlon;L’Îlon;Non."


def test_the_rows_of_the_listing_are_those_of_the_given_file():
    assert [each["site_id"] for each in rows()][:2] == ["S001", "S002"]
