"""One search over the three sites: candidates from the index, order, facets, other sites.

The index, whichever it is, brings candidates with a score. Their order is then settled here, the
same for every engine: a word of the title weighs more than one of the text, a page that says all
words comes before one that says some.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from home.themes import Theme
from search import french
from search.engine import ranked_pages
from search.models import IndexedPage
from search.queries import Term, Words

ENOUGH = 10
"""With fewer pages that hold all words, pages with some of them follow."""
LEAST_COVERAGE = 0.5
MAX_PARTIAL = 50
REORDERED = 400
FACETS = ("type", "theme", "annee")


@dataclass(frozen=True)
class Choices:
    """What the visitor keeps of the results; an empty set keeps everything."""

    sites: frozenset[str] = frozenset()
    type: frozenset[str] = frozenset()
    theme: frozenset[str] = frozenset()
    annee: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A page that answers, with what order and facets need of it."""

    pk: int
    site: str
    kind: str
    year: int | None
    topics: tuple[str, ...]
    title: str
    description: str
    date: date | None
    score: float = 0.0
    is_partial: bool = False
    is_promoted: bool = False
    """chosen by the editors for these words (search.promotions)"""
    is_silent: bool = False
    """chosen, though the index does not know the words of it"""

    def values(self, facet: str) -> tuple[str, ...]:
        """Values of the page in one facet."""
        if facet == "type":
            return (self.kind,)
        if facet == "theme":
            return self.topics
        return (str(self.year),) if self.year else ()


@dataclass
class Found:
    """The answer, best first."""

    own: list[Candidate]
    """what the chosen sites have, after all choices"""
    elsewhere: dict[str, list[Candidate]]
    """site → its pages, for the sites that were not chosen"""
    per_site: Counter[str]
    facets: dict[str, Counter[str]]
    is_partial: bool
    """no page holds all words"""
    complete: int = 0
    """pages of all sites that hold all words"""
    candidates: list[Candidate] = field(default_factory=list, repr=False)


def find(
    words: Words,
    site: str,
    choices: Choices,
    language: str = "fr",
    steer: Callable[[list[Candidate]], list[Candidate]] | None = None,
) -> Found:
    """Search all three sites; `site` is the one of the visitor, `choices` what is kept.

    `steer` changes the ordered candidates before anything is counted (search.promotions).
    """
    scored = _candidates(words, language)
    ordered = _ordered(words, scored, site)
    if steer and words:
        ordered = steer(ordered)
    complete = [each for each in ordered if not each.is_partial]
    wanted = choices.sites or frozenset({site})

    def kept(each: Candidate, without: str = "") -> bool:
        return all(
            facet == without
            or not getattr(choices, facet)
            or getattr(choices, facet) & set(each.values(facet))
            for facet in FACETS
        )

    per_site = Counter(each.site for each in ordered if kept(each))
    here = [each for each in ordered if each.site in wanted]
    facets = {
        facet: Counter(
            value for each in here if kept(each, without=facet) for value in each.values(facet)
        )
        for facet in FACETS
    }
    return Found(
        own=[each for each in here if kept(each)],
        elsewhere={
            other: [each for each in ordered if each.site == other and kept(each)]
            for other in Theme.values
            if other not in wanted and per_site[other]
        },
        per_site=per_site,
        facets=facets,
        is_partial=bool(ordered) and not complete,
        complete=len(complete),
        candidates=ordered,
    )


def _candidates(words: Words, language: str) -> list[Candidate]:
    """Visible pages that hold all words, and some that hold a good part of them."""
    if not words:
        return []
    scores = dict(ranked_pages(words.query()))
    partial: dict[int, float] = {}
    if len(scores) < ENOUGH and len(words.terms) > 1:
        partial = {
            pk: coverage
            for pk, coverage in _coverage(words.terms).items()
            if pk not in scores and coverage >= LEAST_COVERAGE
        }
        best = sorted(partial, key=lambda pk: (-partial[pk], pk))[:MAX_PARTIAL]
        partial = {pk: partial[pk] for pk in best}
    top = max(scores.values(), default=0.0) or 1.0
    rows = (
        IndexedPage.objects.visible()
        .filter(pk__in=[*scores, *partial], language=language)
        .values_list("pk", "theme", "kind", "year", "topics", "title", "description", "date")
    )
    return [
        Candidate(
            pk,
            site,
            kind,
            year,
            tuple(topics),
            title,
            description,
            when,
            score=scores[pk] / top if pk in scores else partial[pk],
            is_partial=pk not in scores,
        )
        for pk, site, kind, year, topics, title, description, when in rows
    ]


def _coverage(terms: Sequence[Term]) -> dict[int, float]:
    """Page → share of the terms that it holds, rare ones counting more.

    A term that no page holds says nothing about any of them.
    """
    holders = [{pk for pk, _ in ranked_pages(term.query())} for term in terms]
    weights = [1.0 / (1.0 + len(pages)) ** 0.5 if pages else 0.0 for pages in holders]
    total = sum(weights)
    coverage: dict[int, float] = {}
    for pages, weight in zip(holders, weights, strict=True):
        for pk in pages:
            coverage[pk] = coverage.get(pk, 0.0) + weight / total
    return coverage


@lru_cache(maxsize=20_000)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(french.stems(text))


def _share(terms: Iterable[Term], stems: Sequence[str]) -> float:
    """Share of the terms that a short text holds; a synonym counts a little less."""
    there = set(stems)
    values = []
    for term in terms:
        if there.issuperset(term.typed):
            values.append(1.0)
        else:
            values.append(0.7 if any(there.issuperset(each) for each in term.alternatives) else 0.0)
    return sum(values) / len(values)


def _score(words: Words, each: Candidate, site: str) -> float:
    title = _stems(each.title)
    in_title = _share(words.terms, title)
    score = each.score + 1.5 * in_title
    if in_title == 1.0:
        score += 1.0
        typed = tuple(stem for term in words.terms for stem in term.typed)
        if title[: len(typed)] == typed:
            score += 0.4 if len(title) > len(typed) else 1.0
            score += 0.1 * (french.fold(each.title) == french.fold(words.text))
        score += 0.3 * len(typed) / max(len(title), 1)
    known = (*title, *_stems(each.kind), str(each.year or ""), *_stems(" ".join(each.topics)))
    score += 0.8 * (_share(words.terms, known) - in_title)
    score += 0.5 * _share(words.terms, _stems(each.description))
    if each.site == site:
        score += 0.1
    return score - (4.0 if each.is_partial else 0.0) + (each.score if each.is_partial else 0.0)


def _ordered(words: Words, candidates: list[Candidate], site: str) -> list[Candidate]:
    """Best first; beyond the first few hundred, in the order of the index."""
    by_index: Callable[[Candidate], tuple] = lambda each: (each.is_partial, -each.score, each.pk)  # noqa: E731
    candidates = sorted(candidates, key=by_index)
    first, rest = candidates[:REORDERED], candidates[REORDERED:]
    first.sort(
        key=lambda each: (
            -round(_score(words, each, site), 4),
            -(each.date or date.min).toordinal(),
            each.pk,
        )
    )
    return first + rest
