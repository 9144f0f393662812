"""Configuration of the room `podcasts`."""

from django.apps import AppConfig


class PodcastsConfig(AppConfig):
    """Registers the room with Django, its signals and its files."""

    name = "podcasts"
    verbose_name = "Podcasts"

    def ready(self) -> None:
        """Follow the address of a show; serve the sounds."""
        from podcasts import signals

        signals.connect()
