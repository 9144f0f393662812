"""Images of the three sites."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from wagtail.images.models import AbstractImage, AbstractRendition, Image

RENDITION_SPECS = (
    "fill-1200x630|format-jpeg",  # shared links
    "fill-640x400|format-webp",  # cards
    "fill-320x200|format-webp",
    "width-960|format-webp",  # figures, covers
    "width-480|format-webp",
    "fill-480x480|format-webp",  # artwork of podcasts
    "max-320x320|format-webp",  # covers in a list, logos
)
"""Every size that a template asks for: made when an image is saved, so that no visit writes."""


class SiteImage(AbstractImage):
    """An image with its credit and its rights. Its alternative text is Wagtail's `description`."""

    credit = models.CharField(
        "crédit",
        max_length=255,
        blank=True,
        help_text="Qui a fait l’image ? Ce nom s’affiche sous l’image.",
    )
    rights_reserved = models.BooleanField(
        "droits réservés",
        default=False,
        help_text="L’image appartient à une personne nommée : le crédit est alors obligatoire.",
    )
    rights_end = models.DateField(
        "fin des droits",
        null=True,
        blank=True,
        help_text="Dernier jour où l’image peut être montrée, si le contrat en fixe un.",
    )

    admin_form_fields = (*Image.admin_form_fields, "credit", "rights_reserved", "rights_end")

    class Meta(AbstractImage.Meta):
        verbose_name = "image"
        verbose_name_plural = "images"
        # The view of /media/ finds an image by its file.
        indexes = [models.Index(fields=["file"], name="siteimage_file")]

    def save(self, *args, **kwargs) -> None:
        """Make the sizes of the templates at once; a file that Pillow cannot read makes none."""
        super().save(*args, **kwargs)
        with suppress(OSError, ValueError):
            self.get_renditions(*RENDITION_SPECS)

    @property
    def are_rights_expired(self) -> bool:
        """True after the last day of the rights."""
        return self.rights_end is not None and self.rights_end < timezone.localdate()

    def clean(self) -> None:
        """Reserved rights name somebody."""
        super().clean()
        if self.rights_reserved and not self.credit.strip():
            raise ValidationError(
                {"credit": "Les droits sont réservés : écrivez le nom à citer sous l’image."}
            )


class SiteRendition(AbstractRendition):
    """One size of an image."""

    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="unique_rendition"
            )
        ]
        indexes = [models.Index(fields=["file"], name="siterendition_file")]
