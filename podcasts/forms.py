"""Form of a sound in the admin: refuse at once, in French, what cannot be an episode.

Wagtail's forms of collections ask for the models: this module cannot be read by `models`, so the
form of an episode has its own.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtailmedia.forms import BaseMediaForm

from podcasts.sound import NotASound, read_sound


class AudioForm(BaseMediaForm):
    """Upload of a sound: read from its content, refused whole when it is wrong."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".mp3,.m4a,audio/mpeg,audio/mp4"
        self.fields[
            "file"
        ].help_text = "MP3 ou M4A. Un nouveau fichier a une nouvelle adresse : les applications le reprennent."

    def clean_file(self) -> Any:
        """Refuse what is no MP3 or M4A, or calls itself something else."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile) and file.file is not None:
            try:
                read_sound(file.file, file.name or "")
            except NotASound as error:
                raise ValidationError(str(error)) from error
        return file
