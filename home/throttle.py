"""A brake on attempts: log-in, new links, comments. Counts in the default cache, which the
processes of a server share (CACHE_URL).
"""

import hashlib

from django.core.cache import cache
from django.http import HttpRequest


def _key(scope: str, *parts: str) -> str:
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    return f"throttle:{scope}:{digest}"


def address_of(request: HttpRequest) -> str:
    """The address that the web server saw."""
    return request.META.get("REMOTE_ADDR", "")


def is_blocked(scope: str, limit: int, *parts: str) -> bool:
    """True after `limit` attempts for these parts."""
    return cache.get(_key(scope, *parts), 0) >= limit


def note(scope: str, seconds: int, *parts: str) -> None:
    """Count an attempt; the count ends after `seconds`."""
    key = _key(scope, *parts)
    if not cache.add(key, 1, seconds):
        try:
            cache.incr(key)
        except ValueError:  # it ended just now
            cache.set(key, 1, seconds)


def forget(scope: str, *parts: str) -> None:
    """Start anew, after a success."""
    cache.delete(_key(scope, *parts))
