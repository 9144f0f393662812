"""A centre accepts, corrects or adds ROME codes on the page of its personal link (C-28, C-30)."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cisp_map.models import Campaign, CampaignLink, Category, RomeCode, RomeDecision
from cisp_map.models.upkeep import LINK_DAYS, LINK_SALT
from cisp_map.upkeep import campaigns, public_views
from cisp_map.upkeep.rome_table import BY_LINK, COLUMNS, MAX_CODES, decide
from tests.factories import (
    CentreFactory,
    OfferFactory,
    RomeCodeFactory,
    TradeFactory,
    TrainingSitePageFactory,
    UserFactory,
)
from tests.support import HOSTS, Element, Html, writes


@pytest.fixture
def codes(db) -> list[RomeCode]:
    return [
        RomeCodeFactory(code=code, label=label)
        for code, label in (("G1602", "Personnel de cuisine"), ("G1703", "Réception"))
    ]


@pytest.fixture
def trade(codes):
    trade = TradeFactory(name="Commis de cuisine")
    trade.rome_codes.add(codes[0])
    return trade


@pytest.fixture
def site(finder, trade):
    return TrainingSitePageFactory(
        title="Lieu un", centre=CentreFactory(name="Centre A"), trades=[trade]
    )


@pytest.fixture
def foreign(finder, trade):
    """A site of another centre where the same trade is taught."""
    return TrainingSitePageFactory(
        title="Lieu d’un autre", centre=CentreFactory(name="Centre B"), trades=[trade]
    )


@pytest.fixture
def link(site) -> CampaignLink:
    campaign = Campaign.objects.create(name="Printemps", started_at=timezone.now())
    return CampaignLink.objects.create(campaign=campaign, centre=site.centre)


def address(link: CampaignLink, end: str = "codes-rome/") -> str:
    return f"/mise-a-jour/{link.token}/{end}"


def answer(client, link, site, trade, action: str, codes: str):
    data = {"formation": f"{site.pk}-{trade.pk}", "action": action, "codes": codes}
    return client.post(address(link), data)


def decided() -> tuple[str, list[str], bool]:
    """State, codes and «by the link» of the only decision."""
    found = RomeDecision.objects.get()
    return found.state, [each.code for each in found.codes.all()], found.by_link


def form_of(html: Html, action: str) -> dict[str, str]:
    """What the browser would send with the button of an action."""
    button = next(each for each in html.all("button", name="action") if _is(each, action))
    form = next(each for each in button.parents if each.tag == "form")
    fields = [each for each in html.all("input") if form in each.parents]
    return {each.attrs["name"]: each.attrs.get("value", "") for each in fields} | {"action": action}


def _is(button: Element, action: str) -> bool:
    return button.attrs["value"] == action


# --- What the centre does ----------------------------------------------------------------------


def test_the_proposal_is_shown_and_nothing_is_written(cisp_client, link, site, foreign):
    for path in (address(link, ""), address(link)):
        assert cisp_client.get(path).status_code == 200
    text = Html(cisp_client.get(address(link))).one("main").text
    for words in ("Commis de cuisine", "G1602", "Personnel de cuisine", "Lieu un"):
        assert words in text
    for words in ("C’est juste", "Corriger", "Ajouter un code"):
        assert words in text
    assert "Lieu d’un autre" not in text
    assert RomeDecision.objects.count() == 0


def test_it_is_right(cisp_client, link, site, trade):
    data = form_of(Html(cisp_client.get(address(link))), "juste")
    response = cisp_client.post(address(link), data)
    assert response.status_code == 302
    assert decided() == ("accepte", ["G1602"], True)
    text = Html(cisp_client.get(response["Location"].partition("#")[0])).one("main").text
    assert "C’est noté" in text
    assert f"par {BY_LINK}" in text
    assert "C’est juste" not in text


def test_it_is_corrected(cisp_client, link, site, trade):
    data = form_of(Html(cisp_client.get(address(link))), "corriger")
    assert data["codes"] == "G1602"
    cisp_client.post(address(link), data | {"codes": "g1703"})
    assert decided() == ("corrige", ["G1703"], True)


def test_one_is_added(cisp_client, link, site, trade):
    data = form_of(Html(cisp_client.get(address(link))), "ajouter")
    cisp_client.post(address(link), data | {"codes": " g1703 "})
    assert decided() == ("ajoute", ["G1602", "G1703"], True)


def test_one_is_added_where_none_was_proposed(cisp_client, link, site, codes):
    bare = TradeFactory(name="Sans code")
    OfferFactory(page=site, trade=bare)
    text = Html(cisp_client.get(address(link))).one("main").text
    assert "Pas de proposition : ajoutez un code." in text
    answer(cisp_client, link, site, bare, "ajouter", "G1703")
    assert decided() == ("ajoute", ["G1703"], True)


def test_nothing_is_accepted_where_nothing_is_proposed(cisp_client, link, site, codes):
    bare = TradeFactory()
    OfferFactory(page=site, trade=bare)
    assert answer(cisp_client, link, site, bare, "juste", "").status_code == 409
    assert RomeDecision.objects.count() == 0


def test_all_proposals_at_once(cisp_client, link, site, codes):
    second = TradeFactory(name="Réception")
    second.rome_codes.set(codes)
    OfferFactory(page=site, trade=second)
    html = Html(cisp_client.get(address(link)))
    form = html.one("form", "update__confirm")
    sent = {"action": "juste", "formation": [], "codes": []}
    for each in html.all("input", type="hidden"):
        if form in each.parents and each.attrs["name"] in sent:
            sent[each.attrs["name"]].append(each.attrs["value"])
    cisp_client.post(address(link), sent)
    assert RomeDecision.objects.filter(state="accepte", by_link=True).count() == 2
    text = Html(cisp_client.get(address(link, ""))).one("main").text
    assert "Vous avez répondu pour vos 2 formations" in text


def test_a_proposal_that_changed_meanwhile_is_not_accepted(cisp_client, link, site, trade, codes):
    data = form_of(Html(cisp_client.get(address(link))), "juste")
    trade.rome_codes.set([codes[1]])
    response = cisp_client.post(address(link), data)
    assert response.status_code == 409
    text = Html(response).one("main").text
    assert "Les codes ont changé entre-temps." in text
    assert "G1703" in text
    assert RomeDecision.objects.count() == 0


def test_sending_twice_keeps_one_decision(cisp_client, link, site, trade):
    for _ in range(2):
        assert answer(cisp_client, link, site, trade, "corriger", "G1703").status_code == 302
    assert decided() == ("corrige", ["G1703"], True)


def test_everything_is_right_says_nothing_of_the_codes(cisp_client, link, site):
    page = Html(cisp_client.get(address(link, ""))).one("main").text
    assert "1 formation à un métier sur 1 attend votre avis." in page
    assert "Ce clic ne dit rien de vos codes ROME" in page
    cisp_client.post(address(link, "tout-est-exact/"))
    site.refresh_from_db()
    assert site.verified_on == timezone.localdate()
    assert RomeDecision.objects.count() == 0


def test_the_answer_leaves_the_link_open(cisp_client, link, site, trade):
    answer(cisp_client, link, site, trade, "corriger", "G1703")
    text = Html(cisp_client.get(address(link, ""))).one("main").text
    assert "Ce clic ne dit rien" not in text
    assert cisp_client.post(address(link, "tout-est-exact/")).status_code == 302


def test_the_public_page_shows_the_codes_of_the_centre(cisp_client, link, site, trade):
    answer(cisp_client, link, site, trade, "corriger", "G1703")
    html = cisp_client.get(site.url).content.decode()
    assert "G1703" in html
    assert "G1602" not in html


# --- What is wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["corriger", "ajouter"])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "au moins un code ROME"),
        ("K1801", "Nous n’avons pas ce code : K1801."),
        ("Z1602", "Ce n’est pas un code ROME : Z1602."),
        ("G160", "Ce n’est pas un code ROME : G160."),
        ("<b>", "Ce n’est pas un code ROME : <B>."),
        ("G1602 " * 40, "G1"),
        (" ".join(f"K18{n:02}" for n in range(MAX_CODES + 1)), f"Pas plus de {MAX_CODES} codes"),
        ("\x00", "Ce n’est pas un code ROME"),
    ],
)
def test_wrong_codes_are_told_beside_their_field(
    cisp_client, link, site, trade, action, typed, sentence
):
    response = answer(cisp_client, link, site, trade, action, typed)
    if typed.startswith("G1602 "):
        # Cut after sixty signs: the last one is half a code.
        assert response.status_code in (302, 400)
        return
    assert response.status_code == 400
    html = Html(response)
    field = html.one("input", "input", **{"aria-invalid": "true"})
    error = html.one("p", id=f"{action}-{site.pk}-{trade.pk}-erreur")
    assert error.attrs["id"] in field.attrs["aria-describedby"]
    assert sentence in error.text
    assert any(each.tag == "details" and "open" in each.attrs for each in field.parents)
    assert RomeDecision.objects.count() == 0


@pytest.mark.parametrize("action", ["juste", "corriger", "ajouter"])
def test_a_course_of_another_centre(cisp_client, link, site, trade, foreign, action):
    assert answer(cisp_client, link, foreign, trade, action, "G1602").status_code == 403
    # Nor hidden among one's own.
    data = {
        "action": action,
        "formation": [f"{site.pk}-{trade.pk}", f"{foreign.pk}-{trade.pk}"],
        "codes": ["G1602", "G1602"],
    }
    assert cisp_client.post(address(link), data).status_code == 403
    assert RomeDecision.objects.count() == 0


def test_a_course_that_is_not_there(cisp_client, link, site, trade, codes):
    other = TradeFactory()  # taught nowhere
    basic = TradeFactory(category=Category.BASIC)
    OfferFactory(page=site, trade=basic)
    keys = [f"{site.pk}-{other.pk}", f"{site.pk}-{basic.pk}", f"99999-{trade.pk}"]
    for key in [*keys, "", "x", "-", "1-1-1", "99999999999-1", "१-१"]:
        data = {"formation": key, "action": "corriger", "codes": "G1602"}
        assert cisp_client.post(address(link), data).status_code == 404, key
    for data in (
        {},
        {"formation": f"{site.pk}-{trade.pk}"},
        {"formation": f"{site.pk}-{trade.pk}", "action": "effacer"},
        {"action": "juste"},
    ):
        assert cisp_client.post(address(link), data).status_code == 404, data
    assert RomeDecision.objects.count() == 0


def test_a_site_that_is_not_published(cisp_client, link, site, trade):
    site.unpublish()
    assert answer(cisp_client, link, site, trade, "juste", "G1602").status_code == 404
    assert "Commis de cuisine" not in cisp_client.get(address(link)).content.decode()


def test_an_old_link(cisp_client, link, site, trade):
    signer = signing.TimestampSigner(salt=LINK_SALT)
    payload = link.token.rpartition(":")[0].rpartition(":")[0]
    days = timedelta(days=LINK_DAYS + 1)
    stamp = signing.b62_encode(int((timezone.now() - days).timestamp()))
    token = signing.Signer(salt=LINK_SALT).sign(f"{payload}{signer.sep}{stamp}")
    path = f"/mise-a-jour/{token}/codes-rome/"
    data = {"formation": f"{site.pk}-{trade.pk}", "action": "juste", "codes": "G1602"}
    assert cisp_client.get(path).status_code == 410
    assert cisp_client.post(path, data).status_code == 410
    assert RomeDecision.objects.count() == 0


def test_a_used_link(cisp_client, link, site, trade):
    path = address(link)
    campaigns.confirm(link, link.nonce)
    data = {"formation": f"{site.pk}-{trade.pk}", "action": "juste", "codes": "G1602"}
    assert cisp_client.get(path).status_code == 410
    assert cisp_client.post(path, data).status_code == 410
    assert RomeDecision.objects.count() == 0


def test_an_address_that_was_never_signed(cisp_client, finder):
    assert cisp_client.get("/mise-a-jour/abc/codes-rome/").status_code == 403
    assert cisp_client.post("/mise-a-jour/abc/codes-rome/").status_code == 403


def test_the_link_is_of_cisp_be_alone(link):
    client = Client(headers={"host": HOSTS["interfede"]})
    assert client.get(address(link)).status_code == 404


def test_too_many_answers(cisp_client, link, site, trade, monkeypatch):
    monkeypatch.setattr(public_views, "CODES_AN_HOUR", 2)
    statuses = [
        answer(cisp_client, link, site, trade, "corriger", "G1703").status_code for _ in range(3)
    ]
    assert statuses == [302, 302, 429]


# --- The desk ----------------------------------------------------------------------------------


def test_the_desk_and_its_file_tell_who_decided(cisp_client, link, site, trade, foreign, codes):
    person = UserFactory(
        username="editrice", groups=[Group.objects.get(name="Publication cisp.be")]
    )
    answer(cisp_client, link, site, trade, "corriger", "G1703")
    decide(foreign, trade, codes[:1], person)
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(person)
    assert f"par {BY_LINK}" in client.get(reverse("cisp_map_rome")).content.decode()
    content = client.get(reverse("cisp_map_rome_csv")).content.decode("utf-8-sig")
    rows = {row["centre"]: row for row in csv.DictReader(io.StringIO(content))}
    assert tuple(next(iter(rows.values()))) == COLUMNS
    assert rows["Centre A"]["décidé par"] == BY_LINK
    assert rows["Centre A"]["état"] == "Corrigé"
    assert rows["Centre A"]["décidé le"] == timezone.localdate().isoformat()
    assert rows["Centre B"]["décidé par"] == str(person)


def test_an_editor_who_decides_again_is_the_one_who_decided(site, trade, codes):
    decide(site, trade, codes, None, by_link=True)
    person = UserFactory()
    assert decide(site, trade, codes, person).by_link is False
    assert RomeDecision.objects.get().decided_by == person


def test_the_number_of_queries_is_constant(link, site, trade):
    client = Client(headers={"host": HOSTS["cisp"]})
    decide(site, trade, list(trade.rome_codes.all()), UserFactory())
    numbers = []
    for wanted in (2, 20):
        while site.centre.sites.count() < wanted:
            page = TrainingSitePageFactory(centre=site.centre, trades=[trade])
            decide(page, trade, list(trade.rome_codes.all()), UserFactory())
        client.get(address(link))
        with CaptureQueriesContext(connection) as captured:
            client.get(address(link))
        assert writes(captured.captured_queries) == []
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] <= 14
