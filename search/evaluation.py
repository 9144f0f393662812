"""Quality of a ranking against graded judgements (nDCG). Pure functions, no Django."""

import math
from collections.abc import Iterable, Sequence


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
