"""Compare the search with the pages, and repair what differs."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.checking import differences, rebuild, repair


class Command(BaseCommand):
    """`check_index [--dry-run] [--rebuild]`."""

    help = "Compare la recherche avec les pages publiées et répare les différences."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="montrer sans réparer")
        parser.add_argument("--rebuild", action="store_true", help="refaire toutes les entrées")

    def handle(self, *args, dry_run: bool, rebuild: bool, **options) -> None:
        """Ends in failure only with `--dry-run` and a difference."""
        if rebuild:
            self.stdout.write(f"{_rebuild()} pages dans la recherche.")
            return
        found = differences()
        for each in found:
            self.stdout.write(f"{each.reason} : {each.title} ({each.pk})")
        if not found:
            self.stdout.write("0 différence.")
        elif dry_run:
            raise CommandError(f"{len(found)} différences.")
        else:
            repair(found)
            self.stdout.write(f"{len(found)} différences réparées.")


_rebuild = rebuild
