"""Forms of the publishing house."""

from django import forms

NEWEST, BY_TITLE = "recent", "titre"


class PublicationFilterForm(forms.Form):
    """The words and the order of the list; the facets come from the publications themselves."""

    q = forms.CharField(
        label="Chercher dans les publications",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        error_messages={"max_length": "Écrivez moins de mots : 200 signes au plus."},
    )
    tri = forms.ChoiceField(
        label="Trier",
        required=False,
        choices=[(NEWEST, "Les plus récentes d’abord"), (BY_TITLE, "Par titre, de A à Z")],
        error_messages={
            "invalid_choice": "Cet ordre n’existe pas : la liste va du plus récent au plus ancien."
        },
    )
