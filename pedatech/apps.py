"""Configuration of the room `pedatech`."""

from django.apps import AppConfig


class PedatechConfig(AppConfig):
    """Registers the room with Django."""

    name = "pedatech"
    verbose_name = "Péda Tech"
