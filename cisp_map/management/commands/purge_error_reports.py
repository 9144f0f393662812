"""Delete the errors that visitors told and that were dealt with, after 90 days; all after a year."""

from django.core.management.base import BaseCommand

from cisp_map.upkeep.reports import purge


class Command(BaseCommand):
    """`purge_error_reports`, to be run each night."""

    help = "Efface les erreurs signalées et traitées depuis 90 jours, et toutes après un an."

    def handle(self, *args, **options) -> None:
        """Delete, and say how many."""
        self.stdout.write(f"{purge()} signalements effacés.")
