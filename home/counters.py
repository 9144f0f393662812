"""Counts without a visitor waiting, and without anything that tells who.

`count` adds up in the memory of the process; a thread of each process writes the sums to
DailyCount every few seconds, and once more at the end of the process. Day, kind, key and site are
all that is kept. A database that is locked or down delays a write and loses nothing until
MAX_PENDING different counts wait.
"""

import atexit
import logging
import os
import threading
from collections import Counter
from datetime import date

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from home.models import DailyCount

MAX_PENDING = 20_000
"""Different counts that may wait in one process; further new ones are dropped and logged."""
CHUNK = 200

logger = logging.getLogger(__name__)

Entry = tuple[date, str, str, int]  # day, kind, key, site


class _Counters:
    """The counts of one process that are not written yet."""

    def __init__(self) -> None:
        self.pending: Counter[Entry] = Counter()
        self.dropped = 0
        self.lock = threading.Lock()
        self.writing = threading.Lock()
        self.stopped = threading.Event()
        self.thread: threading.Thread | None = None

    def add(self, entry: Entry, number: int) -> None:
        with self.lock:
            if entry in self.pending or len(self.pending) < MAX_PENDING:
                self.pending[entry] += number
            else:
                self.dropped += 1
            if self.thread is None and settings.COUNTERS_FLUSH_SECONDS:
                self.thread = threading.Thread(target=self.run, name="counters", daemon=True)
                self.thread.start()

    def run(self) -> None:
        """Write every few seconds; a failed write waits for the next turn."""
        while not self.stopped.wait(settings.COUNTERS_FLUSH_SECONDS or 5):
            try:
                self.write()
            except Exception:
                logger.warning("Counts could not be written; they wait.", exc_info=True)
            finally:
                connection.close()

    def write(self) -> int:
        """Write what waits; put it back when the database refuses. Read-only, it waits."""
        if settings.READ_ONLY:
            return 0
        with self.writing:
            with self.lock:
                taken, self.pending = self.pending, Counter()
                dropped, self.dropped = self.dropped, 0
            if dropped:
                logger.error("%s counts dropped: too many different ones wait.", dropped)
            if not taken:
                return 0
            try:
                _upsert(taken)
            except BaseException:
                with self.lock:
                    self.pending.update(taken)
                raise
            return len(taken)


def _upsert(counts: Counter[Entry]) -> None:
    """Add the counts to the rows of their day: all or none."""
    table = connection.ops.quote_name(DailyCount._meta.db_table)
    statement = (
        f"INSERT INTO {table} (day, kind, key, site, count) VALUES (%s, %s, %s, %s, %s) "  # noqa: S608
        f"ON CONFLICT (day, kind, key, site) DO UPDATE SET count = {table}.count + excluded.count"
    )
    # Sorted: two processes that write the same rows take their locks in the same order.
    rows = [
        (day.isoformat(), kind, key, site, number)
        for (day, kind, key, site), number in sorted(counts.items())
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(statement, rows)


_counters = _Counters()


def add_to_days(counts: Counter[Entry]) -> None:
    """Add sums to the rows of their day at once, in the caller's transaction (nightly jobs)."""
    _upsert(counts)


def count(kind: str, key: str, site_id: int | None = None, number: int = 1) -> None:
    """Add `number` to `kind` (what happened) and `key` (to which record) for today.

    Costs no query. Kind and key are cut at 40 and 120 signs.
    """
    _counters.add((timezone.localdate(), kind[:40], key[:120], site_id or 0), number)


def flush() -> int:
    """Write what waits in this process now, in the caller's thread; the number of rows."""
    return _counters.write()


def stop() -> None:
    """End the thread of this process after its running write; the next count starts another."""
    global _counters
    old, _counters = _counters, _Counters()
    old.stopped.set()
    if old.thread:
        old.thread.join()
    _counters.pending.update(old.pending)


def reset() -> None:
    """Forget what waits, for tests and for a process that was just forked."""
    global _counters  # noqa: PLW0603
    _counters = _Counters()


def write_last() -> None:
    """Write what waits when the process ends; a failure is logged."""
    if not _counters.pending:
        return
    try:
        flush()
        connection.close()
    except DatabaseError:
        logger.exception("The last counts of this process are lost.")


# What waits in the parent is the parent's; the thread and its locks stay there too.
os.register_at_fork(after_in_child=reset)
atexit.register(write_last)
