"""One search of the catalogue, from the parameters to what the page shows."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import EmptyPage, Page, Paginator
from django.http import HttpRequest

from home.facets import ActiveFilter, AddressState, Facet, FacetOption
from pedatech.catalogue.forms import FACET_LABELS, CatalogueForm
from pedatech.catalogue.table import FACETS, Row, Table
from pedatech.models import CataloguePage, ResourcePage, Rubric
from search.engine import matching_ids
from search.french import fold

PER_PAGE = 20
MANY = 10_000
ALWAYS_OPEN = ("genre", "theme", "categorie")
"""Facets that are laid open; the others unfold."""


@dataclass(frozen=True)
class RubricLink:
    """A section, a rubric or a sub-rubric, with its number of results under the present choices."""

    name: str
    url: str
    count: int
    level: int
    """1 for a section"""
    is_current: bool
    is_open: bool
    """the present rubric lies inside"""


@dataclass(frozen=True)
class Card:
    """A line of the list."""

    row: Row
    url: str
    list_url: str
    """the visitor's list with this resource; "" without such a list"""
    in_list: bool


def count_facets(
    table: Table, scope: int, choices: dict[str, frozenset[str]]
) -> tuple[int, dict[str, dict[str, int]], set[tuple[str, str]]]:
    """`(mask of the results, facet → value → count, pairs that would change nothing)`.

    `scope` is the mask of what the words and the rubric leave. The count of a value is the number
    of results once it is chosen: within a facet values are alternatives, between facets both hold.
    """
    chosen_masks = {
        name: _any_of(table.masks[name], values) for name, values in choices.items() if values
    }
    result = scope
    for mask in chosen_masks.values():
        result &= mask
    counts: dict[str, dict[str, int]] = {}
    unchanged: set[tuple[str, str]] = set()
    for name in FACETS:
        others = scope
        for other, mask in chosen_masks.items():
            if other != name:
                others &= mask
        chosen = chosen_masks.get(name)
        already = others & chosen if chosen is not None else 0
        counts[name] = {}
        for value, mask in table.masks[name].items():
            after = already | (others & mask)
            number = after.bit_count()
            if number:
                counts[name][value] = number
            if after == result and value not in choices.get(name, ()):
                unchanged.add((name, value))
    return result, counts, unchanged


def _any_of(masks: dict[str, int], values: frozenset[str]) -> int:
    found = 0
    for value in values:
        found |= masks.get(value, 0)
    return found


