"""The finder answered by a real engine says what it says when the database answers (Q-13)."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice

import pytest
from django.utils import timezone
from wagtail.search.backends import get_search_backend

from cisp_map import engine_finder
from cisp_map.demo import fictional_sites
from cisp_map.finder import FACETS, find, find_on_database
from cisp_map.forms import FinderForm
from cisp_map.models import TrainingSitePage
from cisp_map.vocabulary import current_vocabulary
from tests.cisp_map.test_finder import WORDS, searching
from tests.search.engines import HAS_ENGINE

pytestmark = pytest.mark.skipif(not HAS_ENGINE, reason="SEARCH_URL ne nomme aucun moteur")
SITES = 300
QUERIES = 60
# Towns and villages, the far corners of Wallonia among them.
PLACES = (
    "5000-namur", "6000-charleroi", "4000-liege", "7500-tournai", "6700-arlon", "4780-saint-vith",
    "6460-chimay", "1300-wavre", "6600-bastogne", "5570-beauraing",
)  # fmt: skip
TEXTS = (*WORDS, "centre de démonstration", "démonstration cuisine", "rue de l’exemple", "namur")


@pytest.fixture(scope="module")
def index(django_db_setup, django_db_blocker):
    """Indices of their own; the sites are written by each test."""
    from django.core.management import call_command

    from tests.search.engines import forget_indices

    with django_db_blocker.unblock():
        call_command("update_index", schema_only=True, verbosity=0)
    yield
    forget_indices()


@pytest.fixture
def three_hundred(demo, index):
    """The demo with as many sites as the real one, all in the engine."""
    existing = set(demo.get_children().values_list("slug", flat=True))
    new = (
        each for each in fictional_sites(SITES, timezone.localdate()) if each.slug not in existing
    )
    for page in islice(new, SITES - len(existing)):
        page.centre.save()
        page.centre = page.centre
        demo.add_child(instance=page)
    write_all()
    demo.refresh_from_db()
    return demo


def write_all() -> None:
    """Put every training site into the engine."""
    backend = get_search_backend()
    index = backend.get_index_for_model(TrainingSitePage)
    index.add_items(TrainingSitePage, list(TrainingSitePage.get_indexed_objects()))
    index.refresh()


def drawn(draw: random.Random, values: dict[str, list[str]]) -> str:
    """A search as an address: words, place, radius, choices, order."""
    pairs = []
    if words := draw.choice(TEXTS):
        pairs.append(("q", words))
    if draw.random() < 0.75:
        pairs.append(("lieu", draw.choice(PLACES)))
        pairs.append(("rayon", str(draw.choice((5, 10, 25, 25, 50, 100)))))
    for name in draw.sample(FACETS, draw.choice((0, 0, 1, 2))):
        pairs += [
            (name, each)
            for each in draw.sample(values[name], min(len(values[name]), draw.choice((1, 2))))
        ]
    pairs.append(("tri", draw.choice(("pertinence", "pertinence", "distance", "nom"))))
    from urllib.parse import urlencode

    return urlencode(pairs)


def as_told(answer) -> dict:
    """Everything that the page shows of an answer."""
    return {
        "hits": [
            (each.site_id, round(each.km or 0, 6), each.relevance, each.trade_ids)
            for each in answer.hits
        ],
        "total": answer.total,
        "radius": answer.radius_km,
        "asked": answer.asked_radius_km,
        "facets": {
            name: dict(sorted(each.items())) for name, each in answer.facets.items() if each
        },
        "unchanged": answer.unchanged,
        "wider": answer.wider,
    }


def test_both_paths_say_the_same(three_hundred):
    vocabulary = current_vocabulary(three_hundred)
    assert TrainingSitePage.objects.to_be_shown().count() >= SITES - 5
    from django.http import QueryDict

    fields = FinderForm(QueryDict(), vocabulary).fields
    values = {name: [str(value) for value, _ in fields[name].choices] for name in FACETS}
    draw = random.Random(6)
    seen = Counter()
    for _ in range(QUERIES):
        address = drawn(draw, values)
        search = searching(three_hundred, address)
        if search.must_choose or search.found_nothing:
            seen["nothing asked"] += 1
            continue
        by_engine = find(search.query, three_hundred, search.understood, vocabulary)
        by_database = find_on_database(search.query, three_hundred, search.understood, vocabulary)
        assert as_told(by_engine) == as_told(by_database), address
        seen["engine"] += isinstance(by_engine.hits, engine_finder.EngineHits)
        seen["widened"] += by_engine.widened
        seen["text"] += bool(search.understood.text)
        seen["several facets"] += len(search.query.choices) > 1
        seen["distance"] += search.query.order == "distance" and by_engine.total > 5
    assert seen["engine"] > QUERIES // 2, seen
    assert min(seen[name] for name in ("widened", "text", "several facets", "distance")) > 1, seen
