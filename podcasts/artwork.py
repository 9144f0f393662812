"""What podcast directories ask of the picture of a show or an episode."""

from collections.abc import Sequence
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from PIL import Image, UnidentifiedImageError

from home.models import SiteImage, SiteRendition

SMALLEST, LARGEST = 1400, 3000
FORMATS = ("JPEG", "PNG")


def artwork_problem(image: SiteImage) -> str:
    """A French sentence that tells why Apple or Spotify would refuse the picture, "" when fine.

    It reads the file, not its name: square, 1400 to 3000 pixels, RGB, JPEG or PNG, no alpha.
    """
    try:
        with image.file.storage.open(image.file.name) as file, Image.open(file) as picture:
            kind, mode, (width, height) = picture.format, picture.mode, picture.size
            transparent = "transparency" in picture.info
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return "Cette image ne peut pas être lue. Choisissez un fichier JPEG ou PNG."
    checks = (
        (kind in FORMATS, "Les applications de podcast n’acceptent que le JPEG et le PNG."),
        (
            width == height,
            f"L’image doit être carrée ; celle-ci mesure {width} × {height} pixels.",
        ),
        (
            SMALLEST <= width <= LARGEST,
            f"L’image doit mesurer de {SMALLEST} à {LARGEST} pixels de côté ; "
            f"celle-ci mesure {width} pixels.",
        ),
        (
            mode not in ("RGBA", "LA", "PA") and not transparent,
            "L’image ne doit pas être transparente (sans couche alpha).",
        ),
        (
            mode == "RGB",
            "L’image doit être en couleurs RVB (RGB), pas en gris, en palette ni en CMJN.",
        ),
    )
    return next((sentence for passed, sentence in checks if not passed), "")


def validate_artwork(image: SiteImage | None, field: str) -> None:
    """Raise ValidationError beside `field` when the picture would be refused."""
    if image and (problem := artwork_problem(image)):
        raise ValidationError({field: problem})


class HasArtwork(Protocol):
    """A page with a picture of its own."""

    artwork: Any
    artwork_id: int | None


def give_artwork(pages: Sequence[HasArtwork]) -> None:
    """Give each page its picture with all its sizes, in one query for all of them."""
    wanted = {page.artwork_id for page in pages if page.artwork_id}
    images: dict[int, SiteImage] = {}
    if not wanted:
        return
    for size in SiteRendition.objects.filter(image__in=wanted).select_related("image"):
        image = images.setdefault(size.image_id, size.image)
        # Where Wagtail looks before it asks the database.
        image.prefetched_renditions = [*getattr(image, "prefetched_renditions", ()), size]
    for page in pages:
        if page.artwork_id in images:
            page.artwork = images[page.artwork_id]
