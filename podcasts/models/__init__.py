"""Models of the room; one module per subject."""

from podcasts.models.audio import Audio
from podcasts.models.episodes import Chapter, Credit, EpisodePage, RelatedPage
from podcasts.models.shows import PlatformLink, PodcastPage

__all__ = [
    "Audio",
    "Chapter",
    "Credit",
    "EpisodePage",
    "PlatformLink",
    "PodcastPage",
    "RelatedPage",
]
