"""`manage.py release`: what a new version needs, once, whoever comes first.

Several servers may start it at the same time: one migrates, the others wait and find nothing to do.
"""

import fcntl
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from home import content

LOCK = 0x1F7E_FEDE
"""Number of the advisory lock: any one that nobody else uses in this database."""
LOOK_SECONDS = 0.5


class Command(BaseCommand):
    """Migrates under a lock, then makes every kept page invalid."""

    help = "Met la base à jour sous un verrou ; à lancer avant chaque nouvelle version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wait", type=float, default=600, metavar="SECONDES")

    def handle(self, *args: Any, **options: Any) -> None:
        with locked(options["wait"]):
            call_command("migrate", interactive=False, verbosity=options["verbosity"])
            content.changed()
        self.stdout.write("La base est à jour.")


@contextmanager
def locked(wait: float) -> Iterator[None]:
    """Hold the lock of the database: an advisory one on PostgreSQL, a file beside SQLite's.

    Raises CommandError when another process still holds it after `wait` seconds.
    """
    end = time.monotonic() + wait
    if connection.vendor == "postgresql":
        # A connection of its own: the lock is the session's, and migrations end transactions.
        holder = connection.copy()
        try:
            with holder.cursor() as cursor:
                while True:
                    cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
                    if cursor.fetchone()[0]:
                        break
                    _wait(end)
                yield
        finally:
            holder.close()
        return
    path = Path(settings.VAR_DIR) / "release.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                _wait(end)
        yield


def _wait(end: float) -> None:
    if time.monotonic() > end:
        raise CommandError("Une autre mise à jour tient le verrou de la base.")
    time.sleep(LOOK_SECONDS)
