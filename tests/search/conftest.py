"""What the process keeps of one test must not reach the next; an engine neither.

`SEARCH_URL` decides where these tests search. On an engine, what a transaction would write after
its end is written at once, because no transaction of a test ends.
"""

import pytest
from django.conf import settings
from django.core.management import call_command

from search import health, outbox
from search.addresses import TIMEOUT_SECONDS
from search.lexicon import forget_lexicon
from search.sources import forget_sources
from search.synonyms import forget_synonyms
from tests.search.engines import HAS_ENGINE, fill, forget_indices, put_all, wipe
from tests.support import plant_roots

if not HAS_ENGINE:
    # `make test-engines` runs them; a skip would be told as a failure.
    collect_ignore = ["test_rebuild.py", "test_engine_down.py", "test_three_nodes.py"]


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


@pytest.fixture(scope="session")
def quiet_outbox():
    """Nothing is written into the engine until `undo`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "write_later", lambda each: None)
        yield patch


@pytest.fixture(scope="session")
def loaded_demo(quiet_outbox, loaded_demo):
    """`engine` fills the index from the demo at once, which its pages need not do one by one."""
    quiet_outbox.undo()


@pytest.fixture(autouse=True)
def engine(request, monkeypatch):
    """An index that holds what the database holds: the demo, the bare sites, or nothing."""
    uses_database = {"db", "transactional_db"} & set(request.fixturenames)
    owns_engine = request.node.get_closest_marker("own_engine")
    if not HAS_ENGINE or not uses_database or owns_engine:
        yield
        return
    request.getfixturevalue("indices")
    monkeypatch.setattr(outbox, "write_later", lambda each: outbox.write(*outbox.name_of(each)))
    if "demo" in request.fixturenames:
        request.getfixturevalue("demo")
        fill()
    else:
        wipe()
        if "sites" in request.fixturenames:
            request.getfixturevalue("sites")
            put_all()
    yield
    # The database answers for an engine that fails: these tests would not notice.
    assert not health.health().is_down or request.node.get_closest_marker("engine_down")


@pytest.fixture
def bare_sites(transactional_db):
    """The three sites in tables that a test before may have emptied; what is written stays."""
    plant_roots()
    return _sites()


def _sites():
    from io import StringIO

    from wagtail.models import Site

    call_command("bootstrap_sites", port=80, stdout=StringIO())
    return {site.sitebranding.theme: site for site in Site.objects.select_related("sitebranding")}


@pytest.fixture(scope="module")
def nodes(request):
    """How many nodes `cluster` has: a module says otherwise by NODES."""
    return getattr(request.module, "NODES", 1)


@pytest.fixture(scope="module")
def cluster(nodes, tmp_path_factory):
    """An engine that the tests of a module own, with nothing in it."""
    from tests.search.cluster import Cluster

    own = Cluster(tmp_path_factory.mktemp("cluster"), nodes)
    yield own
    own.end()


@pytest.fixture
def watched(cluster, settings):
    """Searches go to the test's own cluster, watched as in production."""
    backends = {name: dict(each) for name, each in settings.WAGTAILSEARCH_BACKENDS.items()}
    backends["default"] |= {"URLS": cluster.urls, "TIMEOUT": TIMEOUT_SECONDS}
    settings.WAGTAILSEARCH_BACKENDS = backends
    settings.SEARCH_WATCH = True
    call_command("update_index", verbosity=0)
    yield cluster
    settings.SEARCH_WATCH = False
    if thread := health.health().thread:
        thread.join(timeout=20)


assert settings.SEARCH_WATCH is False
