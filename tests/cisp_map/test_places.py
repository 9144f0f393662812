"""What people type for a place, and what they get (C-02, C-03)."""

from __future__ import annotations

import csv
import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from geopy.distance import geodesic
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cisp_map import nominatim
from cisp_map.gazetteer.boundaries import in_area
from cisp_map.models import Locality
from cisp_map.places import (
    GazetteerGeocoder,
    PlaceResult,
    fold,
    geocode_address,
    resolve_place,
    suggest_localities,
)
from tests.support import examples

pytestmark = pytest.mark.usefixtures("localities")

with (Path(__file__).parent / "places.csv").open(encoding="utf-8", newline="") as lines:
    TABLE = list(csv.DictReader(lines))

# Function-scoped fixtures only give access to the database here; nothing is written.
quick = hypothesis_settings(
    deadline=None,
    max_examples=examples(150),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def outcome(result: PlaceResult) -> str:
    if result.place:
        return "approche" if result.approximate else "place"
    return "choix" if result.candidates else "rien"


def is_right(row: dict[str, str]) -> bool:
    result = resolve_place(row["saisie"])
    if row["resultat"] in {"dehors", "inconnu"}:
        return result.place is None and result.message != ""
    places = [result.place] if result.place else result.candidates
    return (
        outcome(result) == row["resultat"]
        and fold(row["commune"]) in {fold(place.commune) for place in places}
        and (not row["code_postal"] or row["code_postal"] in {p.postal_code for p in places})
        and (result.place is not None or result.message != "")
    )


def test_the_table_is_large_enough():
    kinds = Counter(row["categorie"] for row in TABLE)
    assert len({row["saisie"] for row in TABLE}) == len(TABLE) >= 170
    assert kinds["localite"] >= 40
    assert kinds["code"] >= 30
    assert kinds["graphie"] + kinds["faute"] >= 15
    assert kinds["fusion"] >= 15
    assert kinds["surnom"] >= 10


def test_the_table_is_right():
    wrong = [row["saisie"] for row in TABLE if not is_right(row)]
    assert len(wrong) / len(TABLE) <= 0.02, wrong


def test_nothing_outside_is_placed_or_left_without_a_message():
    for row in TABLE:
        if row["resultat"] in {"dehors", "inconnu"}:
            result = resolve_place(row["saisie"])
            assert result.place is None, row
            assert result.message, row


def test_every_message_is_whole_and_every_place_lies_in_the_area():
    for row in TABLE:
        result = resolve_place(row["saisie"])
        assert not result.message or result.message.endswith("."), row
        assert (result.place is None) or not result.candidates
        for place in [result.place, *result.candidates]:
            if place:
                assert in_area(place.lat, place.lng) == place.region


# --- Single rules ------------------------------------------------------------------------------


def test_brussels_is_a_place_with_a_message():
    result = resolve_place("Bruxelles")
    assert result.place
    assert result.place.region == "bruxelles"
    assert "Wallonie" in result.message


def test_a_code_of_several_localities_offers_them_with_the_commune_first():
    result = resolve_place("1370")
    assert result.place is None
    assert result.candidates[0].label == "Jodoigne (1370)"
    assert {place.postal_code for place in result.candidates} == {"1370"}
    assert len(result.candidates) == Locality.objects.filter(postal_code="1370").count()
    for place in result.candidates:
        chosen = resolve_place(place.slug).place
        assert chosen
        assert chosen.slug == place.slug


def test_homonyms_are_offered_with_their_communes():
    labels = [place.label for place in resolve_place("Celles").candidates]
    assert labels[0] == "Celles (7760)"
    assert set(labels[1:]) == {"Celles (4317), Faimes", "Celles (5561), Houyet"}


def test_a_label_of_ours_resolves_to_its_own_locality():
    for locality in Locality.objects.filter(slug__in=["5170-arbre", "5100-jambes", "5000-namur"]):
        for text in (str(locality), locality.label, locality.slug):
            place = resolve_place(text).place
            assert place
            assert place.slug == locality.slug, text


def test_a_street_that_bears_the_name_of_a_town_is_not_that_town():
    result = resolve_place("chaussée de Charleroi 5, 5000 Namur")
    assert result.place
    assert result.place.commune == "Namur"
    assert resolve_place("chaussée de Charleroi 5").place is None


def test_an_address_says_that_its_street_is_not_used():
    result = resolve_place("Rue de Fer 12, 5000 Namur")
    assert result.approximate
    assert result.message == "Les distances partent du centre de Namur (5000), pas de la rue."


def test_a_typing_mistake_is_told():
    result = resolve_place("Charlroi")
    assert result.place
    assert result.message == "Nous avons compris : Charleroi (6000)."


@pytest.mark.parametrize("text", ["boucherie", "soins", "coiffure", "informatique", "cuisine"])
def test_a_far_fetched_name_is_never_chosen(text):
    result = resolve_place(text)
    assert result.place is None
    assert result.message


def test_an_unknown_place_says_how_to_write_it():
    result = resolve_place("xyzxyz")
    assert "« xyzxyz »" in result.message
    assert "code postal (5000)" in result.message
    assert len(resolve_place("z" * 5000).message) < 250


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\x00", "\x00Namur\x00", "a" * 10_000, "5000" * 2500, "🎉" * 3000, "\ud800", "%_\\",
     "'; DROP TABLE cisp_map_locality; --", "\u202eNamur", "Namur\n5000", "5000-", "-1", "1e9", "٥٠٠٠",
     "rue " * 2000, "," * 5000],
)  # fmt: skip
def test_bad_input_never_raises(text):
    result = resolve_place(text)
    assert result.place or result.message
    assert isinstance(suggest_localities(text), list)
    assert geocode_address(text) == result
    GazetteerGeocoder().geocode(text)


