"""What the process keeps of one test must not reach the next; an engine neither.

`SEARCH_URL` decides where these tests search. On an engine, what a transaction would write after
its end is written at once, because no transaction of a test ends.
"""

import pytest
from django.conf import settings
from django.core.management import call_command

from search import health, outbox
from search.lexicon import forget_lexicon
from search.sources import forget_sources
from search.synonyms import forget_synonyms
from tests.search.engines import HAS_ENGINE, fill, forget_indices, wipe


@pytest.fixture(autouse=True)
def empty_memory():
    forget_lexicon()
    forget_sources()
    forget_synonyms()
    health._health = health.Health()


@pytest.fixture(scope="session")
def indices(django_db_setup, django_db_blocker):
    """The indices of this run; removed at its end."""
    with django_db_blocker.unblock():
        call_command("update_index", schema_only=True, verbosity=0)
    yield
    forget_indices()


@pytest.fixture(autouse=True)
def engine(request, monkeypatch):
    """An index that holds what the database holds: the demo, or nothing."""
    uses_database = {"db", "transactional_db"} & set(request.fixturenames)
    if not HAS_ENGINE or not uses_database:
        yield
        return
    request.getfixturevalue("indices")
    monkeypatch.setattr(outbox, "write_later", lambda each: outbox.write(*outbox.name_of(each)))
    if "demo" in request.fixturenames:
        request.getfixturevalue("demo")
        fill()
    else:
        wipe()
    yield
    # The database answers for an engine that fails: these tests would not notice.
    assert not health.health().is_down or request.node.get_closest_marker("engine_down")


assert settings.SEARCH_WATCH is False
