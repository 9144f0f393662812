"""Demo decision trees, online trainings, contributions and spaces."""

from home.models import HomePage


def load(home: HomePage) -> int:  # noqa: ARG001
    """Trees, packages, contributions and spaces; returns the number of pages made."""
    return 0
