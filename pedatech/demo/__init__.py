"""Demo content of the room `pedatech`. Safe to run again: what exists stays."""

from home.models import HomePage
from pedatech.demo import catalogue, spaces
from pedatech.demo.many import load_many

__all__ = ["load", "load_many"]


def load(home: HomePage) -> int:
    """Fill the room under the home page of its site; returns the number of pages made.

    The catalogue comes first: trees, packages and spaces lead to its resources.
    """
    return catalogue.load(home) + spaces.load(home)
