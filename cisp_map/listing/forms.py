"""Forms of the admin screens of the listing."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from cisp_map.listing import reading, runs
from cisp_map.listing.columns import FIELDS, letter, missing
from cisp_map.listing.plan import Decisions
from cisp_map.listing.reading import Table, UnreadableListing
from cisp_map.models import ListingImport

ACCEPTED = ".xlsx,.csv"


class UploadForm(forms.Form):
    """The file of the listing; `run` is the import that a right one begins."""

    file = forms.FileField(
        label="Fichier du listing",
        help_text="Classeur Excel (.xlsx) ou CSV, 10 Mo au plus. Rien n’est changé avant votre "
        "confirmation.",
        error_messages={"required": "Choisissez un fichier.", "empty": reading.EMPTY},
        widget=forms.FileInput(attrs={"accept": ACCEPTED, "data-max-size": reading.MAX_BYTES}),
    )

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.run: ListingImport | None = None

    def clean_file(self) -> UploadedFile:
        """Read enough of the file to know its columns; the reason beside the field otherwise."""
        upload = self.cleaned_data["file"]
        if upload.size > reading.MAX_BYTES:
            raise forms.ValidationError(reading.TOO_LARGE)
        try:
            self.run = runs.receive(upload.read(), upload.name, self.user)
        except UnreadableListing as error:
            raise forms.ValidationError(str(error)) from error
        return upload


class MappingForm(forms.Form):
    """Which column holds which fact; the columns that were recognised are chosen already."""

    def __init__(self, table: Table, mapping: dict[str, int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Pas dans ce fichier")] + [
            (str(position), f"{letter(position)} · {header}")
            for position, header in enumerate(table.headers)
            if header
        ]
        for field in FIELDS:
            self.fields[field.key] = forms.ChoiceField(
                label=field.label,
                choices=choices,
                required=field.required,
                initial=str(mapping.get(field.key, "")),
                error_messages={"required": "Choisissez la colonne."},
            )

    def clean(self) -> dict[str, Any]:
        """One column for one fact."""
        data = super().clean() or {}
        used: dict[str, str] = {}
        for key, position in list(data.items()):
            if position and position in used:
                self.add_error(
                    key, f"Cette colonne est déjà celle de « {self.fields[used[position]].label} »."
                )
            elif position:
                used[position] = key
        return data

    @property
    def mapping(self) -> dict[str, int]:
        """Key of a field → number of its column."""
        return {key: int(position) for key, position in self.cleaned_data.items() if position}

    @property
    def is_complete(self) -> bool:
        """True when every required field has its column."""
        return not missing(self.mapping)


def decisions_of(data: Any) -> Decisions:
    """The ticks of the confirmation, from `request.POST`."""
    return Decisions(
        withdraw=frozenset(data.getlist("withdraw")),
        prefer_file=frozenset(data.getlist("prefer_file")),
    )
