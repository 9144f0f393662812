"""Cisp.be in German, Dutch and English, and what stays as it is."""

import re
from urllib.parse import urlsplit

import pytest
from django.utils import translation
from wagtail.models import Locale, Page, PageViewRestriction
from wagtail_localize.models import StringTranslation, Translation

from cisp_map.cards import make_cards
from cisp_map.models import FinderPage, Trade, TradeFamily
from home.languages import SCRIPT_WORDS
from home.models import HomePage, StandardPage
from tests.support import PublicClient

LANGUAGES = ("fr", "de", "nl", "en")
FINDERS = {
    "fr": "/formations/",
    "de": "/de/kurse/",
    "nl": "/nl/opleidingen/",
    "en": "/en/courses/",
}
LANG = re.compile(r'<html lang="([a-z]+)"')
ALTERNATE = re.compile(r'<link rel="alternate"\s+hreflang="([a-z-]+)"\s+href="([^"]+)"')
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)"')
LOCATION = re.compile(r"<loc>([^<]+)</loc>")

pytestmark = pytest.mark.django_db


def page_of(client: PublicClient, path: str, **parameters: str) -> str:
    answer = client.get(path, parameters)
    assert answer.status_code == 200, path
    return answer.content.decode()


def sitemap(client: PublicClient, language: str) -> list[str]:
    prefix = "" if language == "fr" else f"/{language}"
    return LOCATION.findall(page_of(client, f"{prefix}/sitemap.xml"))


def alternates(html: str) -> dict[str, str]:
    return {language: urlsplit(url).path for language, url in ALTERNATE.findall(html)}


# --- Addresses ---------------------------------------------------------------------------------


def test_every_address_of_the_sitemaps_is_in_its_language_and_names_the_others(demo, cisp_client):
    """Each address is read once; of the places and communes, which are alike, some."""
    read: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        paths = [urlsplit(url).path for url in sitemap(cisp_client, language)]
        assert FINDERS[language] in paths
        alike = [path for path in paths if "/commune-" in path]
        if language == "fr":
            alike += [path for path in paths if re.match("/formations/(?!territoires)[^/]+/", path)]
        for path in [*(each for each in paths if each not in alike), *alike[:2], *alike[-3:]]:
            answer = cisp_client.get(path)
            html = answer.content.decode()
            assert answer.status_code == 200, path
            assert LANG.search(html).group(1) == language, path
            assert answer.headers["Content-Language"] == language, path
            assert urlsplit(CANONICAL.search(html).group(1)).path == path
            read[path] = alternates(html)
    for path, others in read.items():
        if others:
            assert path in others.values()
            assert others["x-default"] == others["fr"]
        for other in others.values():
            assert read.get(other, others) == others, (path, other)
    places = [others for path, others in read.items() if path.startswith("/formations/")]
    assert all(set(others) == {*LANGUAGES, "x-default"} for others in places)
    for others in places[-2:]:
        for other in others.values():
            assert alternates(page_of(cisp_client, other)) == others


def test_pages_that_are_translated_stand_in_the_sitemap_with_their_translations(demo, cisp_client):
    xml = page_of(cisp_client, "/sitemap.xml")
    [entry] = re.findall(r"<url><loc>[^<]*/formations/</loc>.*?</url>", xml, re.DOTALL)
    assert set(re.findall(r'hreflang="(\w+)"', entry)) == set(LANGUAGES)
    assert "/de/kurse/territoires/namur/" in xml
    for path in FINDERS.values():
        assert path in xml


@pytest.mark.parametrize("theme", ["interfede", "pedatech"])
@pytest.mark.parametrize(
    "path", ["/de/", "/nl/", "/en/", "/ar/", "/de/recherche/", "/de/sitemap.xml"]
)
def test_the_other_sites_know_no_other_language(demo, clients, theme, path):
    answer = clients[theme].get(path)
    assert answer.status_code == 404
    assert LANG.search(answer.content.decode()).group(1) == "fr"


@pytest.mark.parametrize("theme", ["interfede", "pedatech"])
def test_the_other_sites_have_no_switcher(demo, clients, theme):
    html = page_of(clients[theme], "/")
    assert 'class="languages' not in html
    assert "hreflang" not in re.sub(r"<a [^>]*>", "", html)
    assert 'id="mots"' not in html
    assert "de/sitemap" not in page_of(clients[theme], "/robots.txt")


