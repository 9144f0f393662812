"""The finder's form: every parameter of the address, checked, with plain French messages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from geopy.location import Location

from cisp_map.finder import DEFAULT_RADIUS_KM, FACETS, RADIUS_CHOICES_KM
from cisp_map.gazetteer.boundaries import in_area
from cisp_map.models import Method, Schedule
from cisp_map.places import GazetteerGeocoder, Place, PlaceResult, fold, resolve_place
from cisp_map.vocabulary import Vocabulary

MAX_TEXT = 200
MAX_PER_PAGE = 500

ORDERS = (
    ("pertinence", gettext_lazy("Les plus utiles d’abord")),
    ("distance", gettext_lazy("Les plus proches d’abord")),
    ("nom", gettext_lazy("Par nom")),
)
SINGLE_PARAMETERS = ("q", "lieu", "lat", "lon", "rayon", "tri", "page", "par_page")
HERE_IN_FRENCH = "Ma position"
HERE = gettext_lazy("Ma position")


def readable(value: str) -> None:
    """Refuse what no keyboard types: control characters and broken UTF-8."""
    if any(char == "\ufffd" or (not char.isprintable() and not char.isspace()) for char in value):
        raise ValidationError(
            gettext_lazy("Ce texte contient des signes illisibles. Tapez-le à nouveau.")
        )


class PlainTextField(forms.CharField):
    """A short text: trimmed, readable, at most MAX_TEXT signs."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            required=False,
            max_length=MAX_TEXT,
            error_messages={
                "max_length": gettext_lazy("Ce texte est trop long : 200 signes au plus."),
                "null_characters_not_allowed": gettext_lazy(
                    "Ce texte contient des signes illisibles."
                ),
            },
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


class ChoicesField(forms.MultipleChoiceField):
    """Several values of a facet. A value may be written as its label too: « Formation de base »."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            required=False,
            error_messages={
                "invalid_choice": gettext_lazy("Ce choix n’existe pas : « %(value)s ».")
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> list[str]:
        """The values, labels turned into values, blanks left out."""
        by_label = {fold(str(label)): str(key) for key, label in self.widget.choices}
        values = [each for each in super().to_python(value) if each]
        return list(dict.fromkeys(by_label.get(fold(each[:MAX_TEXT]), each) for each in values))


class FinderForm(forms.Form):
    """GET form of `/formations/` and of `/api/formations.geojson`.

    After `is_valid()`, `cleaned_data["place"]` is the PlaceResult of `lieu` (or of `lat` and
    `lon`), None when no place was asked. An error on one field leaves the others usable.
    """

    q = PlainTextField(label=gettext_lazy("Quoi ?"))
    lieu = PlainTextField(label=gettext_lazy("Où ?"))
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    rayon = forms.TypedChoiceField(
        label=gettext_lazy("À quelle distance ?"),
        required=False,
        coerce=int,
        empty_value=DEFAULT_RADIUS_KM,  # type: ignore[arg-type]
        choices=[(km, f"{km} km") for km in RADIUS_CHOICES_KM],
        error_messages={
            "invalid_choice": gettext_lazy(
                "Choisissez une distance de 5, 10, 25, 50 ou 100 kilomètres."
            )
        },
    )
    domaine = ChoicesField(label=gettext_lazy("Domaine"))
    categorie = ChoicesField(label=gettext_lazy("Type de formation"))
    methode = ChoicesField(label=gettext_lazy("Façon d’apprendre"), choices=Method.choices)
    horaire = ChoicesField(label=gettext_lazy("Horaire"), choices=Schedule.choices)
    federation = ChoicesField(label=gettext_lazy("Fédération"))
    digistart = ChoicesField(
        label=gettext_lazy("Numérique de base"), choices=[("1", gettext_lazy("Centre Digistart"))]
    )
    pmr = ChoicesField(
        label=gettext_lazy("Accès"), choices=[("1", gettext_lazy("Accessible en fauteuil roulant"))]
    )
    tri = forms.ChoiceField(
        label=gettext_lazy("Ordre"),
        required=False,
        choices=ORDERS,
        error_messages={"invalid_choice": gettext_lazy("Choisissez un ordre de la liste.")},
    )
    page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=10**6,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            gettext_lazy("Cette page de la liste n’existe pas."),
        ),
    )

    def __init__(self, data: QueryDict, vocabulary: Vocabulary, **kwargs) -> None:
        super().__init__(data, **kwargs)
        for name, choices in (
            ("domaine", vocabulary.families.items()),
            ("categorie", vocabulary.categories.items()),
            ("federation", vocabulary.federations.values()),
        ):
            self.fields[name].choices = list(choices)  # type: ignore[attr-defined]
        for name in ("lat", "lon"):
            wrong = _("Cette position n’existe pas. Tapez plutôt le nom de votre commune.")
            self.fields[name].error_messages = dict.fromkeys(
                ("invalid", "min_value", "max_value"), wrong
            )

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        # One value each: of two radii, nobody knows which was meant.
        for name in SINGLE_PARAMETERS:
            given = self.data.getlist(name)  # type: ignore[attr-defined]
            if name in self.fields and len(set(given)) > 1:
                self.add_error(name, _("Cette réponse est donnée deux fois. Gardez-en une."))

    def clean(self) -> dict:
        """Find the place: a typed one first, else a position."""
        data: dict = super().clean() or {}
        data["place"] = None
        lieu, lat, lon = (data.get(name) for name in ("lieu", "lat", "lon"))
        if lieu and lieu not in (HERE, HERE_IN_FRENCH):
            data["place"] = self._typed_place(lieu)
        elif lat is not None and lon is not None:
            data["place"] = self._position(lat, lon)
        elif (lat is None) != (lon is None) and not self.has_error("lat") | self.has_error("lon"):
            self.add_error(
                "lieu", _("Cette position est incomplète. Tapez le nom de votre commune.")
            )
        return data

    def _typed_place(self, lieu: str) -> PlaceResult:
        result = resolve_place(lieu)
        if result.place is None:
            same_code = lieu.isdigit() and {each.postal_code for each in result.candidates} == {
                lieu
            }
            if not same_code and not result.candidates:
                self.add_error("lieu", result.message)
        return result

    def _position(self, lat: float, lon: float) -> PlaceResult | None:
        # Three decimals are a hundred metres: enough to search by, too coarse to point at a house.
        lat, lon = round(lat, 3), round(lon, 3)
        near = GazetteerGeocoder().reverse((lat, lon))
        region = in_area(lat, lon)
        if region is None or not isinstance(near, Location):
            self.add_error(
                "lieu",
                _("Cette position n’est pas en Wallonie. Tapez le nom d’une commune wallonne."),
            )
            return None
        place = Place(
            label=_("votre position (%(place)s)") % {"place": near.raw["name"]},
            slug=None,
            lat=lat,
            lng=lon,
            postal_code=near.raw["postal_code"],
            commune=near.raw["commune"],
            region=region,
        )
        return PlaceResult(place=place, candidates=(), message="", approximate=False)

    def choices(self) -> dict[str, frozenset[str]]:
        """Chosen values of each facet; a facet without choice is absent."""
        return {
            name: frozenset(values) for name in FACETS if (values := self.cleaned_data.get(name))
        }

    def messages(self) -> Mapping[str, list[str]]:
        """`{"parameter": ["message", …]}`, for the API."""
        return {name: [str(each) for each in errors] for name, errors in self.errors.items()}


class ApiForm(FinderForm):
    """The same with the size of a page."""

    par_page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_PER_PAGE,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            gettext_lazy("Demandez de 1 à 500 lieux par page."),
        ),
    )
