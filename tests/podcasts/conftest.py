"""The bare show of the sites, and visitors of interfede.be."""

import pytest

from podcasts.models import PodcastPage


@pytest.fixture
def show(sites) -> PodcastPage:
    """The show that `bootstrap_sites` makes."""
    return PodcastPage.objects.get(slug="podcasts")