@pytest.mark.parametrize("path", ["/de/", "/nl/", "/ar/", "/de/formations/", "/de/recherche/"])
def test_a_language_without_a_home_page_is_not_there(finder, cisp_client, path):
    """Wagtail alone would answer in French with 200."""
    answer = cisp_client.get(path)
    assert answer.status_code == 404
    assert LANG.search(answer.content.decode()).group(1) == "fr"
    assert 'class="languages' not in page_of(cisp_client, "/")


def test_a_home_page_in_draft_is_not_there(demo, cisp_client):
    HomePage.objects.get(locale__language_code="de").unpublish()
    assert cisp_client.get("/de/").status_code == 404
    assert cisp_client.get("/de/kurse/").status_code == 404
    assert "Deutsch" not in page_of(cisp_client, "/")
    assert "Nederlands" in page_of(cisp_client, "/")


def test_the_french_addresses_stay(demo, cisp_client):
    assert 'lang="fr"' in page_of(cisp_client, "/formations/")
    assert cisp_client.get("/fr/").status_code == 404
    feature = cisp_client.get("/api/formations.geojson").json()["features"][0]["properties"]
    assert urlsplit(feature["url"]).path.startswith("/formations/")


def test_neither_cookie_nor_browser_changes_the_language(demo, cisp_client):
    answer = cisp_client.get("/formations/", headers={"accept-language": "de"})
    assert answer.headers["Content-Language"] == "fr"
    assert "Accept-Language" not in answer.headers.get("Vary", "")


def test_a_page_that_does_not_exist_says_so_in_its_language(demo, cisp_client):
    answer = cisp_client.get("/de/gibt-es-nicht/")
    html = answer.content.decode()
    assert answer.status_code == 404
    assert LANG.search(html).group(1) == "de"
    assert "Diese Seite gibt es nicht" in html
    assert 'action="/de/recherche/"' in html


def test_each_language_is_kept_apart(demo, cisp_client, settings):
    settings.PAGE_CACHE = True
    for language, path in FINDERS.items():
        first, second = cisp_client.get(path), cisp_client.get(path)
        assert second.headers["X-Cache"] == "hit"
        assert second.headers["Content-Language"] == language
        assert first.content == second.content


def test_arabic_runs_from_right_to_left(demo, cisp_client):
    arabic = Locale.objects.create(language_code="ar")
    home = HomePage.objects.get(locale__language_code="fr", slug="cisp")
    home.copy_for_translation(arabic).save_revision().publish()
    html = page_of(cisp_client, "/ar/")
    assert '<html lang="ar" dir="rtl"' in html
    assert re.search(r'hreflang="ar"\s+dir="rtl"', html)


# --- The switcher ------------------------------------------------------------------------------


def test_the_switcher_leads_to_the_same_page_or_to_the_home_page(demo, cisp_client):
    def links(html: str) -> dict[str, str]:
        nav = html[html.index('class="languages') :].partition("</nav>")[0]
        return {
            language: url for url, language in re.findall(r'<a href="([^"]+)"\s+lang="(\w+)"', nav)
        }

    assert links(page_of(cisp_client, "/de/kurse/")) == FINDERS
    assert links(page_of(cisp_client, "/de/recherche/")) == {
        "fr": "/recherche/",
        **{each: f"/{each}/recherche/" for each in LANGUAGES[1:]},
    }
    untranslated = StandardPage.objects.get(slug="accessibilite", url_path__startswith="/cisp/")
    assert links(page_of(cisp_client, untranslated.get_url()))["de"] == "/de/"
    place = demo.get_children().live().first()
    assert links(page_of(cisp_client, f"/formations/{place.slug}/"))["nl"] == (
        f"/nl/opleidingen/{place.slug}/"
    )


def test_the_menus_are_those_of_the_language(demo, cisp_client):
    html = page_of(cisp_client, "/de/")
    menu = html[html.index('aria-label="Hauptmenü"') :].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', menu) == [
        "/de/kurse/",
        "/de/wie-laeuft-es-ab/",
        "/de/ist-das-etwas-fuer-mich/",
    ]
    footer = html[html.index('id="bas-de-page"') :].partition("</nav>")[0]
    assert "/de/infos/kontakt/" in footer


