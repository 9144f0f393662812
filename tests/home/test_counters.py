"""Counts: no query for a visitor, nothing lost when the database fails, one thread a process."""

from __future__ import annotations

import os
import threading
import time

import pytest
from django.db import DatabaseError

from home import counters
from home.models import DailyCount


@pytest.fixture(autouse=True)
def empty():
    counters.reset()
    yield
    counters.reset()


@pytest.mark.django_db
def test_counts_of_a_day_are_added_up(django_assert_num_queries):
    with django_assert_num_queries(0):
        counters.count("telechargement", "3", 1)
        counters.count("telechargement", "3", 1)
        counters.count("telechargement", "4")
    assert counters.flush() == 2
    counters.count("telechargement", "3", 1)
    assert counters.flush() == 1
    assert counters.flush() == 0
    found = DailyCount.objects.order_by("key").values_list("kind", "key", "site", "count")
    assert list(found) == [("telechargement", "3", 1, 3), ("telechargement", "4", 0, 1)]


@pytest.mark.django_db
def test_a_database_that_is_down_loses_nothing(monkeypatch):
    def down(counts):
        raise DatabaseError("database is locked")

    counters.count("x", "1")
    with monkeypatch.context() as patched:
        patched.setattr(counters, "_upsert", down)
        with pytest.raises(DatabaseError):
            counters.flush()
    counters.count("x", "1")
    counters.flush()
    assert DailyCount.objects.get().count == 2


@pytest.mark.django_db
def test_memory_is_bounded(monkeypatch, caplog):
    monkeypatch.setattr(counters, "MAX_PENDING", 2)
    for key in ("a", "b", "c", "a"):
        counters.count("x", key)
    assert counters.flush() == 2
    assert "1 counts dropped" in caplog.text
    assert DailyCount.objects.get(key="a").count == 2


@pytest.mark.django_db(transaction=True)
def test_many_threads_and_the_writer_lose_no_count(settings):
    settings.COUNTERS_FLUSH_SECONDS = 0.02

    def visit():
        for _ in range(200):
            counters.count("x", "1")

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        row = DailyCount.objects.first()
        if row and row.count == 1600:
            break
        time.sleep(0.02)
    assert DailyCount.objects.get().count == 1600
    assert [each.name for each in threading.enumerate()].count("counters") == 1
    counters.stop()


@pytest.mark.django_db(transaction=True)
def test_the_writer_goes_on_after_a_failure(settings, monkeypatch):
    settings.COUNTERS_FLUSH_SECONDS = 0.02
    real, calls = counters._upsert, []

    def fails_first(counts):
        calls.append(dict(counts))
        if len(calls) == 1:
            raise DatabaseError("database is locked")
        real(counts)

    monkeypatch.setattr(counters, "_upsert", fails_first)
    counters.count("x", "1")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not DailyCount.objects.exists():
        time.sleep(0.02)
    counters.stop()
    assert len(calls) == 2
    assert DailyCount.objects.get().count == 1


def test_a_forked_process_starts_with_nothing_and_its_own_lock():
    """gunicorn preloads the application and then forks: neither counts twice, nor waits for ever."""
    counters.count("x", "parent")
    state = counters._counters
    with state.lock:  # as if the writer held it at the moment of the fork
        read, write = os.pipe()
        child = os.fork()
        if not child:
            counters.count("x", "child")
            keys = ",".join(entry[2] for entry in counters._counters.pending)
            os.write(write, keys.encode())
            os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    with os.fdopen(read) as pipe:
        assert pipe.read() == "child"
    assert [entry[2] for entry in counters._counters.pending] == ["parent"]
