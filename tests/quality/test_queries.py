"""The judged queries as a test: a change that makes the finder understand less fails here.

The bars are those of the issue; the finder's own score, with sites, is `manage.py eval_finder`.
"""

import csv
from pathlib import Path

import pytest

from cisp_map.trade_words import TradeWords, seed_entries, seed_lexicon
from search.evaluation import evaluate, read_judgements

HERE = Path(__file__).parent
GIVEN = HERE / "queries_formations.csv"
HELD_OUT = HERE / "queries_formations_held_out.csv"


@pytest.fixture(scope="module")
def words():
    correct_words, not_taught = seed_lexicon()
    return TradeWords(seed_entries(), correct_words=correct_words, not_taught=not_taught)


@pytest.mark.parametrize(("path", "bar"), [(GIVEN, 0.95), (HELD_OUT, 0.90)])
def test_ndcg_of_trades(words, path, bar):
    names = {entry.name: (entry.name,) for entry in seed_entries()}
    report = evaluate(
        read_judgements(path),
        lambda query: [match.key for match in words.resolve(query).matches],
        names,
    )
    assert report.exponential >= bar, [score.judgement.query for score in report.worst(5)]


@pytest.mark.parametrize("path", [GIVEN, HELD_OUT])
def test_judgements_name_real_trades(path):
    names = {entry.name for entry in seed_entries()}
    for judgement in read_judgements(path):
        assert set(judgement.grades) <= names
        assert all(1 <= grade <= 3 for grade in judgement.grades.values())


def test_the_held_out_file_is_large_and_shares_no_query():
    def queries(path):
        with path.open(encoding="utf-8") as file:
            return {row["query"].casefold() for row in csv.DictReader(file)}

    assert len(queries(HELD_OUT)) >= 100
    assert not queries(HELD_OUT) & queries(GIVEN)
