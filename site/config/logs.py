"""One JSON object a line, for whoever collects the logs. No address, no query, no name of a person.

Messages of libraries and of the database may quote what somebody typed («Key (email)=(…) already
exists»), so mail addresses, numeric addresses and the parameters of addresses are taken out of every
line, tracebacks too.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

PERSONAL = (
    (re.compile(r"[\w.+%'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"), "[adresse]"),
    (
        re.compile(r"\b(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{1,4})*"),
        "[adresse]",
    ),
    # The parameters of an address: searched words, a position.
    (re.compile(r"(?<=[\w/])\?[\w%.~-]+=[^\s\"']*"), "?[…]"),
)


def without_persons(text: str) -> str:
    """The line without what could tell who."""
    for pattern, instead in PERSONAL:
        text = pattern.sub(instead, text)
    return text


class TextFormatter(logging.Formatter):
    """A line for a person who reads the log."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback when there is one."""
        return without_persons(super().format(record))


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
            "message": without_persons(record.getMessage()),
            "process": record.process,
        }
        request = getattr(record, "request", None)
        if request is not None and hasattr(request, "path"):
            entry |= {"method": request.method, "path": without_persons(request.path)}
            entry["host"] = request.META.get("HTTP_HOST", "")
        if isinstance(status := getattr(record, "status_code", None), int):
            entry["status"] = status
        if record.exc_info:
            entry["error"] = without_persons(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=str)


def logging_config(style: str, level: str) -> dict[str, Any]:
    """LOGGING of Django: everything to the standard error output, as JSON lines or as text."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "config.logs.JsonFormatter"},
            "text": {
                "()": "config.logs.TextFormatter",
                "format": "{asctime} {levelname} {name}: {message}",
                "style": "{",
            },
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
