"""Runs `manage.py db_worker` for as long as the process that started this one lives, and once a
minute publishes and withdraws what has come to its hour; once a night it forgets what is kept no
longer (home.retention).

`python -m config.worker`: started by gunicorn.conf.py with RUN_WORKER=1 for `make run` and tests,
by a unit or a container of its own in production (docs/operations.md).
"""

import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from types import FrameType

NAME = re.sub(r"[^\w-]", "-", socket.gethostname())[:60]
"""What a task remembers of who works on it: one worker on a machine."""
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
COMMAND = [sys.executable, str(MANAGE), "db_worker", "--backend", "background", "-v", "0"]
COMMAND += ["--worker-id", NAME]
TRIES = 3
"""times that a task may be cut off in the middle before it is given up"""
LOST_SECONDS = 3600
"""after which a task of another machine is one that nobody works on"""
LOOK_SECONDS = 0.5
PAUSE_SECONDS = 3
"""After a worker that failed, so that a database that is down is not asked all the time."""
END_SECONDS = 10
TICK_SECONDS = 60
NIGHT_HOUR = 3
"""From this hour on (Europe/Brussels) the nightly work of the day is due."""

logger = logging.getLogger(__name__)


def main() -> None:
    """Start the worker, start it again when it fails, end it when the parent is gone."""
    parent = os.getppid()
    signal.signal(signal.SIGTERM, _leave)
    take_up()
    worker = subprocess.Popen(COMMAND)  # noqa: S603
    next_tick = time.monotonic() + TICK_SECONDS
    last_night: date | None = None
    try:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
            if time.monotonic() >= next_tick:
                tick()
                last_night = night(last_night)
                next_tick = time.monotonic() + TICK_SECONDS
            if worker.poll() is not None:
                time.sleep(PAUSE_SECONDS)
                take_up()
                worker = subprocess.Popen(COMMAND)  # noqa: S603
    finally:
        worker.terminate()
        try:
            worker.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()


def take_up() -> None:
    """Let the tasks that a killed worker of this machine left in the middle begin anew.

    Tasks are written so that doing them twice does no harm. One that was cut off three times is
    given up and shown as failed: it may be what kills the worker.
    """
    _setup()
    from django.db import connections, transaction
    from django.utils import timezone
    from django_tasks_db.compat import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    try:
        with transaction.atomic():
            long_ago = timezone.now() - timedelta(seconds=LOST_SECONDS)
            cut = DBTaskResult.objects.running().filter(backend_name="background")
            for task in cut.select_for_update(skip_locked=True):
                if task.worker_ids[-1:] != [NAME] and (task.started_at or long_ago) > long_ago:
                    continue
                if len(task.worker_ids) >= TRIES:
                    logger.error("Task %s was cut off %s times: given up.", task.pk, TRIES)
                    task.status, task.finished_at = TaskResultStatus.FAILED, timezone.now()
                else:
                    logger.warning("Task %s was cut off: it begins anew.", task.pk)
                    task.status = TaskResultStatus.READY
                task.save(update_fields=["status", "finished_at"])
    except Exception:
        logger.exception("Tasks that were cut off could not be looked at.")
    finally:
        connections.close_all()


def tick() -> None:
    """Publish and withdraw what is due. A failure waits for the next minute."""
    _setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    try:
        if not settings.READ_ONLY:
            call_command("publish_scheduled", verbosity=0)
    except Exception:
        logger.exception("What was due could not be published; it is tried again in a minute.")
    finally:
        connections.close_all()


def night(last: date | None) -> date | None:
    """Forget what is kept no longer, once a day; the day of the last run. After a restart it runs
    again the same day, which finds nothing to do.
    """
    _setup()
    from django.conf import settings
    from django.db import connections
    from django.utils import timezone

    from home.retention import run_all

    now = timezone.localtime()
    if settings.READ_ONLY or now.hour < NIGHT_HOUR or last == now.date():
        return last
    from django.core.management import call_command

    try:
        run_all(write=True)
        call_command("desk_nightly", verbosity=0)
    except Exception:
        logger.exception("Links or reminders failed; they are tried again the next night.")
    finally:
        connections.close_all()
    return now.date()


def _setup() -> None:
    """Django, once in this process."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    if not apps.ready:
        django.setup()


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    sys.exit(0)


if __name__ == "__main__":
    main()
