"""A training site: its point (C-27), its page (C-14, C-15), its dates (C-40), prisons (C-34)."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from jsonschema import Draft202012Validator

from cisp_map.details import MAX_TITLE, course_title, share_links
from cisp_map.models import Category, Locality, Offer, TrainingSitePage
from cisp_map.models.pages import StartKind, describe_start
from cisp_map.points import Point
from tests.factories import (
    CentreFactory,
    FederationFactory,
    HelpPointFactory,
    OfferFactory,
    RomeCodeFactory,
    TradeFactory,
    TrainingSitePageFactory,
)
from tests.support import Html, read_aloud, result_ids

NAMUR = "5000-namur"
BRUSSELS = Point(50.8467, 4.3525)
WITH_ALL = "/formations/?rayon=100&lieu=5000-namur"


def site(**values) -> TrainingSitePage:
    """An unsaved page in Namur."""
    values.setdefault("locality", Locality.objects.get(slug=NAMUR))
    return TrainingSitePage(title="Atelier", slug="atelier", **values)


# --- The point (C-27) --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("SRID=4326;POINT(0 0)", "ni en Wallonie ni à Bruxelles"),
        (Point(48.8566, 2.3522).to_location(), "ni en Wallonie ni à Bruxelles"),
        (Point(51.2194, 4.4025).to_location(), "ni en Wallonie ni à Bruxelles"),
        (Point(49.6117, 6.1319).to_location(), "ni en Wallonie ni à Bruxelles"),
        (Point(4.8675, 50.4669).to_location(), "ni en Wallonie ni à Bruxelles"),
        (Point(50.6326, 5.5797).to_location(), "km de Namur : 10 km au plus"),
        (BRUSSELS.to_location(), "km de Namur : 10 km au plus"),
        ("Namur", "n’est pas lisible"),
        ("SRID=4326;POINT(4.8 500)", "n’est pas lisible"),
        ("50.4669, 4.8675", "n’est pas lisible"),
    ],
    ids=["0,0", "Paris", "Antwerpen", "Luxembourg", "swapped", "Liège", "Bruxelles", *"abc"],
)
def test_a_wrong_point_is_refused(localities, location, message):
    with pytest.raises(ValidationError) as caught:
        site(location=location).clean()
    assert list(caught.value.message_dict) == ["location"]
    assert message in caught.value.message_dict["location"][0]


@pytest.mark.parametrize("location", ["", Point(50.4669, 4.8675).to_location()])
def test_a_point_of_the_town_or_none_is_accepted(localities, location):
    page = site(location=location)
    page.clean()
    assert page.location == location


def test_a_point_of_brussels_is_accepted_for_brussels(localities):
    page = site(
        location=BRUSSELS.to_location(), locality=Locality.objects.get(slug="1000-bruxelles")
    )
    page.clean()
    assert page.locality.region == Locality.Region.BRUSSELS


def test_the_limit_is_ten_kilometres(localities):
    namur = Locality.objects.get(slug=NAMUR)
    from geopy.distance import geodesic

    def at(km):
        there = geodesic(kilometers=km).destination((namur.lat, namur.lng), 90)
        return Point(there.latitude, there.longitude).to_location()

    site(location=at(9.99)).clean()
    with pytest.raises(ValidationError, match="10 km au plus"):
        site(location=at(10.01)).clean()


def test_a_wrong_point_is_never_saved_through_the_page(finder):
    with pytest.raises(ValidationError, match="ni en Wallonie"):
        TrainingSitePageFactory(location="SRID=4326;POINT(0 0)")
    assert not TrainingSitePage.objects.exists()


def test_the_numbers_follow_the_point(finder):
    page = TrainingSitePageFactory(location=Point(50.47, 4.86).to_location())
    assert (page.lat, page.lng, page.near_lat, page.near_lng) == (50.47, 4.86, 50.47, 4.86)
    page.location = ""
    page.save()
    page.refresh_from_db()
    namur = page.locality
    assert (page.lat, page.lng) == (None, None)
    assert (page.near_lat, page.near_lng) == (namur.lat, namur.lng)


def test_without_a_point_a_site_stays_in_the_list_and_off_the_map(finder, cisp_client):
    lost = TrainingSitePageFactory(location="")
    found = TrainingSitePageFactory()
    html = Html(cisp_client.get(WITH_ALL))
    assert set(result_ids(html)) == {lost.pk, found.pk}
    features = cisp_client.get(f"/api{WITH_ALL.replace('/?', '.geojson?')}").json()["features"]
    geometry = {each["id"]: each["geometry"] for each in features}
    assert geometry[lost.pk] is None
    assert geometry[found.pk]["type"] == "Point"
    page = Html(cisp_client.get(lost.get_url_parts()[2]))
    assert not [each for each in page.all("a") if "openstreetmap" in each.attrs.get("href", "")]
    assert "GeoCoordinates" not in page.one("script", type="application/ld+json").text


# --- Its address (C-14) ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "at", "slug"),
    [
        ("Le Quinquet", "5000-namur", "le-quinquet-namur"),
        ("Lire et Écrire Namur", "5000-namur", "lire-et-ecrire-namur"),
        ("Atelier d’été", "4000-liege", "atelier-dete-liege"),
        ("L’Élan", "7000-mons", "lelan-mons"),
    ],
)
def test_the_address_carries_the_town(finder, title, at, slug):
    assert TrainingSitePageFactory(title=title, at=at).slug == slug


def test_an_address_stays_when_the_title_changes(finder):
    page = TrainingSitePageFactory(title="Atelier")
    page.title = "Autre nom"
    page.locality = Locality.objects.get(slug="5100-jambes")
    page.save()
    assert page.slug == "atelier-namur"


def test_two_sites_of_one_name_in_one_town_both_get_an_address(finder):
    slugs = {TrainingSitePageFactory(title="Atelier").slug for _ in range(2)}
    assert len(slugs) == 2
    assert all("namur" in slug for slug in slugs)


# --- Its page ----------------------------------------------------------------------------------


@pytest.fixture
def full(finder):
    """A site that knows everything."""
    federation = FederationFactory(acronym="ALEAP", website="https://aleap.example/")
    centre = CentreFactory(name="Centre complet", federation=federation, email="info@example.org")
    trade = TradeFactory(name="Maçonnerie", slug="maconnerie", category=Category.VOCATIONAL)
    trade.rome_codes.add(RomeCodeFactory(code="F1703", label="Maçonnerie"))
    page = TrainingSitePageFactory(
        title="L’Atelier <complet>",
        centre=centre,
        address="Rue de Fer, 12",
        location="SRID=4326;POINT(4.8612 50.4652)",
        phone="081 22 33 44",
        website="https://centre.example/",
        opening_hours="Lundi, 9 h",
        access_notes="<p>Bus 4, arrêt Gare.</p>",
        audience="Adultes sans emploi",
        verified_on=date(2026, 1, 5),
    )
    OfferFactory(
        page=page,
        trade=trade,
        duration="9 mois",
        conditions="Avoir 18 ans",
        start_kind=StartKind.ON_DATE,
        starts_on=timezone.localdate() + timedelta(days=40),
        start_confirmed_on=timezone.localdate(),
    )
    HelpPointFactory(phone="081 48 67 07")
    return page


def test_the_page_says_everything(full, cisp_client):
    html = Html(cisp_client.get(full.get_url_parts()[2]))
    text = html.one("main").text
    assert html.one("h1").text == "L’Atelier <complet>"
    for part in (
        "5000 Namur",
        "Rue de Fer, 12",
        "Centre complet",
        "ALEAP",
        "Lundi, 9 h",
        "Bus 4, arrêt Gare.",
        "Adultes sans emploi",
        "Vérifié le 5 janvier 2026",
        "Maçonnerie",
        "9 mois",
        "Avoir 18 ans",
        "Prochaine entrée",
        "F1703",
        "Carrefour des Métiers de Namur",
    ):
        assert part in text, part
    links = {each.attrs.get("href") for each in html.all("a")}
    assert {
        "tel:+3281223344",
        "tel:+3281486707",
        "mailto:info@example.org",
        "https://centre.example/",
    } <= links
    way = next(each for each in links if each and "openstreetmap.org/directions" in each)
    assert f"{full.lat}%2C{full.lng}" in way


def test_directions_say_that_they_open_a_new_window(full, cisp_client):
    html = Html(cisp_client.get(full.get_url_parts()[2]))
    opened = html.all("a", target="_blank")
    assert opened
    for link in opened:
        assert "nouvelle fenêtre" in link.text
        assert "noopener" in link.attrs["rel"]


def test_a_course_has_its_page(full, cisp_client):
    html = Html(cisp_client.get(f"{full.get_url_parts()[2]}maconnerie/"))
    text = html.one("main").text
    assert html.one("h1").text == "Maçonnerie"
    for part in ("Gratuit", "9 mois", "Rue de Fer, 12, 5000 Namur", "Avoir 18 ans", "attestation"):
        assert part in text, part
    assert "F1703" in html.one("details", "offer__codes").text
    assert html.title == course_title("Maçonnerie", full.title)


@pytest.mark.parametrize("slug", ["soudure", "absent", "MACONNERIE", "maconnerie/encore"])
def test_a_course_that_is_not_taught_here_is_not_found(full, cisp_client, slug):
    TradeFactory(name="Soudure", slug="soudure")
    assert cisp_client.get(f"{full.get_url_parts()[2]}{slug}/").status_code == 404


@pytest.mark.parametrize(
    ("trade", "place"),
    [
        ("Cuisine", "Le Quinquet"),
        (
            "Employé administratif et d’accueil polyvalent",
            "Centre de démonstration 14 – La Louvière",
        ),
        ("x" * 120, "y" * 250),
    ],
)
def test_the_title_of_a_course_fits_and_names_both(trade, place):
    title = course_title(trade, place)
    assert len(title) <= MAX_TITLE
    assert title.startswith(trade[:15])
    assert place[:30] in title


def test_a_site_without_offers_says_so(finder, cisp_client):
    page = TrainingSitePageFactory()
    html = Html(cisp_client.get(page.get_url_parts()[2]))
    assert "n’est pas encore connue" in html.one("main").text


def test_an_invented_centre_is_called_one(finder, cisp_client):
    centre = CentreFactory(is_demo=True)
    page = TrainingSitePageFactory(centre=centre, trades=[TradeFactory(slug="cuisine")])
    path = page.get_url_parts()[2]
    for address in (path, f"{path}cuisine/"):
        assert "Ce centre n’existe pas." in Html(cisp_client.get(address)).one("main").text


def test_the_centre_answers_when_the_site_has_no_number(finder, cisp_client):
    page = TrainingSitePageFactory(phone="", centre=CentreFactory(phone="081 11 11 11"))
    html = Html(cisp_client.get(page.get_url_parts()[2]))
    assert "tel:+3281111111" in {each.attrs.get("href") for each in html.all("a")}


def test_the_three_nearest_others_are_offered(finder, cisp_client):
    page = TrainingSitePageFactory(at="5000-namur")
    near = [TrainingSitePageFactory(at=at) for at in ("5100-jambes", "5002-saint-servais")]
    third = TrainingSitePageFactory(at="4500-huy")
    TrainingSitePageFactory(at="7000-mons")
    html = Html(cisp_client.get(page.get_url_parts()[2]))
    links = [each for each in html.all("a") if each.inside(class_="nearby")]
    paths = [each.attrs["href"] for each in links]
    assert set(paths[:2]) == {each.get_url_parts()[2] for each in near}
    assert paths[2:] == [third.get_url_parts()[2]]


def test_links_to_share_are_short_plain_addresses(full):
    links = share_links("Un titre" * 60, "http://cisp.localhost/formations/atelier-namur/")
    text = unquote(links["sms_uri"].removeprefix("sms:?body="))
    assert len(text) <= 300
    assert text.endswith(" http://cisp.localhost/formations/atelier-namur/")
    assert links["whatsapp_url"].startswith("https://wa.me/?text=")
    assert links["mail_uri"].startswith("mailto:?subject=")


# --- Structured data ---------------------------------------------------------------------------

PLACE = {
    "type": "object",
    "required": ["@type", "name", "address"],
    "properties": {
        "@type": {"const": "Place"},
        "address": {
            "type": "object",
            "required": ["@type", "postalCode", "addressLocality", "addressCountry"],
            "properties": {
                "@type": {"const": "PostalAddress"},
                "postalCode": {"pattern": r"^\d{4}$"},
                "addressCountry": {"const": "BE"},
                "streetAddress": {"type": "string", "minLength": 1},
            },
        },
        "geo": {
            "type": "object",
            "required": ["@type", "latitude", "longitude"],
            "properties": {
                "@type": {"const": "GeoCoordinates"},
                "latitude": {"type": "number", "minimum": 49, "maximum": 52},
                "longitude": {"type": "number", "minimum": 2, "maximum": 7},
            },
        },
    },
}
ORGANISATION = {
    "type": "object",
    "required": ["@type", "name"],
    "properties": {
        "@type": {"const": "EducationalOrganization"},
        "name": {"type": "string", "minLength": 1},
        "url": {"pattern": "^https?://"},
        "telephone": {"pattern": r"^\+\d+$"},
        "location": PLACE,
    },
}
COURSE = {
    "type": "object",
    "required": ["@type", "name", "description", "provider", "hasCourseInstance", "url"],
    "properties": {
        "@type": {"const": "Course"},
        "description": {"type": "string", "minLength": 10, "maxLength": 500},
        "provider": ORGANISATION,
        "isAccessibleForFree": {"const": True},
        "hasCourseInstance": {
            "type": "object",
            "required": ["@type", "courseMode", "location"],
            "properties": {
                "@type": {"const": "CourseInstance"},
                "courseMode": {"const": "onsite"},
                "startDate": {"pattern": r"^\d{4}-\d{2}-\d{2}$"},
                "location": PLACE,
            },
        },
    },
}
GRAPH = {
    "type": "object",
    "required": ["@context", "@graph"],
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@graph": {
            "type": "array",
            "minItems": 1,
            "prefixItems": [{**ORGANISATION, "required": ["@type", "name", "@id", "location"]}],
            "items": COURSE,
        },
    },
}
ONE_COURSE = {**COURSE, "required": ["@context", *COURSE["required"]]}


def structured(response) -> dict:
    """The JSON-LD of a page, read as a search engine does."""
    found = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL
    )
    assert len(found) == 1
    return json.loads(found[0])


def test_structured_data_of_a_full_site(full, cisp_client):
    data = structured(cisp_client.get(full.get_url_parts()[2]))
    Draft202012Validator(GRAPH).validate(data)
    organisation, course = data["@graph"]
    assert organisation["location"]["name"] == "L’Atelier <complet>"
    assert organisation["location"]["geo"]["latitude"] == full.lat
    assert organisation["telephone"] == "+3281223344"
    starts = full.offers.get().starts_on
    assert course["hasCourseInstance"]["startDate"] == starts.isoformat()
    assert course["url"] == f"{full.get_full_url()}maconnerie/"


def test_the_centre_of_a_town_is_not_given_as_the_point_of_a_site(finder, cisp_client):
    page = TrainingSitePageFactory(address="Rue de Fer, 12")
    data = structured(cisp_client.get(page.get_url_parts()[2]))
    assert "geo" not in data["@graph"][0]["location"]


def test_structured_data_of_a_course(full, cisp_client):
    data = structured(cisp_client.get(f"{full.get_url_parts()[2]}maconnerie/"))
    Draft202012Validator(ONE_COURSE).validate(data)
    assert data["name"] == "Maçonnerie"


def test_structured_data_of_every_site_of_the_demo(demo, cisp_client):
    validator = Draft202012Validator(GRAPH)
    pages = list(TrainingSitePage.objects.all()[::4])
    assert len(pages) >= 15
    for page in pages:
        validator.validate(structured(cisp_client.get(page.get_url_parts()[2])))


def test_structured_data_cannot_close_its_script(finder, cisp_client):
    page = TrainingSitePageFactory(title="</script><script>alert(1)</script>")
    response = cisp_client.get(page.get_url_parts()[2])
    assert structured(response)["@graph"][0]["location"]["name"] == page.title
    assert "<script>alert(1)" not in response.content.decode()


# --- Prisons (C-34) ----------------------------------------------------------------------------


def test_a_prison_is_nowhere(finder, cisp_client):
    trade = TradeFactory(name="Jardinage", slug="jardinage")
    prison = TrainingSitePageFactory(title="Atelier caché", in_prison=True, trades=[trade])
    free = TrainingSitePageFactory(title="Atelier libre", trades=[trade])
    path = prison.get_url_parts()[2]
    assert cisp_client.get(path).status_code == 404
    assert cisp_client.get(f"{path}jardinage/").status_code == 404
    for address in (WITH_ALL, "/formations/?q=jardinage", "/formations/?q=Atelier+caché"):
        assert prison.pk not in result_ids(Html(cisp_client.get(address))), address
        api = cisp_client.get(address.replace("/formations/?", "/api/formations.geojson?"))
        assert prison.pk not in [each["id"] for each in api.json()["features"]]
    for address in (
        "/formations/",
        "/formations/?q=xyzxyz",
        "/formations/territoires/namur/",
        "/recherche/?q=Atelier&sites=tous",
        "/recherche/?q=caché",
        free.get_url_parts()[2],
        "/sitemap.xml",
        "/",
    ):
        content = cisp_client.get(address).content.decode()
        assert "Atelier caché" not in content, address
        assert prison.slug not in content, address
    territories = Html(cisp_client.get("/formations/territoires/"))
    assert next(
        each.text for each in territories.all("a") if each.text.startswith("Namur")
    ).endswith("1 lieu")


def test_a_site_that_becomes_a_prison_leaves_the_search(finder, cisp_client):
    page = TrainingSitePageFactory(title="Forge lointaine")
    assert "Forge lointaine" in read_aloud(cisp_client.get("/recherche/?q=forge"))
    page.in_prison = True
    page.save_revision().publish()
    assert "Forge lointaine" not in read_aloud(cisp_client.get("/recherche/?q=forge"))


def test_an_editor_may_preview_a_prison(finder, rf):
    prison = TrainingSitePageFactory(in_prison=True)
    response = prison.make_preview_request(preview_mode=prison.default_preview_mode)
    assert response.status_code == 200


# --- Dates (C-40) ------------------------------------------------------------------------------

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("kind", "starts_on", "confirmed_on", "sentence"),
    [
        ("", None, None, ""),
        ("", date(2026, 4, 1), TODAY, ""),
        (StartKind.ANY_TIME, None, None, "Entrée toute l’année"),
        (StartKind.WAITING_LIST, None, None, "Liste d’attente : appelez"),
        (StartKind.ON_DATE, None, TODAY, ""),
        (StartKind.ON_DATE, date(2026, 3, 9), TODAY, ""),
        (StartKind.ON_DATE, date(2026, 3, 10), TODAY, "Prochaine entrée : 10 mars 2026"),
        (StartKind.ON_DATE, date(2026, 9, 1), TODAY, "Prochaine entrée : 1er septembre 2026"),
        (
            StartKind.ON_DATE,
            date(2026, 9, 1),
            TODAY - timedelta(days=60),
            "Prochaine entrée : 1er septembre 2026",
        ),
        (
            StartKind.ON_DATE,
            date(2026, 9, 1),
            TODAY - timedelta(days=61),
            "Date à confirmer : appelez",
        ),
        (StartKind.ON_DATE, date(2026, 9, 1), None, "Date à confirmer : appelez"),
    ],
)
def test_when_one_can_start(kind, starts_on, confirmed_on, sentence):
    assert describe_start(kind, starts_on, confirmed_on, TODAY) == sentence


def test_a_past_date_vanishes_from_card_and_page(finder, cisp_client):
    page = TrainingSitePageFactory()
    trade = TradeFactory(name="Cuisine")
    yesterday = timezone.localdate() - timedelta(days=1)
    OfferFactory(page=page, trade=trade, start_kind=StartKind.ON_DATE, starts_on=yesterday)
    for path in ("/formations/", page.get_url_parts()[2]):
        text = Html(cisp_client.get(path)).one("main").text
        assert "Cuisine" in text
        assert "Prochaine entrée" not in text
        assert "confirmer" not in text


def test_dates_do_not_change_the_order(finder, cisp_client):
    trade = TradeFactory()
    pages = [TrainingSitePageFactory(trades=[trade]) for _ in range(6)]
    before = result_ids(Html(cisp_client.get(WITH_ALL)))
    for number, page in enumerate(pages):
        page.offers.update(
            start_kind=StartKind.ON_DATE,
            starts_on=timezone.localdate() + timedelta(days=number),
            start_confirmed_on=timezone.localdate(),
        )
    assert result_ids(Html(cisp_client.get(WITH_ALL))) == before
    assert len(before) == 6


def test_an_entry_at_a_date_needs_the_date(finder):
    offer = Offer(trade=TradeFactory(), start_kind=StartKind.ON_DATE)
    with pytest.raises(ValidationError) as caught:
        offer.clean()
    assert list(caught.value.message_dict) == ["starts_on"]
