"""«Vouliez-vous dire» and suggestions (Q-04, Q-05)."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.suggestions import register_all
from search import french
from search.lexicon import build, current_lexicon
from search.sources import Source, Suggestion, register
from tests.factories import StandardPageFactory
from tests.support import Html

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def lexicon(*labels):
    return build([Suggestion(label, "Page", "/", "cisp") for label in labels])


def one_edit(word, rng):
    """The word with one letter lost, added, changed or swapped with the next."""
    at = rng.randrange(len(word) - 1)
    edits = [
        word[:at] + word[at + 1 :],
        word[:at] + rng.choice(LETTERS) + word[at:],
        word[:at] + rng.choice(LETTERS) + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ]
    return rng.choice(edits)


def test_a_hundred_typing_mistakes(demo):
    known = current_lexicon()
    rng = random.Random(1)
    words = sorted(word for word in known.frequency if len(word) >= 5)
    tried = right = 0
    while tried < 100:
        word = rng.choice(words)
        wrong = one_edit(word, rng)
        if wrong in known.frequency or french.stem(wrong) in known.stems:
            continue  # another word, not a mistake
        tried += 1
        suggested = french.fold(known.correct_word(wrong))
        right += suggested == word or french.stem(suggested) == french.stem(word)
    assert right >= 90, right


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("mecanisien", "mécanicien"), ("boulangerei", "boulangerie"), ("électrisité", "électricité"),
        ("menuisié namur", "menuisier namur"), ("jardinnage", "jardinage"),
        ("MECANISIEN", "mécanicien"), ("«mecanisien»", "«mécanicien»"),
    ],
)  # fmt: skip
def test_corrections(typed, better):
    known = lexicon("Mécanicien", "Boulangerie", "Électricité", "Menuisier", "Jardinage", "Namur")
    assert known.correct(typed) == better


@pytest.mark.parametrize("typed", ["mécaniciens", "mecanicienne", "le", "108", "xyz", "", "🙂 <b>"])
def test_nothing_to_correct(typed):
    assert lexicon("Mécanicien", "Numéro 108").correct(typed) == ""


def test_it_is_offered_where_nothing_is_found_and_never_forced(sites, interfede_client):
    StandardPageFactory(title="Mécanicien", parent=sites["interfede"].root_page)
    html = Html(interfede_client.get("/recherche/?q=mecanisien"))
    assert html.one("p", "did-you-mean").text == "Vouliez-vous dire mécanicien ?"
    assert html.all("h3") == []
    link = next(each for each in html.all("a") if each.text == "mécanicien")
    assert [each.text for each in Html(interfede_client.get(link.attrs["href"])).all("h3")] == [
        "Mécanicien"
    ]
    assert not Html(interfede_client.get("/recherche/?q=mecaniciens")).all("p", "did-you-mean")


# --- Suggestions -----------------------------------------------------------------------------


def labels(response):
    return [each["label"] for each in response.json()["results"]]


def test_titles_trades_places_and_acronyms(demo, cisp_client):
    register_all()

    def kinds(query):
        results = cisp_client.get(f"/api/suggestions/?q={query}").json()["results"]
        return {each["kind"]: each for each in results}

    assert kinds("jamb")["Lieu"]["url"] == "/formations/?lieu=Jambes+%285100%29"
    assert kinds("couvr")["Métier"]["url"] == "/formations/?q=Toiture+%2F+couverture"
    assert kinds("est-ce pour")["Page"]["url"] == "/est-ce-pour-moi/"
    acronym = kinds("vdc")["Sigle"]
    assert acronym["label"] == "VDC : validation des compétences"
    assert acronym["url"] == "/recherche/?q=validation+des+comp%C3%A9tences"


def test_every_typed_word_begins_a_word():
    known = lexicon("Aide-soignante à domicile", "Soins aux animaux", "L’électricité")
    suggest = lambda text: [each.label for each in known.suggest(text, "cisp")]  # noqa: E731
    assert suggest("soig dom") == ["Aide-soignante à domicile"]
    assert suggest("SOI") == ["Soins aux animaux", "Aide-soignante à domicile"]
    assert suggest("elec") == suggest("l'élec") == ["L’électricité"]
    assert suggest("a") == suggest("") == suggest("   ") == suggest("zzz") == []


def test_this_site_comes_first_and_others_are_named(sites, clients):
    for theme in ("interfede", "cisp"):
        StandardPageFactory(title=f"Lanterne {theme}", parent=sites[theme].root_page)
    results = clients["interfede"].get("/api/suggestions/?q=lant").json()["results"]
    assert [(each["label"], each["site"]) for each in results] == [
        ("Lanterne interfede", ""),
        ("Lanterne cisp", "cisp.be"),
    ]
    assert results[0]["url"] == "/lanterne-interfede/"
    assert results[1]["url"].endswith("cisp.localhost/lanterne-cisp/")


@pytest.mark.parametrize("query", ["", "%00", "%22", "'", "🙂", "a" * 10_000, "%25", "<script>"])
def test_any_input_gets_a_list(db, sites, cisp_client, query):
    response = cisp_client.get(f"/api/suggestions/?q={query}")
    assert response.status_code == 200
    assert labels(response) == []


def test_five_thousand_titles_cost_no_more_queries(sites, cisp_client):
    """Their time stands in `make bench`."""
    titles = [f"Métier numéro {number} de la liste" for number in range(5000)]
    register(
        Source(
            "many", lambda: [Suggestion(each, "Page", "/", "cisp") for each in titles], lambda: 1
        )
    )
    try:
        cisp_client.get("/api/suggestions/?q=nu")
        for number in range(40):
            with CaptureQueriesContext(connection) as queries:
                assert labels(cisp_client.get(f"/api/suggestions/?q=metier+{number}"))
            assert len(queries) <= 5
    finally:
        from search import sources

        sources._sources.pop("many")
