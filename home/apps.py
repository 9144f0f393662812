"""Configuration of the room `home`."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Registers the room with Django."""

    name = "home"
    verbose_name = "La base commune"
