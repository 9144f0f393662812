"""Configuration of the room `search`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Registers the room with Django."""

    name = "search"
    verbose_name = "Recherche"

    def ready(self) -> None:
        """Follow what happens to pages; check the engine before a deployment."""
        from django.core.checks import register

        from home import frequentation
        from search import recorded, signals
        from search.checks import check_engine

        frequentation.register(
            frequentation.Measure("recherches", "Recherches", (recorded.SEARCHES, recorded.TOTAL))
        )

        signals.connect()
        register(check_engine, deploy=True)
