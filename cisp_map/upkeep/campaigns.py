"""The yearly call to the centres: one personal link each, sent in the background (C-30).

A link opens for LINK_DAYS days. Its key changes when the centre says that all is right, so a link
that was used opens no more. Reading a page never writes: programs that check mails follow links.
"""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core import signing
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django_tasks import task
from wagtail.models import Site

from cisp_map.models import (
    Campaign,
    CampaignLink,
    Centre,
    ErrorReport,
    StartKind,
    TrainingSitePage,
)
from cisp_map.models.upkeep import LINK_DAYS, LINK_SALT, new_nonce
from home.themes import Theme

NO_ADDRESS = "Pas d’adresse e-mail : ajoutez-la à la fiche du centre."
NOT_SENT = "L’e-mail n’est pas parti. Essayez encore plus tard."
SIGNATURE = "L’équipe de cisp.be, Interfédération des CISP"

logger = logging.getLogger(__name__)


class ClosedLink(Exception):
    """A link of ours that opens no more. `link` is None when it cannot be sent anew."""

    def __init__(self, link: CampaignLink | None, *, is_used: bool) -> None:
        super().__init__()
        self.link, self.is_used = link, is_used


class ForeignLink(Exception):
    """An address that we never signed, or one that was cut."""


# --- Links -------------------------------------------------------------------------------------


def open_link(token: str) -> CampaignLink:
    """The link of an address. Raises ClosedLink (used, too old) or ForeignLink."""
    link, nonce = _read(token, None)
    try:
        _read(token, LINK_DAYS * 24 * 3600)
    except signing.SignatureExpired as error:
        raise ClosedLink(link, is_used=False) from error
    if link is None or link.nonce != nonce:
        raise ClosedLink(link, is_used=True)
    return link


def link_of(token: str) -> CampaignLink | None:
    """The link of an address of any age, to be sent anew to its own centre. Raises ForeignLink."""
    return _read(token, None)[0]


def _read(token: str, max_age: int | None) -> tuple[CampaignLink | None, str]:
    try:
        pk, nonce = signing.loads(token, salt=LINK_SALT, max_age=max_age)
    except signing.SignatureExpired:
        raise
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise ForeignLink from error
    found = CampaignLink.objects.select_related("centre", "campaign").filter(pk=pk).first()
    return found, nonce


def sites_of(centre: Centre) -> QuerySet[TrainingSitePage]:
    """The sites that the public sees under this centre, by title."""
    return (
        TrainingSitePage.objects.filter(centre=centre, live=True)
        .select_related("locality", "centre")
        .prefetch_related("offers__trade")
        .order_by("title", "pk")
    )


def address_of(link: CampaignLink) -> str:
    """The whole address of a link, on cisp.be."""
    return f"{base_address()}{reverse('cisp_map_update', args=[link.token])}"


def base_address() -> str:
    """The address of cisp.be, without a slash."""
    return Site.objects.get(sitebranding__theme=Theme.CISP).root_url


# --- Sending -----------------------------------------------------------------------------------


def recipients() -> list[tuple[Centre, str]]:
    """Centres with a page that the public sees, and the address to write to, or ""."""
    centres = Centre.objects.filter(sites__live=True).distinct().order_by("name", "pk")
    others: dict[int, str] = {}
    rows = (
        TrainingSitePage.objects.filter(live=True)
        .exclude(email="")
        .order_by("-path")
        .values_list("centre_id", "email")
    )
    for centre, email in rows:
        others[centre] = email
    return [(centre, centre.email or others.get(centre.pk, "")) for centre in centres]


def mail(campaign: Campaign, centre: str, address: str, to: str) -> EmailMessage:
    """The mail of one centre, as plain text: everybody can read it, and no program blocks it."""
    body = (
        f"{campaign.message.strip()}\n\n"
        f"Centre : {centre}\n"
        f"Votre lien personnel, valable {LINK_DAYS} jours :\n{address}\n\n"
        "Ce lien est pour votre centre seul : ne le donnez pas plus loin.\n\n"
        f"{SIGNATURE}\n"
    )
    return EmailMessage(subject=" ".join(campaign.subject.split()), body=body, to=[to])


