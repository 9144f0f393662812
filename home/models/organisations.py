"""Who speaks, pays, publishes or teaches: one vocabulary for the three sites."""

from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.search import index

from home.phones import phone_uri


class Organisation(index.Indexed, models.Model):
    """A body named on pages: federation, partner, funder, newspaper, authority."""

    class Kind(models.TextChoices):
        FEDERATION = "federation", "Fédération"
        INTERFEDE = "interfede", "Interfédé"
        PARTNER = "partenaire", "Partenaire"
        FUNDER = "financeur", "Financeur"
        MEDIA = "media", "Média"
        AUTHORITY = "autorite", "Pouvoir public"

    acronym = models.CharField("sigle", max_length=30, unique=True)
    slug = models.SlugField("identifiant", max_length=40, unique=True)
    name = models.CharField("nom", max_length=160)
    kind = models.CharField("genre", max_length=12, choices=Kind, default=Kind.PARTNER)
    logo = models.ForeignKey(
        "home.SiteImage",
        verbose_name="logo",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    address = models.CharField("adresse", max_length=200, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    website = models.URLField("site web", blank=True)

    panels = [
        FieldRowPanel([FieldPanel("acronym"), FieldPanel("slug")]),
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("logo")]),
        MultiFieldPanel(
            [FieldPanel("address"), FieldPanel("phone"), FieldPanel("website")], heading="Contact"
        ),
    ]
    search_fields = [
        index.SearchField("acronym"),
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("kind"),
    ]

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisations"
        ordering = ["acronym"]

    def __str__(self) -> str:
        return self.acronym

    @property
    def phone_uri(self) -> str:
        """The number as a `tel:` address, "" without a number."""
        return phone_uri(self.phone)


class FederationManager(models.Manager["Federation"]):
    """The organisations that are federations of centres."""

    def get_queryset(self) -> models.QuerySet["Federation"]:
        """Federations only."""
        return super().get_queryset().filter(kind=Organisation.Kind.FEDERATION)


class Federation(Organisation):
    """One of the federations of centres: an organisation of that kind."""

    objects = FederationManager()  # type: ignore[misc]

    class Meta:
        proxy = True
        verbose_name = "fédération"
        verbose_name_plural = "fédérations"

    def save(self, *args, **kwargs) -> None:
        """A federation stays one."""
        self.kind = self.Kind.FEDERATION
        super().save(*args, **kwargs)
