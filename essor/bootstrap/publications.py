"""Addresses of the contract: Publications."""

from home.models import HomePage


def make_pages(home: HomePage) -> None:
    """Make the missing pages under the home page of interfede.be."""
