"""Whether the search engine answers, as this process last saw it.

After one failure nobody asks the engine again until a thread of this process has heard from it:
a visitor waits two seconds at most, and only the first one. The same thread then writes what was
missed (search.outbox).
"""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

RETRY_SECONDS = 5.0

logger = logging.getLogger(__name__)


# What the two clients and OpenSSL say → what an administrator can do about it.
REASONS = (
    (("certificate", "ssl"), "certificat refusé ou périmé (SEARCH_CA_CERTS)"),
    (("401", "authenticationexception"), "identifiants refusés (SEARCH_USER, SEARCH_API_KEY)"),
    (("403", "authorizationexception"), "droits insuffisants sur ses index"),
    (("index_not_found",), "index absent : lancez « manage.py update_index »"),
    (("timeout", "timed out"), "pas de réponse à temps"),
    (("connection", "refused", "resolution"), "connexion impossible (SEARCH_URL)"),
)


def reason(error: Exception) -> str:
    """Why an engine did not answer, in one line; addresses and log-ins are not told."""
    said = f"{type(error).__name__} {error}".lower()
    for signs, text in REASONS:
        if any(sign in said for sign in signs):
            return text
    return f"erreur {type(error).__name__}"


class Health:
    """The state of one engine, for all threads of a process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.failed_at: float | None = None
        self.thread: threading.Thread | None = None

    @property
    def is_down(self) -> bool:
        """True between a failure and the next sign of life.

        Without the watching thread (tests, commands), the engine is asked again after a while.
        """
        failed_at = self.failed_at
        if failed_at is None:
            return False
        return settings.SEARCH_WATCH or time.monotonic() - failed_at < RETRY_SECONDS

    def failed(self, error: Exception) -> None:
        """The engine did not answer."""
        with self.lock:
            if self.failed_at is None:
                logger.error("Moteur de recherche : %s. La base répond.", reason(error))
            self.failed_at = time.monotonic()
        self.watch()

    def worked(self) -> None:
        """The engine answered."""
        if self.failed_at is not None:
            with self.lock:
                self.failed_at = None
            logger.warning("Moteur de recherche : il répond de nouveau.")

    def watch(self) -> None:
        """See to it that a thread asks the engine until it answers and nothing waits."""
        if not settings.SEARCH_WATCH:
            return
        with self.lock:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=_watch, name="search-engine", daemon=True)
                self.thread.start()


_health = Health()
_recover: Callable[[], bool] | None = None


def health() -> Health:
    """The engine's state in this process."""
    return _health


def on_recovery(recover: Callable[[], bool]) -> None:
    """Name what asks the engine for a sign of life and catches up; True when all is well."""
    global _recover  # noqa: PLW0603
    _recover = recover


def _watch() -> None:
    while True:
        try:
            if _recover is None or _recover():
                return
        except Exception:
            logger.exception("What the search engine missed could not be written.")
        finally:
            connection.close()
        time.sleep(RETRY_SECONDS)
