"""Configuration of the room `podcasts`."""

from django.apps import AppConfig


class PodcastsConfig(AppConfig):
    """Registers the room with Django."""

    name = "podcasts"
    verbose_name = "Podcasts"
