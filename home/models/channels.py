"""What an editor says of the channels of a home page."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable

from home.channels import channel_choices


class HomeChannel(Orderable):
    """Place, age and number of the entries of one channel."""

    page = ParentalKey("home.HomePage", on_delete=models.CASCADE, related_name="channels")
    key = models.CharField("canal", max_length=40, choices=channel_choices)
    days = models.PositiveSmallIntegerField(
        "montrer pendant (jours)",
        default=365,
        help_text="Plus ancien, un contenu disparaît de l’accueil. 0 : jamais.",
    )
    limit = models.PositiveSmallIntegerField(
        "nombre", default=4, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    is_hidden = models.BooleanField("ne pas montrer", default=False)

    panels = [
        FieldPanel("key"),
        FieldRowPanel([FieldPanel("days"), FieldPanel("limit"), FieldPanel("is_hidden")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "canal de l’accueil"
        verbose_name_plural = "canaux de l’accueil"
        constraints = [
            models.UniqueConstraint(fields=["page", "key"], name="one_setting_per_channel")
        ]

    def __str__(self) -> str:
        return self.key
