"""The form of a proposal, and the answer of the team."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from home.models import Organisation
from pedatech.models import Contribution
from pedatech.uploads import ALLOWED_TEXT, check_upload

MAX_FILES = 5
REQUIRED = "Ce champ est obligatoire."


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """A list of checked files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Each file is checked; all messages are given at once."""
        files = [each for each in (data if isinstance(data, list | tuple) else [data]) if each]
        if len(files) > MAX_FILES:
            raise ValidationError(f"{MAX_FILES} fichiers au plus.")
        cleaned, errors = [], []
        for each in files:
            try:
                file = super().clean(each, initial)
                cleaned.append(check_upload(file))
            except ValidationError as error:
                errors += error.error_list
        if errors:
            raise ValidationError(errors)
        return cleaned


class ContributionForm(forms.ModelForm):
    """What a contributor types. The licence box is obligatory, each time."""

    attachments = FilesField(
        label="Fichiers",
        required=False,
        max_length=200,
        help_text=f"{MAX_FILES} au plus, 50 Mo chacun : {ALLOWED_TEXT}.",
        error_messages={
            "empty": "Ce fichier est vide.",
            "max_length": "Le nom de ce fichier est trop long.",
        },
    )

    # Declared here, or Django warns of a scheme that changes with its next version.
    link = forms.URLField(
        label="Lien vers la ressource",
        required=False,
        max_length=400,
        assume_scheme="https",
        help_text="Si la ressource est déjà en ligne ailleurs.",
        error_messages={
            "invalid": "Cette adresse n’est pas complète. Exemple : https://exemple.be/"
        },
    )

    class Meta:
        model = Contribution
        fields = [
            "title",
            "organisation",
            "kind",
            "theme",
            "summary",
            "link",
            "licence_accepted",
        ]
        labels = {
            "organisation": "Votre centre ou fédération",
            "theme": "Thème",
        }
        help_texts = {
            "summary": "Pour qui, pour apprendre quoi, comment s’en servir ? 1 200 signes au plus.",
            "theme": "Par exemple : orientation, savoirs de base, numérique.",
        }
        widgets = {"summary": forms.Textarea(attrs={"rows": 6})}
        error_messages = {
            name: {"required": REQUIRED} for name in ("title", "organisation", "kind", "summary")
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Choisissez…"), *Contribution.Kind.choices]  # type: ignore[attr-defined]
        box = self.fields["licence_accepted"]
        box.required = True
        box.label = (
            "J’ai le droit de partager cette ressource, et j’accepte sa licence CC BY-NC-SA 4.0"
        )
        box.help_text = (
            "Chacun pourra l’utiliser et l’adapter en citant son auteur, sans la vendre, et la "
            "partager de la même façon."
        )
        box.error_messages["required"] = (
            "Cochez cette case : sans licence, la ressource ne peut pas être publiée."
        )

    def clean_link(self) -> str:
        """Only addresses of the web."""
        link = self.cleaned_data["link"]
        if link and not link.lower().startswith(("http://", "https://")):
            raise ValidationError("Cette adresse doit commencer par https://.")
        return link

    def clean(self) -> dict:
        """A proposal holds something: a file or a link."""
        data: dict = super().clean() or {}
        has_files = bool(data.get("attachments")) or (
            self.instance.pk is not None and self.instance.files.exists()
        )
        if not (
            has_files or data.get("link") or "attachments" in self.errors or "link" in self.errors
        ):
            self.add_error("attachments", "Joignez un fichier, ou donnez un lien.")
        return data


class AnswerForm(forms.Form):
    """What the team answers."""

    ACCEPT, RETURN, REFUSE = "accepter", "renvoyer", "refuser"

    action = forms.ChoiceField(
        choices=[(ACCEPT, "Accepter"), (RETURN, "Renvoyer"), (REFUSE, "Refuser")],
        error_messages={
            "required": "Choisissez une réponse.",
            "invalid_choice": "Choisissez une réponse.",
        },
    )
    remark = forms.CharField(
        label="Remarque pour l’auteur",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Obligatoire pour renvoyer ou refuser : elle part par e-mail.",
    )

    producer = forms.ModelChoiceField(
        Organisation.objects.order_by("acronym"),
        label="Producteur de la ressource",
        required=False,
        help_text="L’organisation que la page nommera. Obligatoire pour accepter.",
        error_messages={"invalid_choice": "Choisissez une organisation de la liste."},
    )

    def clean(self) -> dict:
        """Nobody is sent away without a word; a resource says who made it."""
        data: dict = super().clean() or {}
        if data.get("action") == self.ACCEPT and not data.get("producer"):
            self.add_error("producer", "Choisissez qui a fait la ressource.")
        if data.get("action") in (self.RETURN, self.REFUSE) and not data.get("remark", "").strip():
            self.add_error("remark", "Dites à l’auteur pourquoi, en une phrase.")
        return data
