"""States of the pages of `pedatech`, and what they need beyond `load_demo`."""

from tests.journeys import pedatech_catalogue, pedatech_spaces
from tests.journeys.state import State

NAME = "pedatech"


def seed(home) -> dict:
    """Make what `load_demo` does not; returns the addresses that `states` asks for."""
    return pedatech_catalogue.seed(home) | pedatech_spaces.seed(home)


def states(manifest: dict) -> list[State]:
    """Every state of the room's pages."""
    return [*pedatech_catalogue.states(manifest), *pedatech_spaces.states(manifest)]
