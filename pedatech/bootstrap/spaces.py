"""Pages of the trees, trainings and spaces."""

from home.models import HomePage


def make_pages(home: HomePage) -> None:
    """Nothing yet."""
