"""Writes to the search engine: after the transaction, never in the editor's way, never lost.

A write makes the engine agree with the database about one object, whatever happened to it; so it
may come late, or twice. What the engine did not take waits in PendingWrite; so does what is
written during a rebuild, because it goes to the index that the rebuild will replace.
"""

import logging
from functools import partial
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from wagtail.search.backends import get_search_backend
from wagtail.search.index import get_indexed_instance

from home import content
from search.health import health, on_recovery
from search.models import PendingWrite, Rebuild

CHUNK = 200

logger = logging.getLogger(__name__)


def write_later(instance: Model) -> None:
    """Write an object, or its absence, once the transaction is committed."""
    transaction.on_commit(partial(write, *name_of(instance)))


def name_of(instance: Model) -> tuple[str, str]:
    """`(label of the model, key)`: what is left of an object once it is deleted."""
    return instance._meta.label_lower, str(instance.pk)


def write(label: str, key: str) -> None:
    """Write now, or note that it is to be written."""
    if Rebuild.objects.running().exists():
        note(label, key)
    if not health().is_down:
        backend = get_search_backend()
        try:
            sync(backend, label, key)
        except backend.errors as error:
            health().failed(error)
        else:
            health().worked()
            content.changed()  # pages made before may say what the engine said
            return
    note(label, key)
    health().watch()


def note(label: str, key: str) -> None:
    """Remember a write; the time tells it from an earlier one of the same object."""
    PendingWrite.objects.update_or_create(
        label=label, key=key, defaults={"noted_at": timezone.now()}
    )


def sync(backend: Any, label: str, key: str) -> None:
    """Make the engine agree with the database about one object. Raises the client's errors."""
    model: Any = apps.get_model(label)
    index = backend.get_index_for_model(model)
    instance = model._default_manager.filter(pk=key).first()
    indexed = get_indexed_instance(instance) if instance is not None else None
    if indexed is None:
        index.remove(key)
    else:
        index.put_document(indexed)


def replay() -> int:
    """Write what waits; the number written. Raises the client's errors."""
    backend = get_search_backend()
    done = 0
    while pending := list(PendingWrite.objects.order_by("pk")[:CHUNK]):
        for each in pending:
            sync(backend, each.label, each.key)
            # A newer write of the same object has another time, and stays.
            PendingWrite.objects.filter(pk=each.pk, noted_at=each.noted_at).delete()
            done += 1
    return done


def recover() -> bool:
    """Ask for a sign of life, then catch up. True when the engine is well and nothing waits."""
    backend = get_search_backend()
    if not hasattr(backend, "ping"):
        return True
    if Rebuild.objects.running().exists():
        return False
    try:
        backend.ping()
        done = replay()
    except backend.errors:
        return False
    health().worked()
    if done:
        content.changed()
        logger.warning("Moteur de recherche : %s écritures rattrapées.", done)
    return True


on_recovery(recover)
