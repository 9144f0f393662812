"""Read a file of redirects; `--write` keeps what it would change."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from wagtail.models import Site

from home.desk.redirect_import import Effect, FileError, apply, plan, read


class Command(BaseCommand):
    """`import_redirects FILE [--site HOST] [--write]`."""

    help = "Lit un fichier CSV de redirections ; sans --write, montre seulement ce qui changerait."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--site", default="", help="site des lignes qui n’en nomment pas")
        parser.add_argument("--write", action="store_true", help="enregistrer")

    def handle(self, *args, file: Path, site: str, write: bool, **options) -> None:
        """A line for each refused row, then the numbers."""
        chosen = Site.objects.filter(hostname=site).first() if site else None
        if site and chosen is None:
            raise CommandError(f"Aucun site ne répond à {site}.")
        try:
            planned = plan(read(file.read_bytes()), chosen)
        except (FileError, OSError) as error:
            raise CommandError(str(error)) from error
        for each in planned:
            if each.effect is Effect.REFUSE:
                self.stdout.write(f"ligne {each.row.number} : {each.row.old} – {each.reason}")
        if write:
            apply(planned, None)
        counts = [
            f"{sum(e.effect is effect for e in planned)} {effect.value}(s)" for effect in Effect
        ]
        self.stdout.write(f"{', '.join(counts)}{'' if write else ' (rien n’est écrit)'}.")
