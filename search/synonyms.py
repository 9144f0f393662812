"""The editors' synonyms, ready for a query: from stems to the expressions that also count."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Max

from search import french
from search.models import Synonym, split_words

Expression = tuple[str, ...]
"""Stems of one expression, in their order."""

LOOK_AGAIN_SECONDS = 10.0
"""How long another process may not know of a change."""


@dataclass(frozen=True)
class Thesaurus:
    """Expression → what it also finds, for one site."""

    expansions: dict[Expression, tuple[Expression, ...]] = field(default_factory=dict)
    longest: int = 0

    def at(self, stems: list[str], start: int) -> tuple[Expression, tuple[Expression, ...]]:
        """The longest known expression that begins at `start`, and what it also finds.

        `((stem,), ())` for a word without synonyms.
        """
        for length in range(min(self.longest, len(stems) - start), 0, -1):
            typed = tuple(stems[start : start + length])
            if typed in self.expansions:
                return typed, self.expansions[typed]
        return (stems[start],), ()


def expressions(text: str) -> list[Expression]:
    """The expressions of one side of a synonym."""
    found = [tuple(french.stems(part)) for part in split_words(text)]
    return [each for each in found if each]


def build(rows: list[tuple[str, str, str]]) -> Thesaurus:
    """A thesaurus of `[(typed, found, direction)]`."""
    expansions: dict[Expression, list[Expression]] = defaultdict(list)
    for typed_text, found_text, direction in rows:
        typed, found = expressions(typed_text), expressions(found_text)
        everything = [*typed, *found]
        for each in typed:
            expansions[each] += [other for other in everything if other != each]
        if direction == Synonym.Direction.BOTH:
            for each in found:
                expansions[each] += [other for other in everything if other != each]
    return Thesaurus(
        {each: tuple(dict.fromkeys(others)) for each, others in expansions.items()},
        max(map(len, expansions), default=0),
    )


class _Kept:
    """The thesauri of this process, with the state of the table that they were read from."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.by_site: dict[int | None, Thesaurus] = {}
        self.state: tuple = ()
        self.looked_at = float("-inf")

    def get(self, site_id: int | None) -> Thesaurus:
        with self.lock:
            now = time.monotonic()
            if now - self.looked_at > LOOK_AGAIN_SECONDS:
                state = tuple(
                    Synonym.objects.aggregate(latest=Max("updated_at"), count=Count("pk")).values()
                )
                if state != self.state:
                    self.by_site = {}
                self.state, self.looked_at = state, now
            if site_id not in self.by_site:
                rows = Synonym.objects.order_by("pk").values_list(
                    "typed", "found", "direction", "site_id"
                )
                self.by_site[site_id] = build(
                    [row[:3] for row in rows if row[3] is None or row[3] == site_id]
                )
            return self.by_site[site_id]

    def forget(self) -> None:
        with self.lock:
            self.by_site, self.state, self.looked_at = {}, (), float("-inf")


_kept = _Kept()


def thesaurus(site_id: int | None) -> Thesaurus:
    """What holds on a site (None: what holds on all three), at most a few seconds old."""
    return _kept.get(site_id)


def forget_synonyms() -> None:
    """Read them anew at the next search of this process."""
    _kept.forget()
