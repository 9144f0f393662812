"""Configuration of the room `pedatech`."""

from django.apps import AppConfig


class PedatechConfig(AppConfig):
    """Registers the room with Django."""

    name = "pedatech"
    verbose_name = "Péda Tech"

    def ready(self) -> None:
        """Keep the catalogue in step with its database, and the padlock of the spaces shut."""
        from pedatech.catalogue import signals
        from pedatech.spaces import padlock

        signals.connect()
        padlock.connect()
