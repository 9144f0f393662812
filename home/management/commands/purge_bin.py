"""Delete for good what was deleted more than thirty days ago; every night."""

from django.core.management.base import BaseCommand

from home.desk.bin import KEEP_DAYS, purge


class Command(BaseCommand):
    """`purge_bin`."""

    help = f"Supprime pour de bon ce qui est dans la corbeille depuis plus de {KEEP_DAYS} jours."

    def handle(self, *args, **options) -> None:
        """Tell the number of pages."""
        self.stdout.write(f"{purge()} page(s) supprimée(s) pour de bon.")
