"""The form of a document in the admin: upload, several at once, chooser."""

import os
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.widgets import AdminImageChooser

from home.documents import UnreadableFile
from home.file_checks import check_content
from home.models import SiteDocument, SiteImage


class SiteDocumentForm(BaseDocumentForm):
    """Refuses a file that visitors could not open, whole, with a sentence that says why."""

    class Meta(BaseDocumentForm.Meta):
        widgets = {**BaseDocumentForm.Meta.widgets, "cover": AdminImageChooser}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A new document has no cover yet; the short form after several uploads has no room for it.
        if self.instance.pk is None or "file" not in self.fields:
            self.fields.pop("cover", None)

    def clean_file(self) -> Any:
        """Content as the extension says; a replacement of the same format."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        extension = os.path.splitext(file.name or "")[1][1:].lower()
        stored = os.path.splitext(self.instance.public_name)[1][1:].lower()
        if stored and extension != stored:
            raise ValidationError(
                f"L’adresse de ce document finit par .{stored} et ne change pas : "
                f"choisissez un fichier .{stored}, ou ajoutez un nouveau document."
            )
        try:
            check_content(file, extension)
        except UnreadableFile as error:
            raise ValidationError(str(error)) from error
        return file

    def clean_cover(self) -> SiteImage | None:
        """A cover that people can hear of."""
        cover = self.cleaned_data["cover"]
        if cover and not cover.description.strip():
            raise ValidationError(
                "Cette image n’a pas de description : ajoutez-la dans la fiche de l’image."
            )
        return cover

    def save(self, commit: bool = True) -> SiteDocument:
        """Note that the cover was chosen by hand, or given up."""
        if "cover" in self.changed_data:
            self.instance.has_own_cover = self.instance.cover_id is not None
        return super().save(commit=commit)
