"""See which links of the press review still answer; meant to run once a week."""

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from essor.models.press import PressMention
from essor.press import is_gone


class Command(BaseCommand):
    """`check_press_links [--write]`: without --write it only tells."""

    help = "Vérifie les liens de la revue de presse."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="enregistrer l’état des liens")

    def handle(self, *args, write: bool, **options) -> None:
        """Tell each change; a link that nobody can judge keeps its state."""
        changed = 0
        for mention in PressMention.objects.exclude(url="").order_by("pk"):
            gone = is_gone(mention.url)
            if gone is None:
                continue
            if gone != mention.link_is_dead:
                changed += 1
                state = "plus disponible" if gone else "de nouveau disponible"
                self.stdout.write(f"{state} : {mention.url}")
            if write:
                PressMention.objects.filter(pk=mention.pk).update(
                    link_is_dead=gone, checked_at=timezone.now()
                )
        self.stdout.write(f"{changed} lien(s) changé(s){'' if write else ' (rien n’est écrit)'}.")
