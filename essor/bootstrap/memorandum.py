"""Addresses of the contract: The memorandum, key figures, press and events."""

from home.models import HomePage


def make_pages(home: HomePage) -> None:
    """Make the missing pages under the home page of interfede.be."""
