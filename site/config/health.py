"""`/readyz`: may this process be sent visitors? `/healthz` (home.views) only says that it lives."""

import logging
import secrets
import tempfile
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from search.health import health as search_health

logger = logging.getLogger(__name__)

_migrated = False


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """`{"status", "read_only", "checks": {name: "ok" | "failed"}}`, in words only.

    503 "unavailable" without the database or with migrations that wait; 200 "degraded" when the
    cache, the folder of the files or the search engine fail: pages are served without them.
    """
    vital = {"database": _works(_database)}
    vital["migrations"] = vital["database"] and _works(_migrations)
    useful = {
        "cache": _works(_cache),
        "media": _works(_media),
        "search": not search_health().is_down,
    }
    status = "ok" if all(useful.values()) else "degraded"
    if not all(vital.values()):
        status = "unavailable"
    return JsonResponse(
        {
            "status": status,
            "read_only": settings.READ_ONLY,
            "checks": {name: "ok" if well else "failed" for name, well in (vital | useful).items()},
        },
        status=503 if status == "unavailable" else 200,
    )


def _works(check: Callable[[], bool]) -> bool:
    """False also when the check raises; the reason goes to the log, not to the visitor."""
    try:
        return check()
    except Exception:
        logger.warning("readyz: %s", check.__name__.strip("_"), exc_info=True)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrations() -> bool:
    """Nothing waits. Once that is so it stays so for this code."""
    global _migrated  # noqa: PLW0603
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _cache() -> bool:
    mark = secrets.token_hex(4)
    cache.set("readyz", mark, 30)
    # Another probe may have written since: any mark says that the cache works.
    return bool(cache.get("readyz"))


def _media() -> bool:
    """The folder takes files: not full, not read-only, not missing."""
    if settings.READ_ONLY:
        return settings.MEDIA_ROOT.is_dir()
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=settings.MEDIA_ROOT) as file:
        file.write(b"x")
        file.flush()
    return True
