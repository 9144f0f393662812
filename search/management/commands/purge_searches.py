"""Forget what was searched for long ago."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.recorded import KEEP_DAYS, purge


class Command(BaseCommand):
    """`purge_searches [--days N]`."""

    help = f"Efface les recherches comptées il y a plus de {KEEP_DAYS} jours. Chaque nuit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, default=KEEP_DAYS, help=f"jours gardés, {KEEP_DAYS} au plus"
        )

    def handle(self, *args, days: int, **options) -> None:
        """Refuses to keep longer than was promised."""
        if not 0 <= days <= KEEP_DAYS:
            raise CommandError(f"--days : de 0 à {KEEP_DAYS}.")
        self.stdout.write(f"{purge(days)} lignes effacées.")
