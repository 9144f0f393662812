"""Configuration of the room `podcasts`."""

import mimetypes

from django.apps import AppConfig


class PodcastsConfig(AppConfig):
    """Registers the room with Django, its signals and its files."""

    name = "podcasts"
    verbose_name = "Podcasts"

    def ready(self) -> None:
        """Follow the address of a show; serve the sounds."""
        from home import media
        from podcasts import signals
        from podcasts.models.audio import FOLDER, Audio
        from podcasts.sound import EXTENSIONS

        signals.connect()
        for mime_type, extension in EXTENSIONS.items():
            # A file is served under the type that the feed promises, whatever the machine knows.
            mimetypes.add_type(mime_type, f".{extension}")
        media.register(f"{FOLDER}/", Audio.of_path)
