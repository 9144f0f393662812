"""Files that no address leads to: those of spaces and of proposals."""

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """Beside the media, never below their address."""

    def url(self, name: str | None) -> str:
        """There is none: a view that asks who is there sends the file."""
        raise ValueError(f"{name} has no address.")


def private_storage() -> PrivateStorage:
    """The storage, by the settings of the moment."""
    return PrivateStorage(location=settings.PRIVATE_ROOT)
