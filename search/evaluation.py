"""Quality of a ranking against graded judgements (nDCG). Pure functions, no Django."""

import csv
import math
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, TypeVar

Item = TypeVar("Item", bound=Hashable)


def dcg(grades: Iterable[float], *, at: int = 10, exponential: bool = True) -> float:
    """Discounted cumulative gain of grades in ranking order, over the first ``at``.

    Gain ``2**g - 1`` (Burges et al. 2005), or ``g`` itself when not ``exponential`` (Järvelin and
    Kekäläinen 2002); discount ``log2(rank + 1)``, rank from 1.
    """
    return sum(
        ((2**grade - 1) if exponential else grade) / math.log2(position + 2)
        for position, grade in enumerate(list(grades)[:at])
    )


def ndcg(
    ranked: Sequence[float], judged: Iterable[float], *, at: int = 10, exponential: bool = True
) -> float:
    """DCG of the ranking over the best possible DCG, in [0, 1].

    ``ranked``: grades of the returned items in order (0 for one without a grade); ``judged``: grades
    of *all* items that could have been returned, in any order. 0 when nothing is relevant.
    """
    ideal = dcg(sorted(judged, reverse=True), at=at, exponential=exponential)
    return dcg(ranked, at=at, exponential=exponential) / ideal if ideal else 0.0


@dataclass(frozen=True)
class Judgement:
    """A query and the grade (1-3) of each relevant label (a trade's name); others are 0."""

    query: str
    grades: Mapping[str, int]


@dataclass(frozen=True)
class Score:
    """One query's result: nDCG with exponential and with linear gains, and the ranked grades."""

    judgement: Judgement
    exponential: float
    linear: float
    grades: tuple[int, ...]


@dataclass(frozen=True)
class Report:
    """Scores of a set of queries."""

    scores: tuple[Score, ...]

    @property
    def exponential(self) -> float:
        """Mean nDCG, gains 2^g - 1."""
        return mean(score.exponential for score in self.scores) if self.scores else 0.0

    @property
    def linear(self) -> float:
        """Mean nDCG, gains g."""
        return mean(score.linear for score in self.scores) if self.scores else 0.0

    def worst(self, number: int) -> list[Score]:
        """The lowest scores, lowest first."""
        return sorted(self.scores, key=lambda score: (score.exponential, score.judgement.query))[
            :number
        ]


def read_judgements(path: Path) -> list[Judgement]:
    """Judgements of a CSV file ``query,relevant`` with ``label=grade|label=grade``.

    Raises ``ValueError`` naming the line of a grade that cannot be read.
    """
    return [Judgement(row["query"], grades) for row, grades in _graded_rows(path)]


def _graded_rows(path: Path) -> Iterator[tuple[dict[str, str], dict[str, int]]]:
    """The rows of a CSV file with the grades of their column `relevant`."""
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                yield row, read_grades(row["relevant"])
            except ValueError as error:
                raise ValueError(f"{path.name}, line {number}: {error}") from error


def evaluate(
    judgements: Iterable[Judgement],
    rank: Callable[[str], Iterable[Hashable]],
    labels: Mapping[Hashable, Collection[str]],
    *,
    at: int = 10,
) -> Report:
    """Scores a ranking function over judged queries.

    ``rank``: query → items, best first. ``labels``: *every* item that exists → its labels; an
    item's grade for a query is the highest of its labels' grades.
    """
    scores = []
    for judgement in judgements:
        of_item = {
            item: max((judgement.grades.get(label, 0) for label in own), default=0)
            for item, own in labels.items()
        }
        grades = [of_item.get(item, 0) for item in rank(judgement.query)]
        scores.append(
            Score(
                judgement,
                ndcg(grades, of_item.values(), at=at),
                ndcg(grades, of_item.values(), at=at, exponential=False),
                tuple(grades[:at]),
            )
        )
    return Report(tuple(scores))


