"""The content that is judged, in the engine that `SEARCH_URL` names."""

import pytest

from tests.search import engines
from tests.search.conftest import empty_memory, engine, indices  # noqa: F401 (fixtures)

SITES = 300


@pytest.fixture
def whole_demo(demo):
    """The demo with all its training sites, as `make eval` has it; the other tests have fewer."""
    from cisp_map.demo import load_fictional_sites

    load_fictional_sites(demo, SITES)
    yield demo
    if engines.HAS_ENGINE:
        engines.wipe()  # an engine does not roll back
