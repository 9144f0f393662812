"""Demo content of the room `essor`. Safe to run again: what exists stays."""

from essor.demo import dossiers, magazine, memorandum, publications
from home.models import HomePage


def load(home: HomePage) -> int:
    """Fill the room under the home page of its site; returns the number of pages made.

    Publications first: the others link to them; dossiers last: they name the others.
    """
    made = sum(part.load(home) for part in (publications, memorandum, magazine, dossiers))
    memorandum.link_to_issue(home)
    return made
