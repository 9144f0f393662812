"""What the room adds to Wagtail."""

from pedatech.admin import spaces

__all__ = ["spaces"]
