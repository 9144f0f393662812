"""Where files lie: whole, or not at all."""

import contextlib
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible(path="home.storage.WholeFileStorage")
class WholeFileStorage(FileSystemStorage):
    """Django leaves the beginning of a file behind when the disk is full; here it goes."""

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        was_there = path.exists()
        try:
            return super()._save(name, content)  # type: ignore[misc]
        except OSError:
            if not was_there:
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
            raise
