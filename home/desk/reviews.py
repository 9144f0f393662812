"""When a page is to be read again: a date on the page, a list, a mail a month (S-08)."""

import logging
from collections import defaultdict
from datetime import date
from smtplib import SMTPException
from typing import Any

from django import forms
from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.widgets import AdminDateInput
from wagtail.models import Page

from home.desk.help_texts import add_help
from home.models.desk import PageReview, ReviewReminder

logger = logging.getLogger(__name__)


class BasePageForm(WagtailAdminPageForm):
    """The form of every page: with its review date, which is no part of the drafts."""

    review_on = forms.DateField(
        label="À relire le",
        required=False,
        widget=AdminDateInput,
        help_text="Ce jour-là, la page entre dans la liste « À relire » et son auteur reçoit un "
        "e-mail. Vide : jamais.",
        error_messages={"invalid": "Écrivez une date, par exemple 2027-03-31."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_help(self.fields, type(self.instance).__name__)
        for formset in self.formsets.values():
            # The class of the forms is this handler's own: its fields are copied into each row.
            add_help(formset.form.base_fields, formset.model.__name__)
        if self.instance.pk and "review_on" in self.fields:
            review = PageReview.objects.filter(page=self.instance.pk).first()
            self.initial["review_on"] = review.review_on if review else None

    def save(self, commit: bool = True) -> Page:
        """The date is written with the page: see `write_date`."""
        # A form without the field, or sent without it, says nothing of the date.
        if "review_on" in self.fields and self.add_prefix("review_on") in self.data:
            self.instance.new_review_on = self.cleaned_data.get("review_on")
        if self.instance._state.adding:
            # Wagtail writes a new page as live and publishes it after its hooks: one that they hold
            # back (a hard text, an issue that is not ready) would be public all the same.
            self.instance.live = False
        return super().save(commit)


def write_date(sender: type, instance: Any, **kwargs: Any) -> None:  # noqa: ARG001
    """After a page is saved, live or as a draft: its date is what the form said."""
    if not isinstance(instance, Page) or "new_review_on" not in instance.__dict__:
        return
    day = instance.__dict__.pop("new_review_on")
    if day is None:
        PageReview.objects.filter(page=instance.pk).delete()
    else:
        PageReview.objects.update_or_create(page_id=instance.pk, defaults={"review_on": day})


def review_panel() -> MultiFieldPanel:
    """For the settings of a page."""
    return MultiFieldPanel([FieldPanel("review_on")], heading="Révision")


def due(today: date | None = None) -> QuerySet[PageReview]:
    """The pages whose day has come, the oldest first; what lies in the bin left out."""
    return (
        PageReview.objects.filter(review_on__lte=today or timezone.localdate())
        .filter(page__bin_entry__isnull=True)
        .select_related("page__owner", "page__content_type")
        .order_by("review_on", "pk")
    )


def remind(today: date | None = None) -> int:
    """Write to each owner of a page whose day has come, once a month; the number of mails.

    A page without an owner who can sign in is told to nobody: it stands in the list.
    """
    today = today or timezone.localdate()
    by_owner: dict[str, list[PageReview]] = defaultdict(list)
    for review in due(today):
        owner = review.page.owner
        if owner is not None and owner.is_active and owner.email:
            by_owner[owner.email.lower()].append(review)
    sent = 0
    for email, reviews in sorted(by_owner.items()):
        try:
            with transaction.atomic():
                ReviewReminder.objects.create(email=email, month=today.replace(day=1))
                _write(email, reviews)
        except IntegrityError:
            continue  # this month's mail is sent
        except (OSError, SMTPException):
            # One address that is refused takes nobody else's mail away; the next night tries again.
            logger.exception("A reminder to read pages again was not sent.")
            continue
        sent += 1
    return sent


def _write(email: str, reviews: list[PageReview]) -> None:
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    lines = [
        f"- {review.page.title} (depuis le {review.review_on:%d/%m/%Y})\n"
        f"  {base}{reverse('wagtailadmin_pages:edit', args=[review.page_id])}"
        for review in reviews
    ]
    number = len(reviews)
    send_mail(
        f"{number} page{'s' if number > 1 else ''} à relire",
        "Bonjour,\n\nCes pages sont à relire : leur date est passée. Corrigez ce qui a changé, "
        "puis choisissez une nouvelle date sous « Paramètres ».\n\n"
        + "\n".join(lines)
        + "\n\nVous recevez ce message une fois par mois, tant qu’une page vous attend.\n",
        None,
        [email],
    )
