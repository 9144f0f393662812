"""The page of the Carrefours et Cités des Métiers, on cisp.be and interfede.be."""

import csv
from pathlib import Path

import pytest
from wagtail.models import Site

from cisp_map.demo import DATA
from cisp_map.models import HelpPoint, HelpPointIndexPage
from tests.support import Html

URL = "/carrefours-et-cites-des-metiers/"


def known_places() -> set[str]:
    with Path(DATA / "cdm.csv").open(encoding="utf-8", newline="") as file:
        return {row["locality"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("theme", ["cisp", "interfede"])
def test_all_eleven_are_listed(demo, clients, theme):
    Site.get_site_root_paths()  # kept in the cache for an hour
    html = Html(clients[theme].get(URL))
    shown = {each.text for each in html.all("h3") if each.inside(class_="nearby")}
    assert len(shown) == 11
    # «Marche» is Marche-en-Famenne in the gazetteer.
    assert all(any(each.startswith(name) for each in shown) for name in known_places())
    assert len(clients[theme].queries) <= 12


def test_it_says_how_to_reach_those_without_a_number(demo, interfede_client):
    html = Html(interfede_client.get(URL))
    message = html.one("div", "message")
    assert "081 74 32 00" in message.text
    HelpPoint.objects.update(phone="081 00 00 00")
    html = Html(interfede_client.get(URL))
    assert not html.all("div", "message")
    assert len(html.all("a", "phone-link")) == 11


def test_it_is_not_for_pedatech(sites):
    home = sites["pedatech"].root_page.specific
    assert not HelpPointIndexPage.can_create_at(home)
    assert HelpPointIndexPage.can_create_at(sites["cisp"].root_page.specific)


def test_the_demo_makes_it_once(demo, sites):
    from cisp_map.demo import load_help_point_page

    assert load_help_point_page(sites["interfede"].root_page.specific) == 0
