"""What the editors' desk keeps: pages that were put into the bin, review dates, links that fail."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from wagtail.models import Page


class BinPage(Page):
    """Holds what was deleted. Stands beside the home pages, so nothing below it has an address."""

    is_creatable = False
    parent_page_types: ClassVar[list[str]] = []
    subpage_types: ClassVar[list[str]] = []
    SLUG = "corbeille"

    class Meta:
        verbose_name = "corbeille"
        verbose_name_plural = "corbeilles"

    def get_sitemap_urls(self, request: Any = None) -> list[dict]:  # noqa: ARG002
        """No address at all."""
        return []


class BinEntry(models.Model):
    """One deletion: a page with everything below it, and where and how it stood."""

    wagtail_reference_index_ignore = True

    page = models.OneToOneField(
        Page, verbose_name="page", on_delete=models.CASCADE, related_name="bin_entry"
    )
    parent = models.ForeignKey(
        Page,
        verbose_name="rubrique",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # The page that stood right after it; a page at the end has none.
    before = models.ForeignKey(
        Page,
        verbose_name="page suivante",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    address = models.CharField("ancienne adresse", max_length=500, blank=True)
    page_count = models.PositiveIntegerField("nombre de pages", default=1)
    # `{"live": [[page, revision or null, has_unpublished_changes]], "scheduled": [[revision, hour]]}`
    state = models.JSONField("état", default=dict)
    deleted_at = models.DateTimeField("supprimée le", default=timezone.now, db_index=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="supprimée par",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = "page supprimée"
        verbose_name_plural = "pages supprimées"
        ordering = ["-deleted_at", "-pk"]

    def __str__(self) -> str:
        return self.page.title

    @property
    def was_live(self) -> bool:
        """True when a visitor could read one of its pages."""
        return bool(self.state.get("live"))


class PageReview(models.Model):
    """When a page is to be read again. No part of its drafts: it counts at once."""

    wagtail_reference_index_ignore = True

    page = models.OneToOneField(
        Page, verbose_name="page", on_delete=models.CASCADE, related_name="review"
    )
    review_on = models.DateField("à relire le", db_index=True)

    class Meta:
        verbose_name = "date de révision"
        verbose_name_plural = "dates de révision"
        ordering = ["review_on", "pk"]

    def __str__(self) -> str:
        return f"{self.page_id} : {self.review_on:%Y-%m-%d}"


class ReviewReminder(models.Model):
    """A mail about pages to read again was sent to somebody in a month: once, whatever fails."""

    wagtail_reference_index_ignore = True

    email = models.EmailField("e-mail")
    month = models.DateField("mois")

    class Meta:
        verbose_name = "rappel de révision"
        verbose_name_plural = "rappels de révision"
        ordering = ["-month", "email"]
        constraints = [
            models.UniqueConstraint(fields=("email", "month"), name="one_reminder_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.month:%Y-%m}"


class LinkCheck(models.Model):
    """An address outside the sites that a page names, and whether it answered."""

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        """What the last visit said."""

        WAITING = "waiting", "pas encore vérifié"
        GOOD = "good", "répond"
        BROKEN = "broken", "ne répond pas"
        UNKNOWN = "unknown", "impossible à vérifier"

    page = models.ForeignKey(
        Page, verbose_name="page", on_delete=models.CASCADE, related_name="link_checks"
    )
    url = models.CharField("adresse", max_length=1000)
    state = models.CharField("état", max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField("détail", max_length=120, blank=True)
    checked_at = models.DateTimeField("vérifié le", null=True)

    class Meta:
        verbose_name = "lien vérifié"
        verbose_name_plural = "liens vérifiés"
        ordering = ["page_id", "url", "pk"]
        constraints = [models.UniqueConstraint(fields=("page", "url"), name="one_check_a_link")]
        indexes = [models.Index(fields=["state"], name="linkcheck_state")]

    def __str__(self) -> str:
        return self.url
