"""What can be suggested beside titles: each room tells its own words (trades, places).

The search knows no room; `config` brings them together (config.apps).
"""

import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass


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
