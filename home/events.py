"""Events: which are to come, which are archives, and their calendar."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from icalendar import Calendar, Event
from wagtail.query import PageQuerySet

from home.templatetags.french_dates import has_hour

if TYPE_CHECKING:
    from home.models import EventPage

UNKNOWN_LENGTH = timedelta(hours=1)
"""How long a calendar shows an event whose end is not known."""


class EventType(models.TextChoices):
    """What one comes to; the values stand in addresses."""

    MEETING = "rencontre", _("Rencontre ou colloque")
    ROUND_TABLE = "table-ronde", _("Table ronde")
    TRAINING = "formation", _("Formation ou webinaire")
    OPEN_DAY = "portes-ouvertes", _("Portes ouvertes")
    FAIR = "salon", _("Salon ou foire")
    MOBILISATION = "mobilisation", _("Mobilisation")
    OTHER = "autre", _("Autre")


def start_of_today() -> datetime:
    """Midnight of today in Europe/Brussels."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), time.min))


class EventQuerySet(PageQuerySet):
    """Selections of events. An event is to come until the midnight after its last day."""

    def _with_last_moment(self) -> "EventQuerySet":
        return self.annotate(last_moment=Coalesce("ends_at", "starts_at"))

    def coming(self) -> "EventQuerySet":
        """Today's events and later ones, the next one first."""
        return (
            self._with_last_moment()
            .filter(last_moment__gte=start_of_today())
            .order_by("starts_at", "pk")
        )

    def archived(self) -> "EventQuerySet":
        """Events of the days before today, the last one first."""
        return (
            self._with_last_moment()
            .filter(last_moment__lt=start_of_today())
            .order_by("-starts_at", "-pk")
        )


def calendar_event(event: "EventPage", request: HttpRequest) -> Event:
    """One event for a calendar. Its identity stays when its title or address changes."""
    address = event.get_full_url(request) or ""
    component = Event()
    component.add("uid", f"{event.translation_key}@{request.get_host().partition(':')[0]}")
    component.add("summary", event.title)
    begin = timezone.localtime(event.starts_at)
    end = timezone.localtime(event.ends_at or event.starts_at + UNKNOWN_LENGTH)
    if has_hour(begin):
        component.add("dtstart", begin)
        component.add("dtend", end)
    else:
        # Whole days; the end is the first day after it (RFC 5545).
        component.add("dtstart", begin.date())
        component.add("dtend", end.date() + timedelta(days=1))
    component.add(
        "dtstamp", event.last_published_at or event.latest_revision_created_at or event.starts_at
    )
    component.add("url", address)
    if event.place:
        component.add("location", event.place)
    text = event.introduction or event.search_description
    component.add("description", f"{text}\n\n{address}".strip())
    return component


def calendar_of(events: Iterable["EventPage"], name: str, request: HttpRequest) -> bytes:
    """The events as iCalendar (RFC 5545), with the rules of their time zone."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Interfédé//{request.get_host()}//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for event in events:
        calendar.add_component(calendar_event(event, request))
    calendar.add_missing_timezones()
    return calendar.to_ical()
