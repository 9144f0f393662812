"""Channels of the home pages: what is fresh, in whose order."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from wagtail import hooks

from home.channels import HOOK, Channel, Entry, block_of, channels_of, is_fresh
from home.themes import Theme

TODAY = date(2026, 11, 24)


def entry(age: int, title: str = "Titre") -> Entry:
    return Entry(title, f"/{title}/", "Étude", TODAY - timedelta(days=age))


def channel(key: str, *entries: Entry, **options) -> Channel:
    return Channel(
        key, key.capitalize(), Theme.INTERFEDE, lambda home, request, limit: entries, **options
    )


@pytest.mark.parametrize(
    ("age", "days", "fresh"),
    [(0, 30, True), (30, 30, True), (31, 30, False), (-400, 30, True), (9999, 0, True)],
)
def test_an_entry_is_fresh_until_its_limit(age, days, fresh):
    assert is_fresh(entry(age), days, TODAY) is fresh


def test_the_channels_of_a_site_come_in_their_order():
    late, soon = channel("late", order=9), channel("soon", order=1)
    other = Channel("other", "Autre", Theme.PEDATECH, lambda home, request, limit: ())
    with hooks.register_temporarily(
        [(HOOK, lambda: late), (HOOK, lambda: soon), (HOOK, lambda: other)]
    ):
        keys = [each.key for each in channels_of(Theme.INTERFEDE)]
        assert [key for key in keys if key in {"late", "soon", "other"}] == ["soon", "late"]


def test_a_block_holds_the_fresh_entries_and_the_limit(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    entries = [entry(age, f"{age}") for age in (1, 10, 100)]
    fresh, whole = block_of(channel("x", *entries, days=30, limit=2), None, None)
    assert [each.title for each in fresh.entries] == ["1", "10"]
    fresh, whole = block_of(channel("x", *entries, days=5, limit=3), None, None)
    assert [each.title for each in fresh.entries] == ["1"]
    assert len(whole.entries) == 3
