"""States of the pages of `pedatech`, and what they need beyond `load_demo`."""

from tests.journeys.state import State

NAME = "pedatech"


def seed(home) -> dict:
    """Make what `load_demo` does not; returns the addresses that `states` asks for."""
    return {}


def states(manifest: dict) -> list[State]:
    """Every state of the room's pages."""
    return []
