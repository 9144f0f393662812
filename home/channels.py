"""What is new, by channel: each room tells the home page of its site what it brought out last.

A room registers a channel; the home page asks for its entries and shows those that are fresh:

    @hooks.register("register_home_channel")
    def publications() -> Channel:
        return Channel(
            key="publications",
            label="Publications",
            theme=Theme.INTERFEDE,
            latest=latest_publications,  # (home, request, limit) -> entries, newest first
            order=20,
            days=365,
        )

Rooms know nothing of one another; the home page knows only entries.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks

from home import content
from home.themes import Theme

Pages = TypeVar("Pages", bound="PageQuerySet")

if TYPE_CHECKING:
    from wagtail.models import Page
    from wagtail.query import PageQuerySet

    from home.models import HomePage, SiteImage

HOOK = "register_home_channel"


@dataclass(frozen=True)
class Entry:
    """One item of a channel, as the home page prints it."""

    title: str
    url: str
    kind: str
    """French label of what it is: « Étude », « L’essor n° 110 »"""
    date: date
    """the day that says how fresh it is; an event's day may lie ahead, which is always fresh"""
    date_label: str = ""
    """the date in words when the day is not known: « mai 2024 »; "" prints `date`"""
    summary: str = ""
    image: "SiteImage | None" = None
    """cover or picture, asked with its renditions (`prefetch_related("…__renditions")`)"""
    note: str = ""
    """one small exact fact: « PDF, 12 pages », « 14 min », a medium"""


Latest = Callable[["HomePage", HttpRequest, int], Sequence[Entry]]


@dataclass(frozen=True)
class Channel:
    """A stream of new things of one room."""

    key: str
    """stable name: an editor's setting refers to it"""
    label: str
    """French heading of the block"""
    theme: Theme
    """the site whose home page shows it"""
    latest: Latest
    """`(home, request, limit)` → at most `limit` entries, the first one to read first; public
    pages only; a constant number of queries, two at most"""
    order: int = 100
    days: int = 365
    """how old an entry may be, in days; 0: no limit. An editor may change it"""
    limit: int = 4
    """how many entries are shown. An editor may change it"""
    section: type["Page"] | None = None
    """type of the page that lists everything: the block ends in a link to it"""
    index: Callable[["HomePage", HttpRequest], str] | None = None
    """address of the whole list where `section` does not do"""
    index_label: str = "Tout voir"
    layout: str = "list"
    """`cover`: one item set large with its cover; `list`: rows; `cards`: cards with pictures"""


@dataclass(frozen=True)
class Block:
    """A channel with what it shows now."""

    key: str
    label: str
    layout: str
    entries: tuple[Entry, ...]
    index_url: str
    index_label: str


def channels_of_all() -> list[Channel]:
    """The registered channels of all sites, in their own order."""
    registered: Iterable[Channel] = (register() for register in hooks.get_hooks(HOOK))
    return sorted(registered, key=lambda channel: (channel.order, channel.key))


def channels_of(theme: Theme | str) -> list[Channel]:
    """The registered channels of a site, in their own order."""
    return [channel for channel in channels_of_all() if channel.theme == theme]


def is_fresh(entry: Entry, days: int, today: date) -> bool:
    """True while the entry is younger than `days`; 0 days: always."""
    return days == 0 or entry.date >= today - timedelta(days=days)


def block_of(
    channel: Channel,
    home: "HomePage",
    request: HttpRequest,
    days: int | None = None,
    limit: int | None = None,
) -> tuple[Block, Block]:
    """What the channel shows: its fresh entries, and all of them whatever their age."""
    limit = channel.limit if limit is None else limit
    days = channel.days if days is None else days
    entries = tuple(channel.latest(home, request, limit))[:limit]
    today = timezone.localdate()
    url = ""
    if entries and channel.section:
        url = section_address(home, request, channel.section)
    elif entries and channel.index:
        url = channel.index(home, request)

    def block(shown: tuple[Entry, ...]) -> Block:
        return Block(channel.key, channel.label, channel.layout, shown, url, channel.index_label)

    return block(tuple(each for each in entries if is_fresh(each, days, today))), block(entries)


@content.kept_by(
    # What an editor looks at before publishing it is nobody else's.
    lambda home, request, theme: (
        None if getattr(request, "is_preview", False) else (home.pk, theme)
    ),
    by_the_clock=True,
)
def blocks_for(home: "HomePage", request: HttpRequest, theme: Theme) -> tuple[list[Block], bool]:
    """The blocks of a home page in the order of its editor, and whether they are all old.

    A channel without anything fresh is left out. When that leaves nothing, the last entries of
    every channel come back: a home page is never empty. One query, and those of the channels.
    """
    channels = {channel.key: channel for channel in channels_of(theme)}
    settings = {each.key: each for each in home.channels.all()}
    order = [key for key in settings if key in channels]
    order += [key for key in channels if key not in settings]
    fresh, old = [], []
    for key in order:
        setting = settings.get(key)
        if setting and setting.is_hidden:
            continue
        new, whole = block_of(
            channels[key],
            home,
            request,
            days=setting.days if setting else None,
            limit=setting.limit if setting else None,
        )
        if new.entries:
            fresh.append(new)
        if whole.entries:
            old.append(whole)
    return (fresh, False) if fresh else (old, bool(old))


def channel_choices() -> list[tuple[str, str]]:
    """Every registered channel, for the form of a home page."""
    return sorted(
        (channel.key, f"{channel.label} ({channel.theme})") for channel in channels_of_all()
    )


def open_pages(queryset: "Pages") -> "Pages":
    """The live pages that carry no restriction, nor a page above them.

    The same as `.live().public()`, with the restrictions that are known already.
    """
    for path in _restricted_paths():
        queryset = queryset.exclude(path__startswith=path)
    return queryset.live()


@content.kept
def _restricted_paths() -> tuple[str, ...]:
    from wagtail.models import PageViewRestriction

    return tuple(PageViewRestriction.objects.values_list("page__path", flat=True))


def section_address(home: "HomePage", request: HttpRequest, model: type["Page"]) -> str:
    """Address of the first page of this type among the two levels below the home page, "" if none.

    The lists of all channels are read at once: types that hold pages and stand high in the tree.
    """
    from wagtail.models import Page

    sections = getattr(request, "_home_sections", None)
    if sections is None:
        types = [each for each in (channel.section for channel in channels_of_all()) if each]
        contents = ContentType.objects.get_for_models(*types).values()
        sections = list(
            open_pages(
                Page.objects.descendant_of(home).filter(
                    depth__lte=home.depth + 2, content_type__in=[each.pk for each in contents]
                )
            ).order_by("path")
        )
        request._home_sections = sections  # type: ignore[attr-defined]
    wanted = ContentType.objects.get_for_model(model).pk
    return next(
        (page.get_url(request) or "" for page in sections if page.content_type_id == wanted), ""
    )