def test_scripts_get_their_words(demo, cisp_client):
    html = page_of(cisp_client, "/de/kurse/")
    assert "Wir suchen, wo Sie sind" in html
    assert 'id="mots"' not in page_of(cisp_client, "/formations/")
    scripts = "".join(
        path.read_text(encoding="utf-8")
        for path in (__import__("tests.support", fromlist=["ROOT"]).ROOT / "static/js").glob("*.js")
    )
    with translation.override("fr"):
        for text in SCRIPT_WORDS:
            assert f'"{text}"' in scripts, text


# --- The finder --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words", "trade"),
    [
        ("de", "Schreiner", "Schreinerei"),
        ("de", "Schreinerin", "Schreinerei"),
        ("de", "ich möchte Schreiner werden", "Schreinerei"),
        ("de", "Küche", "Küchenhilfe und Koch"),
        ("de", "Kueche", "Küchenhilfe und Koch"),
        ("de", "Schreinr", "Schreinerei"),
        ("de", "menuisier", "Schreinerei"),
        ("nl", "keuken", "Hulpkok en kok"),
        ("nl", "timmerman", "Schrijnwerkerij"),
        ("en", "gardener", "Parks and gardens"),
        ("en", "I want to learn cooking", "Kitchen assistant and cook"),
    ],
)
def test_trades_are_found_by_the_words_of_the_language(demo, cisp_client, language, words, trade):
    html = page_of(cisp_client, FINDERS[language], q=words)
    understood = re.search(r'<p class="muted">([^<]+)\.</p>', html).group(1)
    assert trade in understood
    assert 'class="result"' in html


def test_german_and_french_find_the_same_places(demo, cisp_client):
    """The places that teach the trade; a French word may find others by their French texts."""
    german = cisp_client.get("/de/api/formations.geojson", {"q": "Schreiner"}).json()
    french = cisp_client.get("/api/formations.geojson", {"q": "menuisier"}).json()
    taught = {
        each["id"] for each in french["features"] if "Menuiserie" in each["properties"]["filieres"]
    }
    assert taught
    assert {each["id"] for each in german["features"]} == taught
    assert "Schreinerei" in german["features"][0]["properties"]["filieres"]
    assert german["features"][0]["properties"]["url"].startswith("/de/kurse/")


