"""Configuration of the room `cisp_map`."""

from django.apps import AppConfig


class CispMapConfig(AppConfig):
    """Registers the room with Django."""

    name = "cisp_map"
    verbose_name = "Lieux de formation"

    def ready(self) -> None:
        """Listen to changes of the vocabulary."""
        from cisp_map import signals

        signals.connect()
