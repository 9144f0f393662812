"""The administration: it opens for each type, asks no third party, and each site is its own."""

from __future__ import annotations

import itertools
import json
import re
from importlib import import_module

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, get_page_models

from cisp_map.models import Centre, HelpPoint, RomeCode, Trade, TradeFamily
from home.models import BasePage, Organisation
from tests.factories import UserFactory
from tests.support import HOSTS, Html

SITE_NAMES = {"cisp": "cisp.be", "interfede": "interfede.be", "pedatech": "pedatechcisp.be"}
ROLES = ("Rédaction", "Publication")
THIRD_PARTIES = re.compile(
    r"(?:https?:)?//(?!cisp\.localhost|interfede\.localhost|pedatech\.localhost)[\w.-]+",
    re.IGNORECASE,
)


@pytest.fixture
def admin(admin_user):
    return signed_in(admin_user)


def signed_in(user) -> Client:
    """A member of staff on interfede's host. Wagtail notes who edits what, so a GET may write."""
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(user)
    return client


def loaded_addresses(html: Html) -> list[str]:
    """What the browser fetches for a page: scripts, styles, pictures."""
    return [
        *(each.attrs["src"] for each in html.elements if "src" in each.attrs),
        *(each.attrs["href"] for each in html.all("link") if "href" in each.attrs),
    ]


def test_the_login_page_opens_and_asks_no_third_party(sites, interfede_client):
    html = Html(interfede_client.get("/gestion/login/"))
    assert html.one("input", name="password").attrs["type"] == "password"
    assert [each for each in loaded_addresses(html) if THIRD_PARTIES.match(each)] == []


@pytest.mark.parametrize(
    "path", ["/gestion/", "/gestion/pages/", "/gestion/snippets/", "/gestion/reports/locked/"]
)
def test_a_visitor_is_sent_to_the_login(sites, interfede_client, path):
    response = interfede_client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/gestion/login/")


def test_the_dashboard_asks_no_third_party(demo, admin):
    html = Html(admin.get("/gestion/"))
    assert [each for each in loaded_addresses(html) if THIRD_PARTIES.match(each)] == []


def test_the_dashboard_counts_recordings_in_french(demo, admin):
    text = admin.get("/gestion/").content.decode()
    assert "fichiers audio et vidéo" in text
    assert "Media file" not in text


@pytest.mark.parametrize(
    "model",
    [each for each in get_page_models() if issubclass(each, BasePage)],
    ids=lambda model: model.__name__,
)
def test_the_editor_of_each_type_opens(demo, admin, model):
    page = model.objects.first()
    if page is not None:
        response = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        assert response.status_code == 200
        html = Html(response)
        assert [each for each in loaded_addresses(html) if THIRD_PARTIES.match(each)] == []
    parents = [each for each in Page.objects.specific() if model.can_create_at(each)]
    if parents:
        address = reverse(
            "wagtailadmin_pages:add", args=[*model._meta.label_lower.split("."), parents[0].pk]
        )
        assert admin.get(address).status_code == 200
    assert page is not None or parents


def test_the_location_panel_uses_our_own_map_and_look_up(demo, admin):
    page = demo.get_children().first().specific
    response = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    html = Html(response)
    controllers = [
        each for each in html.elements if "data-leaflet-field-options-value" in each.attrs
    ]
    assert len(controllers) == 1
    options = json.loads(controllers[0].attrs["data-leaflet-field-options-value"])
    assert options["tileLayer"].startswith("data:image/gif")
    assert options["showEmptyLocation"] is False
    assert not THIRD_PARTIES.search(json.dumps(options))
    scripts = [each.attrs.get("src", "") for each in html.all("script")]
    for name in ("js_lib_leaflet/leaflet.js", "js/admin-location.js"):
        assert [each for each in scripts if name in each], name
    own = html.all("script", data_geocode=reverse("cisp_map_geocode"))
    assert len(own) == 1
    # The package's own geocoders, which ask public servers, are not even loaded.
    assert [each for each in scripts if "geocoder" in each or "google" in each] == []
    for script in scripts:
        assert not THIRD_PARTIES.match(script), script


def test_an_empty_location_shows_no_default_point(demo, admin):
    address = reverse("wagtailadmin_pages:add", args=["cisp_map", "trainingsitepage", demo.pk])
    html = Html(admin.get(address))
    controller = next(
        each for each in html.elements if "data-leaflet-field-options-value" in each.attrs
    )
    assert json.loads(controller.attrs["data-leaflet-field-options-value"])["showEmptyLocation"]
    assert html.one("input", name="location").attrs.get("value", "") == ""


