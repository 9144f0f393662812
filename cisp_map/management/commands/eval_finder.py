"""Score the finder on judged queries: trades, then training sites. `make eval` calls it.

A site's grade for a query is the highest of its trades'; the ideal order is over all sites.
"""

import time
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cisp_map.finder import FinderQuery, find
from cisp_map.models import FinderPage, Trade, TrainingSitePage
from cisp_map.trade_words import TradeWords, seed_entries, seed_lexicon
from cisp_map.vocabulary import current_vocabulary
from search.evaluation import Report, evaluate, read_judgements

DEFAULT_FILES = ("queries_formations.csv", "queries_formations_held_out.csv")


@dataclass(frozen=True)
class Ranking:
    """Something to score: a ranking function over items with labels (names of trades)."""

    name: str
    rank: Callable[[str], Iterable[Hashable]]
    labels: Mapping[Hashable, Collection[str]]


def trades_of_files() -> Ranking:
    """The resolver alone, on the files of cisp_map/data."""
    correct_words, not_taught = seed_lexicon()
    words = TradeWords(seed_entries(), correct_words=correct_words, not_taught=not_taught)
    return Ranking(
        "métiers (fichiers)",
        lambda query: [match.key for match in words.resolve(query).matches],
        {entry.name: (entry.name,) for entry in seed_entries()},
    )


def trades_of_database() -> Ranking | None:
    """The resolver with what editors made of the trades; None without trades."""
    names = dict(Trade.objects.in_french().values_list("pk", "name"))
    page = FinderPage.in_french().first()
    if not names or page is None:
        return None
    words = current_vocabulary(page).words
    return Ranking(
        "métiers (base de données)",
        lambda query: [match.key for match in words.resolve(query).matches],
        {pk: (name,) for pk, name in names.items()},
    )


def sites_of_database() -> Ranking | None:
    """The finder as the public gets it, without a place; None without training sites."""
    page = FinderPage.in_french().first()
    if page is None:
        return None
    sites = TrainingSitePage.objects.to_be_shown().filter(locale_id=page.locale_id)
    labels: dict[Hashable, list[str]] = {}
    for pk, trade in sites.values_list("pk", "offers__trade__name"):
        labels.setdefault(pk, []).append(trade or "")
    if not labels:
        return None
    return Ranking(
        "lieux de formation",
        lambda query: [hit.site_id for hit in find(FinderQuery(words=query), page).hits],
        labels,
    )


class Command(BaseCommand):
    """`python manage.py eval_finder [FICHIER …] [--seuil 0.85] [--pires 5]`."""

    help = "Mesure la recherche de formations sur des questions notées (nDCG@10)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FICHIER")
        parser.add_argument("--seuil", dest="bar", type=float, default=0.85)
        parser.add_argument("--pires", dest="worst", type=int, default=5)

    def handle(self, *_args, files: list[Path], bar: float, worst: int, **_options) -> None:
        folder = Path(settings.BASE_DIR) / "tests" / "quality"
        files = files or [folder / name for name in DEFAULT_FILES]
        rankings = [trades_of_files(), trades_of_database(), sites_of_database()]
        if rankings[-1] is None:
            self.stdout.write(
                "Pas de lieu de formation dans la base : seuls les métiers sont mesurés."
            )
        below = []
        for file in files:
            try:
                judgements = read_judgements(file)
            except (OSError, KeyError, ValueError) as error:
                raise CommandError(f"Fichier de questions illisible : {file} ({error}).") from error
            self.stdout.write(f"\n{file.name} : {len(judgements)} questions")
            for ranking in filter(None, rankings):
                times: list[float] = []
                report = evaluate(judgements, _timed(ranking.rank, times), ranking.labels)
                self._print(ranking, report, times, worst)
                if report.exponential < bar:
                    below.append(f"{file.name}, {ranking.name} : {report.exponential:.3f}")
        if below:
            raise CommandError(f"Sous le seuil de {bar} : {' ; '.join(below)}.")

    def _print(self, ranking: Ranking, report: Report, times: list[float], worst: int) -> None:
        self.stdout.write(
            f"  {ranking.name:<26} nDCG@10 {report.exponential:.4f}"
            f"   (gains linéaires {report.linear:.4f})"
            f"   {len(ranking.labels)} éléments"
            f"   médiane {median(times) * 1000:.2f} ms"
        )
        for score in report.worst(worst):
            if score.exponential < 1:
                self.stdout.write(
                    f"      {score.exponential:.3f}  « {score.judgement.query} »  {list(score.grades)}"
                )


def _timed(
    rank: Callable[[str], Iterable[Hashable]], times: list[float]
) -> Callable[[str], Iterable[Hashable]]:
    """The same ranking, its durations in seconds added to ``times``."""

    def timed(query: str) -> Iterable[Hashable]:
        start = time.perf_counter()
        result = rank(query)
        times.append(time.perf_counter() - start)
        return result

    return timed