def test_the_german_finder_says_everything_in_german(demo, cisp_client):
    html = page_of(cisp_client, "/de/kurse/", q="Küche", lieu="Namur")
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", html, flags=re.DOTALL)
    # What is French is marked: names of places and centres.
    text = re.sub(r'<(\w+)[^>]* lang="fr"[^>]*>.*?</\1>', " ", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", text)
    for french in (
        "Filtr",
        "lieu",
        "Voir ",
        "Chercher",
        "à moins",
        "Horaire",
        "Domaine",
        "Afficher",
    ):
        assert french not in text, french
    for german in ("Ausbildungsort", "Filtern", "Reihenfolge", "Bereich", "Ort ansehen"):
        assert german in text


def test_messages_of_the_form_are_in_german(demo, cisp_client):
    html = page_of(cisp_client, "/de/kurse/", lieu="Xyzzyburg", rayon="7")
    assert "Wir finden „Xyzzyburg“ nicht." in html
    assert "Wählen Sie eine Entfernung" in html
    answer = cisp_client.get("/de/api/formations.geojson", {"rayon": "7"})
    assert answer.status_code == 400
    assert "Wählen Sie eine Entfernung" in answer.json()["message"]


def test_a_place_is_shown_in_german_with_its_french_facts_marked(demo, cisp_client):
    place = demo.get_children().live().first()
    html = page_of(cisp_client, f"/de/kurse/{place.slug}/")
    assert f'<h1 lang="fr">{place.title}</h1>' in html
    assert "Zurück zur Liste" in html
    assert f'href="/de/kurse/{place.slug}/' in html  # its courses
    crumbs = html[html.index('class="breadcrumbs') :].partition("</nav>")[0]
    assert 'href="/de/kurse/"' in crumbs


def test_a_private_finder_hides_its_places_in_every_language(demo, cisp_client):
    PageViewRestriction.objects.create(page=demo, restriction_type="login")
    place = demo.get_children().live().first()
    assert cisp_client.get(f"/formations/{place.slug}/").status_code == 302
    assert cisp_client.get(f"/de/kurse/{place.slug}/").status_code == 302


def test_a_place_that_is_not_there_is_not_there_in_german(demo, cisp_client):
    place = demo.get_children().live().first()
    place.specific.unpublish()
    assert cisp_client.get(f"/de/kurse/{place.slug}/").status_code == 404
    assert cisp_client.get("/de/kurse/nirgends/").status_code == 404


def test_a_trade_without_translation_is_marked_as_french(demo, cisp_client):
    Trade.objects.get(locale__language_code="de", name="Schreinerei").delete()
    html = page_of(cisp_client, "/de/kurse/", q="menuisier")
    assert '<span lang="fr">Menuiserie</span>' in html


@pytest.mark.parametrize("path", ["/de/kurse/", "/nl/opleidingen/"])
def test_the_translated_finder_costs_a_fixed_number_of_queries(demo, cisp_client, settings, path):
    settings.PAGE_CACHE = False
    counts = []
    for parameters in ({"q": "Fablab"}, {}):
        cisp_client.get(path, parameters)
        cisp_client.get(path, parameters)
        counts.append(len(cisp_client.queries))
    assert max(counts) <= 14
    assert abs(counts[0] - counts[1]) <= 1


# --- Words -------------------------------------------------------------------------------------


def test_the_vocabulary_exists_once_in_each_language(demo):
    for model in (Trade, TradeFamily):
        count = model.objects.in_french().count()
        for language in LANGUAGES[1:]:
            assert model.objects.in_language(language).count() == count
            french = set(model.objects.in_french().values_list("slug", flat=True))
            assert set(model.objects.in_language(language).values_list("slug", flat=True)) == french


def test_a_translated_word_is_found_at_once(demo, cisp_client):
    trade = Trade.objects.get(locale__language_code="de", name="Schreinerei")
    trade.words += "\nHobelmeister"
    trade.save()
    assert "Schreinerei" in page_of(cisp_client, "/de/kurse/", q="Hobelmeister")


# --- The search of the site --------------------------------------------------------------------


def test_the_search_finds_pages_of_its_language(demo, cisp_client):
    html = page_of(cisp_client, "/de/recherche/", q="Ausbildung unterschreiben Vertrag")
    assert "/de/wie-laeuft-es-ab/" in html
    assert "/comment-ca-se-passe/" not in html
    french = page_of(cisp_client, "/recherche/", q="signer un contrat")
    assert "/de/" not in french[french.index("<main") :]


def test_the_search_knows_trades_in_german(demo, cisp_client):
    html = page_of(cisp_client, "/de/recherche/", q="Schreiner")
    results = html[html.index("<main") :]
    assert re.search(r'href="[^"]*/de/kurse/[^"]+"\s+lang="fr"', results)


# --- What is not translated yet ----------------------------------------------------------------


def test_what_is_still_french_is_marked(demo, cisp_client):
    page = StandardPage.objects.get(locale__language_code="de", slug="wie-laeuft-es-ab")
    path = page.get_url()
    assert 'lang="fr"' not in page_of(cisp_client, path)[0:0]
    StringTranslation.objects.filter(locale=page.locale, data="Was Sie bekommen").delete()
    translated = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale
    )
    translated.save_target(publish=False)
    page.refresh_from_db()
    page.get_latest_revision().publish()
    html = page_of(cisp_client, path)
    assert re.search(r'<div lang="fr">\s*<h2[^>]*>Ce que vous recevez', html)
    assert "Der Vertrag" in html or "Vertrag" in html


def test_a_demo_translation_says_that_nobody_checked_it(demo, cisp_client, django_user_model):
    path = "/de/wie-laeuft-es-ab/"
    assert "Noch niemand hat sie geprüft" in page_of(cisp_client, path)
    assert "Noch niemand" not in page_of(cisp_client, "/comment-ca-se-passe/")
    page = StandardPage.objects.get(locale__language_code="de", slug="wie-laeuft-es-ab")
    person = django_user_model.objects.create_superuser("lea", password="x")
    page.save_revision(user=person).publish(user=person)
    assert "von einem Menschen geprüft am" in page_of(cisp_client, path)


def test_there_is_one_finder_and_its_translations(demo):
    home = demo.get_parent().specific
    assert not FinderPage.can_create_at(home)
    assert FinderPage.source() == demo
    assert FinderPage.objects.count() == len(LANGUAGES)
    assert (
        Page.objects.filter(content_type__model="trainingsitepage")
        .exclude(locale__language_code="fr")
        .count()
        == 0
    )
    assert make_cards([], None, demo, None) == []
