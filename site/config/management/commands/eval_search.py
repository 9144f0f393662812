"""Quality of the searches on the judged queries of tests/quality. `make eval` calls it."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.judged import UnknownLabel
from config.quality import BARS, engine_name, read_baseline, results, write_baseline
from search.evaluation import SetResult, as_baseline, fallen_queries, fallen_sets

FINDER, THREE_SITES = ("finder/",), ("three-sites/", "three-sites-all/")


class Command(BaseCommand):
    """`python manage.py eval_search [--pires 5] [--ecrire-reference]`."""

    help = "Mesure la recherche des trois sites sur des questions notées (nDCG@10, rappel@20, p95)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pires", dest="worst", type=int, default=5)
        parser.add_argument(
            "--ecrire-reference",
            dest="write",
            action="store_true",
            help="garder ces mesures comme référence du moteur",
        )

    def handle(self, *_args, worst: int, write: bool, **_options) -> None:
        """Measure, print, compare with the baseline; ends in failure below a bar."""
        engine = engine_name()
        try:
            measured = results()
        except (UnknownLabel, ValueError, KeyError, OSError) as error:
            raise CommandError(f"Questions illisibles : {error}") from error
        before = read_baseline().get(engine, {})
        self.stdout.write(f"Moteur : {engine}")
        for each in measured:
            self._print(each, before.get(each.name, {}).get("ndcg"), worst)
        if write:
            write_baseline(engine, as_baseline(measured))
            self.stdout.write("Référence écrite.")
            return
        for line in fallen_queries(before, measured):
            self.stdout.write(f"en baisse  {line}")
        failures = [*fallen_sets(before, measured), *_below_bars(engine, measured)]
        if failures:
            raise CommandError("Qualité insuffisante : " + " ; ".join(failures))

    def _print(self, each: SetResult, before: float | None, worst: int) -> None:
        was = f"   référence {before:.4f}" if before is not None else ""
        self.stdout.write(
            f"{each.name:<26} {len(each.outcomes):>3} questions   nDCG@10 {each.ndcg:.4f}   "
            f"rappel@20 {each.recall:.4f}   p95 {each.p95 * 1000:.1f} ms{was}"
        )
        for one in each.worst(worst):
            self.stdout.write(
                f"      {one.ndcg:.3f}  rappel {one.recall:.2f}  « {one.key} »  {list(one.grades)}"
            )


def _below_bars(engine: str, measured: list[SetResult]) -> list[str]:
    finder, three_sites = BARS[engine]
    return [
        f"{each.name} {each.ndcg:.4f} < {bar}"
        for each in measured
        for bar, starts in ((finder, FINDER), (three_sites, THREE_SITES))
        if each.name.startswith(starts) and each.ndcg < bar
    ]
