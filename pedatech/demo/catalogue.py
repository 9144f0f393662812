"""Demo resources, kits, référentiels, glossary and label."""

from home.models import HomePage


def load(home: HomePage) -> int:  # noqa: ARG001
    """Resources and what surrounds them; returns the number of pages made."""
    return 0
