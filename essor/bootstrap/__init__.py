"""The pages without which the room `essor` has no place to stand."""

from essor.bootstrap import magazine, memorandum, publications
from home.models import HomePage


def make_pages(home: HomePage) -> None:
    """Make the missing pages of the room: the index of publications first, the rest stands in it."""
    for part in (publications, memorandum, magazine):
        part.make_pages(home)