def test_control_characters_are_left_out():
    place = resolve_place("\x00Na\u200bmur\x07").place
    assert place is None or place.commune == "Namur"
    namur = resolve_place("\x00 Namur \x07").place
    assert namur
    assert namur.slug == "5000-namur"


@quick
@given(st.text(max_size=300))
@example("à")
@example("la")
@example("5000 5000 5000")
@example("rue de la rue de la rue")
def test_any_text_gets_an_answer(text):
    result = resolve_place(text)
    assert result.place or result.message
    assert len(result.candidates) <= 20
    assert len(suggest_localities(text, 5)) <= 5


@quick
@given(st.data())
def test_a_letter_swapped_in_a_town_finds_it_or_offers(data):
    town = data.draw(
        st.sampled_from(["Charleroi", "Philippeville", "Waremme", "Gembloux", "Verviers"])
    )
    at = data.draw(st.integers(1, len(town) - 2))
    typed = town[:at] + town[at + 1] + town[at] + town[at + 2 :]
    result = resolve_place(typed)
    places = [result.place] if result.place else result.candidates
    assert town in {place.commune for place in places}


def test_every_name_resolves_to_itself_or_offers_itself(gazetteer):
    regions = {"Limburg"}  # the Dutch name of Limbourg is a Flemish province first
    for row in gazetteer.rows:
        for name in (row.name, row.name.upper(), row.name_nl, row.name_de):
            if not name or name in regions:
                continue
            result = resolve_place(name)
            places = [result.place] if result.place else result.candidates
            same = {(place.commune, place.postal_code) for place in places}
            same_name_elsewhere = {
                other.postal_code
                for other in gazetteer.rows
                if other.nis_code == row.nis_code and other.search_key == row.search_key
            }
            assert any(
                commune == row.commune and code in same_name_elsewhere for commune, code in same
            ), (name, row.slug, same)


def test_every_code_with_its_name_is_exact(gazetteer):
    for row in gazetteer.rows:
        place = resolve_place(f"{row.postal_code} {row.name}").place
        assert place, row.slug
        assert place.slug == row.slug


# --- Suggestions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Nam", "5000-namur"),
        ("namu", "5000-namur"),
        ("lieg", "4000-liege"),
        ("charl", "6000-charleroi"),
        ("louv", "1348-louvain-la-neuve"),
        ("lln", "1348-louvain-la-neuve"),
        ("luik", "4000-liege"),
        ("5000 na", "5000-namur"),
        ("6041", "6041-gosselies"),
        ("neuve", "1348-louvain-la-neuve"),
        ("Charlroi", "6000-charleroi"),
    ],
)
def test_suggestions(text, first):
    found = [locality.slug for locality in suggest_localities(text)]
    assert first in found[:3], found[:5]
    assert len(found) <= 20


def test_suggestions_of_a_code_prefix():
    found = suggest_localities("50", limit=20)
    assert len(found) == 20
    assert all(locality.postal_code.startswith("50") for locality in found)
    assert suggest_localities("") == []
    assert suggest_localities("namur", limit=0) == []


# --- The geocoder ------------------------------------------------------------------------------


def test_the_geocoder_is_geopys():
    geocoder = GazetteerGeocoder()
    assert isinstance(geocoder, Geocoder)
    location = geocoder.geocode("Namur")
    assert isinstance(location, Location)
    assert location.address == "Namur (5000)"
    assert location.raw["slug"] == "5000-namur"
    assert geocoder.geocode("Paris") is None
    assert geocoder.geocode("Celles") is None
    assert len(geocoder.geocode("Celles", exactly_one=False)) == 3
    assert geocoder.geocode("Paris", exactly_one=False) is None


