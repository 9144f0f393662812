"""The finder's promises: never empty, counts that hold, an order that favours nobody."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cisp_map.finder import (
    BEYOND,
    FACETS,
    FULL_TEXT_RELEVANCE,
    RADIUS_CHOICES_KM,
    FinderQuery,
    daily_shuffle,
    find,
    nearest,
    step_of,
    understand,
)
from cisp_map.finder_page import Search
from cisp_map.forms import FinderForm
from cisp_map.models import (
    Category,
    Centre,
    Locality,
    Offer,
    Trade,
    TradeFamily,
    TrainingSitePage,
)
from cisp_map.places import Place
from cisp_map.points import BANDS_KM, RADIUS_STEPS_KM, Point, Surroundings, band_of
from cisp_map.vocabulary import current_vocabulary
from home.models import Federation
from tests.factories import CentreFactory, TradeFactory, TrainingSitePageFactory
from tests.support import examples

WORDS = (
    "",
    "",
    "",
    "cuisine",
    "jardinier",
    "nettoyage",
    "apprendre à lire",
    "menuiserie",
    "soudeur",
)


def place(locality: Locality) -> Place:
    return Place(
        label=str(locality),
        slug=locality.slug,
        lat=locality.lat,
        lng=locality.lng,
        postal_code=locality.postal_code,
        commune=locality.commune,
        region=locality.region,
    )


def at(slug: str) -> Place:
    return place(Locality.objects.get(slug=slug))


def searching(finder, query: str) -> Search:
    """The search of an address: what stands after «?», or a whole address."""
    query = urlsplit(query).query if "?" in query or query.startswith("/") else query
    request = RequestFactory().get(f"/formations/?{query}", headers={"host": "cisp.localhost"})
    vocabulary = current_vocabulary(finder)
    return Search(FinderForm(QueryDict(query), vocabulary), finder, vocabulary, request)


def ids(answer) -> list[int]:
    return [hit.site_id for hit in answer.hits]


# --- Random states of the demo -----------------------------------------------------------------


@pytest.fixture
def values(demo) -> dict[str, list[str]]:
    """Facet → its values, as a visitor could choose them."""
    fields = FinderForm(QueryDict(), current_vocabulary(demo)).fields
    return {name: [str(value) for value, _ in fields[name].choices] for name in FACETS}


@pytest.fixture
def slugs(demo) -> list[str]:
    return list(Locality.objects.order_by("slug").values_list("slug", flat=True))


def draw_state(data, slugs: list[str], values: dict[str, list[str]]) -> str:
    """A random search as an address; half of them have a place, most have choices."""
    pairs = []
    if words := data.draw(st.sampled_from(WORDS)):
        pairs.append(("q", words))
    if data.draw(st.booleans()):
        pairs.append(("lieu", data.draw(st.sampled_from(slugs))))
        pairs.append(("rayon", str(data.draw(st.sampled_from(RADIUS_CHOICES_KM)))))
    for name in data.draw(st.lists(st.sampled_from(FACETS), max_size=3, unique=True)):
        chosen = st.lists(st.sampled_from(values[name]), min_size=1, max_size=2, unique=True)
        pairs += [(name, value) for value in data.draw(chosen)]
    return urlencode(pairs)


def test_the_count_of_a_facet_is_the_total_after_the_click(demo, slugs, values):
    seen = Counter()

    @hypothesis_settings(max_examples=examples(500))
    @given(data=st.data())
    def check(data):
        state = draw_state(data, slugs, values)
        search = searching(demo, state)
        options = [
            (facet.key, option)
            for facet in search.facets
            for option in facet.options
            if not option.selected
        ]
        if not options:
            seen["no option"] += 1
            return
        key, option = data.draw(st.sampled_from(options))
        after = searching(demo, option.url)
        assert after.total == option.count, f"{state} → {option.url}"
        assert option.value in after.query.choices[key]
        assert option.count > 0
        # A click that would change nothing is not offered, every other one is (C-10).
        same = set(ids(after.answer)) == set(ids(search.answer))
        assert option.disabled is same, f"{state} → {option.url}"
        seen["checked"] += 1
        seen["widened"] += search.answer.widened
        seen["widens by the click"] += after.answer.widened and not search.answer.widened
        seen["several facets"] += len(search.query.choices) > 1
        seen["second value"] += key in search.query.choices
        seen["disabled"] += option.disabled

    check()
    assert seen["checked"] >= examples(300)
    for name in ("widened", "widens by the click", "several facets", "second value", "disabled"):
        assert seen[name] >= examples(5), (name, seen)


def test_removing_a_filter_gives_exactly_the_state_without_it(demo, slugs, values):
    seen = Counter()

    @hypothesis_settings(max_examples=examples(150))
    @given(data=st.data())
    def check(data):
        state = draw_state(data, slugs, values)
        search = searching(demo, state)
        wanted = Counter(parse_qsl(state))
        wanted.pop(("rayon", "25"), None)  # the default is left out of addresses
        for chosen in search.active_filters:
            left = Counter(parse_qsl(urlsplit(chosen.remove_url).query))
            gone = wanted - left
            assert sum(gone.values()) == 1, chosen.remove_url
            assert not left - wanted
            without = searching(demo, chosen.remove_url)
            direct = searching(demo, urlencode(list((wanted - gone).elements())))
            assert ids(without.answer) == ids(direct.answer)
            assert without.query == direct.query
            seen["removed"] += 1
        if search.active_filters:
            assert set(parse_qs(urlsplit(search.clear_url).query)) <= {"lieu"}

    check()
    assert seen["removed"] >= examples(100)


def test_wider_radii_count_what_is_found_there(demo, slugs, values):
    seen = Counter()

    @hypothesis_settings(max_examples=examples(500))
    @given(data=st.data())
    def check(data):
        search = searching(demo, draw_state(data, slugs, values))
        offered = search.wider_radii
        counts = [search.total, *(each.count for each in offered)]
        assert counts == sorted(set(counts)), "ni zéro, ni doublon"
        for each in offered:
            assert each.km in RADIUS_CHOICES_KM
            assert each.km > (search.answer.radius_km or 0)
        if offered:
            each = data.draw(st.sampled_from(offered))
            reached = searching(demo, each.url)
            assert reached.total == each.count
            assert reached.answer.radius_km == each.km
            assert not reached.answer.widened
            seen["reached"] += 1

    check()
    assert seen["reached"] >= examples(40)


def test_the_order_is_bands_then_relevance_then_the_shuffle(demo, slugs, values):
    from django.utils import timezone

    today = timezone.localdate()
    seen = Counter()

    @hypothesis_settings(max_examples=examples(400))
    @given(data=st.data())
    def check(data):
        hits = searching(demo, draw_state(data, slugs, values)).answer.hits
        keys = [
            (
                0 if hit.km is None else band_of(hit.km),
                -hit.relevance,
                daily_shuffle(hit.site_id, today),
            )
            for hit in hits
        ]
        assert keys == sorted(keys)
        assert len({hit.site_id for hit in hits}) == len(hits)
        seen["bands"] += len({key[0] for key in keys}) > 1
        seen["relevances"] += len({key[1] for key in keys}) > 1

    check()
    assert seen["bands"] >= examples(6)
    assert seen["relevances"] >= examples(6)


# --- Never empty (C-07) ------------------------------------------------------------------------


def test_a_thousand_pairs_of_commune_and_category_are_never_empty(demo):
    draw = random.Random(7)
    communes = list(Locality.objects.filter(kind=Locality.Kind.COMMUNE).order_by("slug"))
    vocabulary = current_vocabulary(demo)
    sites_of_category = {
        category: [
            (page.pk, page.near_lat, page.near_lng)
            for page in TrainingSitePage.objects.filter(offers__trade__category=category).distinct()
        ]
        for category in Category.values
    }
    assert all(sites_of_category.values())
    widened = 0
    for _ in range(1000):
        locality, category = draw.choice(communes), draw.choice(Category.values)
        asked = draw.choice(RADIUS_CHOICES_KM)
        query = FinderQuery(
            origin=place(locality), radius_km=asked, choices={"categorie": frozenset({category})}
        )
        answer = find(query, demo, vocabulary=vocabulary)
        assert answer.total >= 1, (locality, category)
        # The smallest step that holds a site, found another way.
        around = Surroundings(Point(locality.lat, locality.lng))
        distances = {pk: around.km(lat, lng) for pk, lat, lng in sites_of_category[category]}
        smallest = next(
            (km for km in RADIUS_STEPS_KM if km >= asked and min(distances.values()) <= km), None
        )
        assert answer.radius_km == smallest
        assert set(ids(answer)) == {
            pk for pk, km in distances.items() if smallest is None or km <= smallest
        }
        assert answer.widened is (smallest != asked)
        widened += answer.widened
    assert widened > 50


def test_asking_farther_never_finds_less(demo):
    draw = random.Random(11)
    vocabulary = current_vocabulary(demo)
    for locality in draw.sample(list(Locality.objects.order_by("slug")), 60):
        query = FinderQuery(words="cuisine", origin=place(locality))
        found = [
            find(replace(query, radius_km=km), demo, vocabulary=vocabulary)
            for km in RADIUS_CHOICES_KM
        ]
        sets = [set(ids(answer)) for answer in found]
        assert all(near <= far for near, far in itertools.pairwise(sets))
        reached = [answer.radius_km or 10**6 for answer in found]
        assert reached == sorted(reached)


def test_beyond_the_last_step_the_nearest_are_still_found(finder):
    trade = TradeFactory(name="Cuisine")
    far = TrainingSitePageFactory(at="6700-arlon", trades=[trade])
    answer = find(FinderQuery(words="cuisine", origin=at("7700-mouscron"), radius_km=5), finder)
    assert ids(answer) == [far.pk]
    assert answer.hits[0].km > 100
    assert step_of(answer.hits[0].km) == BEYOND
    assert (answer.radius_km, answer.widened, answer.wider) == (None, True, [])


def test_an_empty_base_is_said_to_be_empty(finder):
    answer = find(FinderQuery(origin=at("5000-namur")), finder)
    assert (answer.total, answer.radius_km, answer.wider) == (0, 25, [])
    assert nearest(at("5000-namur"), finder, 3) == []


# --- Distances ---------------------------------------------------------------------------------


def test_the_selection_agrees_with_the_geodesic_at_the_radius(finder):
    namur = at("5000-namur")
    wanted = {}
    for limit in RADIUS_CHOICES_KM:
        for off, inside in ((-0.0025, True), (0.0025, False)):  # kilometres
            for bearing in (0, 77, 201):
                page = TrainingSitePageFactory()
                there = geodesic(kilometers=limit + off).destination(
                    (namur.lat, namur.lng), bearing
                )
                TrainingSitePage.objects.filter(pk=page.pk).update(
                    near_lat=there.latitude, near_lng=there.longitude
                )
                wanted[page.pk] = limit if inside else limit + 1
    for limit in RADIUS_CHOICES_KM:
        answer = find(FinderQuery(origin=namur, radius_km=limit), finder)
        assert set(ids(answer)) == {pk for pk, needed in wanted.items() if needed <= limit}
        assert answer.radius_km == limit


def test_distances_shown_are_geodesic(demo, rf):
    search = searching(demo, "lieu=5000-namur&rayon=100")
    cards = search.cards(search.answer.hits[:20])
    assert len(cards) == 20
    origin = search.origin
    for card in cards:
        page = TrainingSitePage.objects.get(pk=card.id)
        exact = geodesic((origin.lat, origin.lng), (page.near_lat, page.near_lng)).km
        assert card.distance_km == round(exact, 1)


def test_nearest_are_the_nearest(demo):
    origin = at("6600-bastogne")
    around = Surroundings(Point(origin.lat, origin.lng))
    every = sorted(
        (around.km(page.near_lat, page.near_lng), page.pk)
        for page in TrainingSitePage.objects.live()
    )
    assert [hit.site_id for hit in nearest(origin, demo, 5)] == [pk for _, pk in every[:5]]


def test_a_draft_is_not_found(finder):
    draft = TrainingSitePageFactory(live=False)
    live = TrainingSitePageFactory()
    assert ids(find(FinderQuery(), finder)) == [live.pk]
    draft.save_revision().publish()
    assert set(ids(find(FinderQuery(), finder))) == {live.pk, draft.pk}


def test_a_site_in_a_private_section_is_not_found(finder):
    from wagtail.models import PageViewRestriction

    hidden, open_ = TrainingSitePageFactory(), TrainingSitePageFactory()
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    assert ids(find(FinderQuery(), finder)) == [open_.pk]


# --- No centre is favoured (C-09) --------------------------------------------------------------


@pytest.fixture
def equals(finder):
    """Two sites that nothing sets apart."""
    trade = TradeFactory(name="Cuisine")
    return [TrainingSitePageFactory(trades=[trade]).pk for _ in range(2)]


def test_equal_sites_swap_between_two_days_and_not_within_one(finder, equals, monkeypatch):
    query = FinderQuery(words="cuisine", origin=at("5000-namur"))
    orders = {}
    for number in range(40):
        day = date(2026, 1, 1) + timedelta(days=number)
        monkeypatch.setattr("django.utils.timezone.localdate", lambda day=day: day)
        orders[day] = tuple(ids(find(query, finder)))
        assert tuple(ids(find(query, finder))) == orders[day]
    assert set(orders.values()) == {tuple(equals), tuple(reversed(equals))}
    swaps = [a != b for a, b in zip(orders.values(), list(orders.values())[1:], strict=False)]
    assert any(swaps)


def test_the_shuffle_is_even():
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(1000)]
    first = Counter(min(range(1, 6), key=lambda site: daily_shuffle(site, day)) for day in days)
    assert set(first) == {1, 2, 3, 4, 5}
    assert all(150 < count < 250 for count in first.values())


@given(st.integers(1, 10**9), st.dates())
def test_the_shuffle_of_a_site_changes_every_day(site, day):
    if day == date.max:
        return
    assert daily_shuffle(site, day) == daily_shuffle(site, day)
    assert daily_shuffle(site, day) != daily_shuffle(site, day + timedelta(days=1))


def test_no_field_promotes_a_site():
    favour = re.compile(
        r"promot|featur|sponsor|boost|priorit|pinned|highlight|weight|score|rank|premium", re.I
    )
    names = {
        field.name
        for model in (TrainingSitePage, Centre, Offer, Federation, Trade)
        for field in model._meta.get_fields()
    }
    assert len(names) > 40
    assert {name for name in names if favour.search(name)} == set()


def test_other_orders(finder):
    trade = TradeFactory(name="Cuisine")
    near = TrainingSitePageFactory(title="Zèbre", at="5000-namur", trades=[trade])
    far = TrainingSitePageFactory(title="Abeille", at="4000-liege", trades=[trade])
    query = FinderQuery(origin=at("5000-namur"), radius_km=100)
    assert ids(find(replace(query, order="distance"), finder)) == [near.pk, far.pk]
    assert ids(find(replace(query, order="nom"), finder)) == [far.pk, near.pk]
    assert set(ids(find(replace(query, order="distance", origin=None), finder))) == {
        near.pk,
        far.pk,
    }


def test_a_nearer_band_comes_before_a_better_match(finder):
    exact = TradeFactory(name="Cuisine")
    related = TradeFactory(name="Salle", words="cuisine : 0,4")
    best = TrainingSitePageFactory(at="5300-andenne", trades=[exact])
    near = TrainingSitePageFactory(at="5000-namur", trades=[related])
    near_and_best = TrainingSitePageFactory(at="5100-jambes", trades=[exact])
    finder.refresh_from_db()
    answer = find(FinderQuery(words="cuisine", origin=at("5000-namur")), finder)
    assert ids(answer) == [near_and_best.pk, near.pk, best.pk]
    kms = [hit.km for hit in answer.hits]
    assert band_of(kms[0]) == band_of(kms[1]) < band_of(kms[2])
    assert answer.hits[0].relevance > answer.hits[1].relevance
    assert BANDS_KM[0] == 5


# --- Words -------------------------------------------------------------------------------------


@pytest.fixture
def kitchens(finder):
    """Two kitchens and a garden; one of the kitchens is «Le Quinquet»."""
    cook = TradeFactory(name="Cuisine", words="cuisinier")
    garden = TradeFactory(name="Jardinage", words="jardinier")
    made = {
        "quinquet": TrainingSitePageFactory(
            title="Le Quinquet", trades=[cook], centre=CentreFactory(name="Quinquet asbl")
        ),
        "other": TrainingSitePageFactory(title="La Marmite", at="4000-liege", trades=[cook]),
        "garden": TrainingSitePageFactory(title="Les Pousses", at="5100-jambes", trades=[garden]),
    }
    finder.refresh_from_db()
    return {name: page.pk for name, page in made.items()}


def test_words_find_the_trade(finder, kitchens):
    for words in ("cuisine", "CUISINIER", "cuisiniere", "je veux apprendre la cuisine"):
        answer = find(FinderQuery(words=words), finder)
        assert set(ids(answer)) == {kitchens["quinquet"], kitchens["other"]}, words


def test_the_rest_of_the_words_narrows(finder, kitchens):
    answer = find(FinderQuery(words="cuisine quinquet"), finder)
    assert ids(answer) == [kitchens["quinquet"]]
    assert answer.understanding.narrow
    assert answer.understanding.leftover == "quinquet"


def test_a_rest_that_no_site_holds_is_let_go(finder, kitchens):
    answer = find(FinderQuery(words="cuisine xyzxyz"), finder)
    assert set(ids(answer)) == {kitchens["quinquet"], kitchens["other"]}
    assert not answer.understanding.narrow


def test_a_rest_that_only_other_sites_hold_is_let_go(finder, kitchens):
    answer = find(FinderQuery(words="jardinier quinquet"), finder)
    assert ids(answer) == [kitchens["garden"]]
    assert not answer.understanding.narrow


def test_the_name_of_a_centre_is_found_in_the_text(finder, kitchens):
    answer = find(FinderQuery(words="quinquet"), finder)
    assert ids(answer) == [kitchens["quinquet"]]
    assert answer.hits[0].relevance == FULL_TEXT_RELEVANCE


def test_a_trade_and_a_place_in_one_box(finder, kitchens):
    search = searching(finder, "q=jardinier+namur")
    assert search.origin_from_words
    assert search.origin.commune == "Namur"
    assert ids(search.answer) == [kitchens["garden"]]
    assert search.answer.radius_km == 25
    assert any("Nous cherchons autour de Namur" in each.text for each in search.notices)


def test_a_postal_code_in_the_words_is_a_place(finder, kitchens):
    search = searching(finder, "q=cuisine+4000")
    assert search.origin_from_words
    assert search.origin.postal_code == "4000"
    assert ids(search.answer) == [kitchens["other"]]


def test_a_place_alone_in_the_words_box_is_a_place(finder, kitchens):
    search = searching(finder, "q=Namur")
    assert search.origin.commune == "Namur"
    assert set(ids(search.answer)) == {kitchens["quinquet"], kitchens["garden"]}


def test_the_place_box_wins_over_a_place_in_the_words(finder, kitchens):
    search = searching(finder, "q=cuisine+namur&lieu=4000-liege")
    assert search.origin.postal_code == "4000"
    assert not search.origin_from_words


def test_unknown_words_are_said_and_near_places_are_shown(finder, kitchens):
    search = searching(finder, "q=xyzxyz&lieu=5000-namur")
    assert search.found_nothing
    assert search.total == 0
    assert search.headline == "Rien trouvé pour « xyzxyz »"
    assert any("Aucune formation ne correspond" in each.text for each in search.notices)
    assert [card.id for card in search.alternatives][:2] == [
        kitchens["quinquet"],
        kitchens["garden"],
    ]
    assert search.facets == []


def test_words_that_nobody_reads_find_nothing_and_never_raise(finder, kitchens):
    vocabulary = current_vocabulary(finder)
    for words in ("???", "'; DROP TABLE x; --", '"', "* OR *", "🙂", "(((", "NEAR(a b)", "a AND"):
        understood = understand(words, vocabulary, TrainingSitePage.objects.to_be_shown())
        assert understood.scores == {}
        assert find(FinderQuery(words=words), finder).hits == []


@hypothesis_settings(max_examples=examples(150))
@given(words=st.text(max_size=60))
def test_any_words_get_an_answer(demo, words):
    answer = find(FinderQuery(words=words), demo)
    assert len(set(ids(answer))) == answer.total


def test_choices_within_a_facet_add_and_between_facets_narrow(finder):
    families = [TradeFamily.objects.create(name=f"F{n}", slug=f"f{n}") for n in (1, 2)]
    first = TradeFactory(family=families[0], category=Category.BASIC)
    second = TradeFactory(family=families[1], category=Category.VOCATIONAL)
    a = TrainingSitePageFactory(trades=[first]).pk
    b = TrainingSitePageFactory(trades=[second]).pk
    finder.refresh_from_db()

    def found(**choices):
        chosen = {name: frozenset(values) for name, values in choices.items()}
        return set(ids(find(FinderQuery(choices=chosen), finder)))

    assert found(domaine=["f1"]) == {a}
    assert found(domaine=["f1", "f2"]) == {a, b}
    assert found(domaine=["f1", "f2"], categorie=[Category.BASIC]) == {a}
    assert found(domaine=["f2"], categorie=[Category.BASIC]) == set()


def test_two_choices_are_met_by_one_offer_and_not_by_two(finder):
    """A site with an evening course and a course of cooking has no evening course of cooking."""
    cook, other = TradeFactory(), TradeFactory()
    page = TrainingSitePageFactory(trades=[cook, other])
    page.offers.filter(trade=other).update(schedule="soir")
    finder.refresh_from_db()
    query = FinderQuery(
        choices={"horaire": frozenset({"soir"}), "domaine": frozenset({cook.family.slug})}
    )
    assert ids(find(query, finder)) == []
