"""`manage.py backup`: one sealed file with the database and every file; older ones are thinned out."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from home.backups import archive
from home.backups.databases import BackupError


class Command(BaseCommand):
    """Run it every night (RPO ≤ 24 h), and copy the file to another place."""

    help = "Sauvegarde la base et les fichiers dans une archive scellée."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=None, help="dossier (BACKUP_DIR)")
        parser.add_argument("--keep-daily", type=int, default=7, metavar="N")
        parser.add_argument("--keep-weekly", type=int, default=5, metavar="N")
        parser.add_argument("--keep-monthly", type=int, default=12, metavar="N")
        parser.add_argument(
            "--new-key", type=Path, metavar="FICHIER", help="écrit une clé privée, dit la publique"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["new_key"]:
                public = archive.new_key(options["new_key"])
                self.stdout.write(f"BACKUP_RECIPIENT={public}")
                self.stdout.write(
                    f"Rangez {options['new_key']} hors du serveur : sans elle, rien ne se restaure."
                )
                return
            target = options["to"] or Path(settings.BACKUP_DIR)
            path, manifest = archive.create(target, archive.recipients(settings.BACKUP_RECIPIENT))
            gone = archive.prune(
                target, options["keep_daily"], options["keep_weekly"], options["keep_monthly"]
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{path} : {len(manifest.rows)} tables, {sum(manifest.rows.values())} lignes, "
            f"{len(manifest.files) - 1} fichiers, {path.stat().st_size} octets."
        )
        for each in gone:
            self.stdout.write(f"effacée : {each.name}")
