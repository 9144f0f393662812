"""The command that scores the finder."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

pytestmark = pytest.mark.django_db


def test_without_sites_it_scores_the_trades_and_says_so(capsys):
    call_command("eval_finder")
    out = capsys.readouterr().out
    assert "seuls les métiers" in out
    assert "queries_formations.csv : 42 questions" in out
    assert "nDCG@10 0.9" in out


def test_a_score_below_the_bar_ends_in_failure(tmp_path, capsys):
    path = tmp_path / "questions.csv"
    path.write_text("query,relevant\nxyzzy,Soudure=3\n", "utf-8")
    with pytest.raises(CommandError, match="Sous le seuil"):
        call_command("eval_finder", str(path))


def test_an_unreadable_file_is_explained(tmp_path):
    with pytest.raises(CommandError, match="illisible"):
        call_command("eval_finder", str(tmp_path / "absent.csv"))
    bad = tmp_path / "mauvais.csv"
    bad.write_text("question\nx\n", "utf-8")
    with pytest.raises(CommandError, match="illisible"):
        call_command("eval_finder", str(bad))
