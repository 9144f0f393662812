"""Dates of which only the year, or the year and the month, may be known.

Stored as text of ISO 8601 with reduced precision: «2024», «2024-09», «2024-09-17». Nothing is
invented: an annual report of 2024 does not come out on 1 January.
"""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from search.french import fold

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1900, 2100

_MONTH_NUMBERS = {fold(name): number for number, name in enumerate(MONTHS, start=1)}
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_NUMERIC = re.compile(r"(?:(\d{1,2})[/.])?(\d{1,2})[/.](\d{4})")
_WORDS = re.compile(r"(?:(\d{1,2})(?:er)? )?([a-z]+) (\d{4})")

EXPECTED = "Écrivez une année (2024), un mois (septembre 2024) ou un jour (17/09/2024)."


def parse(text: str) -> str:
    """The stored form of what an editor typed: «17/9/2024», «septembre 2024», «2024».

    Raises ValueError for anything else, and for days that do not exist.
    """
    typed = fold(text)
    if match := _ISO.fullmatch(typed):
        year, month, day = match.groups()
    elif match := _NUMERIC.fullmatch(typed):
        day, month, year = match.groups()
    elif (match := _WORDS.fullmatch(typed)) and match[2] in _MONTH_NUMBERS:
        day, month, year = match[1], str(_MONTH_NUMBERS[match[2]]), match[3]
    else:
        raise ValueError(text)
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise ValueError(text)
    date(int(year), int(month or 1), int(day or 1))
    return "-".join(f"{int(part):02}" for part in (year, month, day) if part)


def first_day(stored: str) -> date:
    """The first day that a stored date can mean: what lists are sorted by."""
    year, month, day = (*(int(part) for part in stored.split("-")), 1, 1)[:3]
    return date(year, month, day)


def label(stored: str) -> str:
    """The date in words: «2024», «septembre 2024», «1er mai 2024»; "" for ""."""
    parts = [int(part) for part in stored.split("-")] if stored else []
    if not parts:
        return ""
    words = [str(parts[0])]
    if len(parts) > 1:
        words.insert(0, MONTHS[parts[1] - 1])
    if len(parts) > 2:
        words.insert(0, "1er" if parts[2] == 1 else str(parts[2]))
    return " ".join(words)


def validate(stored: str) -> None:
    """Refuse a value that is no stored date."""
    try:
        is_stored = parse(stored) == stored
    except ValueError:
        is_stored = False
    if not is_stored:
        raise ValidationError(f"« {stored} » n’est pas une date. {EXPECTED}")


class PartialDateFormField(forms.CharField):
    """Reads what an editor types, shows the date in words."""

    def to_python(self, value: object) -> str:
        """The stored form; "" for nothing."""
        text = str(super().to_python(value) or "").strip()
        if not text:
            return ""
        try:
            return parse(text)
        except ValueError:
            raise ValidationError(f"« {text} » n’est pas une date. {EXPECTED}") from None

    def prepare_value(self, value: object) -> object:
        """The stored date in words, anything else as it is."""
        try:
            return label(parse(str(value))) if value else value
        except ValueError:
            return value

    def has_changed(self, initial: object, data: object) -> bool:
        """Compare dates, not the ways to write them."""
        try:
            return parse(str(initial or "")) != parse(str(data or ""))
        except ValueError:
            return super().has_changed(initial, data)


class PartialDateField(models.CharField):
    """A date known to the day, to the month or to the year."""

    default_validators = [validate]

    def __init__(self, *args, **kwargs) -> None:
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple:
        """The length is always the same."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def formfield(self, **kwargs) -> forms.Field | None:
        """A text field that understands French dates."""
        return super().formfield(**{"form_class": PartialDateFormField, "max_length": 40, **kwargs})
