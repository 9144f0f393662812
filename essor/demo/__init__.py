"""Demo content of the room `essor`. Safe to run again: what exists stays."""

from essor.demo import magazine, memorandum, publications
from home.models import HomePage


def load(home: HomePage) -> int:
    """Fill the room under the home page of its site; returns the number of pages made.

    Publications first: the others link to them.
    """
    made = sum(part.load(home) for part in (publications, memorandum, magazine))
    memorandum.link_to_issue(home)
    return made