@pytest.mark.parametrize(
    "model",
    [Centre, Organisation, HelpPoint, RomeCode, Trade, TradeFamily],
    ids=lambda m: m.__name__,
)
def test_each_snippet_has_a_list_and_an_editor(demo, admin, model):
    name = f"wagtailsnippets_{model._meta.app_label}_{model._meta.model_name}"
    assert admin.get(reverse(f"{name}:list")).status_code == 200
    assert admin.get(reverse(f"{name}:add")).status_code == 200
    row = model.objects.first()
    assert admin.get(reverse(f"{name}:edit", args=[row.pk])).status_code == 200


def test_the_look_up_of_addresses_is_for_signed_in_staff(demo, admin, cisp_client):
    address = reverse("cisp_map_geocode")
    visitor = cisp_client.get(address, {"adresse": "Namur"})
    assert visitor["Location"].startswith("/gestion/login/")
    found = admin.get(address, {"adresse": "Rue de Fer 12, 5000 Namur"}).json()
    assert abs(found["lat"] - 50.466) < 0.05
    assert abs(found["lon"] - 4.867) < 0.05
    assert found["message"]
    unknown = admin.get(address, {"adresse": "xqzw"})
    assert unknown.status_code == 400
    assert unknown.json()["erreurs"]["adresse"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?adresse=%00",
        "?adresse=" + "a" * 10000,
        "?localite=99999999999999999999",
        "?localite=-1",
    ],
)
def test_the_look_up_answers_anything(demo, admin, query):
    response = admin.get(reverse("cisp_map_geocode") + query)
    assert response.status_code == 400
    assert response.json()["message"]


# --- Who may do what ---------------------------------------------------------------------------


def member(role: str, theme: str):
    return UserFactory(groups=[Group.objects.get(name=f"{role} {SITE_NAMES[theme]}")])


def test_there_are_two_groups_a_site(sites):
    names = {f"{role} {name}" for role in ROLES for name in SITE_NAMES.values()}
    assert names <= set(Group.objects.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("role", "own", "theme"), list(itertools.product(ROLES, SITE_NAMES, SITE_NAMES))
)
def test_a_member_works_on_its_own_site_alone(sites, role, own, theme):
    user = member(role, own)
    home = sites[theme].root_page
    page = home.get_children().first()
    may = page.permissions_for_user(user)
    assert may.can_edit() is (own == theme)
    assert home.permissions_for_user(user).can_add_subpage() is (own == theme)
    assert may.can_publish() is (own == theme and role == "Publication")
    assert may.can_unpublish() is (own == theme and role == "Publication")
    assert may.can_delete() is (own == theme and role == "Publication")
    assert Page.objects.get(depth=1).permissions_for_user(user).can_add_subpage() is False


@pytest.mark.parametrize(("own", "theme"), list(itertools.product(SITE_NAMES, SITE_NAMES)))
def test_the_editor_opens_for_the_own_site_alone(sites, own, theme):
    client = signed_in(member("Rédaction", own))
    page = sites[theme].root_page.get_children().first()
    response = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert response.status_code == (200 if own == theme else 302)


@pytest.mark.parametrize("kind", ["images", "documents"])
@pytest.mark.parametrize("own", SITE_NAMES)
def test_files_of_another_site_are_not_for_change(sites, own, kind):
    policy = import_module(f"wagtail.{kind}.permissions").permission_policy
    user = member("Rédaction", own)
    for verb in ("add", "change", "choose", "delete"):
        found = policy.collections_user_has_permission_for(user, verb)
        assert [each.name for each in found] == [SITE_NAMES[own]], verb


@pytest.mark.parametrize("kind", ["images", "documents"])
def test_a_writer_adds_files(sites, kind):
    client = signed_in(member("Rédaction", "interfede"))
    assert client.get(f"/gestion/{kind}/multiple/add/").status_code == 200


def test_a_member_is_no_superuser_and_sees_no_settings_of_users(sites):
    client = signed_in(member("Publication", "cisp"))
    for path in ("/gestion/users/", "/gestion/groups/", "/gestion/sites/"):
        assert client.get(path).status_code == 302, path
