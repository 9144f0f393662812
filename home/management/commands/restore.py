"""`manage.py restore FILE --key KEY`: a backup in an empty place, counted and compared again."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.management.base import BaseCommand, CommandError

from home import content
from home.backups import archive
from home.backups.databases import BackupError


class Command(BaseCommand):
    """Stop the servers and the worker first; run `release` after it when the code is newer."""

    help = "Restaure une sauvegarde, puis compare les lignes et les empreintes."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument("--key", type=Path, required=True, help="fichier de la clé privée")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="à la place de ce qui est là (met de côté les fichiers)",
        )
        parser.add_argument(
            "--check", action="store_true", help="ouvre et compare seulement ; ne restaure rien"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        work_dir = Path(settings.VAR_DIR)
        try:
            keys = archive.identities(options["key"])
            if options["check"]:
                work_dir.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryDirectory(dir=work_dir, prefix=".restore-") as folder:
                    manifest = archive.unpack(options["file"], keys, Path(folder))
                self._say("Entière", manifest, len(manifest.files) - 1)
                return
            restored = archive.restore(options["file"], keys, work_dir, replace=options["replace"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        content.changed()
        for name in ("default", "pages"):
            caches[name].clear()
        if restored.differences:
            raise CommandError("Lignes différentes :\n" + "\n".join(restored.differences))
        self._say("Restaurée, lignes et empreintes égales", restored.manifest, restored.files)

    def _say(self, what: str, manifest: archive.Manifest, files: int) -> None:
        self.stdout.write(
            f"{what} : {len(manifest.rows)} tables, {sum(manifest.rows.values())} lignes, "
            f"{files} fichiers, état du {manifest.created}."
        )
