"""Pages that editors choose for words: first, last, not at all; by site, with dates (Q-08)."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from search.bootstrap import GROUP
from search.models import Promotion, Synonym
from search.promotions import answers, steering_of, wanted_stems
from search.queries import understand
from search.synonyms import build
from tests.factories import StandardPageFactory, UserFactory
from tests.support import HOSTS, Html

TODAY = date(2026, 11, 24)


# --- Words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words", "exact", "within"),
    [
        ("garde d’enfants", "garde d'enfants", True, True),
        ("Gardes d'enfant !", "garde d’enfants", True, True),
        ("enfants garde", "garde d’enfants", True, True),
        ('"garde d’enfants"', "garde d’enfants", True, True),
        ("ELECTRICITE", "électricité", True, True),
        ("serveuse", "serveur", True, True),
        ("garde", "garde d’enfants", False, False),
        ("garde d’enfants à Namur", "garde d’enfants", False, True),
        ("formulaire", "formation", False, False),
        ("comment", "formation", False, False),
        ("", "formation", False, False),
    ],
)
def test_words_are_compared_after_the_analysis(typed, words, exact, within):
    (expression,) = wanted_stems(words)
    assert answers(understand(typed), expression, within=False) is exact
    assert answers(understand(typed), expression, within=True) is within


def test_synonyms_count():
    thesaurus = build([("vdc", "validation des compétences", "deux")])
    (expression,) = wanted_stems("validation des compétences")
    assert answers(understand("VDC", thesaurus), expression, within=False)
    assert not answers(understand("VDC Namur", thesaurus), expression, within=False)
    assert answers(understand("VDC Namur", thesaurus), expression, within=True)


def test_several_expressions_and_what_means_nothing():
    assert len(wanted_stems("stage, le la ; emploi")) == 2


# --- The page ----------------------------------------------------------------------------------


@pytest.fixture
def lanterns(sites):
    """Three pages of interfede about lanterns, and one of cisp."""
    Synonym.objects.all().delete()
    home = sites["interfede"].root_page
    return [
        *(StandardPageFactory(title=f"Lanterne {number}", parent=home) for number in range(3)),
        StandardPageFactory(title="Lanterne de cisp", parent=sites["cisp"].root_page),
    ]


@pytest.fixture
def other(sites):
    return StandardPageFactory(title="Tout autre chose", parent=sites["interfede"].root_page)


def promote(site, page, words="lanterne", **more):
    return Promotion.objects.create(site=site, page=Page(pk=page.pk), words=words, **more)


def search(client, query="lanterne", more=""):
    return Html(client.get(f"/recherche/?q={query}{more}"))


def titles(html, *, elsewhere=False):
    return [
        each.text
        for each in html.all("h3")
        if any("search-elsewhere" in parent.classes for parent in each.parents) is elsewhere
    ]


def chips(html):
    return {each.text.split(" ")[0]: each.text for each in html.all("a", "chip")}


def test_a_chosen_hit_comes_first_and_once(sites, lanterns, interfede_client):
    promote(sites["interfede"], lanterns[2])
    html = search(interfede_client)
    assert titles(html)[0] == "Lanterne 2"
    assert sorted(titles(html)) == ["Lanterne 0", "Lanterne 1", "Lanterne 2"]
    assert html.one("p", "search-chosen").text == "Choisi par l’équipe"
    assert html.one("h2", "search-count").text == "3 résultats pour « lanterne »"


def test_a_chosen_page_that_does_not_say_the_words_is_counted(
    sites, lanterns, other, interfede_client
):
    promote(sites["interfede"], other)
    html = search(interfede_client)
    assert titles(html)[0] == "Tout autre chose"
    assert html.one("h2", "search-count").text == "4 résultats pour « lanterne »"
    assert chips(html)["Ce"] == "Ce site 4 résultats"
    assert chips(html)["Les"] == "Les trois sites 5 résultats"


def test_a_chosen_page_answers_words_that_found_nothing(sites, other, interfede_client):
    before = search(interfede_client, "xyzzyq")
    assert titles(before) == []
    promote(sites["interfede"], other, "xyzzyq")
    html = search(interfede_client, "xyzzyq")
    assert titles(html) == ["Tout autre chose"]
    assert html.one("h2", "search-count").text == "1 résultat pour « xyzzyq »"
    assert html.all("p", "did-you-mean") == []


def test_rank_decides_between_chosen_pages(sites, lanterns, interfede_client):
    promote(sites["interfede"], lanterns[0], rank=2)
    promote(sites["interfede"], lanterns[2], rank=1)
    html = search(interfede_client)
    assert titles(html)[:2] == ["Lanterne 2", "Lanterne 0"]
    assert len(html.all("p", "search-chosen")) == 2


def test_the_next_pages_do_not_repeat_it(sites, other, interfede_client):
    for number in range(15):
        StandardPageFactory(title=f"Lanterne {number}", parent=sites["interfede"].root_page)
    promote(sites["interfede"], other)
    found = titles(search(interfede_client)) + titles(search(interfede_client, more="&page=2"))
    assert len(found) == len(set(found)) == 16
    assert found[0] == "Tout autre chose"


def test_last_and_hidden(sites, lanterns, interfede_client):
    first = titles(search(interfede_client))[0]
    page = next(each for each in lanterns if each.title == first)
    steered = promote(sites["interfede"], page, effect=Promotion.Effect.LAST)
    assert titles(search(interfede_client))[-1] == first
    steered.effect = Promotion.Effect.HIDDEN
    steered.save()
    html = search(interfede_client)
    assert first not in titles(html)
    assert html.one("h2", "search-count").text == "2 résultats pour « lanterne »"
    assert chips(html)["Les"] == "Les trois sites 3 résultats"
    assert search(interfede_client, "lanterne 0").one("h2", "search-count").text != "Rien"
    promote(sites["interfede"], page)
    assert first not in titles(search(interfede_client))  # what is hidden stays hidden


def test_a_hidden_page_of_another_site_is_not_beside_either(sites, lanterns, interfede_client):
    assert titles(search(interfede_client), elsewhere=True) == ["Lanterne de cisp"]
    promote(sites["interfede"], lanterns[3], effect=Promotion.Effect.HIDDEN)
    assert titles(search(interfede_client), elsewhere=True) == []


def test_only_on_its_site(sites, lanterns, other, clients):
    promote(sites["cisp"], other)
    assert "Tout autre chose" not in titles(search(clients["interfede"]))
    html = search(clients["cisp"])
    assert titles(html) == ["Lanterne de cisp"]
    assert titles(html, elsewhere=True)[0] == "Tout autre chose"  # of another site: first there
    everywhere = titles(search(clients["cisp"], more="&sites=tous"))
    assert everywhere[0] == "Tout autre chose"


def test_a_filter_that_it_does_not_meet_leaves_it_out(sites, lanterns, other, interfede_client):
    promote(sites["interfede"], other)
    assert "Tout autre chose" in titles(search(interfede_client))
    html = search(interfede_client, more="&annee=1900")
    assert html.all("a", data_result="") == []
    assert html.one("h2", "search-count").text == "Rien pour « lanterne »"


@pytest.mark.parametrize(
    ("starts", "ends", "is_in_force"),
    [
        (None, None, True),
        (0, 0, True),
        (-3, None, True),
        (None, 3, True),
        (1, None, False),
        (None, -1, False),
    ],
)
def test_dates(sites, lanterns, other, interfede_client, starts, ends, is_in_force):
    today = timezone.localdate()
    promote(
        sites["interfede"],
        other,
        starts_on=None if starts is None else today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    )
    assert ("Tout autre chose" in titles(search(interfede_client))) is is_in_force
    state = Promotion.objects.with_state().get().state()
    assert state == ("En vigueur" if is_in_force else "À venir" if starts else "Terminée")


def test_a_page_that_is_not_for_everybody_is_never_shown(sites, lanterns, other, interfede_client):
    promote(sites["interfede"], other)
    PageViewRestriction.objects.create(page=other, restriction_type=PageViewRestriction.LOGIN)
    html = search(interfede_client)
    assert "Tout autre chose" not in titles(html)
    assert html.one("h2", "search-count").text == "3 résultats pour « lanterne »"
    assert Promotion.objects.with_state().get().state() == "Page non visible"
    PageViewRestriction.objects.all().delete()
    other.unpublish()
    assert "Tout autre chose" not in titles(search(interfede_client))


def test_a_chosen_page_costs_little(sites, lanterns, other, interfede_client):
    search(interfede_client)
    search(interfede_client)
    before = len(interfede_client.queries)  # the one that asks for promotions is among them
    for number in range(20):
        promote(sites["interfede"], other, words=f"mot{number}")
    promote(sites["interfede"], lanterns[0])
    search(interfede_client)
    assert len(interfede_client.queries) == before
    # A page that the index did not bring is read, and who may see it.
    promote(sites["interfede"], other)
    search(interfede_client)
    assert len(interfede_client.queries) == before + 2


def test_nothing_is_asked_for_words_without_meaning(sites, interfede_client):
    interfede_client.get("/recherche/?q=le")
    assert not [each for each in interfede_client.queries if "search_promotion" in each["sql"]]


def test_a_search_without_promotions_keeps_its_list(sites):
    steer = steering_of(understand("lanterne"), sites["cisp"].pk, TODAY)
    ordered: list = []
    assert steer(ordered) is ordered


# --- The form ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"words": "le, la"}, "words"),
        ({"words": "stage, la"}, "words"),
        ({"words": ","}, "words"),
        ({"starts_on": TODAY, "ends_on": TODAY - timedelta(days=1)}, "ends_on"),
    ],
)
def test_what_a_promotion_may_not_say(sites, values, field):
    page = sites["cisp"].root_page
    promotion = Promotion(**{"words": "stage", "page": page, "site": sites["cisp"], **values})
    with pytest.raises(ValidationError) as error:
        promotion.full_clean()
    assert list(error.value.message_dict) == [field]


def test_a_page_of_no_site_is_refused(sites):
    promotion = Promotion(words="stage", page=Page.objects.get(depth=1), site=sites["cisp"])
    with pytest.raises(ValidationError) as error:
        promotion.full_clean()
    assert error.value.message_dict == {"page": ["Cette page n’est sur aucun site."]}


def test_an_editor_makes_one_in_the_admin(sites, lanterns, interfede_client):
    editor = UserFactory(groups=[Group.objects.get(name=GROUP)])
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(editor)
    add = "/gestion/snippets/search/promotion/add/"
    html = Html(client.get(f"{add}?words=lanterne&site={sites['interfede'].pk}&page=1"))
    assert html.one("input", name="words").attrs["value"] == "lanterne"
    chosen = [each for each in html.all("option", selected="") if each.inside(name="site")]
    assert [each.attrs["value"] for each in chosen] == [str(sites["interfede"].pk)]
    values = {
        "words": "lanterne",
        "match": "exact",
        "page": lanterns[2].pk,
        "effect": "premier",
        "rank": 1,
        "site": sites["interfede"].pk,
        "starts_on": "",
        "ends_on": "",
    }
    response = client.post(add, values)
    assert response.status_code == 302, Html(response).one("main").text
    assert titles(search(interfede_client))[0] == "Lanterne 2"
    listed = Html(client.get("/gestion/snippets/search/promotion/"))
    assert "En vigueur" in listed.one("main").text
    refused = client.post(add, values | {"words": "la", "ends_on": "hier"})
    assert refused.status_code == 200
    assert "Écrivez des mots qui portent un sens" in Html(refused).one("main").text


@pytest.mark.parametrize(
    "query", ["?site=abc", "?site=%00", "?site=999999999999999999999", "?words=%00%3Cb%3E&match=x"]
)
def test_the_form_opens_with_any_address(sites, admin_client, query):
    response = admin_client.get(
        f"/gestion/snippets/search/promotion/add/{query}", headers={"host": HOSTS["cisp"]}
    )
    assert response.status_code == 200
