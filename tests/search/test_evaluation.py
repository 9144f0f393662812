"""nDCG against values worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.evaluation import (
    Judgement,
    Outcome,
    SetResult,
    dcg,
    evaluate,
    ndcg,
    outcome,
    read_grades,
    read_judgements,
    read_questions,
    recall,
)


def test_dcg_by_hand():
    # 7/log2(2) + 3/log2(3) + 0 + 1/log2(5)
    assert dcg([3, 2, 0, 1]) == pytest.approx(7 + 3 / math.log2(3) + 1 / math.log2(5))
    assert dcg([3, 2, 0, 1]) == pytest.approx(9.3234658)
    assert dcg([3, 2, 0, 1], exponential=False) == pytest.approx(
        3 + 2 / math.log2(3) + 1 / math.log2(5)
    )


def test_known_example_of_jarvelin_and_kekalainen():
    # The usual worked example: grades 3, 2, 3, 0, 1, 2 with linear gains.
    ranked = [3, 2, 3, 0, 1, 2]
    assert dcg(ranked, exponential=False) == pytest.approx(6.861, abs=0.001)
    assert ndcg(ranked, ranked, exponential=False) == pytest.approx(0.961, abs=0.001)


def test_only_the_first_ten_count():
    assert dcg([0] * 10 + [3]) == 0
    assert dcg([3] * 30) == dcg([3] * 10)
    assert ndcg([3] * 10, [3] * 300) == 1


def test_what_was_not_returned_counts_in_the_ideal():
    assert ndcg([3], [3, 3]) == pytest.approx(7 / (7 + 7 / math.log2(3)))
    assert ndcg([], [3]) == 0
    assert ndcg([0, 0], [0, 0]) == 0


@given(st.lists(st.integers(0, 3), max_size=40))
def test_bounds_and_best_order(grades):
    assert 0 <= ndcg(grades, grades) <= 1
    if any(grades):
        assert ndcg(sorted(grades, reverse=True), grades) == pytest.approx(1)


def test_a_site_takes_the_best_grade_of_its_trades():
    judgements = [Judgement("pain", {"Boulangerie": 3, "Cuisine": 1})]
    sites = {1: ["Cuisine"], 2: ["Cuisine", "Boulangerie"], 3: ["Vente"], 4: []}
    good = evaluate(judgements, lambda query: [2, 1], sites)
    assert good.exponential == good.linear == 1
    bad = evaluate(judgements, lambda query: [3, 1, 2], sites)
    assert bad.scores[0].grades == (0, 1, 3)
    assert bad.exponential == pytest.approx((1 / math.log2(3) + 7 / 2) / (7 + 1 / math.log2(3)))
    assert bad.worst(1)[0].judgement.query == "pain"


def test_reading_judgements(tmp_path):
    path = tmp_path / "questions.csv"
    path.write_text('query,relevant\nWord,"Bureautique (Word, Excel…)=3|Vente=1"\n', "utf-8")
    assert read_judgements(path) == [
        Judgement("Word", {"Bureautique (Word, Excel…)": 3, "Vente": 1})
    ]
    path.write_text("query,relevant\nWord,Vente\n", "utf-8")
    with pytest.raises(ValueError, match="line 2"):
        read_judgements(path)


def test_recall_counts_good_items():
    assert recall([3, 0, 2], [3, 2, 2, 1]) == pytest.approx(2 / 3)
    assert recall([0] * 20 + [3], [3]) == 0
    assert recall([1, 0], [1, 1]) == 0.5  # nothing better than marginal
    assert recall([3] * 20, [3] * 40) == 1  # all that fit
    assert recall([], []) == 0


def test_outcome_of_a_ranking():
    one = outcome("q", ["b", "x", "a"], {"a": 3, "b": 2})
    assert one.grades == (2, 0, 3)
    assert one.recall == 1
    assert one.ndcg == pytest.approx((3 + 7 / 2) / (7 + 3 / math.log2(3)))


def test_reading_questions(tmp_path):
    path = tmp_path / "questions.csv"
    header = "site,query,split,origin,phenomenon,relevant,reason\n"
    path.write_text(header + "cisp,LLN,dev,own,surnom,lieu:Mons~10=2|cisp:/=1,parce que\n", "utf-8")
    (question,) = read_questions(path)
    assert question.key == "cisp: LLN"
    assert question.relevant == {"lieu:Mons~10": 2, "cisp:/": 1}
    path.write_text(header + "cisp,LLN,dev,own,surnom,Mons,parce que\n", "utf-8")
    with pytest.raises(ValueError, match="line 2"):
        read_questions(path)
    assert read_grades("") == {}


def test_p95_and_worst():
    outcomes = tuple(Outcome(f"q{n}", n / 100, 1.0, ()) for n in range(101))
    measured = SetResult("a", outcomes, tuple(n / 1000 for n in range(1, 101)))
    assert measured.p95 == 0.095
    assert [each.key for each in measured.worst(2)] == ["q0", "q1"]
    assert SetResult("a", ()).ndcg == SetResult("a", ()).p95 == 0
