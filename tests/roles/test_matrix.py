"""Who may do what: the whole table of config.roles, cell by cell, asked over HTTP in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from config.roles import (
    CISP,
    INTERFEDE,
    PAGE_VERBS,
    PEDATECH,
    PLACES,
    SITE_VERBS,
    Role,
    may,
    page_at,
)
from tests.roles.people import EVERYBODY, World, client_of, make_world, person

pytestmark = pytest.mark.any_database

THEMES = (CISP, INTERFEDE, PEDATECH)
PAGES = (*THEMES, "formations", "own", "publications", "lessor", "catalogue")
CELLS = [
    *((place, verb) for place in PAGES for verb in PAGE_VERBS),
    *((theme, verb) for theme in THEMES for verb in SITE_VERBS),
]


def opens(client: Client, address: str) -> bool:
    """True when the admin shows the page; its refusals lead away (to the log-in, to the desk)."""
    return client.get(address).status_code == 200


def asked(client: Client, verb: str, place: str, world: World) -> bool:
    """What the admin answers."""
    if verb in SITE_VERBS:
        return opens(client, site_address(verb, place, world))
    page = world.pages[place]
    if verb == "create":
        parent = page.get_parent()
        model = page.specific_class._meta
        return opens(
            client,
            reverse("wagtailadmin_pages:add", args=[model.app_label, model.model_name, parent.pk]),
        )
    if verb == "publish":
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        response = client.get(f"{address}?id={page.pk}")
        return response.status_code == 200 and bool(response.context["items"])
    name = {
        "view_draft": "view_draft",
        "edit": "edit",
        "unpublish": "unpublish",
        "delete": "delete",
    }
    return opens(client, reverse(f"wagtailadmin_pages:{name[verb]}", args=[page.pk]))


def site_address(verb: str, theme: str, world: World) -> str:
    """The page of the admin for a verb on a site."""
    if verb == "settings":
        return reverse("wagtailsettings:edit", args=["home", "sitebranding", world.sites[theme].pk])
    if verb == "media":
        return reverse("wagtaildocs:edit", args=[world.files[theme].pk])
    if verb == "redirects":
        return f"{reverse('wagtailredirects:index')}?site={world.sites[theme].pk}"
    return reverse("wagtailusers_users:index")


def declared(role: Role, verb: str, place: str) -> bool:
    """What the table says."""
    if place == "own":
        # A site of the centre lies below the finder like every other.
        return may(role, verb, "formations", own=True)
    return may(role, verb, place)


def test_the_matrix_is_large():
    assert len(EVERYBODY) * len(CELLS) >= 300
    assert set(PAGES) - {"own"} <= set(PLACES)


@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role.key)
def test_every_cell_is_as_declared(sites, role):
    world = make_world()
    user = person(role, world)
    clients = {theme: client_of(user, theme) for theme in THEMES}
    wrong = []
    for place, verb in CELLS:
        client = clients[place if place in THEMES else INTERFEDE]
        if (found := asked(client, verb, place, world)) is not declared(role, verb, place):
            wrong.append(f"{place} {verb}: {'oui' if found else 'non'}")
    assert wrong == []


@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role.key)
def test_some_cells_by_hand(role):
    """The table itself, so that a mistake in it is not its own proof."""
    key = role.key
    assert may(role, "users", CISP) is (key == "administration")
    assert may(role, "publish", "lessor") is (
        key in {"administration", "publication-interfede", "communication"}
    )
    assert may(role, "edit", "lessor") is (
        key
        in {
            *("administration", "publication-interfede", "redaction-interfede"),
            *("communication", "comite", "analyses"),
        }
    )
    assert may(role, "edit", "formations") is (
        key in {"administration", "publication-cisp", "redaction-cisp", "communication"}
    )
    assert may(role, "edit", "formations", own=True) is (
        key
        in {
            *("administration", "publication-cisp", "redaction-cisp", "communication"),
            *("centre", "federation"),
        }
    )
    assert may(role, "publish", "catalogue") is (
        key in {"administration", "publication-pedatech", "pedagogie"}
    )
    assert may(role, "redirects", CISP) is (key in {"administration", "recherche", "communication"})


def test_every_place_of_the_table_exists(sites):
    for place in PLACES:
        assert isinstance(page_at(place), Page), place
