"""The official ROME file: layouts, errors, and the table it fills."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cisp_map.models import Category, RomeCode, RomeLabel, Trade, TradeFamily
from cisp_map.rome import RomeFileError, RomeJob, read_rome

PLAIN = "code,label,appellation\nF1703,Maçonnerie,Maçon / Maçonne\nA1101,Engins,Chauffeur\n"
# The «référentiel appellation» of France Travail: no title of the code.
OFFICIAL = (
    '"code_ogr";"libelle_appellation_long";"libelle_appellation_court";"code_rome";"statut"\n'
    '"11987";"Maçon / Maçonne";"Maçon";"F1703";"1"\n'
)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("cp1252"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace(
            "code,label,appellation", "Code ROME,Libellé ROME,Libellé appellation"
        ).encode(),
    ],
)
def test_layouts(content):
    assert read_rome(content) == [
        RomeJob("F1703", "Maçonnerie", "Maçon / Maçonne"),
        RomeJob("A1101", "Engins", "Chauffeur"),
    ]


def test_official_layout_without_titles():
    assert read_rome(OFFICIAL.encode()) == [RomeJob("F1703", "", "Maçon / Maçonne")]


def test_lines_that_are_no_job_are_left_out_and_doubles_merged():
    text = PLAIN + "F1703,Maçonnerie,Maçon / Maçonne\nF17,x,y\n,,\nF1703,z,\n"
    assert len(read_rome(text.encode())) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Colonne introuvable"),
        (b"a,b\n1,2\n", "le code ROME et l’appellation"),
        (b"code,nom\nF1703,x\n", "l’appellation"),
        (b"code,appellation\n", "Aucune ligne"),
        (b"code,appellation\nX,y\n", "Aucune ligne"),
        (b"PK\x03\x04....", "pas un fichier CSV"),
        (b"\x00\x01\x02", "pas un fichier CSV"),
    ],
)
def test_bad_files_are_explained(content, message):
    with pytest.raises(RomeFileError, match=message):
        read_rome(content)


@pytest.fixture
def trade(db):
    family = TradeFamily.objects.create(name="Bâtiment", slug="batiment")
    trade = Trade.objects.create(
        name="Maçonnerie", slug="maconnerie", family=family, category=Category.VOCATIONAL
    )
    trade.rome_codes.add(RomeCode.objects.create(code="F1703", label="Maçonnerie"))
    return trade


def load(tmp_path, content, capsys):
    path = tmp_path / "rome.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    call_command("load_rome", str(path))
    return capsys.readouterr().out


def test_only_the_codes_of_the_trades_are_kept(trade, tmp_path, capsys):
    out = load(tmp_path, PLAIN, capsys)
    assert "1 ajoutées" in out
    assert list(RomeLabel.objects.values_list("code", "label", "appellation")) == [
        ("F1703", "Maçonnerie", "Maçon / Maçonne")
    ]


def test_loading_again_changes_nothing(trade, tmp_path, capsys):
    load(tmp_path, PLAIN, capsys)
    before = list(RomeLabel.objects.values())
    out = load(tmp_path, PLAIN, capsys)
    assert "0 ajoutées, 0 modifiées, 0 retirées" in out
    assert list(RomeLabel.objects.values()) == before


def test_a_new_file_replaces_the_old(trade, tmp_path, capsys):
    load(tmp_path, PLAIN, capsys)
    text = "code,label,appellation\nF1703,Maçonnerie,Fumiste\n"
    assert "1 ajoutées, 0 modifiées, 1 retirées" in load(tmp_path, text, capsys)
    changed = "code,label,appellation\nF1703,Travail de la brique,Fumiste\n"
    assert "0 ajoutées, 1 modifiées, 0 retirées" in load(tmp_path, changed, capsys)


def test_the_title_comes_from_the_code_when_the_file_has_none(trade, tmp_path, capsys):
    load(tmp_path, OFFICIAL, capsys)
    assert RomeLabel.objects.get().label == "Maçonnerie"


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "code,appellation\nA1101,Chauffeur\n"])
def test_a_bad_file_writes_nothing(trade, tmp_path, capsys, content):
    load(tmp_path, PLAIN, capsys)
    with pytest.raises(CommandError):
        load(tmp_path, content, capsys)
    assert RomeLabel.objects.count() == 1


def test_a_missing_file_is_said(trade, tmp_path):
    with pytest.raises(CommandError, match="Fichier illisible"):
        call_command("load_rome", str(tmp_path / "absent.csv"))


def test_without_trades_it_says_what_to_do(db, tmp_path, capsys):
    with pytest.raises(CommandError, match="métiers"):
        load(tmp_path, PLAIN, capsys)
