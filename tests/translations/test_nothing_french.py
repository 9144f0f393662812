"""No French is left on the pages in German, Dutch and English, unless it is marked as French."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Locale

from cisp_map.models import Centre, Locality
from home.events import EventType
from home.models import EventIndexPage, EventPage, Federation
from tests.support import PublicClient
from tests.translations.french import french_left

pytestmark = pytest.mark.django_db

FINDERS = {"de": "/de/kurse/", "nl": "/nl/opleidingen/", "en": "/en/courses/"}
WORDS = {"de": "Küche", "nl": "keuken", "en": "cooking"}
NOT_HERE = {"federation": "unessa", "pmr": "1", "digistart": "1"}


def proper_names(demo) -> tuple[str, ...]:
    """Of places and centres."""
    return (
        *Centre.objects.values_list("name", flat=True),
        *demo.get_children().values_list("title", flat=True),
        *Federation.objects.values_list("name", flat=True),
        *Federation.objects.values_list("acronym", flat=True),
        *("Carrefours", "Carrefour des Métiers", "Cités des Métiers", "Cité des Métiers"),
        *Locality.objects.values_list("name", flat=True).distinct(),
    )


def addresses(language: str, demo) -> list[tuple[str, dict[str, str]]]:
    """What a visitor of a language reaches."""
    finder, word = FINDERS[language], WORDS[language]
    places = list(demo.get_children().live().order_by("path").specific())
    place = places[0].slug
    course = places[0].offers.first().trade.slug
    search = f"/{language}/recherche/"
    return [
        (f"/{language}/", {}),
        (finder, {}),
        (finder, {"q": word}),
        (finder, {"q": word, "lieu": "Namur", "rayon": "5"}),
        (finder, {"q": word, "lieu": "Namur", **NOT_HERE}),
        (finder, {"q": "xyzzyq", "lieu": "Namur"}),
        (finder, {"q": "coiffeur"}),
        (finder, {"lieu": "Xyzzyburg"}),
        (finder, {"lieu": "Saint-Rémy"}),
        (finder, {"lieu": "4000"}),
        (finder, {"lieu": "Bruxelles"}),
        (finder, {"lieu": "Rendeux", "rayon": "5", "q": word}),
        (finder, {"lat": "50.467", "lon": "4.867"}),
        (finder, {"rayon": "7", "page": "999", "tri": "x", "q": "a" * 300}),
        (finder, {"page": "2", "categorie": "base", "methode": "EFT", "horaire": "jour"}),
        *((f"{finder}{each.slug}/", {}) for each in (places[0], places[-1])),
        (f"{finder}{place}/{course}/", {}),
        (f"{finder}{place}/signaler/", {}),
        (f"{finder}territoires/", {}),
        (f"{finder}territoires/namur/", {}),
        (f"{finder}territoires/commune-rendeux/", {}),
        (search, {}),
        (search, {"q": word}),
        (search, {"q": "le la"}),
        (search, {"q": "xyzzyq"}),
        (search, {"q": "Namur", "sites": "tous"}),
        (search, {"q": "Namur", "type": "Lieu de formation"}),
        (f"/{language}/xyzzyq/", {}),
    ]


def test_french_is_seen():
    page = '<html lang="de"><svg><use href="#x"></use></svg><p title="{}">{}</p><p lang="fr">{}</p>'
    said = "Voir les lieux"
    assert list(french_left(page.format(said, said, said), "de")) == [said, said]
    assert list(french_left(page.format("Orte", "Suchen", said), "de")) == []
    assert list(french_left(page.format("Orte", "Chercher", said), "de")) == ["Chercher"]


@pytest.mark.parametrize("language", FINDERS)
def test_no_french_is_left(demo, cisp_client: PublicClient, language: str):
    names = proper_names(demo)
    left = {}
    for path, parameters in addresses(language, demo):
        answer = cisp_client.get(path, parameters)
        assert answer.status_code in (200, 400, 404), path
        found = list(dict.fromkeys(french_left(answer.content.decode(), language, names)))
        if found:
            left[f"{path} {parameters}"] = found
    assert not left


@pytest.mark.parametrize("language", FINDERS)
def test_no_french_is_left_on_a_translated_event(demo, cisp_client: PublicClient, language: str):
    home = demo.get_parent().get_translation(Locale.objects.get(language_code=language))
    for days, slug in ((30, "coming"), (-400, "past")):
        soon = timezone.now() + timedelta(days=days)
        event = EventPage(
            title="Berlin",
            slug=slug,
            locale=home.locale,
            starts_at=soon,
            ends_at=soon + timedelta(days=2),
            place="Eupen",
            registration_url="https://www.wallonie.be/",
            speakers="Ada Lovelace",
            programme=[("item", {"time": None, "title": "Eupen", "speaker": ""})],
        )
        home.add_child(instance=event)
        answer = cisp_client.get(event.get_url())
        assert answer.status_code == 200
        assert not list(french_left(answer.content.decode(), language, proper_names(demo)))


@pytest.mark.parametrize("language", FINDERS)
def test_no_french_is_left_on_a_translated_agenda(demo, cisp_client: PublicClient, language: str):
    home = demo.get_parent().get_translation(Locale.objects.get(language_code=language))
    agenda = home.add_child(
        instance=EventIndexPage(title="Eupen", slug="eupen", locale=home.locale)
    )
    names = proper_names(demo)

    def left(path: str, **parameters: str) -> list[str]:
        answer = cisp_client.get(agenda.get_url() + path, parameters)
        assert answer.status_code == 200
        return list(french_left(answer.content.decode(), language, names))

    assert left("") == left("archives/") == []
    for number, (kind, _label) in enumerate(EventType.choices):
        for days in (30, -400 * (number + 1)):
            start = timezone.now() + timedelta(days=days)
            agenda.add_child(
                instance=EventPage(
                    title="Berlin", slug=f"{kind}-{days}", locale=home.locale, event_type=kind,
                    starts_at=start, ends_at=start + timedelta(days=2), place="Eupen",
                )
            )  # fmt: skip
    assert left("") == left("archives/") == []
    assert left("", genre="salon") == left("archives/", genre="salon") == []


@pytest.mark.parametrize("language", FINDERS)
def test_no_french_is_left_on_the_translated_pages(demo, cisp_client: PublicClient, language: str):
    pages = demo.get_translation(Locale.objects.get(language_code=language))
    below = pages.get_parent().get_descendants().live()
    assert below.count() > 3
    names = proper_names(demo)
    left = {}
    for page in below:
        answer = cisp_client.get(page.get_url())
        assert answer.status_code == 200
        if found := list(french_left(answer.content.decode(), language, names)):
            left[page.get_url()] = found
    assert not left
