"""Form of an episode in the admin: complete before it is published, free as a draft."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from home.desk.reviews import BasePageForm
from podcasts.times import clock, parse_clock
from podcasts.transcripts import LONGEST, BadTranscript, decode, normalise

NO_AUDIO = "Choisissez le son de l’épisode avant de publier."
NO_TRANSCRIPT = (
    "Ajoutez la transcription avant de publier : sans elle, les personnes sourdes ou "
    "malentendantes n’ont pas accès à l’épisode. Vous pouvez enregistrer le brouillon."
)


class EpisodePageForm(BasePageForm):
    """An episode; drafts may be incomplete, a published one has its sound and its words."""

    transcript_file = forms.FileField(
        label="Fichier de transcription",
        required=False,
        help_text="Un fichier .vtt ou .txt : il remplace le texte ci-dessous.",
        widget=forms.FileInput(attrs={"accept": ".vtt,.txt,text/vtt,text/plain"}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, message in (("audio", NO_AUDIO), ("transcript", NO_TRANSCRIPT)):
            if name in self.fields:
                self.fields[name].error_messages["required"] = message

    def clean_transcript_file(self) -> Any:
        """The text of the uploaded file, None without one."""
        file = self.cleaned_data.get("transcript_file")
        if not isinstance(file, UploadedFile):
            return None
        if not (file.name or "").lower().endswith((".vtt", ".txt")):
            raise ValidationError("Choisissez un fichier .vtt ou .txt.")
        if not file.size or file.size > LONGEST * 2:
            raise ValidationError("Ce fichier est vide ou trop lourd pour une transcription.")
        try:
            return normalise(decode(file.read()))
        except BadTranscript as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """The uploaded file takes the place of the text; chapters lie inside the sound."""
        cleaned = super().clean()
        if text := cleaned.get("transcript_file"):
            cleaned["transcript"] = text
            self._errors.pop("transcript", None)
        self._check_chapters(cleaned.get("audio"))
        self._check_names(cleaned)
        return cleaned

    def _rows(self, name: str) -> list[forms.ModelForm]:
        """The filled rows of an inline panel that stay."""
        formset = self.formsets.get(name)
        if formset is None or not formset.is_valid():
            return []
        return [
            each
            for each in formset.forms
            if each.cleaned_data and each not in formset.deleted_forms
        ]

    def _check_chapters(self, audio: Any) -> None:
        seen: set[int] = set()
        for row in self._rows("chapters"):
            seconds = parse_clock(row.cleaned_data["start"])
            if seconds in seen:
                row.add_error("start", "Deux chapitres commencent au même moment.")
            if audio and seconds >= audio.duration:
                row.add_error("start", f"Le son ne dure que {clock(audio.duration)}.")
            seen.add(seconds)

    def _check_names(self, cleaned: dict[str, Any]) -> None:
        """A former trainee without a written consent is named by the first name alone."""
        if not cleaned.get("is_testimony") or cleaned.get("consent_on"):
            return
        for row in self._rows("credits"):
            if row.cleaned_data.get("role") == "guest" and " " in row.cleaned_data.get("name", ""):
                row.add_error(
                    "name",
                    "Sans accord enregistré, écrivez seulement le prénom (ou la date de l’accord).",
                )
