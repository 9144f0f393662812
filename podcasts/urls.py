"""Addresses of the room `podcasts` that are no pages."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import SlugConverter

from podcasts import views


class ShowConverter(SlugConverter):
    """The slug of a show. No other first word matches, so that any room may have its `flux.xml`."""

    def to_python(self, value: str) -> str:
        """Raises ValueError, which tells Django to try the next address, without such a show."""
        from podcasts.models import PodcastPage

        if not PodcastPage.objects.live().filter(slug=value).exists():
            raise ValueError(value)
        return value


register_converter(ShowConverter, "show")

urlpatterns: list[URLPattern] = [
    path("<show:show>/flux.xml", views.feed, name="podcast_feed"),
    path("podcasts/transcriptions/<uuid:guid>.vtt", views.transcript, name="podcast_transcript"),
    path("podcasts/chapitres/<uuid:guid>.json", views.chapters, name="podcast_chapters"),
]
