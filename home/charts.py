"""Horizontal bars drawn on the server (components/chart.html)."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

LINE_CHARS = 30
"""Signs of a label on one line of a chart: what fits on a phone of 320 pixels."""
LINE_EM = 1.4
BAR_EM = 1.5
GAP_EM = 1.1
FULL_PERCENT, LEAST_PERCENT = 78.0, 35.0
"""Width of the longest bar; its value stands to the right of it."""
SIGN_PERCENT = 3.1
"""Width of a bold sign on a phone of 320 pixels."""


@dataclass(frozen=True)
class Row:
    """One value of a chart."""

    label: str
    number: Decimal
    text: str
    """the value as one reads it"""
    is_old: bool = False
    part: Decimal = Decimal(0)
    """how much of `number` is drawn apart, at the beginning of the bar"""


@dataclass(frozen=True)
class Bar:
    """One bar of a chart. Lengths in em from the top, width in percent of the drawing."""

    lines: tuple[tuple[str, str], ...]
    """`(text, y)` of each line of the label"""
    y: str
    width: str
    value_x: str
    value_y: str
    value: str
    is_old: bool = False
    part_width: str = ""
    """"" without a part"""


@dataclass(frozen=True)
class Chart:
    """Horizontal bars: text keeps its size on every screen, because nothing is scaled."""

    key: str
    title: str
    description: str
    """the whole content in a sentence, for whoever does not see the bars"""
    height: str
    bar_height: str
    bars: tuple[Bar, ...]


def bar_chart(key: str, title: str, rows: Sequence[Row]) -> Chart:
    """Draw the rows. Lengths are in proportion, from zero."""
    longest = max((row.number for row in rows), default=Decimal(0))
    if longest <= 0:
        longest = Decimal(1)
    signs = max((len(row.text) for row in rows), default=0)
    full = min(FULL_PERCENT, max(LEAST_PERCENT, 98 - SIGN_PERCENT * signs))
    bars = []
    top = 0.0
    for row in rows:
        lines = textwrap.wrap(row.label, LINE_CHARS) or [""]
        written = tuple(
            (line, _em(top + (position + 0.8) * LINE_EM - 0.1))
            for position, line in enumerate(lines)
        )
        top += len(lines) * LINE_EM
        width = float(max(row.number, Decimal(0)) / longest) * full
        bars.append(
            Bar(
                lines=written,
                y=_em(top),
                width=f"{width:.2f}%",
                value_x=f"{width + 1.5:.2f}%",
                value_y=_em(top + BAR_EM * 0.72),
                value=row.text,
                is_old=row.is_old,
                part_width=f"{float(row.part / longest) * full:.2f}%" if row.part else "",
            )
        )
        top += BAR_EM + GAP_EM
    described = " ; ".join(f"{row.label} : {row.text}" for row in rows)
    return Chart(key, title, f"{described}.", _em(top - GAP_EM + 0.1), _em(BAR_EM), tuple(bars))


def _em(length: float) -> str:
    return f"{length:.2f}em"
