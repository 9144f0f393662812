"""Runs `manage.py db_worker` for as long as the process that started this one lives.

`python -m config.worker`, started by gunicorn.conf.py with RUN_WORKER=1: for `make run` and for
tests. Production has a unit or a container for the worker instead (docs/operations.md).
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
COMMAND = [sys.executable, str(MANAGE), "db_worker", "--backend", "background", "-v", "0"]
LOOK_SECONDS = 0.5
PAUSE_SECONDS = 3
"""After a worker that failed, so that a database that is down is not asked all the time."""
END_SECONDS = 10


def main() -> None:
    """Start the worker, start it again when it fails, end it when the parent is gone."""
    parent = os.getppid()
    signal.signal(signal.SIGTERM, _leave)
    worker = subprocess.Popen(COMMAND)  # noqa: S603
    try:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
            if worker.poll() is not None:
                time.sleep(PAUSE_SECONDS)
                worker = subprocess.Popen(COMMAND)  # noqa: S603
    finally:
        worker.terminate()
        try:
            worker.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    sys.exit(0)


if __name__ == "__main__":
    main()
