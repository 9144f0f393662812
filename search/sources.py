"""What the rooms add to the search: words to suggest (trades, places), and answers of their own.

The search knows no room; `config` brings them together (config.apps).
"""

import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Suggestion:
    """Something that one may be typing."""

    label: str
    kind: str
    url: str
    """path on the site"""
    theme: str
    """the site"""
    words: str = ""
    """other words that lead here"""
    only_here: bool = False
    """not worth a word on another site"""
    language: str = "fr"
    """that of the pages where it is suggested"""


@dataclass(frozen=True)
class Source:
    """Suggestions of one kind, read anew when `state` changes (asked every minute at most)."""

    name: str
    read: Callable[[], Iterable[Suggestion]]
    state: Callable[[], Hashable]


SECONDS = 60.0
_sources: dict[str, Source] = {}
_kept: dict[str, tuple[Hashable, float, tuple[Suggestion, ...]]] = {}


def register(source: Source) -> None:
    """Add a source; one of the same name is replaced."""
    _sources[source.name] = source
    _kept.pop(source.name, None)


def all_suggestions() -> tuple[Hashable, list[Suggestion]]:
    """The state of all sources and everything that they tell."""
    now = time.monotonic()
    for name, source in _sources.items():
        state, read_at, _ = _kept.get(name, (None, float("-inf"), ()))
        if now - read_at < SECONDS:
            continue
        new_state = source.state()
        if name not in _kept or new_state != state:
            _kept[name] = (new_state, now, tuple(source.read()))
        else:
            _kept[name] = (state, now, _kept[name][2])
    states = tuple((name, kept[0]) for name, kept in sorted(_kept.items()))
    return states, [each for name in sorted(_kept) for each in _kept[name][2]]


def forget_sources() -> None:
    """Read everything anew (tests)."""
    _kept.clear()


# --- Answers of a room -----------------------------------------------------------------------


class Reader(Protocol):
    """Reads a text as a room understands it («jardinier namur»).

    Returns page → how well it answers, in (0, 1]; nothing for most texts. It never raises, and
    `at_home` tells that the visitor is on the room's own site, where a faint idea helps.
    """

    def __call__(self, text: str, *, at_home: bool) -> Mapping[int, float]:
        """Read a text."""


_readers: dict[str, list[Reader]] = {}


def register_reader(theme: str, reader: Reader) -> None:
    """Add a reader of the site `theme`."""
    if reader not in _readers.setdefault(theme, []):
        _readers[theme].append(reader)


def read_by_rooms(text: str, theme: str) -> dict[int, float]:
    """Page → how well it answers, as the rooms say, for a visitor of the site `theme`."""
    found: dict[int, float] = {}
    for home, readers in _readers.items():
        for reader in readers:
            for pk, worth in reader(text, at_home=home == theme).items():
                found[pk] = max(worth, found.get(pk, 0.0))
    return found
