"""The forms of an image in the admin (upload, several at once, chooser) and of a portrait."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from home.pictures import BROKEN, UnreadablePicture, cleaned_upload


class PictureField(WagtailImageField):
    """Wagtail's field looks at the first bytes alone, and breaks where Pillow does later on."""

    def to_python(self, data: Any) -> Any:
        """Refuse with a sentence what cannot be opened."""
        try:
            return super().to_python(data)
        except ValidationError:
            raise
        except Exception as error:
            raise ValidationError(BROKEN) from error


class SiteImageForm(BaseImageForm):
    """Keeps the picture alone: neither where it was taken nor what hides in its file."""

    file = PictureField(label="Fichier", widget=BaseImageForm.Meta.widgets["file"])

    def clean_file(self) -> Any:
        """The picture written anew; a broken or gigantic one is refused with a sentence."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        try:
            return cleaned_upload(file)
        except UnreadablePicture as error:
            raise ValidationError(str(error)) from error


class PortraitForm(AvatarPreferencesForm):
    """The portrait of an account: Wagtail's form opens whatever it is sent."""

    def clean_avatar(self) -> Any:
        """The picture alone; what is none is refused with a sentence."""
        file = self.cleaned_data.get("avatar")
        if isinstance(file, UploadedFile):
            try:
                self.cleaned_data["avatar"] = cleaned_upload(file)
            except UnreadablePicture as error:
                raise ValidationError(str(error)) from error
        return super().clean_avatar()
