"""Configuration of the room `pedatech`."""

from django.apps import AppConfig


class PedatechConfig(AppConfig):
    """Registers the room with Django."""

    name = "pedatech"
    verbose_name = "Péda Tech"

    def ready(self) -> None:
        """Keep the padlock of the spaces shut."""
        from pedatech.spaces import padlock

        padlock.connect()
