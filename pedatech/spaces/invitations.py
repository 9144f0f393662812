"""Invitations to a space: written, sent, taken back, accepted once."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from pedatech import mails
from pedatech.models import Invitation, Membership, SpacePage
from pedatech.models.spaces import new_nonce

SALT = "pedatech.invitation"
MAX_AT_ONCE = 100


class NotSentError(Exception):
    """The mail server took nothing; nothing was kept either."""


def parse_addresses(text: str) -> list[str]:
    """Addresses of a pasted text, lower case, each once.

    One per line, or between commas or semicolons; « Nom <nom@exemple.be> » is understood. Raises
    ValidationError that names every piece that is no address.
    """
    pieces = [each.strip() for each in text.replace(";", ",").replace("\n", ",").split(",")]
    good: list[str] = []
    bad: list[str] = []
    for piece in filter(None, pieces):
        address = (parseaddr(piece)[1] if "<" in piece else piece).strip().lower()
        try:
            validate_email(address)
        except ValidationError:
            bad.append(piece[:80])
        else:
            good.append(address)
    if bad:
        named = ", ".join(f"« {each} »" for each in bad[:10])
        raise ValidationError(
            f"Adresse à corriger : {named}. Aucune invitation n’est partie."
            if len(bad) == 1
            else f"Adresses à corriger : {named}. Aucune invitation n’est partie."
        )
    if not good:
        raise ValidationError("Écrivez au moins une adresse e-mail.")
    unique = list(dict.fromkeys(good))
    if len(unique) > MAX_AT_ONCE:
        raise ValidationError(f"{MAX_AT_ONCE} adresses au plus à la fois : envoyez le reste après.")
    return unique


@dataclass(frozen=True)
class Sent:
    """What an invitation of many did."""

    invited: tuple[str, ...]
    already: tuple[str, ...]
    """addresses of active members"""


def invite(
    space: SpacePage, addresses: Sequence[str], role: str, invited_by: object, site: Site
) -> Sent:
    """Invite all or nobody. A pending invitation is renewed: its older link ends.

    Raises NotSentError when the mails cannot go.
    """
    members = {
        each.lower()
        for each in space.memberships.active()
        .filter(user__email__in=addresses)
        .values_list("user__email", flat=True)
    }
    wanted = [each for each in addresses if each not in members]
    try:
        with transaction.atomic():
            messages = []
            for address in wanted:
                invitation = space.invitations.pending().filter(
                    email=address
                ).first() or Invitation(space=space, email=address)
                invitation.role = role
                invitation.invited_by = invited_by
                messages.append(_renew(invitation, site))
            mails.send(messages)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError from error
    return Sent(tuple(wanted), tuple(each for each in addresses if each in members))


def resend(invitation: Invitation, site: Site) -> None:
    """A new link to the same address; the old one ends. Raises NotSentError."""
    try:
        with transaction.atomic():
            mails.send([_renew(invitation, site)])
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError from error


def _renew(invitation: Invitation, site: Site) -> EmailMessage:
    invitation.nonce = new_nonce()
    invitation.sent_at = timezone.now()
    invitation.save()
    space = invitation.space
    until = timezone.localtime(invitation.expires_at).strftime("%d/%m/%Y")
    return mails.write(
        invitation.email,
        f"Votre accès à l’espace « {space.title} »",
        "Bonjour,\n\n"
        f"L’équipe Péda Tech vous invite dans l’espace de la formation « {space.title} ».\n"
        "Vous y trouverez le programme, les fichiers et les ressources.\n\n"
        f"Pour entrer, ouvrez ce lien :\n{site.root_url}{link(invitation)}\n\n"
        f"Il sert une seule fois, jusqu’au {until}. "
        "Si vous n’attendiez pas ce message, ne faites rien.",
    )


def make_token(invitation: Invitation) -> str:
    """The signed part of the link."""
    return signing.dumps([invitation.pk, invitation.nonce], salt=SALT, compress=False)


def link(invitation: Invitation) -> str:
    """The path of the link."""
    return reverse("pedatech_invitation", args=[make_token(invitation)])


def read_token(token: str) -> Invitation | None:
    """The invitation of a link that we made, whatever its state; None for a forged one.

    An older link of an invitation that was renewed is None too: its nonce ended.
    """
    try:
        pk, nonce = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    invitations = Invitation.objects.select_related("space")
    return invitations.filter(pk=pk, nonce=nonce).first()


def is_usable(invitation: Invitation) -> bool:
    """True while the link opens: not used, not taken back, not too old, to a space that is there."""
    return (
        invitation.accepted_at is None
        and invitation.revoked_at is None
        and not invitation.is_expired
        and invitation.space.live
        and invitation.space.state is not SpacePage.State.ARCHIVED
    )


@transaction.atomic
def accept(invitation: Invitation, user: Any) -> Membership | None:
    """Use the link once: None when another request was quicker."""
    used = Invitation.objects.filter(
        pk=invitation.pk, nonce=invitation.nonce, accepted_at=None, revoked_at=None
    ).update(accepted_at=timezone.now())
    if not used:
        return None
    return grant(invitation.space, user, invitation.role, origin="invitation")


def grant(space: SpacePage, user: Any, role: str, origin: str) -> Membership:
    """Give access, or give it back. A registration calls this when it is confirmed.

    An access that is there already never loses its role.
    """
    membership, created = Membership.objects.get_or_create(
        space=space, user=user, defaults={"role": role, "origin": origin}
    )
    if not created and not membership.is_active:
        membership.role, membership.origin = role, origin
        membership.removed_at = membership.active_until = None
        membership.save()
    return membership


def withdraw(space: SpacePage, user: Any) -> None:
    """Take access away at once: also for a registration that is cancelled."""
    space.memberships.filter(user_id=user.pk, removed_at=None).update(removed_at=timezone.now())


def account_of(address: str) -> object | None:
    """The account of an address, None without one."""
    return get_user_model().objects.filter(email__iexact=address, is_active=True).first()
