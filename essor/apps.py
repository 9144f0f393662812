"""Configuration of the room `essor`."""

from django.apps import AppConfig


class EssorConfig(AppConfig):
    """Registers the room with Django."""

    name = "essor"
    verbose_name = "L’essor et publications"

    def ready(self) -> None:
        """Connect what keeps an issue whole."""
        from essor.magazine import signals  # noqa: F401
