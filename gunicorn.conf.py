"""gunicorn reads this file by itself, wherever it is started: make run, tests, image."""

import gc
import os
import subprocess
import sys
from typing import Any

workers = int(os.environ.get("WORKERS", os.cpu_count() or 2))
preload_app = True  # workers share the vocabulary that wsgi.py reads
control_socket_disable = True
# The form answers a text of 10,000 signs with a sentence; gunicorn would answer in English. A
# proxy in front has its own limit.
limit_request_line = 0

_background: list[subprocess.Popen] = []


def when_ready(_server: Any) -> None:
    """With RUN_WORKER=1, run the background worker beside the server: one command starts all."""
    if os.environ.get("RUN_WORKER") == "1":
        # A session of its own: Ctrl-C reaches the server alone, which ends it in `on_exit`.
        command = [sys.executable, "-m", "config.worker"]
        _background.append(subprocess.Popen(command, start_new_session=True))  # noqa: S603


def on_exit(_server: Any) -> None:
    """End the background worker with the server."""
    for process in _background:
        process.terminate()


def post_fork(_server: Any, _worker: Any) -> None:
    """Look for garbage less often: it took 7 % of the time of a request that is not kept."""
    gc.set_threshold(50_000, 20, 100)


def worker_exit(_server: Any, _worker: Any) -> None:
    """Write the last counts of a worker that ends."""
    from home import counters

    counters.write_last()
