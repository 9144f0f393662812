"""The two addresses of the public contract, exactly as they are written down."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cisp_map.models import TrainingSitePage
from tests.factories import TradeFactory, TrainingSitePageFactory
from tests.support import Html, PublicClient, examples, result_ids

FORMATIONS = "/api/formations.geojson"
LOCALITIES = "/api/localites/"


def exactly(**properties: dict) -> dict:
    """An object with these properties, all of them and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
LAT = {"type": "number", "minimum": 49, "maximum": 52}
LON = {"type": "number", "minimum": 2, "maximum": 7}
LOCALITY = exactly(
    slug={"type": "string", "pattern": r"^\d{4}-[a-z0-9-]+$"},
    label={"type": "string", "minLength": 3},
    code_postal={"type": "string", "pattern": r"^\d{4}$"},
    nom={"type": "string", "minLength": 2},
    commune={"type": "string", "minLength": 2},
    lat=LAT,
    lon=LON,
)
FEATURE = exactly(
    type={"const": "Feature"},
    id={"type": "integer"},
    geometry={
        "oneOf": [
            {"type": "null"},
            exactly(
                type={"const": "Point"},
                coordinates={
                    "type": "array",
                    "prefixItems": [LON, LAT],
                    "minItems": 2,
                    "maxItems": 2,
                },
            ),
        ]
    },
    properties=exactly(
        titre={"type": "string", "minLength": 1},
        centre={"type": "string", "minLength": 1},
        adresse=TEXT,
        code_postal={"type": "string", "pattern": r"^\d{4}$"},
        localite={"type": "string", "minLength": 1},
        commune={"type": "string", "minLength": 1},
        distance_km={"type": ["number", "null"], "minimum": 0},
        filieres=TEXTS,
        categories=TEXTS,
        methodes={"type": "array", "items": {"enum": ["EFT", "DéFI"]}},
        url={"type": "string", "pattern": "^/formations/"},
    ),
)
# What the contract does not name may be added at the top, as RFC 7946 allows («foreign members»).
COLLECTION = {
    "type": "object",
    "required": ["type", "total", "origine", "rayon_km", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "total": {"type": "integer", "minimum": 0},
        "origine": {"oneOf": [{"type": "null"}, exactly(label=TEXT, lat=LAT, lon=LON)]},
        "rayon_km": {"enum": [5, 10, 15, 25, 50, 100, None]},
        "features": {"type": "array", "items": FEATURE},
        "messages": TEXTS,
        "choix": {"type": "array", "items": {"type": "object"}},
    },
    "additionalProperties": False,
}
REFUSAL = {
    "type": "object",
    "required": ["message", "erreurs"],
    "properties": {
        "message": {"type": "string", "minLength": 10},
        "erreurs": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {**TEXTS, "minItems": 1},
        },
        "choix": {
            "type": "array",
            "items": exactly(slug=TEXT, label=TEXT, lat=LAT, lon=LON),
        },
    },
    "additionalProperties": False,
}


def valid(data: dict, schema: dict) -> dict:
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(data)
    return data


def formations(client: PublicClient, query: str = "", **parameters) -> dict:
    response = client.get(f"{FORMATIONS}?{query or urlencode(parameters)}")
    assert response.status_code == 200, response.content
    return valid(response.json(), COLLECTION)


def refused(client: PublicClient, query: str) -> dict:
    response = client.get(f"{FORMATIONS}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"].startswith("application/json")
    return valid(response.json(), REFUSAL)


# --- /api/formations.geojson -------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    ["", "q=cuisine", "lieu=Namur", "q=cuisine&lieu=5000&rayon=5&categorie=professionnalisante",
     "lat=50.467&lon=4.867", "methode=EFT&methode=DéFI&tri=nom", "q=xyzxyz", "lieu=Arlon&rayon=5"],
)  # fmt: skip
def test_the_shape_is_that_of_the_contract(demo, cisp_client, query):
    data = formations(cisp_client, query)
    assert (data["origine"] is None) is not ("lieu" in query or "lat" in query)
    assert len(data["features"]) <= data["total"]


def test_the_content_type_is_that_of_geojson(demo, cisp_client):
    assert cisp_client.get(FORMATIONS)["Content-Type"] == "application/geo+json"


