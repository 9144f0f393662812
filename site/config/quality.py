"""The measure of `make eval` and of its test: judged queries through the finder and the search page."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from cisp_map.finder import FinderQuery
from cisp_map.finder import find as find_courses
from cisp_map.models import FinderPage
from config.judged import Labels
from home.models import SiteBranding
from home.themes import Theme
from search.addresses import DATABASE
from search.evaluation import (
    Outcome,
    Question,
    SetResult,
    outcome,
    read_judgements,
    read_questions,
)
from search.federated import Choices, Found, find
from search.lexicon import current_lexicon
from search.queries import understand
from search.synonyms import thesaurus

FOLDER = Path(settings.BASE_DIR) / "tests" / "quality"
BASELINE = FOLDER / "baseline.json"
COURSES = {
    "given": "queries_formations.csv",
    "held-out": "queries_formations_held_out.csv",
}
THREE_SITES = "queries_three_sites.csv"
PAGE, ELSEWHERE = 10, 3

BARS = {
    "sqlite": (0.90, 0.85),
    "postgresql": (0.92, 0.88),
    "elasticsearch": (0.95, 0.92),
    "opensearch": (0.95, 0.92),
}
"""engine → least nDCG@10 of the finder's queries, of the three sites' queries"""

Rank = Callable[[str, str], list[int]]


def engine_name() -> str:
    """The engine that answers searches: sqlite, postgresql, elasticsearch or opensearch."""
    if DATABASE in settings.WAGTAILSEARCH_BACKENDS:
        return str(settings.WAGTAILSEARCH_BACKENDS["default"]["BACKEND"].rpartition(".")[2])
    return str(connection.vendor)


# --- Rankings --------------------------------------------------------------------------------


def in_finder(query: str, site: str) -> list[int]:  # noqa: ARG001 (the finder stands on one site)
    """Training sites as the finder lists them, without a place."""
    page = FinderPage.source()
    return [hit.site_id for hit in find_courses(FinderQuery(words=query), page).hits]


def on_search_page(query: str, site: str) -> list[int]:
    """Pages as the search page shows them: the site's own, then «aussi sur…», then page 2."""
    found = _found(query, site)
    own = [each.pk for each in found.own]
    others = [each.pk for pages in found.elsewhere.values() for each in pages[:ELSEWHERE]]
    return own[:PAGE] + others + own[PAGE:]


def on_all_sites(query: str, site: str) -> list[int]:
    """Pages as the search page lists them with `sites=tous`."""
    return [each.pk for each in _found(query, site, frozenset(Theme.values)).own]


def _found(query: str, site: str, sites: frozenset[str] = frozenset()) -> Found:
    """What the page finds; where it finds nothing, what its «Vouliez-vous dire» leads to."""
    site_id = SiteBranding.objects.values_list("site_id", flat=True).get(theme=site)
    found = find(understand(query, thesaurus(site_id)), site, Choices(sites=sites))
    if not found.candidates and (better := current_lexicon().correct(query)):
        return find(understand(better, thesaurus(site_id)), site, Choices(sites=sites))
    return found


# --- Sets ------------------------------------------------------------------------------------


def results(labels: Labels | None = None) -> list[SetResult]:
    """Every set through every way that answers it. Raises `UnknownLabel`, `ValueError`."""
    labels = labels or Labels()
    found = []
    for name, file in COURSES.items():
        judged = {
            each.query: labels.grades(
                {f"métier:{key}": grade for key, grade in each.grades.items()}
            )
            for each in read_judgements(FOLDER / file)
        }
        for way, rank in (("finder", in_finder), ("search", on_search_page)):
            found.append(_scored(f"{way}/{name}", _asked(judged, rank)))
    questions = read_questions(FOLDER / THREE_SITES)
    for way, rank in (("three-sites", on_search_page), ("three-sites-all", on_all_sites)):
        for split in ("dev", "held-out"):
            chosen = [each for each in questions if each.split == split and each.relevant]
            found.append(_scored(f"{way}/{split}", _asked_on_sites(chosen, rank, labels)))
    return found


def _asked(judged: Mapping[str, Mapping[int, int]], rank: Rank) -> Iterable[tuple[Outcome, float]]:
    for query, grades in judged.items():
        yield _timed(query, query, Theme.CISP, rank, grades)


def _asked_on_sites(
    questions: Iterable[Question], rank: Rank, labels: Labels
) -> Iterable[tuple[Outcome, float]]:
    for each in questions:
        yield _timed(each.key, each.query, each.site, rank, labels.grades(each.relevant))


def _timed(
    key: str, query: str, site: str, rank: Rank, grades: Mapping[int, int]
) -> tuple[Outcome, float]:
    start = time.perf_counter()
    ranked = rank(query, site)
    seconds = time.perf_counter() - start
    return outcome(key, ranked, grades), seconds


def _scored(name: str, asked: Iterable[tuple[Outcome, float]]) -> SetResult:
    pairs = list(asked)
    return SetResult(name, tuple(one for one, _ in pairs), tuple(each for _, each in pairs))


# --- Baseline --------------------------------------------------------------------------------


def read_baseline(path: Path = BASELINE) -> dict[str, Any]:
    """Engine → set → figures; empty when there is no file."""
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def write_baseline(engine: str, figures: dict[str, Any], path: Path = BASELINE) -> None:
    """Replace the figures of one engine."""
    everything = {**read_baseline(path), engine: figures}
    text = json.dumps(everything, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", "utf-8")
