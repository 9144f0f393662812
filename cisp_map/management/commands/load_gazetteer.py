"""``manage.py load_gazetteer``: fill the table of localities from the packages."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import ManyToOneRel

from cisp_map.gazetteer.boundaries import Boundaries
from cisp_map.gazetteer.merge import Gazetteer, LocalityRow, merge
from cisp_map.gazetteer.sources import UnreadablePostalFile, read_all
from cisp_map.models import FinderPage, Locality, LocalityName

_COLUMNS = [field.name for field in fields(LocalityRow) if field.name != "names"]


@dataclass
class Changes:
    """What a load wrote; ``kept`` are rows that left the sources but are still referred to."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    names_created: int = 0
    names_deleted: int = 0
    kept: int = 0

    @property
    def written(self) -> int:
        """Number of rows written in all."""
        return self.created + self.updated + self.deleted + self.names_created + self.names_deleted


class Command(BaseCommand):
    """See ``help``."""

    help = (
        "Remplit la table des localités de Wallonie et de Bruxelles. Peut être relancée : elle "
        "n’écrit que les différences."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--postal-file",
            type=Path,
            help="fichier postal de GeoNames (BE.txt de https://download.geonames.org/export/zip/)",
        )
        parser.add_argument(
            "--report", action="store_true", help="écrit aussi chaque point refusé ou douteux"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            sources = read_all(options["postal_file"])
        except (OSError, UnreadablePostalFile) as error:
            raise CommandError(f"Fichier postal illisible : {error}") from error
        gazetteer = merge(sources, Boundaries())
        changes = store(gazetteer)
        if changes.written:
            # Names of places are no trades: the words of the finder know them.
            FinderPage.renew_vocabulary_token()
        self._print(gazetteer, changes, full=options["report"] or options["verbosity"] > 1)

    def _print(self, gazetteer: Gazetteer, changes: Changes, *, full: bool) -> None:
        rows = gazetteer.rows
        codes = {row.postal_code for row in rows}
        communes = {row.nis_code for row in rows}
        confidence = Counter(row.confidence for row in rows)
        self.stdout.write(
            f"{len(rows)} localités, {len(codes)} codes postaux, {len(communes)} communes. "
            + ", ".join(f"{name} : {count}" for name, count in sorted(confidence.items()))
            + "."
        )
        self.stdout.write(
            f"Créées : {changes.created}, modifiées : {changes.updated}, retirées : "
            f"{changes.deleted}, gardées car utilisées : {changes.kept}, noms ajoutés : "
            f"{changes.names_created}, noms retirés : {changes.names_deleted}."
        )
        refused = [report for report in gazetteer.refused if report.postal_code]
        unused = [report for report in gazetteer.refused if not report.postal_code]
        self.stdout.write(f"Points refusés : {len(refused)}.")
        for report in refused:
            self.stdout.write(f"  {report}")
        self.stdout.write(
            f"Lieux des sources sans localité : {len(unused)}. "
            f"Points en désaccord : {len(gazetteer.disagreements)}."
        )
        if full:
            for report in [*unused, *gazetteer.disagreements]:
                self.stdout.write(f"  {report}")


@transaction.atomic
def store(gazetteer: Gazetteer) -> Changes:
    """Write the differences between the table and ``gazetteer``; nothing when there are none."""
    changes = Changes()
    existing = {locality.slug: locality for locality in Locality.objects.all()}
    new, changed = [], []
    for row in gazetteer.rows:
        values = {column: getattr(row, column) for column in _COLUMNS}
        locality = existing.pop(row.slug, None)
        if locality is None:
            new.append(Locality(**values))
        elif any(getattr(locality, column) != value for column, value in values.items()):
            for column, value in values.items():
                setattr(locality, column, value)
            changed.append(locality)
    Locality.objects.bulk_create(new, batch_size=500)
    if changed:
        columns = [column for column in _COLUMNS if column != "slug"]
        Locality.objects.bulk_update(changed, columns, batch_size=200)
    changes.created, changes.updated = len(new), len(changed)
    _remove_unused(list(existing.values()), changes)
    _store_names(gazetteer, changes)
    return changes


def _remove_unused(gone: list[Locality], changes: Changes) -> None:
    """Delete rows that left the sources, unless something of the site refers to them."""
    used: set[int] = set()
    # Hidden ones too: a foreign key with related_name="+" has no name on this side.
    relations = [
        relation
        for relation in Locality._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel) and relation.field.model is not LocalityName
    ]
    keys = [locality.pk for locality in gone]
    for relation in relations:
        name = relation.field.name
        used.update(
            relation.field.model._base_manager.filter(**{f"{name}__in": keys}).values_list(
                f"{name}_id", flat=True
            )
        )
    unused = [key for key in keys if key not in used]
    if unused:
        Locality.objects.filter(pk__in=unused).delete()
    changes.deleted, changes.kept = len(unused), len(keys) - len(unused)


def _store_names(gazetteer: Gazetteer, changes: Changes) -> None:
    pk_of = dict(Locality.objects.values_list("slug", "pk"))
    wanted = {
        (pk_of[row.slug], key, kind) for row in gazetteer.rows for key, kind in row.names.items()
    }
    in_sources = {pk_of[row.slug] for row in gazetteer.rows}
    stored = {
        (locality, key, kind): pk
        for pk, locality, key, kind in LocalityName.objects.values_list(
            "pk", "locality_id", "key", "kind"
        )
        if locality in in_sources
    }
    obsolete = [pk for entry, pk in stored.items() if entry not in wanted]
    if obsolete:
        LocalityName.objects.filter(pk__in=obsolete).delete()
    missing = [
        LocalityName(locality_id=locality, key=key, kind=kind)
        for locality, key, kind in sorted(wanted - stored.keys())
    ]
    LocalityName.objects.bulk_create(missing, batch_size=1000)
    changes.names_created, changes.names_deleted = len(missing), len(obsolete)
