"""Forms of the spaces."""

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from pedatech.models import Membership
from pedatech.spaces.invitations import parse_addresses
from pedatech.uploads import ALLOWED_TEXT, check_upload

REQUIRED = {"required": "Ce champ est obligatoire."}


class InviteForm(forms.Form):
    """Addresses to invite, pasted."""

    addresses = forms.CharField(
        label="Adresses e-mail",
        help_text="Une par ligne, ou séparées par des virgules.",
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        max_length=20_000,
        error_messages={**REQUIRED, "max_length": "Ce texte est trop long : envoyez en deux fois."},
    )
    role = forms.ChoiceField(
        label="Comme",
        choices=Membership.Role.choices,
        initial=Membership.Role.PARTICIPANT,
        error_messages={**REQUIRED, "invalid_choice": "Choisissez un rôle de la liste."},
    )

    def clean_addresses(self) -> list[str]:
        """Every address, or a message that names those that are wrong."""
        return parse_addresses(self.cleaned_data["addresses"])


class MessageForm(forms.Form):
    """A message to all members."""

    text = forms.CharField(
        label="Message aux membres",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={**REQUIRED, "max_length": "2 000 signes au plus."},
    )


class FileForm(forms.Form):
    """A file that a trainer shares."""

    title = forms.CharField(
        label="Titre du fichier",
        max_length=160,
        error_messages={**REQUIRED, "max_length": "160 signes au plus."},
    )
    file = forms.FileField(
        label="Fichier",
        help_text=f"{ALLOWED_TEXT}, 50 Mo au plus.",
        max_length=200,
        error_messages={
            **REQUIRED,
            "empty": "Ce fichier est vide.",
            "max_length": "Le nom de ce fichier est trop long.",
        },
    )

    def clean_file(self):  # noqa: ANN201 (UploadedFile)
        """Only known kinds, by their content."""
        return check_upload(self.cleaned_data["file"])


class JoinForm(forms.Form):
    """Name and password of somebody who comes by an invitation."""

    first_name = forms.CharField(
        label="Prénom",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages=REQUIRED,
    )
    last_name = forms.CharField(
        label="Nom",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages=REQUIRED,
    )
    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        help_text="12 signes au moins. Une phrase courte est facile à retenir.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages=REQUIRED,
    )
    password_again = forms.CharField(
        label="Le même mot de passe",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages=REQUIRED,
    )

    def clean(self) -> dict:
        """Both passwords are the same and good enough."""
        data: dict = super().clean() or {}
        first, second = data.get("password"), data.get("password_again")
        if first and second and first != second:
            self.add_error("password_again", "Les deux mots de passe ne sont pas les mêmes.")
        elif first:
            try:
                password_validation.validate_password(first)
            except ValidationError as error:
                self.add_error("password", error)
        return data
