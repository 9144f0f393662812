"""States of the pages of `essor`, and what they need beyond `load_demo`."""

from tests.journeys.essor_magazine import magazine_states, seed_magazine
from tests.journeys.essor_memorandum import memorandum_states, seed_memorandum
from tests.journeys.essor_publications import publication_states, seed_publications
from tests.journeys.state import State

NAME = "essor"


def seed(home) -> dict:
    """Make what `load_demo` does not; returns the addresses that `states` asks for."""
    return {
        "lessor": seed_magazine(home),
        "publications": seed_publications(home),
        "memorandum": seed_memorandum(home),
    }


def states(manifest: dict) -> list[State]:
    """Every state of the room's pages."""
    return [
        *magazine_states(manifest["lessor"]),
        *publication_states(manifest["publications"]),
        *memorandum_states(manifest["memorandum"]),
    ]
