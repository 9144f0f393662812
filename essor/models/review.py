"""A reader of one draft issue who has no account: the link, and what was said."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel

SALT = "essor.review"
VALID_DAYS = 14


def _key() -> str:
    return secrets.token_urlsafe(12)


def _in_two_weeks() -> datetime:
    return timezone.now() + timedelta(days=VALID_DAYS)


class ReviewLink(models.Model):
    """A signed, expiring, revocable link to one issue.

    The database holds a key and not the link: the address is the key with a signature, so reading
    the table opens nothing.
    """

    key = models.CharField(max_length=32, unique=True, default=_key, editable=False)
    issue = models.ForeignKey(
        "essor.IssuePage",
        verbose_name="numéro",
        on_delete=models.CASCADE,
        related_name="review_links",
    )
    reader = models.CharField(
        "pour qui", max_length=120, help_text="Une personne ou une fédération : un lien chacune."
    )
    expires_at = models.DateTimeField("valable jusqu’au", default=_in_two_weeks)
    revoked = models.BooleanField(
        "révoqué", default=False, help_text="Le lien ne s’ouvre plus, tout de suite."
    )
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    panels = [
        PageChooserPanel("issue", help_text="Le numéro à relire, même s’il n’est pas publié."),
        FieldPanel("reader"),
        FieldRowPanel(
            [
                FieldPanel("expires_at", help_text="Après ce moment, le lien ne s’ouvre plus."),
                FieldPanel("revoked"),
            ]
        ),
    ]

    class Meta:
        verbose_name = "lien de relecture"
        verbose_name_plural = "liens de relecture"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.reader} – {self.issue}"

    @property
    def token(self) -> str:
        """The key with its signature, as it stands in the address."""
        return signing.Signer(salt=SALT, sep=".").sign(self.key)

    @property
    def is_open(self) -> bool:
        """True while the link may be used."""
        return not self.revoked and self.expires_at > timezone.now()

    @property
    def url(self) -> str:
        """The whole address, to be sent by e-mail."""
        base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
        return f"{base}{reverse('essor_review', args=[self.token])}"

    @classmethod
    def from_token(cls, token: str) -> "ReviewLink | None":
        """The link of an address, open or not; None for a signature that is not ours."""
        try:
            key = signing.Signer(salt=SALT, sep=".").unsign(token)
        except signing.BadSignature:
            return None
        return cls.objects.select_related("issue").filter(key=key).first()


class ReviewComment(models.Model):
    """What a reader without an account says of a draft."""

    link = models.ForeignKey(
        ReviewLink, verbose_name="lien", on_delete=models.CASCADE, related_name="comments"
    )
    page = models.ForeignKey(
        "wagtailcore.Page", verbose_name="page", on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField("nom", max_length=80)
    paragraph = models.PositiveSmallIntegerField("paragraphe", null=True, blank=True)
    text = models.TextField("commentaire", max_length=3000)
    created_at = models.DateTimeField("reçu le", auto_now_add=True)
    is_done = models.BooleanField("traité", default=False)

    panels = [
        FieldPanel("text", help_text="Ce que la personne a écrit.", read_only=True),
        FieldPanel("is_done", help_text="Oui, quand le texte est corrigé ou la question réglée."),
    ]

    class Meta:
        verbose_name = "commentaire de relecture"
        verbose_name_plural = "commentaires de relecture"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} : {self.text[:60]}"
