"""Files that no address leads to: those of spaces and of proposals."""

from django.conf import settings
from django.utils.deconstruct import deconstructible

from home.storage import WholeFileStorage


@deconstructible(path="pedatech.storage.PrivateStorage")
class PrivateStorage(WholeFileStorage):
    """Beside the media, never below their address; the settings say where, at each use."""

    @property
    def base_location(self) -> str:
        """The folder of all private files."""
        return str(settings.PRIVATE_ROOT)

    @property
    def location(self) -> str:
        """The same, absolute: the setting is absolute."""
        return str(settings.PRIVATE_ROOT)

    def url(self, name: str | None) -> str:
        """There is none: a view that asks who is there sends the file."""
        raise ValueError(f"{name} has no address.")


def private_storage() -> PrivateStorage:
    """The storage of a field."""
    return PrivateStorage()
