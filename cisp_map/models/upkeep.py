"""How the pages of the training sites are kept right: who may edit them, ROME codes, campaigns of
update, errors that visitors tell.
"""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel

from .vocabulary import Centre, RomeCode, Trade

LINK_DAYS = 60
"""How long the link of a campaign opens."""
LINK_SALT = "cisp_map.campaign"


def new_nonce() -> str:
    """A value that makes one link unlike every other."""
    return secrets.token_urlsafe(12)


class SiteAccess(models.Model):
    """A person who may edit the training sites of a centre, or of all centres of a federation."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        on_delete=models.CASCADE,
        related_name="site_accesses",
        help_text="La personne doit aussi être du groupe « Centres » ou « Fédérations ».",
    )
    centre = models.ForeignKey(
        Centre,
        verbose_name="centre",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="accesses",
    )
    federation = models.ForeignKey(
        "home.Federation",
        verbose_name="fédération",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="accesses",
        help_text="Donne accès aux lieux de tous les centres de la fédération.",
    )

    panels = [
        FieldPanel("user"),
        FieldPanel(
            "centre",
            help_text="Donne accès aux lieux de ce centre. Vide, si vous choisissez une fédération.",
        ),
        FieldPanel("federation"),
    ]

    class Meta:
        verbose_name = "accès d’un centre"
        verbose_name_plural = "accès des centres"
        ordering = ["user__username", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "centre"], name="one_access_per_centre"),
            models.UniqueConstraint(
                fields=["user", "federation"], name="one_access_per_federation"
            ),
            models.CheckConstraint(
                condition=models.Q(centre__isnull=False, federation__isnull=True)
                | models.Q(centre__isnull=True, federation__isnull=False),
                name="a_centre_or_a_federation",
                violation_error_message="Choisissez un centre ou une fédération, pas les deux.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} : {self.centre or self.federation}"

    def clean(self) -> None:
        """One of the two."""
        super().clean()
        if (self.centre_id is None) == (self.federation_id is None):
            raise ValidationError("Choisissez un centre ou une fédération, pas les deux.")


class RomeDecision(models.Model):
    """What a centre or an editor said of the ROME codes of a trade taught at a site.

    Without a row, the codes of the trade are a proposal. A row outlives the course: the yearly
    listing may take a course away and bring it back.
    """

    class State(models.TextChoices):
        ACCEPTED = "accepte", "Accepté"
        CORRECTED = "corrige", "Corrigé"
        ADDED = "ajoute", "Ajouté"

    site = models.ForeignKey(
        "cisp_map.TrainingSitePage", on_delete=models.CASCADE, related_name="rome_decisions"
    )
    trade = models.ForeignKey(Trade, on_delete=models.CASCADE, related_name="rome_decisions")
    state = models.CharField("état", max_length=10, choices=State)
    codes = models.ManyToManyField(RomeCode, verbose_name="codes ROME", related_name="decisions")
    decided_at = models.DateTimeField("décidé le", default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_link = models.BooleanField(
        "décidé par le centre, sur sa page personnelle", default=False, editable=False
    )

    class Meta:
        verbose_name = "code ROME d’une formation"
        verbose_name_plural = "codes ROME des formations"
        ordering = ["site_id", "trade_id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "trade"], name="one_rome_decision_per_course")
        ]

    def __str__(self) -> str:
        return f"{self.site} : {self.trade}, {self.get_state_display()}"


class ErrorReport(models.Model):
    """Something wrong on the page of a site, told by a visitor or by the centre itself."""

    class Subject(models.TextChoices):
        PHONE = "telephone", gettext_lazy("Le téléphone ou l’e-mail")
        ADDRESS = "adresse", gettext_lazy("L’adresse ou le plan")
        COURSES = "formations", gettext_lazy("Les formations ou les dates")
        OTHER = "autre", gettext_lazy("Autre chose")

    class Origin(models.TextChoices):
        VISITOR = "visiteur", "Visiteur du site"
        CENTRE = "centre", "Centre"

    page = models.ForeignKey(
        "cisp_map.TrainingSitePage", on_delete=models.CASCADE, related_name="error_reports"
    )
    subject = models.CharField("qu’est-ce qui est faux", max_length=12, choices=Subject)
    text = models.TextField("explication", max_length=1000)
    origin = models.CharField("dit par", max_length=10, choices=Origin, default=Origin.VISITOR)
    created_at = models.DateTimeField("signalé le", default=timezone.now)
    done_at = models.DateTimeField("traité le", null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "erreur signalée"
        verbose_name_plural = "erreurs signalées"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["done_at", "created_at"], name="error_reports_open")]

    def __str__(self) -> str:
        return f"{self.page} : {self.get_subject_display()}"


class Campaign(models.Model):
    """A call to all centres to read their pages again."""

    name = models.CharField("nom de la campagne", max_length=80)
    subject = models.CharField(
        "objet de l’e-mail", max_length=120, default="Vos lieux de formation sur cisp.be"
    )
    message = models.TextField(
        "message",
        max_length=2000,
        default="Bonjour,\n\nVoici ce que le site cisp.be dit de vos lieux de formation. "
        "Si tout est exact, un clic suffit. Sinon, proposez vos changements : l’équipe les relit "
        "et les publie.",
        help_text="Le lien personnel du centre et la signature s’ajoutent à la fin.",
    )
    created_at = models.DateTimeField("créée le", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField("envoyée le", null=True)

    class Meta:
        verbose_name = "campagne de mise à jour"
        verbose_name_plural = "campagnes de mise à jour"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class CampaignLinkQuerySet(models.QuerySet["CampaignLink"]):
    """Selections of links."""

    def unanswered(self) -> "CampaignLinkQuerySet":
        """Centres that neither confirmed nor proposed anything."""
        return self.filter(confirmed_at=None, proposed_at=None)


class CampaignLink(models.Model):
    """The personal link of one centre in one campaign.

    Its address is signed with the hour of its making; `nonce` changes with every new link, so that
    the older ones stop opening.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="links")
    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="campaign_links")
    email = models.EmailField("e-mail", blank=True)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    sent_at = models.DateTimeField("envoyé le", null=True)
    problem = models.CharField("ce qui ne va pas", max_length=200, blank=True)
    confirmed_at = models.DateTimeField("tout est exact, le", null=True)
    proposed_at = models.DateTimeField("changement proposé le", null=True)

    objects = CampaignLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien d’un centre"
        verbose_name_plural = "liens des centres"
        ordering = ["centre__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "centre"], name="one_link_per_centre")
        ]

    def __str__(self) -> str:
        return f"{self.campaign} : {self.centre}"

    @property
    def token(self) -> str:
        """The signed part of the address; it opens for LINK_DAYS days from now."""
        return signing.dumps([self.pk, self.nonce], salt=LINK_SALT, compress=False)

    @property
    def is_answered(self) -> bool:
        """True when the centre said something."""
        return bool(self.confirmed_at or self.proposed_at)

    @property
    def ends_at(self) -> datetime | None:
        """When a link that was sent stops opening."""
        return self.sent_at + timedelta(days=LINK_DAYS) if self.sent_at else None
