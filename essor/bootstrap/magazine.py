"""Addresses of the contract: L'essor."""

from home.models import HomePage


def make_pages(home: HomePage) -> None:
    """Make the missing pages under the home page of interfede.be."""
