"""Fill the catalogue with generated resources, to measure it."""

from django.core.management.base import BaseCommand, CommandParser

from pedatech.demo.many import load_many


class Command(BaseCommand):
    """`generate_resources 5000`."""

    help = "Ajoute au catalogue des ressources générées, jusqu’au nombre demandé (mesures)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="nombre de ressources voulu en tout")

    def handle(self, *args, number: int, **options) -> None:
        """Generate what is missing."""
        self.stdout.write(f"{load_many(number)} ressources générées.")
