"""The desk's work of the night: links, reminders, old counts, the bin."""

from django.core.management.base import BaseCommand

from home.desk import bin as page_bin
from home.desk import links, missing, reviews


class Command(BaseCommand):
    """`desk_nightly`: each part by itself; safe to repeat."""

    help = "Vérifie les liens, rappelle les pages à relire, vide ce qui a fait son temps."

    def handle(self, *args, **options) -> None:
        """A line for each part."""
        self.stdout.write(f"{links.note_links()} lien(s) vers d’autres sites.")
        self.stdout.write(f"{links.check_outside()} adresse(s) vérifiée(s).")
        self.stdout.write(f"{reviews.remind()} rappel(s) envoyé(s).")
        self.stdout.write(f"{missing.purge()} compte(s) d’adresses introuvables effacé(s).")
        self.stdout.write(f"{page_bin.purge()} page(s) supprimée(s) pour de bon.")
