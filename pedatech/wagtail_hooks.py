"""What the room adds to Wagtail."""

from pedatech.admin import catalogue, spaces

__all__ = ["catalogue", "spaces"]
