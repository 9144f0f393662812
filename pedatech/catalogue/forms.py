"""The catalogue's form: every parameter of the address, checked, with plain French messages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from pedatech.catalogue.table import FACETS, Table
from search.french import fold

MAX_TEXT = 200
MAX_LIST = 60
"""Resources in one list: more would not fit into an address."""

ORDERS = (
    ("pertinence", "Les plus utiles d’abord"),
    ("recent", "Les plus récentes d’abord"),
    ("titre", "Par titre"),
    ("duree", "Les plus courtes d’abord"),
)
FACET_LABELS = {
    "genre": "Genre",
    "theme": "Thème",
    "categorie": "Catégorie de formation",
    "public": "Public",
    "niveau": "Niveau",
    "duree": "Durée",
    "format": "Format",
    "licence": "Licence",
    "langue": "Langue",
    "producteur": "Producteur",
    "annee": "Année",
    "emprunt": "Prêt",
    "gep": "GEP",
    "projet": "Projet",
    "digcomp": "DigComp",
    "rectec": "RECTEC",
    "rome": "Code ROME",
    "cfc": "Niveau CFC",
}
SINGLE_PARAMETERS = ("q", "tri", "page", "liste")


def readable(value: str) -> None:
    """Refuse what no keyboard types: control characters and broken UTF-8."""
    if any(char == "\ufffd" or (not char.isprintable() and not char.isspace()) for char in value):
        raise ValidationError("Ce texte contient des signes illisibles. Tapez-le à nouveau.")


class WordsField(forms.CharField):
    """A short text: trimmed, readable, at most MAX_TEXT signs."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            required=False,
            max_length=MAX_TEXT,
            error_messages={"max_length": f"Ce texte est trop long : {MAX_TEXT} signes au plus."},
            **kwargs,
        )
        # Django's own validator for NUL answers in other words; ours covers it.
        self.validators = [
            each
            for each in self.validators
            if each.__class__.__name__ != "ProhibitNullCharactersValidator"
        ] + [readable]

    def to_python(self, value: str | None) -> str:
        """White space of any kind counts as one blank."""
        return " ".join((super().to_python(value) or "").split())


class FacetField(forms.MultipleChoiceField):
    """Several values of a facet. A value may be written as its label too."""

    def to_python(self, value: Any) -> list[str]:
        """The values, labels turned into values, blanks left out."""
        values = [each for each in super().to_python(value) if each]
        if not values:
            return []
        by_label = {fold(str(label)): str(key) for key, label in self.choices}  # type: ignore[misc, union-attr]
        return list(dict.fromkeys(by_label.get(fold(each[:MAX_TEXT]), each) for each in values))

    def validate(self, value: list[str]) -> None:
        """Say which values do not exist, all at once."""
        known = {str(key) for key, _label in self.choices}  # type: ignore[misc, union-attr]
        wrong = [each[:60] for each in value if each not in known]
        if wrong:
            named = ", ".join(f"« {each} »" for each in wrong[:3])
            raise ValidationError(f"Ce choix n’existe pas dans « {self.label} » : {named}.")


class IdsField(forms.CharField):
    """Numbers of resources, with commas: «3,8,12». Doubles go; at most MAX_LIST."""

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        """The numbers in their order."""
        text = super().to_python(value) or ""
        ids: dict[int, None] = {}
        for part in (each.strip() for each in text.split(",")):
            if not part:
                continue
            if not (part.isascii() and part.isdigit() and len(part) < 10):
                raise ValidationError(
                    "Cette adresse de liste est abîmée : un numéro est illisible."
                )
            ids[int(part)] = None
        if len(ids) > MAX_LIST:
            raise ValidationError(f"Une liste tient {MAX_LIST} ressources au plus.")
        return list(ids)

    def run_validators(self, value: Any) -> None:
        """The numbers are checked by to_python."""


class CatalogueForm(forms.Form):
    """GET form of the catalogue. An error on one field leaves the others usable."""

    q = WordsField(label="Chercher une ressource")
    tri = forms.ChoiceField(
        label="Ordre",
        required=False,
        choices=ORDERS,
        error_messages={"invalid_choice": "Choisissez un ordre de la liste."},
    )
    page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=10**6,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Cette page de la liste n’existe pas."
        ),
    )
    liste = IdsField(required=False)

    def __init__(self, data: QueryDict, table: Table, **kwargs) -> None:
        super().__init__(data, **kwargs)
        for name in FACETS:
            self.fields[name] = FacetField(
                label=FACET_LABELS[name], required=False, choices=list(table.labels[name].items())
            )

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        # One value each: of two orders, nobody knows which was meant.
        for name in SINGLE_PARAMETERS:
            given = self.data.getlist(name)  # type: ignore[attr-defined]
            if len(set(given)) > 1:
                self.add_error(name, "Cette réponse est donnée deux fois. Gardez-en une.")

    def choices(self) -> dict[str, frozenset[str]]:
        """Chosen values of each facet; a facet without choice is absent."""
        return {
            name: frozenset(values) for name in FACETS if (values := self.cleaned_data.get(name))
        }

    @property
    def wrong_choices(self) -> list[str]:
        """Messages about facets, the page and the list: they have no field of their own to stand by."""
        return [
            str(error)
            for name, errors in self.errors.items()
            if name not in ("q", "tri")
            for error in errors
        ]
