"""A page in one state, and the manifest of seed.py."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page


@dataclass(frozen=True)
class State:
    """A page in one state."""

    name: str
    site: str
    path: str
    parameters: dict[str, object] = field(default_factory=dict)
    prepare: Callable[[Page], None] | None = None
    status: int = 200
    only_width: int | None = None
    prepared_status: int | None = None
    """What `prepare` ends on, when it is not a page like any other: 422, a form with errors."""
    may_keep_cookies: bool = False
    """A form that changes something keeps a cookie against forgery; signing in keeps another."""


class Blank(dict):
    """Stands for a manifest where only the names of the states are wanted."""

    def __missing__(self, key: str) -> "Blank":
        return Blank()

    def __str__(self) -> str:
        return ""
