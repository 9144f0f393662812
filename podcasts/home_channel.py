"""What the home page of interfede.be shows of the podcasts."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils import timezone

from home.channels import Channel, Entry, open_pages
from home.models import HomePage
from home.themes import Theme
from podcasts.bootstrap import SLUG
from podcasts.models import EpisodePage


def latest_episodes(home: HomePage, request: HttpRequest, limit: int) -> Sequence[Entry]:
    """The newest episodes of all shows below a home page."""
    episodes = (
        open_pages(EpisodePage.objects.descendant_of(home).available())
        .select_related("audio", "artwork", "teaser_image")
        .prefetch_related("artwork__renditions", "teaser_image__renditions")
        .order_by("-date", "-pk")[:limit]
    )
    return [
        Entry(
            title=each.title,
            url=each.get_url(request) or "",
            kind=each.kind,
            date=timezone.localdate(each.date),
            summary=each.summary,
            image=each.teaser_image or each.artwork,
            note=each.length_label,
        )
        for each in episodes
    ]


def index_url(home: HomePage, request: HttpRequest) -> str:
    """Address of the first show."""
    return f"{home.get_url(request) or '/'}{SLUG}/"


CHANNEL = Channel(
    key="podcasts",
    label="Podcasts",
    theme=Theme.INTERFEDE,
    latest=latest_episodes,
    order=40,
    days=730,
    limit=3,
    index=index_url,
    index_label="Tous les épisodes",
)
