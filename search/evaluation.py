"""Quality of a ranking against graded judgements (nDCG). Pure functions, no Django."""

import csv
import math
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean


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
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            grades = {}
            for part in row["relevant"].split("|"):
                label, separator, grade = part.rpartition("=")
                if not separator or not grade.strip().isdigit():
                    raise ValueError(f"{path.name}, line {number}: «{part}» is not label=grade.")
                grades[label.strip()] = int(grade)
            found.append(Judgement(row["query"], grades))
    return found


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
