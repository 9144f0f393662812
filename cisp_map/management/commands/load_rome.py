"""Load the job names of the official ROME V3 file, for the codes that the trades use."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cisp_map.models import FinderPage, RomeCode, RomeLabel
from cisp_map.rome import RomeFileError, read_rome


class Command(BaseCommand):
    """`python manage.py load_rome FICHIER`: safe to run again; all or nothing."""

    help = (
        "Charge les appellations du fichier ROME V3 officiel (CSV de France Travail), pour les "
        "codes ROME liés à un métier. Elles aident la recherche à comprendre d’autres noms."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER")

    def handle(self, *_args, file: Path, **_options) -> None:
        try:
            jobs = read_rome(file.read_bytes())
        except OSError as error:
            raise CommandError(f"Fichier illisible : {file} ({error.strerror}).") from error
        except RomeFileError as error:
            raise CommandError(f"{file.name} : {error}") from error
        labels = dict(RomeCode.objects.filter(trade__isnull=False).values_list("code", "label"))
        if not labels:
            raise CommandError("Aucun métier n’a de code ROME : chargez d’abord les métiers.")
        wanted = {
            (job.code, job.job): job.label or labels[job.code] for job in jobs if job.code in labels
        }
        if not wanted:
            raise CommandError(
                f"{file.name} : aucun code ROME des métiers dans ce fichier. Est-ce le ROME V3 ?"
            )
        with transaction.atomic():
            added, changed, removed = self._write(wanted)
        self.stdout.write(
            f"{len(wanted)} appellations pour {len({code for code, _ in wanted})} codes ROME : "
            f"{added} ajoutées, {changed} modifiées, {removed} retirées."
        )
        if silent := sorted(set(labels) - {code for code, _ in wanted}):
            self.stdout.write(f"Codes absents du fichier : {', '.join(silent)}.")

    def _write(self, wanted: dict[tuple[str, str], str]) -> tuple[int, int, int]:
        """Make the table equal to ``wanted``; returns (added, changed, removed)."""
        kept = {(row.code, row.appellation): row for row in RomeLabel.objects.all()}
        gone = [row.pk for key, row in kept.items() if key not in wanted]
        RomeLabel.objects.filter(pk__in=gone).delete()
        changed = 0
        for key, label in wanted.items():
            row = kept.get(key)
            if row and row.label != label:
                row.label = label
                row.save()
                changed += 1
        new = [
            RomeLabel(code=code, appellation=job, label=label)
            for (code, job), label in wanted.items()
            if (code, job) not in kept
        ]
        RomeLabel.objects.bulk_create(new, batch_size=500)
        FinderPage.renew_vocabulary_token()
        return len(new), changed, len(gone)