def test_without_place_there_is_no_distance(demo, cisp_client):
    data = formations(cisp_client, par_page="500")
    assert (data["origine"], data["rayon_km"]) == (None, None)
    assert {each["properties"]["distance_km"] for each in data["features"]} == {None}
    assert len(data["features"]) == data["total"] == TrainingSitePage.objects.count()


def test_with_a_place_there_is_a_distance_and_the_radius_used(finder, cisp_client):
    TrainingSitePageFactory(at="4000-liege")
    data = formations(cisp_client, lieu="5000-namur", rayon="5")
    assert data["origine"]["label"] == "Namur (5000)"
    assert data["rayon_km"] == 100  # nothing at 5 km: widened, as on the page
    distance = data["features"][0]["properties"]["distance_km"]
    assert 45 < distance < 60
    assert distance == round(distance, 1)


def test_what_a_feature_says(finder, cisp_client):
    trade = TradeFactory(name="Cuisine", category="professionnalisante")
    page = TrainingSitePageFactory(
        title="Atelier",
        at="5100-jambes",
        address="Rue X, 1",
        trades=[trade],
        centre__name="Centre A",
    )
    (feature,) = formations(cisp_client)["features"]
    assert feature["id"] == page.pk
    # RFC 7946: longitude first.
    assert feature["geometry"]["coordinates"] == [page.lng, page.lat]
    assert feature["properties"] == {
        "titre": "Atelier",
        "centre": "Centre A",
        "adresse": "Rue X, 1",
        "code_postal": "5100",
        "localite": "Jambes",
        "commune": "Namur",
        "distance_km": None,
        "filieres": ["Cuisine"],
        "categories": ["Formation à un métier"],
        "methodes": ["EFT"],
        "url": "/formations/atelier-jambes/",
    }
    assert cisp_client.get(feature["properties"]["url"]).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["", "q=cuisine", "lieu=5000-namur&rayon=100", "q=nettoyage&lieu=4000-liege&rayon=50",
     "categorie=base&tri=nom", "lieu=6600-bastogne&rayon=5&tri=distance", "q=jardinier+namur"],
)  # fmt: skip
def test_the_order_is_that_of_the_page(demo, cisp_client, query):
    html = Html(cisp_client.get(f"/formations/?{query}"))
    on_page = result_ids(html)
    data = formations(cisp_client, f"{query}&par_page=500")
    assert on_page == [each["id"] for each in data["features"]][: len(on_page)]
    assert on_page


def test_a_page_has_as_many_as_asked(demo, cisp_client):
    every = [each["id"] for each in formations(cisp_client, par_page="500")["features"]]
    found = []
    for number in range(1, 5):
        data = formations(cisp_client, par_page="17", page=str(number))
        assert data["total"] == len(every)
        found += [each["id"] for each in data["features"]]
        assert len(data["features"]) == min(17, len(every) - 17 * (number - 1))
    assert found == every
    assert refused(cisp_client, "par_page=17&page=5")["erreurs"]["page"]


@pytest.mark.parametrize("size", ["0", "-1", "501", "1e2", "abc", "9" * 50])
def test_the_size_of_a_page_has_limits(demo, cisp_client, size):
    data = refused(cisp_client, f"par_page={size}")
    assert data["erreurs"] == {"par_page": ["Demandez de 1 à 500 lieux par page."]}
    assert len(formations(cisp_client, par_page="1")["features"]) == 1


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("lieu=Xyzzyville", "lieu", "Xyzzyville"),
        ("lieu=Paris", "lieu", "Wallonie"),
        ("lieu=2000", "lieu", "Flandre"),
        ("lieu=%00", "lieu", "illisibles"),
        ("q=" + "a" * 10_000, "q", "trop long"),
        ("q=%ff", "q", "illisibles"),
        ("rayon=-1", "rayon", "5, 10, 25, 50 ou 100"),
        ("rayon=abc", "rayon", "5, 10, 25, 50 ou 100"),
        ("rayon=1e9", "rayon", "5, 10, 25, 50 ou 100"),
        ("lat=999&lon=4", "lat", "n’existe pas"),
        ("lat=50.4&lon=x", "lon", "n’existe pas"),
        ("lat=50.4", "lieu", "incomplète"),
        ("lat=48.85&lon=2.35", "lieu", "pas en Wallonie"),
        ("page=0", "page", "n’existe pas"),
        ("page=99999", "page", "n’existe pas"),
        ("page=abc", "page", "n’existe pas"),
        ("q=a&q=b", "q", "deux fois"),
        ("domaine=absent", "domaine", "« absent »"),
        ("categorie=absent", "categorie", "« absent »"),
        ("methode=absent", "methode", "« absent »"),
        ("tri=absent", "tri", "Choisissez un ordre"),
    ],
)
def test_bad_input_is_refused_in_french(demo, cisp_client, query, field, message):
    data = refused(cisp_client, query)
    assert list(data["erreurs"]) == [field]
    assert message in data["erreurs"][field][0]
    assert data["message"] == data["erreurs"][field][0]


