"""The catalogue of bare sites."""

import pytest

from pedatech.models import CataloguePage


@pytest.fixture
def catalogue(sites) -> CataloguePage:
    """An empty catalogue."""
    return CataloguePage.objects.get()


@pytest.fixture(autouse=True)
def kits_folder(settings, tmp_path):
    settings.KITS_DIR = tmp_path / "kits"