@transaction.atomic
def start(campaign: Campaign) -> bool:
    """Make the links and send them in the background. False when it was started before."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.started_at:
        return False
    locked.started_at = timezone.now()
    locked.save(update_fields=["started_at"])
    CampaignLink.objects.bulk_create(
        CampaignLink(
            campaign=locked, centre=centre, email=email, problem="" if email else NO_ADDRESS
        )
        for centre, email in recipients()
    )
    transaction.on_commit(lambda: send.enqueue(locked.pk))
    return True


@transaction.atomic
def remind(campaign: Campaign) -> int:
    """Write again to those who said nothing; their number. A corrected address is used."""
    addresses = {centre.pk: email for centre, email in recipients()}
    links = list(campaign.links.unanswered().select_for_update())
    for link in links:
        link.email = addresses.get(link.centre_id, "")
        link.problem = "" if link.email else NO_ADDRESS
        link.sent_at = None
    CampaignLink.objects.bulk_update(links, ["email", "problem", "sent_at"])
    transaction.on_commit(lambda: send.enqueue(campaign.pk))
    return sum(bool(link.email) for link in links)


@task(backend="background")
def send(campaign_pk: int) -> None:
    """Send what is not sent. One mail that fails is noted beside its centre; the others go on."""
    waiting = CampaignLink.objects.filter(campaign=campaign_pk, sent_at=None).exclude(email="")
    for link in waiting.select_related("centre", "campaign"):
        send_one(link)


@task(backend="background")
def send_again(link_pk: int) -> None:
    """Send one link anew."""
    link = CampaignLink.objects.select_related("centre", "campaign").filter(pk=link_pk).first()
    if link is not None and link.email:
        send_one(link)


def send_one(link: CampaignLink) -> bool:
    """Send a link to its centre; False, with the reason in `problem`, when the mail did not go."""
    try:
        message = mail(link.campaign, link.centre.name, address_of(link), link.email)
        get_connection().send_messages([message])
    except Exception:
        logger.exception("The mail of the campaign link %s was not sent", link.pk)
        link.problem = NOT_SENT
    else:
        link.sent_at, link.problem = timezone.now(), ""
    link.save(update_fields=["sent_at", "problem"])
    return not link.problem


# --- Answers -----------------------------------------------------------------------------------


def confirm(link: CampaignLink, nonce: str) -> int | None:
    """Everything is right: note the day on every site of the centre, and close the link.

    The number of sites; None when another request was faster.
    """
    with transaction.atomic():
        locked = CampaignLink.objects.select_for_update().get(pk=link.pk)
        if locked.nonce != nonce:
            return None
        today = timezone.localdate()
        pages = list(sites_of(link.centre).values_list("pk", flat=True))
        for pk in pages:
            verify(pk, today)
        locked.confirmed_at, locked.nonce = timezone.now(), new_nonce()
        locked.save(update_fields=["confirmed_at", "nonce"])
    return len(pages)


@transaction.atomic
def verify(pk: int, today: date, user: Any = None) -> None:
    """Note that a site was found right today. A draft that waits stays a draft."""
    page = TrainingSitePage.objects.select_for_update().get(pk=pk)
    if page.has_unpublished_changes:
        TrainingSitePage.objects.filter(pk=pk).update(verified_on=today)
        revision = page.latest_revision
        if revision is not None:
            revision.content["verified_on"] = today.isoformat()
            revision.save(update_fields=["content"])
        return
    page.verified_on = today
    offers = list(page.offers.all())
    for offer in offers:
        if offer.start_kind == StartKind.ON_DATE and offer.starts_on and offer.starts_on >= today:
            offer.start_confirmed_on = today
    page.offers = offers
    page.save_revision(user=user, clean=False, log_action=True).publish(user=user)


@transaction.atomic
def propose(
    page: TrainingSitePage, changes: Mapping[str, Any], remark: str, link: CampaignLink
) -> None:
    """Keep what a centre would change as a draft that waits for an editor; tell its remark.

    Only what was changed is laid over the latest draft, so that the work of an editor stays.
    """
    if changes:
        draft = page.get_latest_revision_as_object()
        for name, value in changes.items():
            setattr(draft, name, value)
        revision = draft.save_revision(user=None, clean=False, log_action=True)
        _submit(TrainingSitePage.objects.get(pk=page.pk), revision)
    if remark:
        ErrorReport.objects.create(
            page=page,
            subject=ErrorReport.Subject.OTHER,
            text=remark,
            origin=ErrorReport.Origin.CENTRE,
        )
    link.proposed_at = timezone.now()
    link.save(update_fields=["proposed_at"])


def _submit(page: TrainingSitePage, revision: Any) -> None:
    """Into the workflow; a page that is in it already takes the new draft along."""
    state = page.current_workflow_state
    if state is not None:
        waiting = state.current_task_state
        if state.status == state.STATUS_NEEDS_CHANGES:
            state.resume(user=None)
            waiting = state.current_task_state
        waiting.revision = revision
        waiting.save(update_fields=["revision"])
        return
    workflow = page.get_workflow()
    if workflow is not None:
        workflow.start(page, user=None)
