"""Training sites on the shared search page: trades, places and both in one box."""

import pytest
from django.test.utils import CaptureQueriesContext

from cisp_map.answers import answers
from cisp_map.models import TrainingSitePage
from cisp_map.places import named_places
from search.federated import Choices, find
from search.queries import understand

pytestmark = pytest.mark.django_db


def ranked(text, *, at_home=True):
    found = answers(text, at_home=at_home)
    order = sorted(found, key=lambda pk: (-found[pk], pk))
    pages = TrainingSitePage.objects.select_related("locality").in_bulk(order)
    return [pages[pk] for pk in order]


def test_an_everyday_word_and_a_place_in_one_box(demo):
    first, *rest = ranked("apprendre à lire namur")
    assert first.locality.commune == "Namur"
    assert "Alphabétisation" in first.trade_names
    assert all("Alphabétisation" in page.trade_names for page in rest[:5])


@pytest.mark.parametrize(
    ("text", "communes"),
    [
        ("5000", {"Namur"}),
        ("7500 Tournai", {"Tournai"}),
        ("LLN", {"Ottignies-Louvain-la-Neuve"}),
        ("liege", {"Liège"}),
        ("à La Louvière", {"La Louvière"}),
        ("wapi", {"Tournai", "Mouscron", "Ath", "Lessines", "Péruwelz"}),
    ],
)
def test_a_place_alone(demo, text, communes):
    assert ranked(text)[0].locality.commune in communes


def test_outside_the_region_the_nearest(demo):
    assert ranked("bruxelles")[0].locality.province == "Brabant wallon"


@pytest.mark.parametrize(
    "text", ["", "'", "9999", "memorandum", "phosphorescence", "le germoir", "%", "\x00", "a" * 500]
)
def test_what_means_nothing_here(demo, text):
    assert answers(text, at_home=True) == {}


def test_on_another_site_only_what_is_sure(demo):
    assert ranked("menuiserie", at_home=False)
    assert ranked("menuiserie à charleroi", at_home=False)
    for text in ("table ronde 14 mars", "référentiel menuiserie", "namur", "chatgpt"):
        assert not answers(text, at_home=False), text


def test_a_name_is_no_place_by_halves(localities):
    assert named_places("cuisine braine-le-comte").text == "braine le comte"
    assert named_places("mode d’emploi") is None
    assert named_places("") is None


def test_the_finder_answers_on_the_search_page(demo):
    found = find(understand("menuisrie"), "cisp", Choices())
    page = TrainingSitePage.objects.get(pk=found.own[0].pk)
    assert "Menuiserie" in page.trade_names
    assert not found.complete  # no page holds the word: «Vouliez-vous dire» stays
    # An exact phrase is what it is.
    assert not find(understand('"menuisrie"'), "cisp", Choices()).own


def test_few_queries(demo, django_assert_max_num_queries):
    answers("cuisine namur", at_home=True)  # the vocabulary is read once
    with django_assert_max_num_queries(5) as counted:
        answers("cuisine namur", at_home=True)
    assert isinstance(counted, CaptureQueriesContext)
