"""German, Dutch and English pages: indexed and asked in their own language, on every engine."""

import pytest
from wagtail.models import Locale

from search.federated import Choices, find
from search.languages import stem, stems
from search.models import IndexedPage
from search.queries import understand
from search.snippets import marked
from tests.factories import StandardPageFactory


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Häuser", "Haus"),
        ("de", "Ausbildungen", "Ausbildung"),
        ("de", "HAUSER", "Häuser"),
        ("nl", "opleidingen", "opleiding"),
        ("nl", "cursussen", "cursus"),
        ("en", "companies", "company"),
        ("en", "the trainer’s tools", "trainer tool"),
        ("fr", "les formatrices", "formateur"),
        ("xx", "les formatrices", "formateur"),
    ],
)
def test_forms_of_a_word_meet(language, one, other):
    assert stems(one, language) == stems(other, language)


@pytest.mark.parametrize(
    ("language", "grammar"), [("de", "und der"), ("nl", "het en"), ("en", "the of"), ("fr", "les")]
)
def test_grammar_carries_no_meaning(language, grammar):
    assert stems(grammar, language) == []
    assert not stem(grammar.split()[0], language)


def test_a_word_is_marked_in_its_language():
    text = marked("Die Wohnungen", {"wohnung"}, "de")
    assert text == "Die <mark>Wohnungen</mark>"
    assert "<mark>" not in marked("Die Wohnungen", {"wohnung"})


@pytest.mark.django_db
def test_a_german_page_is_found_in_german(sites, settings):
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("fr", "French"), ("de", "German")]
    page = StandardPageFactory(
        title="Häuser bauen",
        parent=sites["cisp"].root_page,
        introduction="Ausbildungen",
        locale=Locale.objects.get_or_create(language_code="de")[0],
    )
    assert IndexedPage.objects.get(pk=page.pk).language == "de"

    def found(text, language):
        return [each.pk for each in find(understand(text, None, language), "cisp", Choices()).own]

    assert found("Haus", "de") == [page.pk]
    assert found("die Ausbildung", "de") == [page.pk]
    assert found("Haus", "fr") == []
    assert found("Häuser", "fr") == []
