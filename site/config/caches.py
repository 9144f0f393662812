"""Caches that cost speed alone when they are down: a value that cannot be read is not there, one
that cannot be kept is not kept. `/readyz` says so, and the log once a minute.

Attempts to log in are not counted meanwhile (home.throttle): nobody is locked out of the admin
because Redis is away; the second factor has a brake of its own in the database.
"""

import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)

LOG_SECONDS = 60.0
_told = {"at": -LOG_SECONDS}


def _forgiving(name: str, instead: Callable[..., Any]) -> Callable[..., Any]:
    """The method `name` of the next class; what `instead` gives for the same arguments when it
    fails. `ValueError` (a key to count that is not there) is an answer, no failure.
    """

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(super(_Forgiving, self), name)(*args, **kwargs)
        except ValueError:
            raise
        except Exception:
            now = time.monotonic()
            if now - _told["at"] >= LOG_SECONDS:
                _told["at"] = now
                logger.warning("The cache does not answer: nothing is kept.", exc_info=True)
            return instead(*args, **kwargs)

    return method


def _default(key: Any, default: Any = None, version: Any = None) -> Any:  # noqa: ARG001
    return default


class _Forgiving:
    """Before the class of a cache."""

    get = _forgiving("get", _default)
    get_many = _forgiving("get_many", lambda *args, **kwargs: {})  # noqa: ARG005
    add = _forgiving("add", lambda *args, **kwargs: True)  # noqa: ARG005
    set = _forgiving("set", lambda *args, **kwargs: None)  # noqa: ARG005
    set_many = _forgiving("set_many", lambda data, *args, **kwargs: list(data))  # noqa: ARG005
    touch = _forgiving("touch", lambda *args, **kwargs: False)  # noqa: ARG005
    delete = _forgiving("delete", lambda *args, **kwargs: False)  # noqa: ARG005
    delete_many = _forgiving("delete_many", lambda *args, **kwargs: None)  # noqa: ARG005
    has_key = _forgiving("has_key", lambda *args, **kwargs: False)  # noqa: ARG005
    incr = _forgiving("incr", lambda key, delta=1, version=None: delta)  # noqa: ARG005


class ForgivingRedis(_Forgiving, RedisCache):
    """Redis that may be away."""


class ForgivingFiles(_Forgiving, FileBasedCache):
    """A folder that may be full."""

    def _createdir(self) -> None:
        with contextlib.suppress(OSError):  # said by what is kept in it
            super()._createdir()  # type: ignore[misc]
