"""Pictures of the demo: letters and the outline of a sound, never a portrait."""

from collections.abc import Sequence
from io import BytesIO

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

SIZE = 1400
MARGIN = 110
BARS = 28
PAPER, INK, RED, SAND = "#f6f2ea", "#282320", "#a3341f", "#e3d5c3"
SCHEMES = ((PAPER, INK, RED), (RED, PAPER, SAND), (INK, PAPER, "#e8735a"), (SAND, INK, RED))
"""ground, letters and bars, the one bar that is told apart"""


def _font(size: int) -> ImageFont.FreeTypeFont:
    """The face of the headings of interfede.be."""
    return ImageFont.truetype(
        settings.BASE_DIR / "static" / "fonts" / "newsreader-500.woff2", size=size
    )


def draw(title: str, line: str, loudness: Sequence[float], scheme: int = 0) -> bytes:
    """A square PNG of 1400 pixels in RGB: `title` large, the sound as bars, `line` at the foot.

    `loudness` holds numbers from 0 to 1, one per bar.
    """
    ground, ink, accent = SCHEMES[scheme % len(SCHEMES)]
    image = Image.new("RGB", (SIZE, SIZE), ground)
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN, MARGIN), title, fill=ink, font=_font(330 if len(title) < 3 else 240))
    step = (SIZE - 2 * MARGIN) / len(loudness)
    middle = 880
    loudest = max(range(len(loudness)), key=loudness.__getitem__)
    for position, value in enumerate(loudness):
        half = 24 + 236 * value
        left = MARGIN + position * step
        box = (left, middle - half, left + step * 0.52, middle + half)
        pen.rounded_rectangle(box, radius=11, fill=accent if position == loudest else ink)
    pen.line((MARGIN, 1196, SIZE - MARGIN, 1196), fill=ink, width=4)
    pen.line((MARGIN, 1208, SIZE - MARGIN, 1208), fill=ink, width=4)
    pen.text((MARGIN, 1232), line, fill=ink, font=_font(58))
    file = BytesIO()
    image.save(file, "PNG", compress_level=6)
    return file.getvalue()
