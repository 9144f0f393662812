"""The gate: no set of judged queries may fall by more than 0.02 below the committed figures.

On SQLite, or on the engine that `SEARCH_URL` or `DATABASE_URL` names. `make eval BASELINE=1` writes
the figures anew, for the engine that it runs on.
"""

import pytest

from config.judged import Labels, UnknownLabel
from config.quality import (
    BARS,
    FOLDER,
    THREE_SITES,
    engine_name,
    read_baseline,
    results,
    write_baseline,
)
from search.evaluation import (
    Outcome,
    SetResult,
    as_baseline,
    fallen_queries,
    fallen_sets,
    read_questions,
)

pytestmark = pytest.mark.django_db
QUESTIONS = read_questions(FOLDER / THREE_SITES)


def test_no_set_falls(whole_demo):
    engine = engine_name()
    labels = Labels()
    # Every page that a judgement names must exist: else this raises UnknownLabel.
    named = [labels.grades(each.relevant) for each in QUESTIONS if each.relevant]
    assert all(named)
    measured = results(labels)
    before = read_baseline().get(engine)
    assert before, f"no figures for {engine}: make eval BASELINE=1"
    fallen = "\n".join(fallen_queries(before, measured))
    assert not fallen_sets(before, measured), f"queries that fell by more than 0.15:\n{fallen}"
    finder, three_sites = BARS[engine]
    by_name = {each.name: each for each in measured}
    assert min(by_name["finder/given"].ndcg, by_name["search/given"].ndcg) >= finder
    assert min(each.ndcg for name, each in by_name.items() if "three-sites" in name) >= three_sites
    # who looks for one known page finds it.
    known = [
        one.recall
        for each in measured
        if each.name.startswith("three-sites/")
        for one in each.outcomes
        if one.key in KNOWN_ITEMS
    ]
    assert len(known) > 40
    assert sum(known) / len(known) >= 0.95


def _is_known_item(relevant):
    """One page alone is what is asked for."""
    best = [label for label, grade in relevant.items() if grade >= 2]
    return len(best) == 1 and relevant[best[0]] == 3 and not best[0].startswith(("métier", "lieu"))


KNOWN_ITEMS = {each.key for each in QUESTIONS if _is_known_item(each.relevant)}


# --- The file --------------------------------------------------------------------------------


def test_the_file_is_large_balanced_and_says_why():
    own = [each for each in QUESTIONS if each.origin == "own"]
    assert len(own) >= 120
    for site, least in (("cisp", 50), ("interfede", 40), ("pedatech", 40)):
        assert sum(each.site == site for each in QUESTIONS) >= least
    assert sum(each.split == "held-out" for each in own) >= 60
    assert {each.split for each in QUESTIONS} == {"dev", "held-out"}
    assert all(each.reason and each.phenomenon for each in QUESTIONS)
    assert len({each.key for each in QUESTIONS}) == len(QUESTIONS)
    for each in QUESTIONS:
        assert all(1 <= grade <= 3 for grade in each.relevant.values()), each.key
        assert each.relevant or "lacune" in each.reason, each.key


@pytest.mark.parametrize(
    "label",
    [
        "interfede:page-qui-n-existe-pas",
        "interfede:carrefours-et-cites-des-metiers/*",
        "métier:Dompteur",
        "métier:Soudure@Atlantide",
        "lieu:Atlantide~10",
        "code:9999",
        "méthode:EPN",
        "couleur:bleu",
    ],
)
def test_a_judgement_of_what_does_not_exist_fails(demo, label):
    with pytest.raises(UnknownLabel):
        Labels().grades({label: 3})


def test_labels_name_pages_and_rules(demo):
    labels = Labels()
    (home,) = labels.pages("cisp:/")
    (issue,) = labels.pages("interfede:108-formation-des-exdetenus")
    articles = labels.pages("interfede:108-formation-des-exdetenus/*")
    assert home != issue
    assert issue not in articles
    assert len(articles) == 4
    at_namur, near, anywhere = (
        labels.pages(f"métier:Alphabétisation{where}") for where in ("@Namur", "@Namur~25", "")
    )
    assert at_namur
    assert at_namur < near < anywhere
    # The highest grade counts.
    grades = labels.grades({"métier:Alphabétisation": 1, "métier:Alphabétisation@Namur": 3})
    assert {grades[pk] for pk in at_namur} == {3}


# --- The comparison --------------------------------------------------------------------------


def _set(*scores, name="a"):
    return SetResult(
        name, tuple(Outcome(f"q{n}", value, 1.0, ()) for n, value in enumerate(scores))
    )


def test_a_set_that_falls_is_named_with_its_queries():
    before = as_baseline([_set(1.0, 0.9, 0.8)])
    assert before["a"]["ndcg"] == 0.9
    assert before["a"]["below_one"] == {"q1": 0.9, "q2": 0.8}
    assert fallen_sets(before, [_set(1.0, 0.9, 0.75)]) == []
    assert fallen_sets(before, [_set(0.8, 0.9, 0.8)]) == ["a: ndcg 0.9000 → 0.8333"]
    assert fallen_queries(before, [_set(0.8, 0.76, 0.8)]) == ["a: « q0 » 1.00 → 0.80"]
    assert fallen_sets({}, [_set(1.0)]) == ["a: no baseline"]
    assert fallen_queries({}, [_set(0.1)]) == []


def test_the_baseline_of_one_engine_leaves_the_others(tmp_path):
    path = tmp_path / "baseline.json"
    assert read_baseline(path) == {}
    write_baseline("sqlite", as_baseline([_set(1.0)]), path)
    write_baseline("opensearch", as_baseline([_set(0.5)]), path)
    write_baseline("sqlite", as_baseline([_set(0.9)]), path)
    kept = read_baseline(path)
    assert {engine: each["a"]["ndcg"] for engine, each in kept.items()} == {
        "sqlite": 0.9,
        "opensearch": 0.5,
    }


def test_there_are_figures_for_the_four_engines():
    assert set(read_baseline()) == set(BARS)
