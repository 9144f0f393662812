"""The campaign of update: personal links, one click, proposals that wait for an editor (C-30)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail, signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cisp_map.models import Campaign, CampaignLink, ErrorReport, TrainingSitePage
from cisp_map.models.upkeep import LINK_DAYS, LINK_SALT
from cisp_map.upkeep import campaigns
from tests.factories import CentreFactory, OfferFactory, TrainingSitePageFactory, UserFactory
from tests.support import HOSTS, Html, writes

HOUR = 3600


@pytest.fixture
def centre(finder):
    centre = CentreFactory(name="Centre A", email="a@example.org")
    for title in ("Lieu un", "Lieu deux"):
        page = TrainingSitePageFactory(title=title, centre=centre, phone="081 74 32 00")
        page.save_revision().publish()
    return centre


@pytest.fixture
def other(finder):
    centre = CentreFactory(name="Centre B", email="b@example.org")
    TrainingSitePageFactory(title="Lieu d’un autre", centre=centre).save_revision().publish()
    return centre


@pytest.fixture
def campaign(centre, other, django_capture_on_commit_callbacks):
    found = Campaign.objects.create(name="Campagne d’essai")
    with django_capture_on_commit_callbacks(execute=True):
        assert campaigns.start(found)
    return found


@pytest.fixture
def link(campaign, centre) -> CampaignLink:
    return campaign.links.get(centre=centre)


def address(link: CampaignLink, *more: object) -> str:
    return f"/mise-a-jour/{link.token}/" + "".join(f"{each}/" for each in more)


def site_of(centre) -> TrainingSitePage:
    return TrainingSitePage.objects.filter(centre=centre).order_by("title").first()


def old_token(link: CampaignLink, days: int) -> str:
    """The token as it was signed some days ago."""
    signer = signing.TimestampSigner(salt=LINK_SALT)
    value, _, _ = link.token.rpartition(":")
    payload = value.rpartition(":")[0]
    stamp = signing.b62_encode(int(timezone.now().timestamp()) - days * 24 * HOUR)
    return signing.Signer(salt=LINK_SALT).sign(f"{payload}{signer.sep}{stamp}")


def editor(group: str = "Publication cisp.be") -> Client:
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(
        UserFactory(email="editeur@example.org", groups=[Group.objects.get(name=group)])
    )
    return client


# --- Sending -----------------------------------------------------------------------------------


def test_each_centre_receives_its_own_link(campaign, centre, other):
    assert sorted(each.to[0] for each in mail.outbox) == ["a@example.org", "b@example.org"]
    for message in mail.outbox:
        (url,) = re.findall(r"http://cisp\.localhost\S*", message.body)
        found = campaigns.open_link(url.split("/")[-2])
        assert found.email == message.to[0]
        assert found.centre.name in message.body
    assert not campaign.links.filter(sent_at=None).exists()


def test_a_campaign_starts_once(campaign, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert not campaigns.start(campaign)
    assert len(mail.outbox) == 2


def test_the_address_of_a_site_serves_a_centre_without_one(finder):
    centre = CentreFactory(email="")
    TrainingSitePageFactory(centre=centre, email="lieu@example.org")
    nobody = CentreFactory(email="")
    TrainingSitePageFactory(centre=nobody)
    CentreFactory(email="sans-lieu@example.org")
    assert {each.pk: to for each, to in campaigns.recipients()} == {
        centre.pk: "lieu@example.org",
        nobody.pk: "",
    }


def test_a_mail_that_fails_breaks_nothing(centre, other, monkeypatch, settings):
    class Broken:
        def send_messages(self, messages):
            if messages[0].to == ["a@example.org"]:
                raise OSError("le serveur ne répond pas")
            mail.outbox.extend(messages)

    monkeypatch.setattr(campaigns, "get_connection", Broken)
    found = Campaign.objects.create(name="Campagne")
    campaigns.start(found)
    campaigns.send.call(found.pk)
    bad, good = found.links.get(centre=centre), found.links.get(centre=other)
    assert (bad.sent_at, bad.problem) == (None, campaigns.NOT_SENT)
    assert good.sent_at
    assert good.problem == ""
    page = Html(editor().get(reverse("cisp_map_campaign", args=[found.pk])))
    assert campaigns.NOT_SENT in page.one("main").text


def test_a_reminder_goes_to_those_who_said_nothing(
    campaign, link, other, django_capture_on_commit_callbacks
):
    campaigns.confirm(link, link.nonce)
    other.email = "nouvelle@example.org"
    other.save()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert campaigns.remind(campaign) == 1
    assert [each.to for each in mail.outbox] == [["nouvelle@example.org"]]


# --- The page of the centre --------------------------------------------------------------------


def test_the_centre_sees_its_sites_as_published(cisp_client, link, centre, other):
    page = site_of(centre)
    page.opening_hours = "un brouillon de la rédaction"
    page.save_revision()
    response = cisp_client.get(address(link))
    text = Html(response).one("main").text
    assert "Lieu un" in text
    assert "Lieu deux" in text
    assert "Lieu d’un autre" not in text
    assert "un brouillon" not in text
    assert response["Cache-Control"] == "private, no-store"
    assert "noindex" in response["X-Robots-Tag"]


def test_reading_never_writes(cisp_client, link, centre):
    """Programs that check mails follow every link (PublicClient fails when a GET writes)."""
    for path in (address(link), address(link, "lieu", site_of(centre).pk)):
        assert cisp_client.get(path).status_code == 200
    for path in (address(link, "tout-est-exact"), address(link, "nouveau-lien")):
        assert cisp_client.get(path).status_code == 405
    link.refresh_from_db()
    assert not link.is_answered
    assert not TrainingSitePage.objects.exclude(verified_on=None).exists()


def test_the_number_of_queries_is_constant(link, centre):
    client = Client(headers={"host": HOSTS["cisp"]})
    OfferFactory(page=site_of(centre))
    numbers = []
    for wanted in (2, 12):
        while TrainingSitePage.objects.filter(centre=centre).count() < wanted:
            OfferFactory(page=TrainingSitePageFactory(centre=centre))
        client.get(address(link))
        with CaptureQueriesContext(connection) as captured:
            client.get(address(link))
        assert writes(captured.captured_queries) == []
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] <= 15


@pytest.mark.parametrize("theme", ["interfede", "pedatech"])
def test_the_link_is_of_cisp_be_alone(link, theme):
    client = Client(headers={"host": HOSTS[theme]})
    assert client.get(address(link)).status_code == 404


# --- Everything is right -----------------------------------------------------------------------


def test_one_click_notes_the_day(cisp_client, link, centre, other):
    offer = OfferFactory(
        page=site_of(centre),
        start_kind="date",
        starts_on=timezone.localdate() + timedelta(days=30),
    )
    response = cisp_client.post(address(link, "tout-est-exact"))
    assert response["Location"] == "/mise-a-jour/merci/"
    assert cisp_client.get(response["Location"]).status_code == 200
    today = timezone.localdate()
    for page in TrainingSitePage.objects.filter(centre=centre):
        assert page.verified_on == today
        assert page.live
        assert not page.has_unpublished_changes
    assert site_of(other).verified_on is None
    offer.refresh_from_db()
    assert offer.start_confirmed_on == today
    assert "Vérifié le" in Html(cisp_client.get(site_of(centre).url)).one("main").text


def test_a_draft_of_an_editor_stays_a_draft(cisp_client, link, centre):
    page = site_of(centre)
    page.opening_hours = "un brouillon"
    page.save_revision()
    cisp_client.post(address(link, "tout-est-exact"))
    page = TrainingSitePage.objects.get(pk=page.pk)
    assert page.verified_on == timezone.localdate()
    assert page.opening_hours == ""
    assert page.has_unpublished_changes
    draft = page.get_latest_revision_as_object()
    assert (draft.opening_hours, draft.verified_on) == ("un brouillon", timezone.localdate())


def test_a_used_link_is_over(cisp_client, link, centre):
    before = address(link)
    assert cisp_client.post(f"{before}tout-est-exact/").status_code == 302
    TrainingSitePage.objects.update(verified_on=None)
    for method, path in (
        ("get", before),
        ("post", f"{before}tout-est-exact/"),
        ("get", f"{before}lieu/{site_of(centre).pk}/"),
        ("post", f"{before}lieu/{site_of(centre).pk}/"),
    ):
        response = getattr(cisp_client, method)(path)
        assert response.status_code == 410, path
        assert "Renvoyer le lien" in response.content.decode()
    assert not TrainingSitePage.objects.exclude(verified_on=None).exists()


def test_two_clicks_at_once_confirm_once(link):
    assert campaigns.confirm(link, link.nonce) == 2
    assert campaigns.confirm(link, link.nonce) is None


# --- Links that do not open --------------------------------------------------------------------


def test_a_link_of_one_centre_on_another(cisp_client, link, other):
    foreign = site_of(other)
    path = address(link, "lieu", foreign.pk)
    assert cisp_client.get(path).status_code == 403
    assert cisp_client.post(path, {"phone": "0"}).status_code == 403
    foreign.refresh_from_db()
    assert not foreign.has_unpublished_changes


@pytest.mark.parametrize("days", [LINK_DAYS + 1, 400])
def test_an_old_link_asks_for_a_new_one(
    cisp_client, link, days, django_capture_on_commit_callbacks
):
    mail.outbox.clear()
    token = old_token(link, days)
    for path in (f"/mise-a-jour/{token}/", f"/mise-a-jour/{token}/lieu/1/"):
        response = cisp_client.get(path)
        assert response.status_code == 410
    assert cisp_client.post(f"/mise-a-jour/{token}/tout-est-exact/").status_code == 410
    form = Html(response).one("form", action=f"/mise-a-jour/{token}/nouveau-lien/")
    with django_capture_on_commit_callbacks(execute=True):
        assert cisp_client.post(form.attrs["action"]).status_code == 200
    assert [each.to for each in mail.outbox] == [["a@example.org"]]
    (url,) = re.findall(r"http://cisp\.localhost(\S*)", mail.outbox[0].body)
    assert cisp_client.get(url[url.index("/mise") :]).status_code == 200


def test_a_link_of_yesterday_opens(cisp_client, link):
    assert cisp_client.get(f"/mise-a-jour/{old_token(link, LINK_DAYS - 1)}/").status_code == 200


def test_new_links_are_braked(cisp_client, link):
    mail.outbox.clear()
    for _ in range(5):
        cisp_client.post(address(link, "nouveau-lien"))
    assert len(mail.outbox) == 3


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "é", "a" * 3000])
def test_an_address_that_was_never_signed(cisp_client, finder, token):
    for path in (f"/mise-a-jour/{token}/", f"/mise-a-jour/{token}/lieu/1/"):
        assert cisp_client.get(path).status_code == 403
    for end in ("tout-est-exact", "nouveau-lien"):
        assert cisp_client.post(f"/mise-a-jour/{token}/{end}/").status_code == 403
    assert mail.outbox == []


def test_a_token_with_one_changed_sign(cisp_client, link):
    token = link.token
    changed = token[:5] + ("A" if token[5] != "A" else "B") + token[6:]
    assert cisp_client.get(f"/mise-a-jour/{changed}/").status_code == 403


def test_a_link_of_a_deleted_campaign(cisp_client, link):
    path = address(link)
    link.campaign.delete()
    assert cisp_client.get(path).status_code == 410


# --- Proposals ---------------------------------------------------------------------------------


def facts(page: TrainingSitePage, **changes) -> dict[str, str]:
    """The form as the browser would send it."""
    data = {
        name: getattr(page, name)
        for name in ("address", "phone", "email", "website", "opening_hours", "audience")
    }
    return data | {"remark": ""} | changes


def test_a_proposal_waits_for_an_editor(cisp_client, link, centre):
    publisher = editor()
    page = site_of(centre)
    path = address(link, "lieu", page.pk)
    data = facts(page, phone="081 99 88 77", wheelchair="on", remark="Nous arrêtons le jardinage.")
    response = cisp_client.post(path, data)
    assert response.status_code == 302
    page = TrainingSitePage.objects.get(pk=page.pk)
    assert page.phone == "081 74 32 00"
    assert page.has_unpublished_changes
    assert page.workflow_in_progress
    draft = page.get_latest_revision_as_object()
    assert (draft.phone, draft.wheelchair) == ("081 99 88 77", True)
    report = ErrorReport.objects.get()
    assert (report.origin, report.text) == ("centre", "Nous arrêtons le jardinage.")
    link.refresh_from_db()
    assert link.proposed_at
    text = Html(cisp_client.get(response["Location"])).one("main").text
    assert "votre proposition est arrivée" in text
    assert "Un changement attend d’être relu." in text
    # The editor approves in the admin: now it is public.
    state = page.current_workflow_task_state
    approved = publisher.post(
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    )
    assert approved.status_code == 302
    page = TrainingSitePage.objects.get(pk=page.pk)
    assert page.phone == "081 99 88 77"
    assert not page.has_unpublished_changes


def test_a_second_proposal_joins_the_first(cisp_client, link, centre):
    page = site_of(centre)
    path = address(link, "lieu", page.pk)
    cisp_client.post(path, facts(page, phone="081 99 88 77"))
    cisp_client.post(path, facts(page, address="Rue Neuve 1"))
    page = TrainingSitePage.objects.get(pk=page.pk)
    draft = page.get_latest_revision_as_object()
    assert (draft.phone, draft.address) == ("081 99 88 77", "Rue Neuve 1")
    assert page.current_workflow_task_state.revision == page.latest_revision


def test_only_what_changed_is_laid_over_the_draft_of_an_editor(cisp_client, link, centre):
    page = site_of(centre)
    page.opening_hours = "de l’éditeur"
    page.save_revision()
    published = TrainingSitePage.objects.get(pk=page.pk)
    cisp_client.post(address(link, "lieu", page.pk), facts(published, phone="081 99 88 77"))
    draft = TrainingSitePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert (draft.opening_hours, draft.phone) == ("de l’éditeur", "081 99 88 77")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Vous n’avez rien changé."),
        ({"email": "pas une adresse"}, "Cette adresse e-mail n’est pas complète."),
        ({"website": "pas un site"}, "Cette adresse de site n’est pas complète"),
        ({"phone": "0" * 31}, "30"),
        ({"remark": "a" * 1001}, "1000"),
    ],
)
def test_bad_proposals_are_explained(cisp_client, link, centre, changes, sentence):
    page = site_of(centre)
    response = cisp_client.post(address(link, "lieu", page.pk), facts(page, **changes))
    assert response.status_code == 400
    assert sentence in Html(response).one("main").text
    page.refresh_from_db()
    assert not page.has_unpublished_changes


def test_a_site_that_is_not_published_is_not_shown(cisp_client, link, centre):
    page = site_of(centre)
    page.unpublish()
    assert cisp_client.get(address(link, "lieu", page.pk)).status_code == 404
    assert cisp_client.get(address(link, "lieu", 999999)).status_code == 404


# --- The desk ----------------------------------------------------------------------------------


def test_an_editor_prepares_previews_and_starts(centre, other, django_capture_on_commit_callbacks):
    client = editor()
    data = {"name": "Printemps", "subject": "Vos lieux", "message": "Bonjour à vous."}
    response = client.post(reverse("cisp_map_campaigns"), data)
    assert response.status_code == 302
    shown = Html(client.get(response["Location"])).one("main").text
    assert "Bonjour à vous." in shown
    assert "2 centres sur 2" in shown
    assert mail.outbox == []
    found = Campaign.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("cisp_map_campaign_envoyer", args=[found.pk]))
    assert len(mail.outbox) == 2
    campaigns.confirm(found.links.get(centre=centre), found.links.get(centre=centre).nonce)
    after = Html(client.get(response["Location"])).one("main").text
    assert "Tout est exact, le" in after
    assert "1 sans réponse" in after
    assert "1 sur 2" in Html(client.get(reverse("cisp_map_campaigns"))).one("main").text


def test_a_campaign_needs_its_words(finder):
    response = editor().post(
        reverse("cisp_map_campaigns"), {"name": "", "subject": "", "message": ""}
    )
    assert response.status_code == 422
    assert "Donnez un nom à la campagne." in response.content.decode()
    assert Campaign.objects.count() == 0


def test_a_subject_is_one_line(centre):
    found = Campaign(name="x", subject="Objet\nBcc: tous@example.org", message="x")
    message = campaigns.mail(found, centre.name, "https://cisp.be/", "a@example.org")
    assert "\n" not in message.subject


@pytest.mark.parametrize("group", ["Rédaction cisp.be", "Publication interfede.be", "Centres"])
def test_who_may_not_write_to_the_centres(campaign, group):
    client = editor(group)
    assert client.get(reverse("cisp_map_campaigns")).status_code == 302
    for action in ("envoyer", "rappeler"):
        path = reverse(f"cisp_map_campaign_{action}", args=[campaign.pk])
        assert client.post(path).status_code == 302
    assert len(mail.outbox) == 2
