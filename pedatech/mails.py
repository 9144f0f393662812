"""Mails of the room: plain text, French, one at a time to one person."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, get_connection

SIGNATURE = "\n\nL’équipe Péda Tech de l’Interfédé\n"


def write(to: str, subject: str, text: str) -> EmailMessage:
    """A mail to one address; the subject is one line whatever a title holds."""
    return EmailMessage(subject=" ".join(subject.split()), body=text + SIGNATURE, to=[to])


def send(messages: Sequence[EmailMessage]) -> None:
    """Send all over one connection. Raises what the mail server raises (OSError)."""
    if messages:
        get_connection().send_messages(list(messages))
