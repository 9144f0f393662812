"""A resource of the catalogue from an accepted proposal."""

from collections.abc import Sequence
from typing import Any

from wagtail.models import Page

from home.models import SiteDocument
from pedatech.models import Contribution


def make_resource(
    contribution: Contribution, documents: Sequence[SiteDocument], user: Any
) -> Page | None:
    """PLACEHOLDER until the catalogue stands: None."""
    return None
