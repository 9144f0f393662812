"""What is kept for how long, and the nightly run that forgets it (R-25).

Each job says in French what it forgets and when: the same sentences stand in the admin, so the list
that people read is the list that runs. `config.retention` registers those of the project.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import Storage
from django.db import models, transaction
from django.utils import timezone

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """Something that is forgotten."""

    key: str
    what: str
    """«Recherches : les mots»"""
    keep: str
    """«90 jours»"""
    run: Callable[[datetime, bool], int]
    """`run(now, write)`: the number of records that go; without `write` they only are counted"""


@dataclass(frozen=True)
class Done:
    """What a job did, or would do."""

    job: Job
    number: int
    failed: bool = False


_jobs: dict[str, Job] = {}


def register(job: Job) -> None:
    """Add a job, or replace the one of this key."""
    _jobs[job.key] = job


def jobs() -> list[Job]:
    """All jobs, in the order of their registration."""
    return list(_jobs.values())


def run_all(now: datetime | None = None, *, write: bool) -> list[Done]:
    """Every job in a transaction of its own: one that fails is logged and stops no other."""
    now = now or timezone.now()
    done = []
    for job in jobs():
        try:
            with transaction.atomic():
                done.append(Done(job, job.run(now, write)))
        except Exception:
            logger.exception("Retention: «%s» failed; it is tried again the next night.", job.key)
            done.append(Done(job, 0, failed=True))
    return done


Select = Callable[[datetime], models.QuerySet]


def deletes(select: Select) -> Callable[[datetime, bool], int]:
    """A job that deletes what `select(now)` finds, with its files."""

    def run(now: datetime, write: bool) -> int:
        found = select(now)
        return delete_with_files(found) if write else found.count()

    return run


def delete_with_files(rows: models.QuerySet) -> int:
    """Delete records and those that hang on them; their files go once that is certain.

    Returns the number of `rows`.
    """
    pks = list(rows.values_list("pk", flat=True))
    files: list[tuple[Storage, str]] = []
    for start in range(0, len(pks), 500):
        chunk = rows.model._base_manager.filter(pk__in=pks[start : start + 500])
        files += _files_of(chunk)
        chunk.delete()

    def forget_files() -> None:
        for storage, name in files:
            try:
                storage.delete(name)
            except OSError:
                logger.exception("Retention: a file could not be deleted.")

    if files:
        transaction.on_commit(forget_files)
    return len(pks)


def _files_of(rows: models.QuerySet) -> list[tuple[Storage, str]]:
    """The files of these records, and of the records that are deleted with them."""
    model = rows.model
    found = []
    for field in model._meta.local_fields:
        if isinstance(field, models.FileField):
            for row in rows.exclude(**{field.name: ""}):
                file = getattr(row, field.name)
                if file:
                    found.append((file.storage, file.name))
    for relation in model._meta.related_objects:
        below = relation.related_model
        if relation.on_delete is models.CASCADE and any(
            isinstance(field, models.FileField) for field in below._meta.local_fields
        ):
            found += _files_of(below._base_manager.filter(**{f"{relation.field.name}__in": rows}))
    return found
