"""Street addresses: Nominatim through geopy, when ``settings.GEOCODER`` is «nominatim».

Polite by construction: one question a second at most in this process, three seconds to answer,
and every answer kept 30 days, «not found» too. A service that fails is not asked the same thing
for five minutes. Nothing here raises.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from geopy.exc import GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim
from geopy.location import Location

from cisp_map.gazetteer.names import fold

TIMEOUT_SECONDS = 3
DELAY_SECONDS = 1.0
KEPT_SECONDS = 30 * 24 * 3600
FAILURE_KEPT_SECONDS = 300

logger = logging.getLogger(__name__)


def enabled() -> bool:
    """Tell whether street addresses may be asked of Nominatim."""
    return bool(getattr(settings, "GEOCODER", "") == "nominatim")


def look_up(address: str) -> tuple[float, float] | None:
    """Return latitude and longitude (WGS84 degrees) of a Belgian address, None when unknown."""
    key = _key(address)
    known: tuple[float, float] | str | None = cache.get(key)
    if known is not None:
        return None if isinstance(known, str) else known
    question = _question(settings.GEOCODER_URL, settings.GEOCODER_USER_AGENT)
    try:
        location = question(address, country_codes="be", exactly_one=True)
    except (GeopyError, ValueError, OSError) as error:
        logger.warning("Nominatim did not answer: %s", type(error).__name__)
        cache.set(key, "failed", FAILURE_KEPT_SECONDS)
        return None
    if location is None:
        cache.set(key, "unknown", KEPT_SECONDS)
        return None
    point = (float(location.latitude), float(location.longitude))
    cache.set(key, point, KEPT_SECONDS)
    return point


def has_failed(address: str) -> bool:
    """True when the last question about an address had no answer, not even «unknown»."""
    return bool(cache.get(_key(address)) == "failed")


def _key(address: str) -> str:
    return f"nominatim:{hashlib.sha256(fold(address).encode()).hexdigest()}"


@lru_cache(maxsize=4)
def _question(url: str, user_agent: str) -> Callable[..., Location | None]:
    """One rate-limited question for the whole process (a limiter per call would limit nothing)."""
    parts = urlsplit(url if "//" in url else f"https://{url}")
    geocoder = Nominatim(
        user_agent=user_agent,
        domain=f"{parts.netloc}{parts.path}".rstrip("/"),
        scheme=parts.scheme,
        timeout=TIMEOUT_SECONDS,
    )
    return RateLimiter(
        geocoder.geocode,
        min_delay_seconds=DELAY_SECONDS,
        max_retries=0,
        swallow_exceptions=False,
    )
