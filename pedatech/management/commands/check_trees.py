"""Look for dead ends, cycles and hidden targets in the live trees; ends with 1 when there are any."""

from django.core.management.base import BaseCommand, CommandError

from pedatech.trees.report import broken_trees


class Command(BaseCommand):
    """`check_trees`."""

    help = "Vérifie que chaque chemin des arbres de décision en ligne finit par une ressource."

    def handle(self, *args, **options) -> None:
        broken = broken_trees()
        for page, problems in broken:
            self.stdout.write(f"{page.title} ({page.get_url()})")
            for problem in problems:
                self.stdout.write(f"  - {problem.message}")
        if broken:
            raise CommandError(f"{len(broken)} arbre(s) à corriger.")
        self.stdout.write("Chaque chemin des arbres en ligne finit par une ressource.")
