"""Demo content of the room `podcasts`. Safe to run again: what exists stays."""

from home.models import HomePage


def load(home: HomePage) -> int:  # noqa: ARG001
    """Fill the room under the home page of its site; returns the number of pages made."""
    return 0
