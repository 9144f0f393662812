"""Dates as French writes them: «1er mai 2024», and no hour where none is known.

A builtin library (settings.TEMPLATES): no template loads it.
"""

import re
from datetime import date, datetime, time

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

register = template.Library()

HOUR = r"G \h i"
_FIRST = re.compile(r"(?<!\d)1(?= \D)")


@register.filter
def day(value: date | datetime | None, form: str = "j F Y") -> str:
    """A day in Django's date format `form`; the first of a month is «1er» in French; "" for None."""
    if not value:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    language = get_language() or "fr"
    if form == "j F Y" and language.startswith("de"):
        form = "j. F Y"
    text = date_format(value, form)
    if value.day == 1 and language.startswith("fr"):
        text = _FIRST.sub("1er", text, count=1)
    return text


@register.simple_tag
def today() -> str:
    """The present day, in the language of the page."""
    return day(timezone.localdate())


@register.filter
def moment(value: datetime | None, form: str = "l j F Y") -> str:
    """A day and its hour: «jeudi 14 mars 2024, 9 h 30». Midnight stands for an unknown hour."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    text = day(local, form)
    return f"{text}, {date_format(local, HOUR)}" if has_hour(value) else text


def has_hour(value: datetime) -> bool:
    """False at midnight (Europe/Brussels): what an editor leaves when the hour is not known."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return local.time() != time.min
