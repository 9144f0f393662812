"""Configuration of the room `search`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers the room with Django."""

    name = "search"
    verbose_name = "Recherche"

    def ready(self) -> None:
        """Follow what happens to pages."""
        from search import signals

        signals.connect()
