"""One JSON object a line, for whoever collects the logs. No address, no query, no name of a person."""

import json
import logging
from datetime import UTC, datetime
from typing import Any


class JsonFormatter(logging.Formatter):
    """`{"time", "level", "logger", "message", "process"}`, with `method`, `path`, `host` and
    `status` of a request and `error` with its traceback when there are any.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        request = getattr(record, "request", None)
        if request is not None and hasattr(request, "path"):
            entry |= {"method": request.method, "path": request.path}
            entry["host"] = request.META.get("HTTP_HOST", "")
        if isinstance(status := getattr(record, "status_code", None), int):
            entry["status"] = status
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def logging_config(style: str, level: str) -> dict[str, Any]:
    """LOGGING of Django: everything to the standard error output, as JSON lines or as text."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "config.logs.JsonFormatter"},
            "text": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": style}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django brings its own handlers: a mail to the admins, a line without a shape.
            "django": {"handlers": ["console"], "level": level, "propagate": False},
            # A refused host is the scanner's business: no traceback for each.
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        },
    }
