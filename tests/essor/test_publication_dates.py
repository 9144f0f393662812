"""A date is as exact as what is known of it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from essor import partial_dates
from essor.partial_dates import PartialDateFormField

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
stored_dates = st.one_of(
    days.map(lambda day: f"{day:%Y}".rjust(4, "0")),
    days.map(lambda day: f"{day:%Y-%m}"),
    days.map(lambda day: f"{day:%Y-%m-%d}"),
)


@given(stored_dates)
def test_words_and_stored_form_say_the_same(stored: str):
    assert partial_dates.parse(stored) == stored
    assert partial_dates.parse(partial_dates.label(stored)) == stored
    assert partial_dates.first_day(stored).isoformat().startswith(stored)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2024", "2024"),
        (" 2024 ", "2024"),
        ("9/2024", "2024-09"),
        ("septembre 2024", "2024-09"),
        ("Août 2024", "2024-08"),
        ("aout 2024", "2024-08"),
        ("17/9/2024", "2024-09-17"),
        ("17.09.2024", "2024-09-17"),
        ("17 septembre 2024", "2024-09-17"),
        ("1er mai 2024", "2024-05-01"),
        ("2024-9-7", "2024-09-07"),
    ],
)
def test_editors_write_dates_as_they_speak(typed: str, stored: str):
    assert PartialDateFormField().clean(typed) == stored


@pytest.mark.parametrize(
    "typed", ["hier", "13/2024", "31/02/2024", "30 février 2024", "0000", "24", "3000", "2024-2025"]
)
def test_what_is_no_date_is_refused_in_french(typed: str):
    with pytest.raises(ValidationError) as refused:
        PartialDateFormField().clean(typed)
    assert typed in refused.value.messages[0]
    assert "septembre 2024" in refused.value.messages[0]


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_refused(text: str):
    field = PartialDateFormField(required=False)
    try:
        stored = field.clean(text)
    except ValidationError:
        return
    if stored:
        partial_dates.validate(stored)


def test_the_form_shows_words_and_sees_no_change_in_another_spelling():
    field = PartialDateFormField()
    assert field.prepare_value("2024-09") == "septembre 2024"
    assert field.prepare_value("n’importe") == "n’importe"
    assert not field.has_changed("2024-09", "9/2024")
    assert field.has_changed("2024-09", "2024")


def test_the_earliest_day_of_a_year_comes_first_in_lists():
    assert partial_dates.first_day("2024") == date(2024, 1, 1)
    assert partial_dates.first_day("2024-09") == date(2024, 9, 1)
