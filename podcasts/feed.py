"""The feed of a show: RSS 2.0 with what Apple, Spotify and Podcasting 2.0 ask for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin
from xml.sax.xmlreader import AttributesImpl

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

from podcasts.categories import split_category
from podcasts.models import EpisodePage, PodcastPage

CONTENT_TYPE = "application/rss+xml; charset=utf-8"
LANGUAGE = "fr-be"
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)  # of a show that was never published
DEFAULT_ARTWORK = "img/podcast-artwork.png"
NAMESPACES = {
    "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
}


def yes_no(value: bool, yes: str = "true", no: str = "false") -> str:
    """What a tag says for a boolean."""
    return yes if value else no


class PodcastFeed(Rss201rev2Feed):
    """RSS with the tags of the two namespaces. `add_item` takes `episode` and its addresses."""

    content_type = CONTENT_TYPE

    def rss_attributes(self) -> dict[str, str]:
        """Name the namespaces."""
        return {**super().rss_attributes(), **NAMESPACES}

    def latest_post_date(self) -> datetime:
        """When the feed last changed: the same answer as long as nothing does."""
        return self.feed["changed_at"]

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """The channel."""
        super().add_root_elements(handler)
        show: PodcastPage = self.feed["show"]
        add = handler.addQuickElement
        add("generator", "interfede-sites")
        add("itunes:author", show.author)
        add("itunes:type", show.show_type)
        add("itunes:explicit", yes_no(show.explicit))
        add("itunes:image", None, {"href": self.feed["artwork"]})
        for category in show.categories:
            name, part = split_category(category)
            handler.startElement("itunes:category", AttributesImpl({"text": name}))
            if part:
                add("itunes:category", None, {"text": part})
            handler.endElement("itunes:category")
        owner = show.owner_email if show.show_owner else ""
        if owner:
            handler.startElement("itunes:owner", AttributesImpl({}))
            add("itunes:name", show.owner_name or show.author)
            add("itunes:email", owner)
            handler.endElement("itunes:owner")
        if show.new_feed_url:
            add("itunes:new-feed-url", show.new_feed_url)
        add("podcast:guid", str(show.podcast_guid))
        add(
            "podcast:locked",
            yes_no(show.feed_locked, "yes", "no"),
            {"owner": owner} if owner else {},
        )
        add("podcast:medium", "podcast")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """One episode."""
        super().add_item_elements(handler, item)
        episode: EpisodePage = item["episode"]
        add = handler.addQuickElement
        add("itunes:title", episode.title)
        add("itunes:duration", str(round(episode.seconds)))
        add("itunes:explicit", yes_no(episode.explicit))
        add("itunes:episodeType", "full")
        if item["artwork"]:
            add("itunes:image", None, {"href": item["artwork"]})
        if episode.season:
            add("itunes:season", str(episode.season))
            add("podcast:season", str(episode.season))
        if episode.number:
            add("itunes:episode", str(episode.number))
            add("podcast:episode", str(episode.number))
        transcript = {"url": item["transcript"], "type": "text/vtt", "language": "fr"}
        add("podcast:transcript", None, transcript)
        if episode.marks:
            chapters = {"url": item["chapters"], "type": "application/json+chapters"}
            add("podcast:chapters", None, chapters)
        for credit in episode.people:
            role, group = credit.taxonomy
            link = {"href": credit.link} if credit.link else {}
            add("podcast:person", credit.label, {"role": role, "group": group, **link})


def root_of(show: PodcastPage, request: HttpRequest) -> str:
    """Whole address of the site of a show, without a slash at its end."""
    parts = show.get_url_parts(request)
    return parts[1] if parts else ""


def artwork_url(page: PodcastPage | EpisodePage, root: str) -> str:
    """Whole address of the picture that a page has itself, "" without one.

    The file itself, because the rules ask for its kind and size; a new file has a new address.
    """
    return urljoin(f"{root}/", page.artwork.file.url) if page.artwork else ""


def write_feed(show: PodcastPage, episodes: Sequence[EpisodePage], request: HttpRequest) -> str:
    """The feed of a show as XML. `episodes`, newest first, come with all that `for_feed` loads."""
    root = root_of(show, request)
    feed = PodcastFeed(
        title=show.title,
        link=show.get_full_url(request) or root,
        description=show.description,
        language=LANGUAGE,
        feed_url=show.get_feed_url(request),
        feed_copyright=show.copyright,
        show=show,
        artwork=artwork_url(show, root) or urljoin(f"{root}/", static(DEFAULT_ARTWORK)),
        changed_at=changed_at(show, episodes),
    )
    for episode in episodes:
        audio = episode.audio
        if audio is None:
            continue
        sound = urljoin(f"{root}/", audio.file.url)
        feed.add_item(
            title=episode.title,
            link=episode.get_full_url(request) or root,
            description=episode.summary,
            unique_id=str(episode.guid),
            unique_id_is_permalink=False,
            pubdate=timezone.localtime(episode.date),
            enclosures=[Enclosure(sound, str(audio.file_size), audio.mime_type)],
            episode=episode,
            artwork=artwork_url(episode, root),
            transcript=root + reverse("podcast_transcript", args=[episode.guid]),
            chapters=root + reverse("podcast_chapters", args=[episode.guid]),
        )
    return feed.writeString("utf-8")


def changed_at(show: PodcastPage, episodes: Sequence[EpisodePage]) -> datetime:
    """When a show or one of its episodes was last published."""
    moments = [
        each
        for page in (show, *episodes)
        for each in (page.last_published_at, getattr(page, "date", None))
        if each
    ]
    return timezone.localtime(max(moments, default=show.latest_revision_created_at or EPOCH))
