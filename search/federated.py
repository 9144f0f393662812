"""One search over the three sites: candidates from the index, order, facets, other sites.

The index, whichever it is, brings candidates with a score; the rooms bring pages that they know to
answer (search.sources). Their order is then settled here, the same for every engine: a word of the
title weighs more than one of the text, a page that says all words comes before one that says some.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from home.themes import Theme
from search import french, languages
from search.engine import ranked_pages
from search.public_pages import PublicPage, public_pages
from search.queries import Term, Words
from search.sources import read_by_rooms

ENOUGH = 10
"""With fewer pages that hold all words, pages with some of them follow."""
LEAST_COVERAGE = 0.5
FAINT_COVERAGE = 0.25
"""Enough on a site that has nothing better to offer."""
NEAR_BEST = 0.7
FAINT_WORTH = 0.45
NUMBER_WEIGHT = 0.5
"""A year narrows what is asked for; it is rarely all of it."""
MAX_PARTIAL = 50
REORDERED = 400

# What makes the order, in points; the index itself gives at most one.
WHOLE = 0.6
"""a page that holds all words"""
WORTH_HERE, WORTH_ELSEWHERE = 4.0, 1.5
"""a page that a room of this site, or of another one, knows to answer"""
WORTH_POWER = 1.5
"""a faint idea of a room counts for less than its share"""
IN_TITLE = 1.5
WHOLE_TITLE, OPENS_TITLE, IS_TITLE = 1.0, 0.4, 1.0
EXACT_TITLE = 0.1
TITLE_PRECISION = 0.3
"""a title of nothing but these words"""
KNOWN, WHOLLY_KNOWN, DESCRIBED = 0.8, 0.5, 0.5
"""words of what identifies the page (title, kind, subjects, year, keywords), of its summary"""
IS_KIND = 1.2
"""the words are the name of a kind: «étude», «référentiel»"""
OWN_SITE = 0.8
PARTIAL = -4.0
FACETS = ("type", "theme", "annee")


@dataclass(frozen=True)
class Choices:
    """What the visitor keeps of the results; an empty set keeps everything."""

    sites: frozenset[str] = frozenset()
    type: frozenset[str] = frozenset()
    theme: frozenset[str] = frozenset()
    annee: frozenset[str] = frozenset()


@dataclass(slots=True)
class Candidate:
    """A page that answers, and why."""

    page: PublicPage
    score: float = 0.0
    """of the index, 1 for the best page that holds all words"""
    worth: float = 0.0
    """how well it answers, as a room says; 0 when none says anything"""
    holds_all: bool = False
    is_partial: bool = False
    """holds some of the words, and no room knows it"""
    is_promoted: bool = False
    """chosen by the editors for these words (search.promotions)"""
    is_silent: bool = False
    """chosen, though the index does not know the words of it"""

    @property
    def pk(self) -> int:
        """Of the page."""
        return self.page.pk

    @property
    def site(self) -> str:
        """Theme of the site that the page belongs to."""
        return self.page.site


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
    """no page holds all words or is known to answer"""
    complete: int = 0
    """pages of all sites that hold all words"""
    candidates: list[Candidate] = field(default_factory=list, repr=False)


def find(
    words: Words,
    site: str,
    choices: Choices,
    steer: Callable[[list[Candidate]], list[Candidate]] | None = None,
) -> Found:
    """Search all three sites for pages in the language of `words`; `site` is the visitor's one,
    `choices` what is kept.

    `steer` changes the ordered candidates before anything is counted (search.promotions).
    """
    ordered = _ordered(words, _candidates(words, site), site)
    if steer and words:
        ordered = steer(ordered)
    whole = any(not each.is_partial for each in ordered)
    wanted = choices.sites or frozenset({site})

    chosen = {facet: values for facet in FACETS if (values := getattr(choices, facet))}

    def kept(pages: list[Candidate], without: str = "") -> list[Candidate]:
        for facet, values in chosen.items():
            if facet != without:
                pages = [each for each in pages if values & set(each.page.values(facet))]
        return pages

    here = [each for each in ordered if each.page.site in wanted]
    by_site: dict[str, list[Candidate]] = {}
    for each in kept(ordered):
        by_site.setdefault(each.page.site, []).append(each)
    return Found(
        own=kept(here),
        elsewhere={
            other: by_site[other]
            for other in Theme.values
            if other not in wanted and other in by_site
        },
        per_site=Counter({theme: len(pages) for theme, pages in by_site.items()}),
        facets={
            facet: Counter(
                value for each in kept(here, without=facet) for value in each.page.values(facet)
            )
            for facet in FACETS
        },
        is_partial=bool(ordered) and not whole,
        complete=sum(each.holds_all for each in ordered),
        candidates=ordered,
    )


def _candidates(words: Words, site: str) -> list[Candidate]:
    """Visible pages that hold all words or that a room knows, then some that hold a good part, in
    the order of the index and of the rooms.
    """
    if not words:
        return []
    scores = dict(ranked_pages(words.query()))
    worth = _read_by_rooms(words, site, found=bool(scores))
    partial: dict[int, float] = {}
    if len(scores.keys() | worth.keys()) < ENOUGH and len(words.terms) > 1:
        partial = {
            pk: coverage
            for pk, coverage in _coverage(words.terms).items()
            if pk not in scores and pk not in worth and coverage >= FAINT_COVERAGE
        }
        best = sorted(partial, key=lambda pk: (-partial[pk], pk))[:MAX_PARTIAL]
        partial = {pk: partial[pk] for pk in best}
    top = max(scores.values(), default=0.0) or 1.0
    score = {**partial, **{pk: each / top for pk, each in scores.items()}}
    pages = public_pages()
    candidates = [
        Candidate(
            page,
            score=score.get(pk, 0.0),
            worth=worth.get(pk, 0.0),
            holds_all=pk in scores,
            is_partial=pk in partial,
        )
        for pk in {**scores, **worth, **partial}
        if (page := pages.get(pk))
        # A room may answer with pages of data, which exist in French alone.
        and (page.language == words.language or (pk in worth and page.language == languages.FRENCH))
    ]
    candidates.sort(key=lambda each: (each.is_partial, -each.score - each.worth, each.pk))
    return _without_faint(words, candidates)


def _read_by_rooms(words: Words, site: str, *, found: bool) -> dict[int, float]:
    """What the rooms know to answer; a faint idea only where no page holds the words."""
    if any(term.is_quoted for term in words.terms):
        return {}
    worth = read_by_rooms(words.text, site)
    return worth if max(worth.values(), default=0.0) >= FAINT_WORTH or not found else {}


def _without_faint(words: Words, candidates: list[Candidate]) -> list[Candidate]:
    """Pages that hold a small part of the words go, unless their title is about it or their site
    has nothing better.
    """
    if not any(each.is_partial for each in candidates):
        return candidates
    best: dict[str, float] = {}
    for each in candidates:
        coverage = each.score if each.is_partial else 1.0
        best[each.site] = max(coverage, best.get(each.site, 0.0))
    return [
        each
        for each in candidates
        if not each.is_partial
        or each.score >= LEAST_COVERAGE
        or each.score >= best[each.site] * NEAR_BEST
        or _share(
            words.terms,
            (*_stems(each.page.title, words.language), *_stems(each.page.keywords, words.language)),
        )
        >= LEAST_COVERAGE
    ]


def _coverage(terms: Sequence[Term]) -> dict[int, float]:
    """Page → share of the terms that it holds, rare ones counting more.

    A term that no page holds says nothing about any of them.
    """
    holders = [{pk for pk, _ in ranked_pages(term.query())} for term in terms]
    weights = [
        (NUMBER_WEIGHT if term.is_number else 1.0) / (1.0 + len(pages)) ** 0.5 if pages else 0.0
        for term, pages in zip(terms, holders, strict=True)
    ]
    total = sum(weights) or 1.0
    coverage: dict[int, float] = {}
    for pages, weight in zip(holders, weights, strict=True):
        for pk in pages:
            coverage[pk] = coverage.get(pk, 0.0) + weight / total
    return coverage


@lru_cache(maxsize=50_000)
def _stems(text: str, language: str) -> tuple[str, ...]:
    return tuple(languages.stems(text, language))


def _share(terms: Iterable[Term], stems: Iterable[str]) -> float:
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
    """Points of a page for these words, on the site of the visitor."""
    typed = tuple(stem for term in words.terms for stem in term.typed)
    title = _stems(each.page.title, words.language)
    in_title = _share(words.terms, title)
    if each.worth:
        in_title *= in_title  # a place in the title of a training site has been read by its room
    is_own = each.site == site
    score = each.score + IN_TITLE * in_title
    if in_title == 1.0:
        score += WHOLE_TITLE
        if title[: len(typed)] == typed:
            score += OPENS_TITLE if len(title) > len(typed) else IS_TITLE
            score += EXACT_TITLE * (french.fold(each.page.title) == french.fold(words.text))
    score += TITLE_PRECISION * in_title * len(words.stems & set(title)) / max(len(set(title)), 1)
    if is_own:
        score += OWN_SITE
    if each.worth:
        # The room that knows the page has read what its text says.
        return score + (WORTH_HERE if is_own else WORTH_ELSEWHERE) * each.worth**WORTH_POWER
    known = _share(
        words.terms,
        {
            *title,
            *_stems(each.page.kind, words.language),
            *_stems(each.page.keywords, words.language),
        },
    )
    score += KNOWN * (known - in_title) + WHOLLY_KNOWN * (known == 1.0)
    score += DESCRIBED * _share(words.terms, _stems(each.page.description, words.language))
    kind = _stems(each.page.kind, words.language)
    if kind and set(kind) <= set(typed):
        score += IS_KIND * len(kind) / len(typed)
    return score + (PARTIAL + each.score if each.is_partial else WHOLE)


def _ordered(words: Words, candidates: list[Candidate], site: str) -> list[Candidate]:
    """Best first; beyond the first few hundred, in the order of the index and of the rooms."""
    first, rest = candidates[:REORDERED], candidates[REORDERED:]
    first.sort(
        key=lambda each: (
            -round(_score(words, each, site), 4),
            -(each.page.date or date.min).toordinal(),
            each.pk,
        )
    )
    return first + rest
