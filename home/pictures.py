"""Pictures without what a visitor need not know: where they were taken, by which camera, and
whatever else was hidden in the file.

The picture is written anew from its pixels: position, thumbnails, comments, and what stands behind
the end of the picture (a script, an archive) stay behind. Its colours (ICC) and its frames remain.
"""

import io
from typing import IO, Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import get_sampling

MAX_PIXELS = 50_000_000
"""All frames together: what the largest cameras make. More is refused before it is unpacked."""
MAX_ICC = 1 << 20
FORMATS = ("GIF", "JPEG", "PNG", "WEBP", "AVIF")
QUALITY = 90

BROKEN = "Cette image est abîmée : elle ne s’ouvre pas. Enregistrez-la à nouveau."
TOO_MANY_PIXELS = (
    f"Cette image est trop grande : {MAX_PIXELS // 1_000_000} millions de points au plus. "
    "Réduisez-la avant de l’envoyer."
)


class UnreadablePicture(ValueError):
    """A picture that cannot be shown; the text is a French sentence."""


def clean_picture(file: IO[bytes]) -> bytes:
    """The same picture, from its pixels alone, turned as the camera says. Raises
    UnreadablePicture; the position in `file` is left at 0.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as picture:
            frames = getattr(picture, "n_frames", 1)
            if picture.format == "MPO":  # a JPEG with a preview behind it
                frames = 1
            if picture.width * picture.height * frames > MAX_PIXELS:
                raise UnreadablePicture(TOO_MANY_PIXELS)
            return _written(picture, frames)
    except UnreadablePicture:
        raise
    except Exception as error:  # Pillow lets out whatever a broken file makes it meet
        raise UnreadablePicture(BROKEN) from error
    finally:
        file.seek(0)


def _written(picture: Image.Image, frames: int) -> bytes:
    out = io.BytesIO()
    kind = "JPEG" if picture.format == "MPO" else str(picture.format)
    options: dict[str, Any] = {"exif": b"", "xmp": b"", "comment": b""}
    icc = picture.info.get("icc_profile") or b""
    options["icc_profile"] = icc if len(icc) <= MAX_ICC else None
    if kind == "JPEG":
        # The tables of the original: it neither grows nor loses what an eye would see.
        options |= {
            "qtables": getattr(picture, "quantization", None),
            "subsampling": get_sampling(picture),
            "optimize": True,
            "progressive": bool(picture.info.get("progressive")),
        }
        if options["subsampling"] < 0:
            options.pop("subsampling")
    elif kind in ("WEBP", "AVIF"):
        options["quality"] = QUALITY
    elif kind == "PNG":
        options |= {"optimize": False, "pnginfo": None}
    if frames > 1 and kind in ("GIF", "WEBP", "PNG", "AVIF"):
        picture.save(out, kind, save_all=True, **options)
        return out.getvalue()
    picture.load()
    turned = ImageOps.exif_transpose(picture)
    for name in ("exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop"):
        turned.info.pop(name, None)
    turned.save(out, kind, **{name: each for name, each in options.items() if each is not None})
    return out.getvalue()


def cleaned_upload(file: UploadedFile) -> UploadedFile:
    """The upload with its picture written anew. Raises UnreadablePicture."""
    stream: IO[bytes] = file.file  # type: ignore[assignment]
    content = clean_picture(stream)
    return InMemoryUploadedFile(
        io.BytesIO(content), None, file.name, file.content_type, len(content), None
    )
