"""What is searched for, counted by site and day; nothing that tells who.

`home.counters` adds up in memory and writes in the background, so that a visitor's GET writes
nothing. Kept for KEEP_DAYS: the words as typed (lower case), how often, how many results, how often
without a result, how often a result was opened. Not kept: address, cookie, hour, order of
searches. Words that may tell who somebody is, and long texts, are counted without the words.

An answer may be kept for a minute (home.page_cache): the view marks it with what was found, and
SearchesMiddleware, outside of what is kept, counts each time that it is asked for.
"""

import re
import unicodedata
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from home import counters, throttle, visits
from home.frequentation import move_sums
from home.marks import PREFIX, CountingMiddleware
from home.models import DailyCount
from search.queries import clean_words

SEARCHES = "recherche"
RESULTS = "recherche-resultats"
"""sum of the numbers of results on the site itself"""
NOTHING = "recherche-rien"
"""searches that found nothing on any site"""
PARTLY = "recherche-en-partie"
"""searches that found pages with some of the words alone"""
CLICKS = "recherche-clic"
TOTAL = "recherche-total"
"""searches whose words were purged"""
KINDS = (SEARCHES, RESULTS, NOTHING, PARTLY, CLICKS)

MARK = f"{PREFIX}Search"
"""`<site>:<results>:<nothing>:<partly>` between the view and the middleware; never sent."""
WITHHELD = ""
"""The key of what is counted without its words."""
KEEP_DAYS = 90
MAX_KEPT_LENGTH = 80
"""Longer texts are pasted letters, not searches."""
MOST_RESULTS = 10_000
PER_MINUTE = {"words": 30, "site": 600}
"""What one word, and one site, may count in a minute in a process: a script moves no ranking."""

_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BIRTHDAY = re.compile(r"(?<!\d)\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d\d|\d{4})(?!\d)")
_DIGITS = re.compile(r"\d(?:[\s./()+_–-]*\d)*")
_MAIL = re.compile(
    r"@|\barobase\b|://|\b(?:gmail|hotmail|live|outlook|yahoo|skynet|proximus|icloud)"
    r"[.\s]+(?:com|be|fr|net|eu)\b"
)
MOST_DIGITS = 9
MOST_DIGITS_WITHOUT_YEARS = 6


def is_personal(text: str) -> bool:
    """True for what looks like a mail address, a telephone, national or account number, a birthday.

    Years are no number: «2014-2020» may be kept. A name cannot be told from a trade: see WORDS_SHOWN
    in search.report.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    if _MAIL.search(text) or _BIRTHDAY.search(text):
        return True
    for match in _DIGITS.finditer(text):
        run = match.group()
        all_digits = sum(each.isdigit() for each in run)
        others = sum(each.isdigit() for each in _YEARS.sub("", run))
        if others >= MOST_DIGITS_WITHOUT_YEARS or (others and all_digits >= MOST_DIGITS):
            return True
    return False


def kept_words(text: str) -> str:
    """The words as they are counted, at most MAX_KEPT_LENGTH signs; WITHHELD when they are not kept."""
    # Looked at before it is cut: half of a number is still somebody's.
    if is_personal(text[: MAX_KEPT_LENGTH * 10]):
        return WITHHELD
    words = clean_words(unicodedata.normalize("NFKC", text.replace("’", "'"))).lower()
    return words if len(words) <= MAX_KEPT_LENGTH and not is_personal(words) else WITHHELD


def is_new_search(request: HttpRequest, text: str) -> bool:
    """True when somebody asks for these words now: not a robot, not another page of the answer.

    The page that led here is looked at and forgotten.
    """
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return False
    if visits.is_left_out(request):
        return False
    try:
        before = urlsplit(request.headers.get("Referer", ""))
        asked = parse_qs(before.query, max_num_fields=50).get("q", [""])[0]
    except ValueError:
        return True
    same_page = before.netloc == request.get_host() and before.path == request.path
    return not (same_page and kept_words(asked) == kept_words(text))


def mark_of(site_id: int, results: int, *, is_nothing: bool, is_partly: bool) -> str:
    """What was found, as the answer carries it to SearchesMiddleware."""
    return f"{site_id}:{results}:{is_nothing:d}:{is_partly:d}"


class SearchesMiddleware(CountingMiddleware):
    """Stands outside the kept pages: counts the searches."""

    mark = MARK

    def count(self, request: HttpRequest, response: HttpResponseBase, note: str) -> None:  # noqa: ARG002
        """By words and site."""
        site_id, results, is_nothing, is_partly = map(int, note.split(":"))
        text = clean_words(request.GET.get("q", ""), quotes=True)
        if is_new_search(request, text):
            count_search(
                text, site_id, results, is_nothing=bool(is_nothing), is_partly=bool(is_partly)
            )


def count_search(
    text: str, site_id: int, results: int, *, is_nothing: bool, is_partly: bool
) -> None:
    """One search with its number of results on the site. No query."""
    words = kept_words(text)
    if not _lets(SEARCHES, site_id, words):
        return
    counters.count(SEARCHES, words, site_id)
    if results:
        counters.count(RESULTS, words, site_id, min(results, MOST_RESULTS))
    if is_nothing:
        counters.count(NOTHING, words, site_id)
    elif is_partly:
        counters.count(PARTLY, words, site_id)


def count_click(text: str, site_id: int) -> bool:
    """One result that was opened; False when too many came within a minute."""
    words = kept_words(text)
    if not _lets(CLICKS, site_id, words):
        return False
    counters.count(CLICKS, words, site_id)
    return True


_brake = throttle.MinuteBrake()


def _lets(kind: str, site_id: int, words: str) -> bool:
    return _brake.lets(kind, site_id, words, PER_MINUTE["words"], PER_MINUTE["site"])


def forget_minute() -> None:
    """Begin a new minute (tests)."""
    global _brake  # noqa: PLW0603
    _brake = throttle.MinuteBrake()


def purge(days: int = KEEP_DAYS, today: date | None = None, *, write: bool = True) -> int:
    """Forget what is older than so many days; the number of rows. How often was searched on a day
    stays, without the words.
    """
    oldest = (today or timezone.localdate()) - timedelta(days=days)
    old = DailyCount.objects.filter(kind__in=KINDS, day__lt=oldest)
    number = old.count()
    if write:
        with transaction.atomic():
            move_sums(old.filter(kind=SEARCHES), kind=TOTAL, key="")
            old.delete()
    return number
