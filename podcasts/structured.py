"""Structured data (schema.org) of shows and episodes, for search engines."""

from django.http import HttpRequest
from django.utils.safestring import SafeString

from home.json_ld import json_for_script
from podcasts.feed import root_of
from podcasts.models import EpisodePage, PodcastPage


def _script(data: dict[str, object]) -> SafeString:
    """JSON with its vocabulary, for a <script>."""
    return json_for_script({"@context": "https://schema.org", **data})


def show_json_ld(show: PodcastPage, request: HttpRequest) -> SafeString:
    """A show as PodcastSeries."""
    return _script(
        {
            "@type": "PodcastSeries",
            "name": show.title,
            "description": show.description,
            "url": show.get_full_url(request) or "",
            "webFeed": show.get_feed_url(request),
            "inLanguage": "fr-BE",
            "author": {"@type": "Organization", "name": show.author},
        }
    )


def episode_json_ld(episode: EpisodePage, request: HttpRequest) -> SafeString:
    """An episode as PodcastEpisode with its sound."""
    data: dict[str, object] = {
        "@type": "PodcastEpisode",
        "name": episode.title,
        "description": episode.summary,
        "url": episode.get_full_url(request) or "",
        "datePublished": episode.date.isoformat(),
        "inLanguage": "fr-BE",
        "partOfSeries": {
            "@type": "PodcastSeries",
            "name": episode.show.title,
            "url": episode.show.get_full_url(request) or "",
        },
    }
    if episode.audio:
        data["timeRequired"] = episode.length_iso
        data["associatedMedia"] = {
            "@type": "AudioObject",
            "contentUrl": root_of(episode.show, request) + episode.audio.file.url,
            "encodingFormat": episode.audio.mime_type,
            "duration": episode.length_iso,
        }
    return _script(data)
