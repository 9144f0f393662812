"""A brake on attempts: log-in, new links, comments. Counts in the default cache, which the
processes of a server share (CACHE_URL).
"""

import threading
import time
from collections import Counter

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def _key(scope: str, *parts: str) -> str:
    # With the key of the server: an address cannot be found again by trying all of them.
    digest = salted_hmac("throttle", "\0".join(parts), algorithm="sha256").hexdigest()[:32]
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


class MinuteBrake:
    """What was counted in this minute, in the memory of the process: for counts, where the cache
    may be a table and nobody's address is asked.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.minute = -1
        self.counts: Counter[tuple[str, int, str | None]] = Counter()

    def lets(self, kind: str, site_id: int, key: str, of_key: int, of_site: int) -> bool:
        """Within the limits of a minute for the site and, unless it is "", for the key."""
        minute = int(time.monotonic() // 60)
        site_entry, key_entry = (kind, site_id, None), (kind, site_id, key)
        with self.lock:
            if minute != self.minute:
                self.minute, self.counts = minute, Counter()
            if self.counts[site_entry] >= of_site:
                return False
            if key and self.counts[key_entry] >= of_key:
                return False
            self.counts.update((site_entry, key_entry))
            return True
