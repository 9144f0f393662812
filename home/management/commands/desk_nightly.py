"""The desk's work of the night: links of the pages, reminders. `purge_expired` forgets the rest."""

from django.core.management.base import BaseCommand

from home.desk import links, reviews


class Command(BaseCommand):
    """`desk_nightly`: each part by itself; safe to repeat."""

    help = "Vérifie les liens, rappelle les pages à relire."

    def handle(self, *args, **options) -> None:
        """A line for each part."""
        self.stdout.write(f"{links.note_links()} lien(s) vers d’autres sites.")
        self.stdout.write(f"{links.check_outside()} adresse(s) vérifiée(s).")
        self.stdout.write(f"{reviews.remind()} rappel(s) envoyé(s).")
