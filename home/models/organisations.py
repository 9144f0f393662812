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
        FieldRowPanel(
            [
                FieldPanel(
                    "acronym", help_text="Le nom court, comme on l’écrit : « AID », « Le Soir »."
                ),
                FieldPanel(
                    "slug",
                    help_text="Se trouve dans les adresses : ne le changez plus une fois publié.",
                ),
            ]
        ),
        FieldPanel("name", help_text="Le nom en entier."),
        FieldRowPanel(
            [
                FieldPanel(
                    "kind",
                    help_text="Dit où l’organisation peut être choisie : un média dans la revue de presse, par exemple.",
                ),
                FieldPanel(
                    "logo",
                    help_text="S’affiche près du nom, dans les fédérations et les financements.",
                ),
            ]
        ),
        MultiFieldPanel(
            [
                FieldPanel("address", help_text="Rue, numéro, code postal et localité."),
                FieldPanel("phone", help_text="Le numéro que les visiteurs peuvent appeler."),
                FieldPanel(
                    "website", help_text="L’adresse entière, qui commence par « https:// »."
                ),
            ],
            heading="Contact",
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