def test_every_mistake_is_named(demo, cisp_client):
    data = refused(cisp_client, "rayon=7&page=0&lieu=Xyzzyville")
    assert set(data["erreurs"]) == {"rayon", "page", "lieu"}


def test_homonyms_are_refused_with_the_choices(demo, cisp_client):
    data = refused(cisp_client, "lieu=Arbre")
    assert len(data["choix"]) >= 2
    for choice in data["choix"]:
        assert formations(cisp_client, lieu=choice["slug"])["origine"]["label"]


@hypothesis_settings(max_examples=examples(100))
@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(["q", "lieu", "lat", "lon", "rayon", "page", "par_page", "domaine"]),
            st.text(max_size=40),
        ),
        max_size=4,
    )
)
def test_any_parameters_get_an_answer_in_json(demo, pairs):
    client = PublicClient("cisp.localhost")
    response = client.get(f"{FORMATIONS}?{urlencode(pairs, errors='surrogatepass')}")
    assert response.status_code in {200, 400}
    valid(response.json(), COLLECTION if response.status_code == 200 else REFUSAL)


def test_the_answer_costs_as_many_queries_for_one_as_for_twenty(finder, cisp_client):
    trade = TradeFactory(name="Cuisine")
    TrainingSitePageFactory(trades=[trade])
    formations(cisp_client, q="cuisine", lieu="Namur")
    formations(cisp_client, q="cuisine", lieu="Namur")
    one = len(cisp_client.queries)
    for _ in range(19):
        TrainingSitePageFactory(trades=[trade, TradeFactory()])
    formations(cisp_client, q="cuisine", lieu="Namur")
    data = formations(cisp_client, q="cuisine", lieu="Namur")
    assert len(data["features"]) == 20
    assert len(cisp_client.queries) == one <= 12


# --- /api/localites/ ---------------------------------------------------------------------------


def localities(client: PublicClient, text: str) -> list[dict]:
    response = client.get(f"{LOCALITIES}?q={quote(text)}")
    assert response.status_code == 200
    data = valid(response.json(), exactly(results={"type": "array", "items": LOCALITY}))
    return data["results"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("namur", "5000-namur"),
        ("Nam", "5000-namur"),
        ("5100", "5100-jambes"),
        ("liege", "4000-liege"),
        ("LLN", "1348-louvain-la-neuve"),
        ("marche en", "6900-marche-en-famenne"),
    ],
)
def test_the_likeliest_comes_first(demo, cisp_client, text, first):
    assert localities(cisp_client, text)[0]["slug"] == first


@pytest.mark.parametrize("text", ["", " ", "xyzxyzxyz", "🙂", "%", "_"])
def test_nothing_is_suggested_for_nothing(demo, cisp_client, text):
    assert localities(cisp_client, text) == []


@pytest.mark.parametrize("text", ["a", "s", "saint", "5", "50", "la"])
def test_at_most_twenty_are_suggested(demo, cisp_client, text):
    found = localities(cisp_client, text)
    assert len(found) == 20
    assert len({each["slug"] for each in found}) == 20


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "q=" + "a" * 10_000, "q=a%07b"])
def test_unreadable_text_is_refused_in_french(demo, cisp_client, query):
    response = cisp_client.get(f"{LOCALITIES}?{query}")
    assert response.status_code == 400
    assert valid(response.json(), REFUSAL)["erreurs"]["q"]


def test_every_suggestion_is_a_place_for_the_search(demo, cisp_client):
    for each in localities(cisp_client, "bra"):
        origin = formations(cisp_client, lieu=each["slug"])["origine"]
        assert (origin["lat"], origin["lon"]) == (each["lat"], each["lon"])


@pytest.mark.parametrize("path", [FORMATIONS, LOCALITIES])
def test_nobody_may_write(demo, cisp_client, path):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(cisp_client, method)(path).status_code in {403, 405}
    assert cisp_client.head(path).status_code == 200
