"""Covers of L'essor for the demonstration: type and patterns, drawn by Pillow."""

from collections.abc import Callable
from io import BytesIO
from math import cos, pi, sin
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

SIZE = (1050, 1485)
"""A4, in pixels."""
MARGIN = 84
PAPER, INK = "#fffefb", "#211d1a"
Draw = ImageDraw.ImageDraw
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Pattern = Callable[[Draw, str, str], None]


def make_cover(
    number: int, title: str, date_label: str, pattern: str, ground: str, figure: str
) -> bytes:
    """A cover as PNG: the name of the review, the number, a pattern, the theme.

    `ground` and `figure` are the two colours of the pattern; the same arguments give the same bytes.
    """
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    width, height = SIZE
    draw.rectangle((0, 330, width, 1010), fill=ground)
    panel = Image.new("RGB", (width, 680), ground)
    PATTERNS[pattern](ImageDraw.Draw(panel), ground, figure)
    image.paste(panel, (0, 330))
    name = _font("newsreader", 250)
    draw.text((MARGIN - 12, 285), "L’essor", font=name, fill=INK, anchor="ls")
    small = _font("atkinson", 34)
    draw.text(
        (width - MARGIN, 96),
        f"n° {number}",
        font=_font("newsreader", 64),
        fill="#a3341f",
        anchor="rs",
    )
    draw.text((MARGIN, 1074), date_label, font=small, fill="#635a53", anchor="ls")
    _text(draw, title, (MARGIN, 1104), width - 2 * MARGIN)
    draw.text(
        (MARGIN, height - 54), "Interfédération des CISP", font=small, fill="#635a53", anchor="ls"
    )
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _text(draw: Draw, title: str, at: tuple[int, int], width: int) -> None:
    """The theme, as large as its length allows, on four lines at most."""
    for size in (92, 80, 70, 60, 52):
        font = _font("newsreader", size)
        lines = _lines(draw, title, font, width)
        if len(lines) * size * 1.12 <= 270:
            break
    for order, line in enumerate(lines):
        draw.text((at[0], at[1] + order * size * 1.12), line, font=font, fill=INK, anchor="lt")


def _lines(draw: Draw, text: str, font: Font, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if draw.textlength(longer, font=font) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _font(face: str, size: int) -> Font:
    """The faces of the site; FreeType reads woff2 where it was built with brotli."""
    names = {"newsreader": "newsreader-500.woff2", "atkinson": "atkinson-hyperlegible-next.woff2"}
    path = Path(settings.BASE_DIR) / "static" / "fonts" / names[face]
    try:
        return ImageFont.truetype(str(path), size)
    except OSError:
        return ImageFont.load_default(size)


# --- Patterns: two colours, no figure of anybody -------------------------------------------------


def _arcs(draw: Draw, ground: str, figure: str) -> None:  # noqa: ARG001
    """Half circles that rise: places around one centre."""
    for order in range(9):
        radius = 620 - order * 66
        box = (525 - radius, 680 - radius, 525 + radius, 680 + radius)
        draw.arc(box, 180, 360, fill=figure, width=26)


def _grid(draw: Draw, ground: str, figure: str) -> None:  # noqa: ARG001
    """Bars that leave the page one by one."""
    for order in range(14):
        top = 0 if order < 9 else (order - 8) * 118
        draw.rectangle((24 + order * 75, top, 24 + order * 75 + 30, 680), fill=figure)


def _calendar(draw: Draw, ground: str, figure: str) -> None:
    """The squares of a year."""
    for row in range(7):
        for column in range(11):
            x, y = 42 + column * 90, 38 + row * 90
            full = (row * 5 + column * 3) % 7 < 3
            draw.rectangle(
                (x, y, x + 64, y + 64), fill=figure if full else ground, outline=figure, width=5
            )


def _seal(draw: Draw, ground: str, figure: str) -> None:
    """A seal: what one knows, recognised."""
    for order in range(48):
        angle = order * 2 * pi / 48
        inner, outer = 190, 300 if order % 2 else 270
        draw.line(
            (525 + inner * cos(angle), 340 + inner * sin(angle), 525 + outer * cos(angle), 340 + outer * sin(angle)),
            fill=figure, width=16,
        )  # fmt: skip
    draw.ellipse((365, 180, 685, 500), fill=figure)
    draw.line(((440, 345), (505, 410), (620, 275)), fill=ground, width=38, joint="curve")


def _axes(draw: Draw, ground: str, figure: str) -> None:  # noqa: ARG001
    """Four axes, three measures each."""
    for row in range(4):
        y = 90 + row * 145
        draw.rectangle((0, y, 1050, y + 12), fill=figure)
        for column in range(3):
            x = 230 + column * 270 + (row % 2) * 90
            draw.ellipse((x - 44, y - 38, x + 44, y + 50), fill=figure)


def _rings(draw: Draw, ground: str, figure: str) -> None:  # noqa: ARG001
    """The rings of a tree: thirty years."""
    for order in range(15):
        radius = 40 + order * 44
        box = (330 - radius, 420 - radius * 0.94, 330 + radius, 420 + radius * 0.94)
        draw.ellipse(box, outline=figure, width=9)


PATTERNS: dict[str, Pattern] = {
    "arcs": _arcs,
    "grid": _grid,
    "calendar": _calendar,
    "seal": _seal,
    "axes": _axes,
    "rings": _rings,
}
