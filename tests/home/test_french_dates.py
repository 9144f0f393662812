"""Dates in words: the first of a month, and an hour only where one is known."""

from datetime import date, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from home.templatetags.french_dates import day, has_hour, moment


def brussels(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (date(2024, 5, 1), "j F Y", "1er mai 2024"),
        (date(2024, 5, 11), "j F Y", "11 mai 2024"),
        (date(2024, 5, 1), "l j F Y", "mercredi 1er mai 2024"),
        (date(2024, 5, 1), "F Y", "mai 2024"),
        (date(2001, 1, 1), "j F", "1er janvier"),
        (None, "j F Y", ""),
    ],
)
def test_day(value, form, expected):
    assert day(value, form) == expected


def test_a_moment_is_told_in_the_time_of_brussels():
    assert day(datetime.fromisoformat("2024-04-30T22:30:00+00:00")) == "1er mai 2024"


def test_another_language_has_its_own_first():
    with translation.override("nl"):
        assert day(date(2024, 5, 1)) == "1 mei 2024"


def test_midnight_is_no_hour():
    known, unknown = brussels(2024, 3, 14, 9, 30), brussels(2024, 3, 14)
    assert has_hour(known)
    assert not has_hour(unknown)
    assert moment(known) == "jeudi 14 mars 2024, 9 h 30"
    assert moment(unknown) == "jeudi 14 mars 2024"
    assert moment(None) == ""


def test_no_template_needs_to_load_them():
    html = Template('{{ when|day }} {{ when|moment:"j F" }}').render(
        Context({"when": brussels(2024, 3, 1, 14, 5)})
    )
    assert html == "1er mars 2024 1er mars, 14 h 05"
