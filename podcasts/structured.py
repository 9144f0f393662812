"""Structured data (schema.org) of shows and episodes, for search engines."""

import json

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from podcasts.feed import root_of
from podcasts.models import EpisodePage, PodcastPage

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def _script(data: dict[str, object]) -> SafeString:
    """JSON that no text can break out of a <script>."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 (escaped on this line)


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
