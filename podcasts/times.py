"""Times inside a sound: as editors type them, as pages and feeds print them."""

import re

from django.core.exceptions import ValidationError

_CLOCK = re.compile(r"(?:(?P<hours>\d{1,2}):)?(?P<minutes>\d{1,2}):(?P<seconds>[0-5]\d)")


def parse_clock(text: str) -> int:
    """Seconds of «1:35» or «1:02:03». Raises ValueError on anything else."""
    found = _CLOCK.fullmatch(text.strip())
    if not found or (found["hours"] and int(found["minutes"]) > 59):
        raise ValueError(text)
    return int(found["hours"] or 0) * 3600 + int(found["minutes"]) * 60 + int(found["seconds"])


def validate_clock(text: str) -> None:
    """Refuse what is no time; for a form field."""
    try:
        parse_clock(text)
    except ValueError as error:
        raise ValidationError(
            "Écrivez le moment en minutes et secondes, par exemple 1:35 (ou 1:02:03)."
        ) from error


def clock(seconds: float) -> str:
    """«1:35», «1:02:03»: whole seconds, rounded down."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def spoken(seconds: float) -> str:
    """«35 s», «2 min», «1 h 02 min»: short, for a list. Minutes are rounded from one minute on."""
    if seconds < 59.5:
        return f"{max(round(seconds), 1)}\u00a0s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours}\u00a0h\u00a0{minutes:02d}\u00a0min" if hours else f"{minutes}\u00a0min"


def iso_duration(seconds: float) -> str:
    """«PT1M35S», as `<time datetime>` and schema.org want it."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "H"), (minutes, "M"), (rest, "S"))
    return "PT" + ("".join(f"{value}{unit}" for value, unit in parts if value) or "0S")
