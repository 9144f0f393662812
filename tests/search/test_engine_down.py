"""The engine stops, or hangs: visitors and editors are served, and what it missed is caught up.

A real engine of the kind that SEARCH_URL names, started here, ended and suspended by its process id.
"""

import re
import time

import pytest
from django.test import Client
from wagtail.search.backends import get_search_backend

from home.models import User
from search.models import IndexedPage, PendingWrite
from tests.factories import StandardPageFactory
from tests.search.cluster import seconds_until
from tests.search.engines import HAS_ENGINE
from tests.support import HOSTS

pytestmark = [
    pytest.mark.skipif(not HAS_ENGINE, reason="SEARCH_URL ne nomme aucun moteur"),
    pytest.mark.own_engine,
    pytest.mark.xdist_group("own_engine"),  # its ports are the same in every process
    pytest.mark.engine_down,
    pytest.mark.django_db(transaction=True),
]
PATIENCE = 4.0
"""Seconds of a first request: two of them are the engine's, the rest a busy machine's."""


@pytest.fixture
def visitor():
    client = Client(headers={"host": HOSTS["interfede"]})

    def ask(words="lanterne"):
        start = time.monotonic()
        response = client.get("/recherche/", {"q": words})
        assert response.status_code == 200
        # Words that were asked for are marked inside a title.
        text = re.sub(r"</?mark[^>]*>", "", response.content.decode())
        return text, time.monotonic() - start

    return ask


@pytest.fixture
def editor(bare_sites):
    user = User.objects.create_superuser("editrice", "editrice@example.org", "secret-de-test")
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(user)

    def does(action, page):
        """Unpublish or delete a page in the admin; seconds taken."""
        start = time.monotonic()
        response = client.post(f"/gestion/pages/{page.pk}/{action}/")
        assert response.status_code == 302, response.status_code
        return time.monotonic() - start

    return does


def in_the_engine() -> set[str]:
    """Titles of the pages of the search that the engine itself holds."""
    backend = get_search_backend()
    body = {"size": 500, "query": {"match_all": {}}}
    try:
        hits = backend.search_body(body, IndexedPage)["hits"]["hits"]
    except backend.errors:
        return set()
    return {hit["_source"]["title"] for hit in hits}


def is_incomplete(text: str) -> bool:
    return "peuvent être incomplets" in text


@pytest.mark.parametrize("trouble", ["stop", "hang"])
def test_nobody_waits_and_nothing_is_lost(bare_sites, watched, visitor, editor, trouble, capsys):
    parent = bare_sites["interfede"].root_page
    kept, hidden, deleted = (
        StandardPageFactory(title=f"Lanterne {name}", parent=parent)
        for name in ("gardée", "cachée", "effacée")
    )
    seconds_until(lambda: len(in_the_engine() & {kept.title, hidden.title, deleted.title}) == 3, 10)
    text, _ = visitor()
    assert kept.title in text
    assert not is_incomplete(text)

    getattr(watched, trouble)()
    text, first = visitor()
    assert kept.title in text
    assert is_incomplete(text)
    assert first < PATIENCE
    times = [visitor()[1] for _ in range(5)]
    assert max(times) < 1.5, times

    saving = [editor("unpublish", hidden), editor("delete", deleted)]
    start = time.monotonic()
    added = StandardPageFactory(title="Lanterne ajoutée", parent=parent)
    kept.title = "Lanterne renommée"
    kept.save_revision().publish()
    saving.append((time.monotonic() - start) / 2)
    assert max(saving) < PATIENCE, saving
    assert PendingWrite.objects.exists()
    text, _ = visitor()
    assert added.title in text
    assert kept.title in text
    assert hidden.title not in text
    assert deleted.title not in text

    watched.go_on() if trouble == "hang" else watched.restart()
    back = seconds_until(lambda: not PendingWrite.objects.exists(), 60)
    wanted = {"Lanterne renommée", "Lanterne ajoutée"}
    back += seconds_until(
        lambda: {each for each in in_the_engine() if "Lanterne" in each} == wanted, 60 - back
    )
    seconds_until(lambda: not is_incomplete(visitor()[0]), 10)
    with capsys.disabled():
        print(
            f"\n{trouble}: première recherche {first:.2f} s, ensuite ≤ {max(times):.2f} s, "
            f"enregistrer ≤ {max(saving):.2f} s, rattrapé {back:.1f} s après le retour"
        )
