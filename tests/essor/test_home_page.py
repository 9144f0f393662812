"""The first page of interfede.be: fresh blocks in the editor's order, never an empty page."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail import hooks

from essor.models import Audience, AudienceLink, PressIndexPage
from home import content
from home.channels import HOOK, Channel, Entry
from home.models import HomeChannel
from home.themes import Theme
from tests.support import Html


@pytest.fixture
def home(sites):
    return sites["interfede"].root_page.specific


@pytest.fixture
def only(monkeypatch):
    """The channels of this test alone: `only(key=age_in_days, …)`."""

    def register(layout: str = "list", **ages: int) -> None:
        channels = [
            Channel(
                key,
                key.capitalize(),
                Theme.INTERFEDE,
                lambda home, request, limit, key=key, age=age: [
                    Entry(
                        f"Titre {key}",
                        f"/{key}/",
                        "Étude",
                        timezone.localdate() - timedelta(days=age),
                    )
                ],
                order=order,
                days=100,
                layout=layout,
            )
            for order, (key, age) in enumerate(ages.items())
        ]
        real = hooks.get_hooks
        monkeypatch.setattr(
            hooks,
            "get_hooks",
            lambda name: [lambda c=c: c for c in channels] if name == HOOK else real(name),
        )
        content.changed()  # what other channels have shown is not kept

    return register


def labels(response) -> list[str]:
    return [each.text for each in Html(response).all("h2", "front__label")]


def test_a_channel_without_anything_fresh_is_hidden(home, interfede_client, only):
    only(neuf=1, vieux=101)
    assert labels(interfede_client.get("/")) == ["Neuf"]


def test_the_page_is_never_empty(home, interfede_client, only):
    only(vieux=101, ancien=5000)
    response = interfede_client.get("/")
    assert labels(response) == ["Vieux", "Ancien"]
    assert "voici ce qui a paru en dernier" in response.content.decode()


def test_nothing_at_all_still_makes_a_page(home, interfede_client, only):
    only()
    html = Html(interfede_client.get("/"))
    assert html.one("h1").text == home.title
    assert not html.all("h2", "front__label")


def test_the_editor_gives_order_age_and_absence(home, interfede_client, only):
    only(un=1, deux=1, trois=200, quatre=1)
    for place, (key, days, hidden) in enumerate(
        [("trois", 0, False), ("quatre", 100, True), ("deux", 100, False)]
    ):
        HomeChannel.objects.create(
            page=home, key=key, days=days, is_hidden=hidden, sort_order=place
        )
    assert labels(interfede_client.get("/")) == ["Trois", "Deux", "Un"]


def test_a_cover_leads(home, interfede_client, only):
    only("cover", lessor=1)
    html = Html(interfede_client.get("/"))
    assert html.one("h2", id="a-la-une").text == "Lessor"
    assert html.one("h3", "lead-item__title").text == "Titre lessor"


def test_entrances_lead_only_where_one_may_go(home, interfede_client):
    press = PressIndexPage.objects.get()
    audience = Audience.objects.create(title="Presse d’essai")
    AudienceLink.objects.create(audience=audience, target=press, label="La revue")
    assert "Presse d’essai" in interfede_client.get("/").content.decode()
    press.unpublish()
    assert "Presse d’essai" not in interfede_client.get("/").content.decode()


def test_the_other_sites_keep_their_home(sites, clients):
    for theme in ("cisp", "pedatech"):
        html = Html(clients[theme].get("/"))
        assert not html.all("h2", "front__label")
        assert html.one("h1")


def test_it_costs_twelve_queries_above_the_chrome(demo, interfede_client):
    content.changed()
    content.next_change(content.current())  # asked once, by the first page of all
    interfede_client.get("/a-propos/")
    interfede_client.get("/a-propos/")
    chrome = len(interfede_client.queries)
    interfede_client.get("/")
    assert len(interfede_client.queries) - chrome <= 12
    interfede_client.get("/")
    assert len(interfede_client.queries) <= chrome, "the blocks are kept"