class CatalogueSearch(AddressState):
    """A search as it stands in an address.

    Give it a form; everything else is computed when it is asked for. A field with an error is left
    out of the search, so that the page still shows something.
    """

    SAFE = ","  # numbers of a list: «3,8,12»

    def __init__(
        self,
        form: CatalogueForm,
        page: CataloguePage,
        table: Table,
        request: HttpRequest,
        rubric: Rubric | None = None,
    ) -> None:
        form.is_valid()
        self.form = form
        self.page = page
        self.table = table
        self.request = request
        self.rubric = rubric
        self.data = form.cleaned_data
        self.words: str = self.data.get("q") or ""
        self.choices = form.choices()
        self.order: str = self.data.get("tri") or "pertinence"
        self.list_ids: list[int] = self.data.get("liste") or []

    # --- What is found ------------------------------------------------------------------------

    @cached_property
    def _words_mask(self) -> int:
        """What holds the words; everything without words. One query."""
        if not self.words:
            return self.table.everything
        # The table holds public resources alone: what else the words find has no row.
        resources = ResourcePage.objects.live().descendant_of(self.page)
        return self.table.mask_of(matching_ids(resources, self.words, limit=MANY))

    @cached_property
    def _scope(self) -> int:
        """What the words and the rubric leave, before the facets."""
        if self.rubric is None:
            return self._words_mask
        return self._words_mask & self.table.masks["rubrique"].get(self.rubric.path, 0)

    @cached_property
    def _counted(self) -> tuple[int, dict[str, dict[str, int]], set[tuple[str, str]]]:
        return count_facets(self.table, self._scope, self.choices)

    @property
    def mask(self) -> int:
        """The results."""
        return self._counted[0]

    @cached_property
    def total(self) -> int:
        """Number of results."""
        return self.mask.bit_count()

    @cached_property
    def numbers(self) -> list[int]:
        """Rows of the results, in the asked order."""
        table = self.table
        if self.order == "titre":
            return list(table.rows_in(self.mask, table.by_title))
        if self.order == "duree":
            return list(table.rows_in(self.mask, table.by_duration))
        newest = list(table.rows_in(self.mask))
        if self.order == "recent":
            return newest
        # The most useful: the words stand in the title, then the team's favourites, then newest.
        wanted = fold(self.words).split()
        rows = table.rows
        return sorted(
            newest,
            key=lambda number: (
                not (wanted and all(word in rows[number].folded_title for word in wanted)),
                not rows[number].is_favourite,
                number,
            ),
        )

    def page_of_results(self) -> Page:
        """The asked page; the last one when there are not so many, with a message."""
        paginator = Paginator(self.numbers, PER_PAGE)
        try:
            return paginator.page(self.data.get("page") or 1)
        except EmptyPage:
            self.form.add_error("page", "Cette page de la liste n’existe pas.")
            return paginator.page(paginator.num_pages)

    def cards(self, numbers: list[int]) -> list[Card]:
        """Lines of some rows, without a query."""
        home = self.catalogue_url
        kept = set(self.list_ids)
        cards = []
        for number in numbers:
            row = self.table.rows[number]
            ids = ",".join(str(pk) for pk in [*self.list_ids, row.pk])
            cards.append(
                Card(
                    row=row,
                    url=f"{home}{row.slug}/",
                    list_url=f"{home}liste/?ids={ids}" if self.list_ids else "",
                    in_list=row.pk in kept,
                )
            )
        return cards

    # --- What is said -------------------------------------------------------------------------

    @cached_property
    def headline(self) -> str:
        """«12 ressources pour « orientation » dans Outils pédagogiques»."""
        parts = [f"{self.total}\u00a0ressource{'s' if self.total > 1 else ''}"]
        if not self.total:
            parts = ["Aucune ressource"]
        if self.words:
            parts.append(f"pour «\u00a0{self.words}\u00a0»")
        if self.rubric:
            parts.append(f"dans {self.rubric.name}")
        return " ".join(parts)

    @cached_property
    def facets(self) -> list[Facet]:
        """The groups of choices with their counts; a value without any result is left out."""
        counts, unchanged = self._counted[1], self._counted[2]
        facets = []
        for key, label in FACET_LABELS.items():
            chosen = self.choices.get(key, frozenset())
            options = [
                FacetOption(
                    value=value,
                    label=text,
                    count=counts[key].get(value, 0),
                    selected=value in chosen,
                    disabled=(key, value) in unchanged,
                )
                for value, text in self.table.labels[key].items()
                if counts[key].get(value) or value in chosen
            ]
            if options:
                is_open = bool(chosen) or key in ALWAYS_OPEN
                facets.append(Facet(key, label, options, is_open, noun="ressource"))
        return facets

    @cached_property
    def rubrics(self) -> list[RubricLink]:
        """The tree: sections, and what the present rubric lies in or holds."""
        here = self.rubric.path if self.rubric else ""
        base = self._words_mask
        for name, values in self.choices.items():
            base &= _any_of(self.table.masks[name], values)
        query = self.query_string()
        links = []
        for path, rubric in self.table.rubrics.items():
            parent = path.rpartition("/")[0]
            is_open = here == path or here.startswith(f"{path}/")
            if parent and not (here == parent or here.startswith(f"{parent}/")):
                continue
            count = (base & self.table.masks["rubrique"].get(path, 0)).bit_count()
            if not count and not is_open:
                continue
            url = f"{self.catalogue_url}rubriques/{path}/"
            links.append(
                RubricLink(
                    name=rubric.name,
                    url=f"{url}?{query}" if query else url,
                    count=count,
                    level=path.count("/") + 1,
                    is_current=here == path,
                    is_open=is_open,
                )
            )
        return links

    @cached_property
    def active_filters(self) -> list[ActiveFilter]:
        """Everything that narrows the list, each with the address without it."""
        filters = []
        if self.words:
            filters.append(ActiveFilter(f"«\u00a0{self.words}\u00a0»", self.url(without="q")))
        if self.rubric:
            query = self.query_string()
            url = self.catalogue_url
            filters.append(ActiveFilter(self.rubric.name, f"{url}?{query}" if query else url))
        for key in FACET_LABELS:
            filters += [
                ActiveFilter(label, self.url(without=(key, value)))
                for value, label in self.table.labels[key].items()
                if value in self.choices.get(key, ())
            ]
        return filters

    @property
    def clear_url(self) -> str:
        """The whole catalogue, with the visitor's list."""
        if not self.list_ids:
            return self.catalogue_url
        return f"{self.catalogue_url}?{urlencode({'liste': self._list_text})}"

    @property
    def all_rubrics_url(self) -> str:
        """The same choices in the whole catalogue."""
        query = self.query_string()
        return f"{self.catalogue_url}?{query}" if query else self.catalogue_url

    # --- Addresses ----------------------------------------------------------------------------

    @property
    def _list_text(self) -> str:
        return ",".join(str(pk) for pk in self.list_ids)

    @property
    def list_url(self) -> str:
        """The page of the visitor's list."""
        return f"{self.catalogue_url}liste/?{urlencode({'ids': self._list_text}, safe=',')}"

    @cached_property
    def state(self) -> list[tuple[str, str]]:  # type: ignore[override]
        """The search as parameters, defaults left out, in a fixed order."""
        state = [("q", self.words)] if self.words else []
        for name in FACETS:
            state += [(name, value) for value in sorted(self.choices.get(name, ()))]
        if self.order != "pertinence":
            state.append(("tri", self.order))
        if self.list_ids:
            state.append(("liste", self._list_text))
        return state

    @cached_property
    def catalogue_url(self) -> str:
        """Address of the catalogue."""
        return self.page.get_url(self.request) or "/"

    @cached_property
    def path(self) -> str:  # type: ignore[override]
        """Address of the catalogue, or of the present rubric."""
        if self.rubric is None:
            return self.catalogue_url
        return f"{self.catalogue_url}rubriques/{self.rubric.path}/"
