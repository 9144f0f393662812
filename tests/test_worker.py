"""The background worker beside the server: it comes back after a failure and never stays alone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.support import ROOT

SUPERVISOR = """
import sys
from config import worker
worker.LOOK_SECONDS = worker.PAUSE_SECONDS = 0.05
worker.take_up = lambda: None
worker.COMMAND = [sys.executable, "-c",
    "import os, time; open(%r, 'a').write(f'{os.getpid()}\\\\n'); time.sleep(60)"]
worker.main()
"""
PARENT = (
    "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', %r]); time.sleep(60)"
)


def wait_for(condition, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_the_worker_is_started_again_and_ends_with_its_killed_parent(tmp_path):
    log = tmp_path / "pids"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}"}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT % (SUPERVISOR % str(log))], env=environment
    )

    def pids() -> list[int]:
        return [int(line) for line in log.read_text().split()] if log.exists() else []

    try:
        wait_for(lambda: len(pids()) == 1)
        os.kill(pids()[0], signal.SIGKILL)
        wait_for(lambda: len(pids()) == 2)
        assert is_running(pids()[1])
    finally:
        parent.kill()
        parent.wait()
    wait_for(lambda: not is_running(pids()[1]))


def test_what_is_due_is_published_each_minute_and_a_failure_waits_for_the_next(
    monkeypatch, settings
):
    from django.core import management
    from django.db import connections

    from config import worker

    asked: list[str] = []
    monkeypatch.setattr(management, "call_command", lambda name, **kwargs: asked.append(name))
    monkeypatch.setattr(type(connections), "close_all", lambda self: asked.append("closed"))
    worker.tick()
    assert asked == ["publish_scheduled", "closed"]
    settings.READ_ONLY = True
    worker.tick()
    assert asked[2:] == ["closed"]
    settings.READ_ONLY = False

    def down(name, **kwargs):
        raise OSError("down")

    monkeypatch.setattr(management, "call_command", down)
    worker.tick()
    assert asked[3:] == ["closed"]
