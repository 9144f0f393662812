"""The pages without which the room `pedatech` has no place to stand."""

from home.models import HomePage
from pedatech.bootstrap import catalogue, spaces


def make_pages(home: HomePage) -> None:
    """Make the missing pages of the room under the home page of its site."""
    catalogue.make_pages(home)
    spaces.make_pages(home)
