"""Forget what is kept no longer."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from home.retention import run_all


class Command(BaseCommand):
    """`purge_expired [--dry-run]`."""

    help = "Efface ce dont la durée de conservation est finie. Chaque nuit (le worker le fait)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="compter sans rien effacer")

    def handle(self, *args, dry_run: bool, **options) -> None:
        """One line a job; ends non-zero when one failed."""
        done = run_all(write=not dry_run)
        for each in done:
            told = "ÉCHEC, voir le journal" if each.failed else f"{each.number}"
            self.stdout.write(f"{each.job.what} ({each.job.keep}) : {told}")
        if any(each.failed for each in done):
            raise CommandError("Un des nettoyages n’a pas réussi.")
