"""What podcast directories ask of the picture of a show or an episode."""

from django.core.exceptions import ValidationError
from PIL import Image, UnidentifiedImageError

from home.models import SiteImage

SMALLEST, LARGEST = 1400, 3000
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}


def artwork_problem(image: SiteImage) -> str:
    """A French sentence that tells why Apple or Spotify would refuse the picture, "" when fine.

    It reads the file, not its name: square, 1400 to 3000 pixels, RGB, JPEG or PNG, no alpha.
    """
    try:
        with image.file.open("rb") as file, Image.open(file) as picture:
            kind, mode, (width, height) = picture.format, picture.mode, picture.size
            transparent = "transparency" in picture.info
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return "Cette image ne peut pas être lue. Choisissez un fichier JPEG ou PNG."
    if kind not in FORMATS:
        return "Les applications de podcast n’acceptent que le JPEG et le PNG."
    if width != height:
        return f"L’image doit être carrée ; celle-ci mesure {width} × {height} pixels."
    if not SMALLEST <= width <= LARGEST:
        return (
            f"L’image doit mesurer de {SMALLEST} à {LARGEST} pixels de côté ; "
            f"celle-ci mesure {width} pixels."
        )
    if mode in ("RGBA", "LA", "PA") or transparent:
        return "L’image ne doit pas être transparente (sans couche alpha)."
    if mode != "RGB":
        return "L’image doit être en couleurs RVB (RGB), pas en gris, en palette ni en CMJN."
    return ""


def validate_artwork(image: SiteImage | None, field: str) -> None:
    """Raise ValidationError beside `field` when the picture would be refused."""
    if image and (problem := artwork_problem(image)):
        raise ValidationError({field: problem})
