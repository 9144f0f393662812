"""Images and documents of the three sites."""

from contextlib import suppress

from django.db import models
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

RENDITION_SPECS = (
    "fill-1200x630|format-jpeg",  # shared links
    "fill-640x400|format-webp",  # cards
    "width-960|format-webp",  # figures
    "fill-480x480|format-webp",  # artwork of podcasts
)
"""Every size that a template asks for: made when an image is saved, so that no visit writes."""


class SiteImage(AbstractImage):
    """An image with its credit. Its alternative text is Wagtail's `description`."""

    credit = models.CharField(
        "crédit",
        max_length=255,
        blank=True,
        help_text="Qui a fait l’image ? Ce nom s’affiche sous l’image.",
    )

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = "image"
        verbose_name_plural = "images"

    def save(self, *args, **kwargs) -> None:
        """Make the sizes of the templates at once; a file that Pillow cannot read makes none."""
        super().save(*args, **kwargs)
        with suppress(OSError, ValueError):
            self.get_renditions(*RENDITION_SPECS)


class SiteRendition(AbstractRendition):
    """One size of an image."""

    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="unique_rendition"
            )
        ]


class SiteDocument(AbstractDocument):
    """A file offered for download."""

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = "document"
        verbose_name_plural = "documents"
