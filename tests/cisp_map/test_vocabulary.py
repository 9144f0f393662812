"""The vocabulary is kept in memory, and a change is seen by the next search."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from cisp_map import vocabulary
from cisp_map.models import FinderPage, Locality, RomeLabel
from cisp_map.points import Point
from cisp_map.vocabulary import current_vocabulary
from tests.factories import (
    CentreFactory,
    FederationFactory,
    HelpPointFactory,
    RomeCodeFactory,
    TradeFactory,
    TradeFamilyFactory,
    TrainingSitePageFactory,
)
from tests.support import Html, result_ids


def token() -> str:
    return FinderPage.objects.values_list("vocabulary_token", flat=True).get()


def test_it_is_read_once(finder, django_assert_num_queries):
    TradeFactory()
    page = FinderPage.objects.get()
    first = current_vocabulary(page)
    with django_assert_num_queries(0):
        assert current_vocabulary(page) is first


def test_another_worker_reads_it_anew(finder, monkeypatch):
    """The token stands in the database: a process that kept the old one sees that it is old."""
    TradeFactory(name="Cuisine")
    kept = current_vocabulary(FinderPage.objects.get())
    old = vocabulary._kept
    TradeFactory(name="Soudure")
    monkeypatch.setattr(vocabulary, "_kept", old)
    renewed = current_vocabulary(FinderPage.objects.get())
    assert renewed is not kept
    assert {trade.name for trade in renewed.trades.values()} == {"Cuisine", "Soudure"}


@pytest.mark.parametrize(
    "factory",
    [
        TradeFactory,
        TradeFamilyFactory,
        FederationFactory,
        RomeCodeFactory,
        HelpPointFactory,
        CentreFactory,
    ],
    ids=lambda factory: factory.__name__,
)
def test_every_change_gives_a_new_token(finder, factory):
    tokens = [token()]
    row = factory()
    tokens.append(token())
    row.save()
    tokens.append(token())
    row.delete()
    tokens.append(token())
    assert len(set(tokens)) == 4


def test_the_rome_codes_of_a_trade_give_a_new_token(finder):
    trade, code = TradeFactory(), RomeCodeFactory()
    tokens = [token()]
    trade.rome_codes.add(code)
    tokens.append(token())
    trade.rome_codes.clear()
    tokens.append(token())
    assert len(set(tokens)) == 3


def test_reading_gives_no_new_token(finder, cisp_client):
    TrainingSitePageFactory(trades=[TradeFactory()])
    before = token()
    for path in ("/", "/formations/?q=x", "/api/formations.geojson"):
        assert cisp_client.get(path).status_code == 200
    assert token() == before


def test_publishing_an_old_draft_of_the_finder_brings_no_old_token_back(finder):
    draft = finder.save_revision()
    seen = {token()}
    TradeFactory()
    seen.add(token())
    draft.publish()
    assert token() not in seen


def test_new_words_of_a_trade_are_found_by_the_next_search(finder, cisp_client):
    trade = TradeFactory(name="Cuisine", words="cuisinier")
    page = TrainingSitePageFactory(trades=[trade])

    def found(words):
        return result_ids(Html(cisp_client.get(f"/formations/?q={words}")))

    assert found("cuisinier") == [page.pk]
    assert found("popote") == []
    trade.words = "cuisinier\npopote"
    trade.save()
    assert found("popote") == [page.pk]
    trade.words = ""
    trade.save()
    assert found("popote") == []


def test_a_new_family_is_a_choice_at_once(finder, cisp_client):
    TrainingSitePageFactory(trades=[TradeFactory()])
    family = TradeFamilyFactory(name="Lutherie", slug="lutherie")
    TrainingSitePageFactory(trades=[TradeFactory(family=family)])
    html = Html(cisp_client.get("/formations/"))
    assert "lutherie" in {each.attrs["value"] for each in html.all("input", name="domaine")}
    assert cisp_client.get("/api/formations.geojson?domaine=lutherie").json()["total"] == 1


def test_a_new_number_of_a_help_point_is_shown_at_once(finder, cisp_client):
    point = HelpPointFactory(phone="081 11 11 11")
    path = "/formations/?lieu=Namur"
    assert "081 11 11 11" in cisp_client.get(path).content.decode()
    point.phone = "081 22 22 22"
    point.save()
    assert "081 22 22 22" in cisp_client.get(path).content.decode()


def test_the_nearest_help_point(finder):
    for slug in ("5000-namur", "4000-liege", "7000-mons"):
        HelpPointFactory(locality=Locality.objects.get(slug=slug))
    known = current_vocabulary(FinderPage.objects.get())
    seraing = Locality.objects.get(slug="4100-seraing")
    point, km = known.nearest_help_point(Point(seraing.lat, seraing.lng))
    assert point.name == "Carrefour des Métiers de Liège"
    assert 3 < km < 12


def test_without_help_points_there_is_none(finder):
    assert current_vocabulary(finder).nearest_help_point(Point(50.4, 4.8)) is None


def test_commands_that_write_in_bulk_give_a_new_token(finder, tmp_path):
    RomeCodeFactory(code="F1703")
    trade = TradeFactory()
    trade.rome_codes.add("F1703")
    before = token()
    file = tmp_path / "rome.csv"
    file.write_text(
        "code_rome,libelle_rome,libelle_appellation\nF1703,Maçonnerie,Briqueteur maçon\n", "utf-8"
    )
    call_command("load_rome", str(file), stdout=StringIO())
    assert RomeLabel.objects.exists()
    assert token() != before


def test_loading_the_gazetteer_gives_a_new_token(finder, gazetteer):
    """Names of places are no trades: the words know them."""
    Locality.objects.filter(slug="5100-jambes").update(name="Autrement")
    before = token()
    call_command("load_gazetteer", stdout=StringIO())
    assert token() != before
