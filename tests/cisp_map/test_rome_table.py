"""ROME codes of the courses: each has a state; accepted, corrected, added; the file (C-28)."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cisp_map.models import Category, Offer, RomeDecision, TrainingSitePage
from cisp_map.upkeep.rome_table import (
    COLUMNS,
    MAX_CODES,
    STATES,
    UnknownCode,
    courses,
    decide,
    parse_codes,
)
from tests.factories import (
    OfferFactory,
    RomeCodeFactory,
    TradeFactory,
    TrainingSitePageFactory,
    UserFactory,
)
from tests.support import HOSTS, Html

EVERY = TrainingSitePage.objects.all


@pytest.fixture
def code(db):
    return RomeCodeFactory(code="G1602", label="Personnel de cuisine")


@pytest.fixture
def trade(code):
    trade = TradeFactory(name="Commis de cuisine")
    trade.rome_codes.add(code)
    return trade


@pytest.fixture
def site(finder, trade):
    return TrainingSitePageFactory(trades=[trade])


@pytest.fixture
def editor(finder):
    client = Client(headers={"host": HOSTS["interfede"]})
    user = UserFactory(groups=[Group.objects.get(name="Rédaction cisp.be")])
    client.force_login(user)
    client.user = user
    return client


def only() -> tuple[str, list[str]]:
    """State and codes of the only course."""
    (row,) = courses(EVERY())
    return row.state, [each.code for each in row.codes]


def test_the_codes_of_the_trade_are_a_proposal(site):
    assert only() == ("propose", ["G1602"])
    assert RomeDecision.objects.count() == 0


def test_a_trade_without_code_says_so(finder):
    TrainingSitePageFactory(trades=[TradeFactory()])
    assert only() == ("sans-proposition", [])


def test_other_courses_have_no_row(finder, trade):
    trade.category = Category.BASIC
    trade.save()
    TrainingSitePageFactory(trades=[trade])
    assert courses(EVERY()) == []


@pytest.mark.parametrize(
    ("codes", "state"),
    [(["G1602"], "accepte"), (["G1703"], "corrige"), (["G1602", "G1703"], "ajoute")],
)
def test_what_was_decided_tells_its_state(site, trade, codes, state):
    RomeCodeFactory(code="G1703")
    decision = decide(site, trade, parse_codes(" ".join(codes)), UserFactory())
    assert decision.state == state
    assert only() == (state, codes)


def test_a_code_where_none_was_proposed_is_added(finder, code):
    trade = TradeFactory()
    site = TrainingSitePageFactory(trades=[trade])
    assert decide(site, trade, [code], None).state == "ajoute"


def test_deciding_again_keeps_one_row(site, trade, code):
    decide(site, trade, [RomeCodeFactory(code="G1703")], None)
    decide(site, trade, [code], None)
    assert only() == ("accepte", ["G1602"])


def test_a_course_that_comes_back_keeps_its_codes(site, trade, code):
    decide(site, trade, [code], None)
    Offer.objects.filter(page=site).delete()
    assert courses(EVERY()) == []
    OfferFactory(page=site, trade=trade)
    assert only()[0] == "accepte"


def test_every_vocational_course_of_the_demo_has_a_state(demo):
    rows = courses(EVERY())
    pairs = set(
        Offer.objects.filter(page__live=True, trade__category=Category.VOCATIONAL).values_list(
            "page_id", "trade_id"
        )
    )
    assert {(row.site.pk, row.trade.pk) for row in rows} == pairs
    assert len(rows) == len(pairs) > 0
    assert {row.state for row in rows} <= set(STATES)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "au moins un code"),
        (" , ", "au moins un code"),
        ("G9999", "Code inconnu : G9999"),
        ("=1+1", "pas un code ROME : =1\\+1"),
        ("Z1602", "pas un code ROME"),
        ("G16020", "pas un code ROME"),
        ("G१६०२", "pas un code ROME"),
        ("<b>", "pas un code ROME"),
        ("a b c d e f g", f"Pas plus de {MAX_CODES}"),
    ],
)
def test_bad_codes_are_explained(code, typed, sentence):
    with pytest.raises(UnknownCode, match=sentence):
        parse_codes(typed)


def test_codes_are_read_as_people_type_them(code):
    RomeCodeFactory(code="G1703")
    assert [each.code for each in parse_codes("g1602 ; G1703,G1602")] == ["G1602", "G1703"]


# --- The screen --------------------------------------------------------------------------------


def test_an_editor_accepts_in_one_click(editor, site, trade):
    address = reverse("cisp_map_rome_decide")
    response = editor.post(address, {"course": f"{site.pk}-{trade.pk}", "codes": "G1602"})
    assert response.status_code == 302
    decision = RomeDecision.objects.get()
    assert (decision.state, decision.decided_by) == ("accepte", editor.user)


def test_all_proposals_of_a_page_at_once(editor, finder, trade):
    sites = [TrainingSitePageFactory(trades=[trade]) for _ in range(3)]
    html = Html(editor.get(reverse("cisp_map_rome")))
    form = [each.attrs["value"] for each in html.all("input", name="course") if each.attrs["value"]]
    editor.post(reverse("cisp_map_rome_decide"), {"course": form, "accept_all": "1"})
    assert RomeDecision.objects.filter(state="accepte").count() == len(sites)


def test_a_wrong_code_is_told_beside_its_course(editor, site, trade):
    response = editor.post(
        reverse("cisp_map_rome_decide"), {"course": f"{site.pk}-{trade.pk}", "codes": "Z1 <b>"}
    )
    assert response.status_code == 422
    html = Html(response)
    field = html.one("input", name="codes")
    assert field.attrs["value"] == "Z1 <b>"
    assert field.attrs["aria-invalid"] == "true"
    assert html.one("p", id=field.attrs["aria-describedby"]).text.startswith(
        "Ce n’est pas un code ROME"
    )
    assert RomeDecision.objects.count() == 0


@pytest.mark.parametrize("key", ["", "x", "0-0", "1", "99999999999-1", "-", "1-1-1"])
@pytest.mark.parametrize("more", [{}, {"accept_all": "1"}])
def test_a_course_that_is_not_there(editor, site, key, more):
    response = editor.post(
        reverse("cisp_map_rome_decide"), {"course": key, "codes": "G1602"} | more
    )
    assert response.status_code in (302, 404)
    assert RomeDecision.objects.count() == 0


def test_the_list_of_one_state(editor, site, trade):
    TrainingSitePageFactory(title="Sans code", trades=[TradeFactory()])
    for state, there, absent in (
        ("propose", site.title, "Sans code"),
        ("sans-proposition", "Sans code", site.title),
    ):
        text = Html(editor.get(f"{reverse('cisp_map_rome')}?etat={state}")).one("main").text
        assert there in text
        assert absent not in text


def test_the_number_of_queries_is_constant(editor, finder, trade):
    numbers = []
    for wanted in (1, 20):
        while TrainingSitePage.objects.count() < wanted:
            TrainingSitePageFactory(trades=[trade])
        editor.get(reverse("cisp_map_rome"))
        with CaptureQueriesContext(connection) as captured:
            editor.get(reverse("cisp_map_rome"))
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


def test_the_file(editor, site, trade, code):
    TrainingSitePage.objects.filter(pk=site.pk).update(title="=HYPERLINK(1)")
    decide(site, trade, [code], None)
    response = editor.get(reverse("cisp_map_rome_csv"))
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    row = dict(zip(*rows, strict=True))
    assert row["lieu"] == "'=HYPERLINK(1)"
    assert (row["codes ROME"], row["état"]) == ("G1602", "Accepté")
    assert row["décidé par"] == ""
    decide(site, trade, [code], editor.user)
    assert "par " + str(editor.user) in editor.get(reverse("cisp_map_rome")).content.decode()


def test_the_public_page_shows_the_decided_codes(cisp_client, site, trade):
    decide(site, trade, [RomeCodeFactory(code="G1703", label="Réception")], None)
    for path in (site.url, f"{site.url}{trade.slug}/"):
        text = cisp_client.get(path).content.decode()
        assert "G1703" in text, path
        assert "G1602" not in text, path