# --- Questions of the three sites ------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """A query asked on a site, with the grade of each label that answers it.

    `relevant` may be empty: a need that the content does not meet, which counts in no mean.
    """

    site: str
    query: str
    split: str
    origin: str
    phenomenon: str
    relevant: Mapping[str, int]
    reason: str

    @property
    def key(self) -> str:
        """What names it in a baseline."""
        return f"{self.site}: {self.query}"


@dataclass(frozen=True)
class Outcome:
    """What a ranking did for one query: nDCG@10, recall@20 and the first grades."""

    key: str
    ndcg: float
    recall: float
    grades: tuple[int, ...]


@dataclass(frozen=True)
class SetResult:
    """What a ranking did for a set of queries."""

    name: str
    outcomes: tuple[Outcome, ...]
    seconds: tuple[float, ...] = ()

    @property
    def ndcg(self) -> float:
        """Mean nDCG@10."""
        return mean(each.ndcg for each in self.outcomes) if self.outcomes else 0.0

    @property
    def recall(self) -> float:
        """Mean recall@20."""
        return mean(each.recall for each in self.outcomes) if self.outcomes else 0.0

    @property
    def p95(self) -> float:
        """Seconds within which 95 % of the queries were answered."""
        ordered = sorted(self.seconds)
        return ordered[math.ceil(len(ordered) * 0.95) - 1] if ordered else 0.0

    def worst(self, number: int) -> list[Outcome]:
        """The lowest outcomes below 1, lowest first."""
        below = [each for each in self.outcomes if each.ndcg < 0.9995]
        return sorted(below, key=lambda each: (each.ndcg, each.key))[:number]


def read_grades(text: str) -> dict[str, int]:
    """`label=grade|label=grade` → label → grade. Raises ``ValueError`` for what is neither."""
    grades = {}
    for part in filter(None, text.split("|")):
        label, separator, grade = part.rpartition("=")
        if not separator or not grade.strip().isdigit() or not label.strip():
            raise ValueError(f"«{part}» is not label=grade.")
        grades[label.strip()] = int(grade)
    return grades


def read_questions(path: Path) -> list[Question]:
    """Questions of a CSV file ``site,query,split,origin,phenomenon,relevant,reason``.

    Raises ``ValueError`` naming the line of a grade that cannot be read.
    """
    return [
        Question(
            site=row["site"],
            query=row["query"],
            split=row["split"],
            origin=row["origin"],
            phenomenon=row["phenomenon"],
            relevant=grades,
            reason=row["reason"],
        )
        for row, grades in _graded_rows(path)
    ]


def recall(ranked: Sequence[int], judged: Iterable[int], *, at: int = 20) -> float:
    """Share of the good items (grade 2 and 3) among the first `at`; 1 when all that fit are there.

    Where nothing is better than marginal, the marginal items count.
    """
    judged = list(judged)
    least = 2 if any(grade >= 2 for grade in judged) else 1
    good = sum(grade >= least for grade in judged)
    return sum(grade >= least for grade in ranked[:at]) / min(good, at) if good else 0.0


def outcome(key: str, ranked: Iterable[Item], grades: Mapping[Item, int]) -> Outcome:
    """Score one ranking. `grades`: every relevant item → its grade."""
    in_order = [grades.get(item, 0) for item in ranked]
    return Outcome(
        key,
        ndcg(in_order, grades.values()),
        recall(in_order, grades.values()),
        tuple(in_order[:10]),
    )


# --- What was reached before -----------------------------------------------------------------

MAY_FALL = 0.02
"""How far a set may fall below its baseline."""
QUERY_FALLS = 0.15
"""A query that falls further is named."""


def as_baseline(results: Iterable[SetResult]) -> dict[str, Any]:
    """Figures of the sets, and of each query below 1, to be kept in a file."""
    return {
        each.name: {
            "ndcg": round(each.ndcg, 4),
            "recall": round(each.recall, 4),
            "queries": len(each.outcomes),
            "below_one": {
                one.key: round(one.ndcg, 3)
                for one in sorted(each.outcomes, key=lambda one: one.key)
                if round(one.ndcg, 3) < 1
            },
        }
        for each in results
    }


def fallen_sets(before: Mapping[str, Any], results: Iterable[SetResult]) -> list[str]:
    """A line for each set whose nDCG or recall fell by more than MAY_FALL, or that is new."""
    lines = []
    for each in results:
        known = before.get(each.name)
        if known is None:
            lines.append(f"{each.name}: no baseline")
            continue
        for name, value in (("ndcg", each.ndcg), ("recall", each.recall)):
            if known[name] - value > MAY_FALL:
                lines.append(f"{each.name}: {name} {known[name]:.4f} → {value:.4f}")
    return lines


def fallen_queries(before: Mapping[str, Any], results: Iterable[SetResult]) -> list[str]:
    """A line for each query whose nDCG fell by more than QUERY_FALLS."""
    lines = []
    for each in results:
        if each.name not in before:
            continue
        below: Mapping[str, float] = before[each.name]["below_one"]
        lines += [
            f"{each.name}: « {one.key} » {below.get(one.key, 1.0):.2f} → {one.ndcg:.2f}"
            for one in each.outcomes
            if below.get(one.key, 1.0) - one.ndcg > QUERY_FALLS
        ]
    return lines
