"""The index is made anew while people search and editors work: nothing is lost, nothing left."""

import pytest
from django.core.management import call_command
from wagtail.search.backends import get_search_backend

from home import content
from search import outbox
from search.engine import ranked_pages
from search.models import IndexedPage, PendingWrite, Rebuild
from search.queries import understand
from tests.factories import StandardPageFactory
from tests.search.engines import HAS_ENGINE, PREFIX, names

pytestmark = pytest.mark.skipif(not HAS_ENGINE, reason="SEARCH_URL ne nomme aucun moteur")


def found(words):
    keys = [pk for pk, _ in ranked_pages(understand(words).query())]
    return sorted(IndexedPage.objects.filter(pk__in=keys).values_list("title", flat=True))


def indices_by_alias():
    answer = dict(get_search_backend().es.indices.get_alias(index=f"{PREFIX}*"))
    return sorted(alias for each in answer.values() for alias in each["aliases"]), list(answer)


@pytest.fixture
def during(monkeypatch):
    """Do something once, in the middle of the next rebuild of the pages of the search."""
    index_class = type(get_search_backend().get_index_for_model(IndexedPage))
    add_items, steps = index_class.add_items, []

    def add_and_edit(self, model, items):
        add_items(self, model, items)
        if model is IndexedPage and steps:
            steps.pop()()

    monkeypatch.setattr(index_class, "add_items", add_and_edit)
    return steps.append


def test_an_edit_made_meanwhile_is_kept(sites, during):
    parent = sites["interfede"].root_page
    edited, deleted, hidden = (
        StandardPageFactory(title=f"Lanterne {name}", parent=parent)
        for name in ("éditée", "effacée", "cachée")
    )
    seen = {}

    def edit():
        seen["answered"] = found("lanterne")
        edited.title = "Lampadaire édité"
        edited.save_revision().publish()
        deleted.delete()
        hidden.unpublish()
        StandardPageFactory(title="Lampadaire neuf", parent=parent)
        seen["at once"] = found("lampadaire")

    during(edit)
    call_command("update_index", verbosity=0)
    assert len(seen["answered"]) == 3
    assert seen["at once"] == found("lampadaire") == ["Lampadaire neuf", "Lampadaire édité"]
    assert found("lanterne") == []
    assert not Rebuild.objects.exists()
    assert not PendingWrite.objects.exists()
    aliases, indices = indices_by_alias()
    assert len(aliases) == len(set(aliases)) == len(indices) == len(names())


def test_a_rebuild_that_fails_leaves_nothing_behind(sites, during):
    parent = sites["interfede"].root_page
    StandardPageFactory(title="Lanterne", parent=parent)
    before = set(names())

    class Broken(Exception):
        pass

    def fail():
        raise Broken

    during(fail)
    with pytest.raises(Broken):
        call_command("update_index", verbosity=0)
    assert found("lanterne") == ["Lanterne"]
    StandardPageFactory(title="Lampadaire", parent=parent)
    call_command("update_index", verbosity=0)
    assert found("lampadaire") == ["Lampadaire"]
    aliases, indices = indices_by_alias()
    assert len(aliases) == len(set(aliases)) == len(indices)
    assert not before & set(indices)
    assert not PendingWrite.objects.exists()


def test_the_nightly_check_repairs_the_engine(sites, capsys):
    parent = sites["interfede"].root_page
    kept, renamed, gone = (
        StandardPageFactory(title=f"Lanterne {name}", parent=parent)
        for name in ("une", "deux", "trois")
    )
    call_command("update_index", verbosity=0)
    call_command("check_index")
    assert "0 différence." in capsys.readouterr().out
    index = get_search_backend().get_index_for_model(IndexedPage)
    index.remove(str(kept.pk))
    IndexedPage.objects.filter(pk=renamed.pk).update(title="Lanterne renommée")
    renamed.title = "Lanterne renommée"
    type(renamed).objects.filter(pk=renamed.pk).update(title=renamed.title)
    IndexedPage.objects.filter(pk=gone.pk).delete()
    type(gone).objects.filter(pk=gone.pk).update(live=False)
    call_command("check_index")
    out = capsys.readouterr().out
    assert f"manque : Lanterne une ({kept.pk})" in out
    assert f"périmée : Lanterne renommée ({renamed.pk})" in out
    assert f"de trop : Lanterne trois ({gone.pk})" in out
    call_command("check_index")
    assert "0 différence." in capsys.readouterr().out
    assert found("lanterne") == ["Lanterne renommée", "Lanterne une"]


def test_a_write_ends_the_pages_that_were_made_before_it(sites):
    page = StandardPageFactory(title="Lanterne", parent=sites["interfede"].root_page)
    before = content.current()
    outbox.write(*outbox.name_of(page))
    assert content.current() != before
