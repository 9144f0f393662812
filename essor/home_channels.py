"""What this part of the room tells the home page of interfede.be (I-01)."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils import timezone

from essor.models import PressIndexPage, PressMention
from home.channels import Channel, Entry, open_pages
from home.models import EventIndexPage, EventPage, HomePage
from home.themes import Theme


def press_channel() -> Channel:
    """Who writes about the sector."""
    return Channel(
        key="presse",
        label="Dans la presse",
        theme=Theme.INTERFEDE,
        latest=latest_mentions,
        order=40,
        days=365,
        limit=4,
        section=PressIndexPage,
        index_label="Toute la revue de presse",
    )


def latest_mentions(home: HomePage, request: HttpRequest, limit: int) -> Sequence[Entry]:  # noqa: ARG001
    """The newest mentions that one can still read."""
    mentions = (
        PressMention.objects.to_show()
        .prefetch_related(None)
        .exclude(link_is_dead=True, document__isnull=True)[:limit]
    )
    return [
        Entry(
            title=mention.title,
            url=mention.link,
            kind=mention.medium.name,
            date=mention.date,
            summary=mention.about,
        )
        for mention in mentions
    ]


def events_channel() -> Channel:
    """What is coming."""
    return Channel(
        key="agenda",
        label="Agenda",
        theme=Theme.INTERFEDE,
        latest=coming_events,
        order=30,
        days=0,  # only what is coming is asked
        limit=3,
        section=EventIndexPage,
        index_label="Tout l’agenda",
    )


def coming_events(home: HomePage, request: HttpRequest, limit: int) -> Sequence[Entry]:
    """The next events, in their order."""
    events = open_pages(EventPage.objects.descendant_of(home))
    return [
        Entry(
            title=event.title,
            url=event.get_url(request) or "",
            kind=event.get_event_type_display(),
            date=timezone.localtime(event.starts_at).date(),
            summary=event.introduction,
            note=event.place,
        )
        for event in events.coming()[:limit]
    ]
