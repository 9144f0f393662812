"""The pages without which the room `podcasts` has no place to stand."""

from home.models import HomePage


def make_pages(home: HomePage) -> None:
    """Make the missing pages of the room under the home page of its site."""
