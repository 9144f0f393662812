"""Configuration of the room `search`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers the room with Django."""

    name = "search"
    verbose_name = "Recherche"

    def ready(self) -> None:
        """Follow what happens to pages; check the engine before a deployment."""
        from django.core.checks import register

        from search import signals
        from search.checks import check_engine

        signals.connect()
        register(check_engine, deploy=True)