def test_reverse_of_a_locality_is_itself():
    geocoder = GazetteerGeocoder()
    for locality in Locality.objects.exclude(confidence="approchée")[::25]:
        near = geocoder.reverse((locality.lat, locality.lng))
        assert geodesic((near.latitude, near.longitude), (locality.lat, locality.lng)).m < 1
    for nowhere in ((48.85, 2.35), (90, 0), (-90, 179.9), (0, 0)):
        assert geocoder.reverse(nowhere) is None
    assert len(geocoder.reverse("50.4669, 4.8675", exactly_one=False)) == 10


@quick
@given(st.floats(49.4, 50.9), st.floats(2.8, 6.4))
def test_any_point_of_the_area_has_a_locality_near(lat, lng):
    location = GazetteerGeocoder().reverse((lat, lng))
    if in_area(lat, lng):
        assert location is not None
        assert geodesic((lat, lng), (location.latitude, location.longitude)).km <= 15


# --- Queries --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Namur", "5000", "5000 Namur", "5000-namur", "LLN", "près de Namur", "Celles", "Lüttich",
     "Rue de Fer 12, 5000 Namur", "Rue de Fer 12, Namur", "Bruxelles", "Antwerpen", "2000", "Braine"],
)  # fmt: skip
def test_an_exact_place_costs_few_queries(text):
    with CaptureQueriesContext(connection) as queries:
        resolve_place(text)
    assert len(queries) <= 3


@pytest.mark.parametrize("text", ["Charlroi", "Gemblou", "Philipeville"])
def test_a_mistake_costs_few_queries(text):
    resolve_place("Wavrres")
    with CaptureQueriesContext(connection) as queries:
        assert resolve_place(text)
    assert len(queries) <= 4


# --- Street addresses --------------------------------------------------------------------------


class _Service(BaseHTTPRequestHandler):
    """A small server that answers like Nominatim's /search."""

    asked: list[dict[str, list[str]]] = []
    agents: list[str] = []
    answer: list[dict[str, str]] | None = []

    def do_GET(self):
        type(self).asked.append(parse_qs(urlsplit(self.path).query))
        type(self).agents.append(self.headers["User-Agent"])
        if type(self).answer is None:
            self.send_error(500)
            return
        body = json.dumps(type(self).answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def service(settings, monkeypatch):
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    _Service.asked, _Service.agents, _Service.answer = [], [], []
    settings.GEOCODER = "nominatim"
    settings.GEOCODER_URL = f"http://127.0.0.1:{server.server_port}"
    settings.GEOCODER_USER_AGENT = "tests of interfede-sites"
    monkeypatch.setattr(nominatim, "DELAY_SECONDS", 0.05)
    cache.clear()
    yield _Service
    server.shutdown()
    server.server_close()
    thread.join()
    cache.clear()
    nominatim._question.cache_clear()


STREET = "Rue de Fer 12, 5000 Namur"


def test_a_street_is_asked_of_nominatim_once(service):
    service.answer = [{"lat": "50.4655", "lon": "4.8660", "display_name": "Rue de Fer 12"}]
    for _ in range(3):
        result = geocode_address(STREET)
        assert result.place
        assert (result.place.lat, result.place.lng) == (50.4655, 4.8660)
        assert result.place.commune == "Namur"
        assert not result.approximate
        assert result.message == ""
    assert resolve_place(STREET) == result
    assert len(service.asked) == 1
    assert service.asked[0]["q"] == [STREET]
    assert service.asked[0]["countrycodes"] == ["be"]
    assert service.agents == ["tests of interfede-sites"]


def test_an_unknown_street_is_remembered_too(service):
    for _ in range(2):
        assert geocode_address(STREET).approximate
    assert len(service.asked) == 1


@pytest.mark.parametrize(("lat", "lon"), [("51.2", "4.4"), ("50.63", "5.57"), ("0", "0")])
def test_a_street_far_from_its_place_is_not_believed(service, lat, lon):
    service.answer = [{"lat": lat, "lon": lon, "display_name": "ailleurs"}]
    result = geocode_address(STREET)
    assert result.approximate
    assert result.place
    assert result.place.slug == "5000-namur"


def test_a_service_that_fails_leaves_the_place(service):
    service.answer = None
    for _ in range(2):
        assert geocode_address(STREET).approximate
    assert len(service.asked) == 1


def test_a_place_without_street_is_not_asked(service):
    assert geocode_address("5000 Namur").place
    assert resolve_place("Charlroi").place
    assert service.asked == []


def test_questions_are_a_second_apart(service):
    first = time.monotonic()
    for number in range(4):
        nominatim.look_up(f"Rue de Fer {number}, 5000 Namur")
    assert len(service.asked) == 4
    assert time.monotonic() - first >= 3 * nominatim.DELAY_SECONDS


def test_without_a_geocoder_nothing_is_asked(settings):
    settings.GEOCODER = ""
    settings.GEOCODER_URL = "http://127.0.0.1:9"
    assert geocode_address(STREET).approximate
