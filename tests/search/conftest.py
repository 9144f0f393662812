"""What the process keeps of one test must not reach the next."""

import pytest

from search.lexicon import forget_lexicon
from search.sources import forget_sources
from search.synonyms import forget_synonyms


@pytest.fixture(autouse=True)
def empty_memory():
    forget_lexicon()
    forget_sources()
    forget_synonyms()
