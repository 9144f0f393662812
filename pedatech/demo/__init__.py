"""Demo content of the room `pedatech`. Safe to run again: what exists stays."""

from home.models import HomePage
from pedatech.demo import spaces


def load(home: HomePage) -> int:
    """Fill the room under the home page of its site; returns the number of pages made."""
    return spaces.load(home)
