"""The sound of an episode: a file whose address, length and type a feed can promise."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import models
from wagtailmedia.models import AbstractMedia

from podcasts.sound import NotASound, read_sound
from podcasts.times import spoken

FOLDER = "podcasts"
"""below MEDIA_ROOT; served as /media/podcasts/…"""
CHUNK = 1 << 20


def audio_path(audio: "Audio", filename: str) -> str:  # noqa: ARG001
    """Where the file lies: a name made of its content.

    So the address survives a new title, and another sound never has the address of the one it
    replaces, which podcast apps keep for days.
    """
    return f"{FOLDER}/{audio.sha256[:20]}.{audio.extension}"


class Audio(AbstractMedia):
    """An MP3 or M4A file, measured when it is stored."""

    file = models.FileField("fichier", upload_to=audio_path, max_length=200)
    mime_type = models.CharField("type", max_length=40, editable=False)
    file_size = models.PositiveBigIntegerField("taille en octets", default=0, editable=False)
    sha256 = models.CharField("empreinte", max_length=64, editable=False)

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta(AbstractMedia.Meta):
        verbose_name = "son"
        verbose_name_plural = "sons"
        # The view of /media/ finds a sound by its file.
        indexes = [models.Index(fields=["file"], name="audio_file")]

    def save(self, *args, **kwargs) -> None:
        """Measure a new file. Raises ValidationError when it is no sound that can be an episode."""
        self.type = "audio"
        # FieldFile says in a private attribute alone whether its file is already stored.
        if self.file and not self.file._committed:  # type: ignore[attr-defined]
            self._measure()
        super().save(*args, **kwargs)

    @classmethod
    def of_path(cls, path: str) -> "Audio | None":
        """The sound whose file is `path` below MEDIA_ROOT."""
        return cls.objects.filter(file=path).first()

    def _measure(self) -> None:
        try:
            sound = read_sound(self.file.file, self.file.name or "")
        except NotASound as error:
            raise ValidationError({"file": str(error)}) from error
        digest = hashlib.sha256()
        self.file.file.seek(0)
        while chunk := self.file.file.read(CHUNK):
            digest.update(chunk)
        self.file.file.seek(0)
        self.sha256 = digest.hexdigest()
        self.mime_type = sound.mime_type
        self.duration = sound.seconds
        self.file_size = sound.size

    @property
    def extension(self) -> str:
        """The end of its name: `mp3` or `m4a`."""
        return "mp3" if self.mime_type == "audio/mpeg" else "m4a"

    @property
    def describe(self) -> str:
        """«MP3, 12 min, 5,6 Mo»."""
        size = f"{self.file_size / 1e6:.1f}".replace(".", ",")
        return f"{self.extension.upper()}, {spoken(self.duration)}, {size}\u00a0Mo"
