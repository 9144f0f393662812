"""Synonyms: one-way, two-way, by site, seen at once (Q-03)."""

import pytest
from django.core.exceptions import ValidationError

from search import synonyms as module
from search.bootstrap import load_synonyms
from search.models import Synonym
from search.queries import understand
from search.synonyms import Thesaurus, build, thesaurus
from tests.factories import StandardPageFactory
from tests.support import Html


def alternatives(text, *rows):
    words = understand(text, build(list(rows)))
    return [[" ".join(each) for each in term.alternatives] for term in words.terms]


def test_without_synonyms_each_word_is_a_term():
    assert alternatives("carte des formations") == [["cart"], ["formation"]]


def test_two_ways():
    row = ("vdc", "validation des compétences", "deux")
    assert alternatives("VDC", row) == [["vdc", "valid competent"]]
    assert alternatives("la validation de compétence à Namur", row) == [
        ["valid competent", "vdc"],
        ["namur"],
    ]


def test_one_way():
    row = ("pmtic", "digistart", "un")
    assert alternatives("pmtic", row) == [["pmtic", "digistart"]]
    assert alternatives("digistart", row) == [["digistart"]]


def test_several_expressions_and_the_longest_one_counts():
    rows = [
        ("cdm, ccdm", "carrefour des métiers, cité des métiers", "deux"),
        ("métier", "job", "un"),
    ]
    assert alternatives("cité des métiers", *rows) == [
        ["cit meti", "cdm", "ccdm", "carrefour meti"]
    ]
    assert alternatives("métiers", *rows) == [["meti", "job"]]


def test_words_in_quotes_have_no_synonyms():
    assert alternatives('"vdc"', ("vdc", "validation", "deux")) == [["vdc"]]


def test_the_same_word_twice_is_one_term():
    assert alternatives("bois bois", ("a", "b", "un")) == [["bois"]]
    assert understand("bois", Thesaurus()).terms == understand("Bois, bois !").terms


def test_a_synonym_without_a_word_is_refused():
    with pytest.raises(ValidationError) as error:
        Synonym(typed="le, la", found="digistart").clean()
    assert list(error.value.message_dict) == ["typed"]


def test_a_synonym_is_seen_by_the_next_search_of_its_site(sites, clients):
    Synonym.objects.all().delete()
    for site in sites.values():
        StandardPageFactory(title="Digistart", parent=site.root_page)

    def found(theme):
        html = Html(clients[theme].get("/recherche/?q=pmtic"))
        return [each.text for each in html.all("h3")]

    assert found("cisp") == []
    synonym = Synonym.objects.create(
        typed="pmtic", found="digistart", direction="un", site=sites["cisp"]
    )
    assert "Digistart" in found("cisp")
    assert found("pedatech") == []
    synonym.site = None
    synonym.save()
    assert "Digistart" in found("pedatech")
    synonym.delete()
    assert found("cisp") == []


def test_another_process_sees_it_within_seconds(sites, monkeypatch):
    Synonym.objects.all().delete()
    assert thesaurus(None).at(["xyz"], 0) == (("xyz",), ())
    Synonym.objects.bulk_create([Synonym(typed="xyz", found="abc", direction="un")])  # no signal
    assert thesaurus(None).at(["xyz"], 0) == (("xyz",), ())
    monkeypatch.setattr(module, "LOOK_AGAIN_SECONDS", 0)
    assert thesaurus(None).at(["xyz"], 0) == (("xyz",), (("abc",),))


def test_the_first_synonyms_are_loaded_once(db):
    Synonym.objects.all().delete()
    assert load_synonyms() > 35
    assert load_synonyms() == 0
    typed = set(Synonym.objects.values_list("typed", flat=True))
    # On purpose: a kind of centre is not a party, and «formation» stands on every page.
    assert not {"défi", "formation", "essor"} & typed
    for synonym in Synonym.objects.all():
        synonym.clean()
