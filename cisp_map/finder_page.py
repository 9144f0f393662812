"""One search of the finder, from the parameters to what the page and the API show."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cisp_map.cards import ResultCard, make_cards
from cisp_map.finder import (
    DEFAULT_RADIUS_KM,
    FACETS,
    FinderAnswer,
    FinderQuery,
    Hit,
    Understanding,
    find,
    nearest,
    sites_of,
    understand,
)
from cisp_map.forms import FinderForm
from cisp_map.models import FinderPage, LocalityName
from cisp_map.places import Place, PlaceResult, fold, resolve_place
from cisp_map.vocabulary import Vocabulary
from home.facets import ActiveFilter, AddressState, Facet, FacetOption

PER_PAGE = 12
ALTERNATIVES = 6
MAX_TRADES_NAMED = 3
FACET_LABELS = {
    "categorie": gettext_lazy("Type de formation"),
    "domaine": gettext_lazy("Domaine"),
    "methode": gettext_lazy("Façon d’apprendre"),
    "horaire": gettext_lazy("Horaire"),
    "federation": gettext_lazy("Fédération"),
    "digistart": gettext_lazy("Numérique de base"),
    "pmr": gettext_lazy("Accès"),
}


@dataclass(frozen=True)
class Notice:
    """A sentence above the results."""

    level: str
    """info, warning or error"""
    text: str


@dataclass(frozen=True)
class Choice:
    """A link that refines the search."""

    label: str
    url: str


@dataclass(frozen=True)
class WiderRadius:
    """A larger radius that brings more."""

    km: int
    count: int
    url: str


class Search(AddressState):
    """A search as it stands in an address.

    Give it a bound form; everything else is computed when it is asked for. A field with an error
    is left out of the search, so that the page still shows something.
    """

    def __init__(
        self, form: FinderForm, finder: FinderPage, vocabulary: Vocabulary, request: HttpRequest
    ) -> None:
        form.is_valid()
        self.form = form
        self.finder = finder
        self.vocabulary = vocabulary
        self.request = request
        self.data = form.cleaned_data
        self.words: str = self.data.get("q") or ""
        self.place_result: PlaceResult | None = self.data.get("place")
        self.origin_from_words = False
        self.origin = self._origin()
        self.understood = self._understand()

    # --- What is asked ------------------------------------------------------------------------

    def _origin(self) -> Place | None:
        """The place searched from.

        A postal code with several localities starts from its main one, and the page offers the
        others; homonyms lie apart: nothing is searched before the visitor chooses.
        """
        result = self.place_result
        if result is None:
            return None
        if result.place is None and result.candidates:
            first = result.candidates[0]
            if {each.postal_code for each in result.candidates} == {self.data["lieu"]}:
                return first
        return result.place

    @property
    def must_choose(self) -> bool:
        """True when the place has several meanings that lie apart."""
        return bool(self.place_result and self.place_result.candidates and not self.origin)

    def _understand(self) -> Understanding:
        understood = understand(self.words, self.vocabulary, None)
        rest = understood.leftover if understood.scores else self.words
        if rest and not self.origin and not self.must_choose and (place := exact_place(rest)):
            # «jardinier namur» in one box.
            self.origin = place
            self.origin_from_words = True
            return understood
        return understand(self.words, self.vocabulary, sites_of(self.finder), self.finder)

    @cached_property
    def query(self) -> FinderQuery:
        """The search without what was wrong in it."""
        only_a_place = self.origin_from_words and not self.understood.scores
        return FinderQuery(
            words="" if only_a_place else self.words,
            origin=self.origin,
            radius_km=self.data.get("rayon") or DEFAULT_RADIUS_KM,
            choices=self.form.choices(),
            order=self.data.get("tri") or "pertinence",
        )

    # --- What is found ------------------------------------------------------------------------

    @cached_property
    def answer(self) -> FinderAnswer:
        """Everything found."""
        return find(self.query, self.finder, self.understood, self.vocabulary)

    @cached_property
    def total(self) -> int:
        """Number of sites found; 0 while the visitor must choose a place."""
        return 0 if self.must_choose else self.answer.total

    def page_of(self, size: int) -> Page:
        """The asked page of the hits; the last one when there are not so many.

        A number past the end is an error of the field `page`.
        """
        paginator = Paginator([] if self.must_choose else self.answer.hits, size)
        number = self.data.get("page") or 1
        try:
            return paginator.page(number)
        except EmptyPage:
            self.form.add_error("page", _("Cette page de la liste n’existe pas."))
            return paginator.page(paginator.num_pages)

    def cards(self, hits: Sequence[Hit]) -> list[ResultCard]:
        """Cards of some hits."""
        return make_cards(hits, self.origin, self.finder, self.vocabulary, self.request)

    @property
    def found_nothing(self) -> bool:
        """Words that mean nothing here: the page says so and shows what is near."""
        return bool(self.query.words) and self.understood.found_nothing

    # --- What is said -------------------------------------------------------------------------

    @cached_property
    def headline(self) -> str:
        """«12 lieux de formation en « cuisine » à moins de 25 km de Namur (5000)»."""
        if self.must_choose:
            return _("Choisissez votre localité")
        if self.found_nothing:
            return _("Rien trouvé pour « %(words)s »") % {"words": self.words}
        count = self.total
        # Not ngettext: French asks «0 lieux», and Django's French plural says «0 lieu».
        many = _("%(count)s lieux de formation") % {"count": count}
        parts = [_("1 lieu de formation") if count == 1 else many]
        if self.query.words:
            parts.append(_("pour « %(words)s »") % {"words": self.query.words})
        where = {"km": self.answer.radius_km, "place": self.origin.label if self.origin else ""}
        if self.origin and self.answer.radius_km:
            parts.append(_("à moins de %(km)s km de %(place)s") % where)
        elif self.origin:
            parts.append(_("autour de %(place)s") % where)
        else:
            parts.append(_("en Wallonie"))
        return " ".join(parts)

    @cached_property
    def notices(self) -> list[Notice]:
        """What the visitor must know before reading the list."""
        notices = []
        result = self.place_result
        started_from_one = bool(result and result.candidates and self.origin)
        if result and result.message and not started_from_one and not self.form.has_error("lieu"):
            notices.append(Notice("info", result.message))
        if self.origin_from_words and self.origin:
            notices.append(
                Notice(
                    "info", _("Nous cherchons autour de %(place)s.") % {"place": self.origin.label}
                )
            )
        if self.must_choose:
            return notices
        if started_from_one and self.origin:
            notices.append(
                Notice(
                    "info",
                    _(
                        "Le code postal %(code)s couvre plusieurs localités. "
                        "Nous cherchons autour de %(place)s."
                    )
                    % {"code": self.data["lieu"], "place": self.origin.label},
                )
            )
        if self.found_nothing and self.understood.not_taught:
            job = self.understood.not_taught[0]
            notices.append(
                Notice(
                    "warning",
                    _(
                        "Les CISP ne proposent pas de formation pour « %(job)s ». "
                        "Un Carrefour ou une Cité des Métiers peut vous dire où l’apprendre."
                    )
                    % {"job": job},
                )
            )
        elif self.found_nothing:
            notices.append(
                Notice(
                    "warning",
                    _(
                        "Aucune formation ne correspond à « %(words)s ». "
                        "Essayez un autre mot, par exemple un métier."
                    )
                    % {"words": self.words},
                )
            )
        elif self.total and self.answer.widened:
            asked = self.answer.asked_radius_km
            found = self.answer.radius_km
            said = (
                _("Rien à moins de %(asked)s km. Voici les lieux jusqu’à %(found)s km.")
                if found
                else _("Rien à moins de %(asked)s km. Voici les lieux à plus de 100 km.")
            )
            notices.append(Notice("warning", said % {"asked": asked, "found": found}))
        elif not self.total:
            notices.append(
                Notice("warning", _("Aucun lieu ne répond à tous vos choix. Retirez un choix."))
            )
        return notices

    @property
    def place_choices(self) -> list[Choice]:
        """Localities that the typed place may mean."""
        result = self.place_result
        if not result:
            return []
        return [
            Choice(place.label, self.url(without="lieu", lieu=place.slug or place.label))
            for place in result.candidates
        ]

    @property
    def word_choices(self) -> list[Choice]:
        """«Vouliez-vous dire»."""
        return [Choice(words, self.url(q=words)) for words in self.understood.suggestions]

    @property
    def trades(self) -> list[str]:
        """Names of the trades that the words were understood as, the best ones.

        One that is not translated is marked as French.
        """
        best = max(self.understood.scores.values(), default=0.0)
        trades = [
            self.vocabulary.trades[pk]
            for pk, score in list(self.understood.scores.items())[:MAX_TRADES_NAMED]
            if score >= best / 2
        ]
        return [
            format_html('<span lang="fr">{}</span>', each.name) if each.is_french else each.name
            for each in trades
        ]

    @cached_property
    def alternatives(self) -> list[ResultCard]:
        """Near sites for a search that found nothing, whatever they teach."""
        if self.total or self.must_choose:
            return []
        return self.cards(nearest(self.origin, self.finder, ALTERNATIVES))

    @cached_property
    def facets(self) -> list[Facet]:
        """The groups of choices with their counts; a value without any site is left out."""
        if self.must_choose or self.found_nothing:
            return []
        facets = []
        for key, label in FACET_LABELS.items():
            counts = self.answer.facets[key]
            chosen = self.query.choices.get(key, frozenset())
            options = [
                self._option(key, str(value), str(text), counts.get(str(value), 0))
                for value, text in self.form.fields[key].choices  # type: ignore[attr-defined]
                if counts.get(str(value)) or str(value) in chosen
            ]
            if options:
                facets.append(Facet(key, str(label), options, bool(chosen)))
        return facets

    def _option(self, key: str, value: str, label: str, count: int) -> FacetOption:
        selected = value in self.query.choices.get(key, frozenset())
        return FacetOption(
            value=value,
            label=label,
            count=count,
            selected=selected,
            disabled=(key, value) in self.answer.unchanged,
            url=self.url(without=(key, value)) if selected else self.url_with(key, value),
            is_french=self._is_french(key, value),
        )

    def _is_french(self, key: str, value: str) -> bool:
        return key == "domaine" and value in self.vocabulary.french_families

    @cached_property
    def active_filters(self) -> list[ActiveFilter]:
        """Everything that narrows the list, each with the address without it."""
        filters = []
        if self.words:
            filters.append(
                ActiveFilter(_("« %(words)s »") % {"words": self.words}, self.url(without="q"))
            )
        for key in FACET_LABELS:
            labels = {
                str(value): str(text)
                for value, text in self.form.fields[key].choices  # type: ignore[attr-defined]
            }
            filters += [
                ActiveFilter(
                    labels[value], self.url(without=(key, value)), self._is_french(key, value)
                )
                for value in sorted(self.query.choices.get(key, ()))
            ]
        return filters

    @property
    def clear_url(self) -> str:
        """The same place without any other choice."""
        place = [(name, value) for name, value in self.state if name in ("lieu", "lat", "lon")]
        return f"{self.path}?{urlencode(place)}" if place else self.path

    @cached_property
    def wider_radii(self) -> list[WiderRadius]:
        """Larger radii that bring more sites."""
        if self.must_choose:
            return []
        return [WiderRadius(km, count, self.url(rayon=km)) for km, count in self.answer.wider]

    # --- Addresses ----------------------------------------------------------------------------

    @cached_property
    def state(self) -> list[tuple[str, str]]:  # type: ignore[override]
        """The search as parameters, defaults left out, in a fixed order."""
        state = [(name, str(self.data[name])) for name in ("q", "lieu") if self.data.get(name)]
        if self.place_result and not self.data.get("lieu") and self.origin:
            state += [("lat", str(self.origin.lat)), ("lon", str(self.origin.lng))]
        if self.query.radius_km != DEFAULT_RADIUS_KM:
            state.append(("rayon", str(self.query.radius_km)))
        for name in FACETS:
            state += [(name, value) for value in sorted(self.query.choices.get(name, ()))]
        if self.query.order != "pertinence":
            state.append(("tri", self.query.order))
        return state

    @cached_property
    def path(self) -> str:  # type: ignore[override]
        """Address of the finder."""
        return self.finder.get_url(self.request) or "/"


def exact_place(text: str) -> Place | None:
    """The one place that `text` names exactly; None for a near spelling or for homonyms."""
    if not (text.isdigit() or LocalityName.objects.filter(key=fold(text)).exists()):
        return None
    result = resolve_place(text)
    if result.place is None and text.isdigit() and result.candidates:
        return result.candidates[0]
    return result.place
