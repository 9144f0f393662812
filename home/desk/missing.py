"""Addresses that were asked for and are not there, counted by day and site.

Kept are the path and how often: no visitor, no page that led there, no hour, no parameters. A path
that looks like somebody's number or mail address is counted without the path; so are paths past
what a day or a minute may bring, because anybody can ask for anything.
"""

import re
import threading
import unicodedata
from datetime import date, timedelta

from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Site

from home import counters
from home.models import DailyCount
from home.throttle import MinuteBrake

MISSING = "introuvable"
"""The kind of DailyCount; its key is the path."""
WITHHELD = ""
"""The key of what is counted without its path."""
KEEP_DAYS = 30
LONGEST = 120
PER_MINUTE = 120
"""What a site may count in a minute, in one process."""
PER_DAY = 1_000
"""Different paths of all sites in a day, in one process."""

NO_PAGES = ("/gestion/", "/media/", "/static/", "/documents/", "/api/", "/healthz", "/readyz")
_PROBES = re.compile(
    r"/\.|/wp-(?:admin|login|json|includes|config)|xmlrpc|phpmyadmin|/cgi-bin|\.(?:env|git|sql|bak|asp|aspx|jsp)\b"
    r"|/favicon\.ico$|/apple-touch-icon|/ads\.txt$",
    re.IGNORECASE,
)
_DATES = re.compile(r"(?<!\d)(?:19|20)\d\d(?:[-/_.]?(?:0[1-9]|1[0-2])(?:[-/_.]?[0-3]\d)?)?(?!\d)")
_NUMBERS = re.compile(r"\d(?:[\s./()+_–-]*\d)*")
MOST_DIGITS = 6


def is_no_page(path: str) -> bool:
    """True for files, the admin and machines: nobody types these."""
    return path.startswith(NO_PAGES) or _PROBES.search(path) is not None


def kept_path(path: str) -> str:
    """The path as it is counted; WITHHELD for what could tell who somebody is."""
    path = unicodedata.normalize("NFC", path)
    if len(path) > LONGEST or "@" in path or not path.isprintable():
        return WITHHELD
    without_dates = _DATES.sub(" x ", path)
    for run in _NUMBERS.findall(without_dates):
        if sum(each.isdigit() for each in run) >= MOST_DIGITS:
            return WITHHELD
    return path


class _Paths:
    """The paths of today, in memory."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.day: date | None = None
        self.paths: set[tuple[int, str]] = set()

    def knows(self, site: int, path: str) -> bool:
        """True for a path of today, or while there is room for one more."""
        today = timezone.localdate()
        with self.lock:
            if today != self.day:
                self.day, self.paths = today, set()
            if (site, path) not in self.paths and len(self.paths) >= PER_DAY:
                return False
            self.paths.add((site, path))
            return True


_brake = MinuteBrake()
_paths = _Paths()


def forget() -> None:
    """Begin anew (tests)."""
    global _brake, _paths
    _brake, _paths = MinuteBrake(), _Paths()


def note(request: HttpRequest, site: Site | None) -> None:
    """Count an address that led nowhere. No query."""
    if request.method != "GET" or site is None or is_no_page(request.path):
        return
    if not _brake.lets(MISSING, site.pk, "", 0, PER_MINUTE):
        return
    path = kept_path(request.path)
    if path and not _paths.knows(site.pk, path):
        path = WITHHELD
    counters.count(MISSING, path, site.pk)


def purge(days: int = KEEP_DAYS, today: date | None = None, *, write: bool = True) -> int:
    """Delete what is older than so many days; the number of rows. Without `write`, count them."""
    oldest = (today or timezone.localdate()) - timedelta(days=days)
    found = DailyCount.objects.filter(kind=MISSING, day__lt=oldest)
    return found.delete()[0] if write else found.count()
