"""Configuration of the room `pedatech`."""

from django.apps import AppConfig


class PedatechConfig(AppConfig):
    """Registers the room with Django."""

    name = "pedatech"
    verbose_name = "Péda Tech"

    def ready(self) -> None:
        """Keep the catalogue in step with its database."""
        from pedatech.catalogue import signals

        signals.connect()
