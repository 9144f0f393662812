"""The list of publications: words, facets, order, pages, and what each of them says.

The keys of all publications, with what the facets need, are read once after each change of the content;
list, counts and totals are made of them in memory, so that they always agree. Only the page that is
shown is read whole.
"""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Page as PageOfList
from django.core.paginator import Paginator
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject
from django.http import HttpRequest, QueryDict
from wagtail.models import Page, Site

from essor.forms import BY_TITLE, NEWEST, PublicationFilterForm
from essor.models import (
    PublicationFile,
    PublicationIndexPage,
    PublicationKind,
    PublicationPage,
    PublicationPartPage,
)
from home import content
from home.facets import ActiveFilter, AddressState, Facet, FacetOption
from home.models import SiteDocument, SiteRendition
from home.pagination import PageLinks, page_links
from search.engine import clean_words, matching_ids
from search.french import fold

PER_PAGE = 20
MOST_HITS = 20_000
LONGEST_VALUE = 80
COVER_SPEC = "max-320x320|format-webp"
SECTION, HIDDEN_KIND = "collection", "genre-cache"

FACETS = {
    "genre": "Genre",
    "theme": "Thème",
    "annee": "Année",
    "organisme": "Organisme",
}
"""Parameter → label, in the order of the page. OR inside one, AND between them."""


@dataclass(frozen=True)
class Section:
    """A collection below the index."""

    title: str
    url: str


@dataclass(frozen=True)
class Picture:
    """A cover at the size of the list."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class Item:
    """A publication in the list."""

    pk: int
    title: str
    url: str
    kind: str
    icon: str
    date_label: str
    date: str
    summary: str
    source: str
    """who speaks: the bodies, the journal; "" when unknown"""
    files: list[SiteDocument]
    picture: Picture | None
    is_replaced: bool
    is_elsewhere: bool
    """True when the text itself stands on another site"""


@dataclass
class Inventory:
    """Every public publication below an index, with what the facets need. Strings and sets only: with
    a thousand publications, an object for each would cost more than the database.
    """

    titles: dict[int, str] = field(default_factory=dict)
    """key → title, the newest first"""
    labels: dict[str, dict[str, str]] = field(default_factory=lambda: {key: {} for key in FACETS})
    """facet → value → its label"""
    holders: dict[str, dict[str, set[int]]] = field(
        default_factory=lambda: {key: {} for key in FACETS}
    )
    """facet → value → keys of what has it"""
    bodies: dict[int, list[str]] = field(default_factory=dict)
    """key → acronyms of who speaks"""
    kind_order: dict[str, int] = field(default_factory=dict)
    hidden_kinds: set[str] = field(default_factory=set)
    """kinds that are not offered as a filter"""
    sections: list[tuple[str, str]] = field(default_factory=list)
    """title and slug of the collections below the index"""

    def note(self, pk: int, facet: str, value: str, label: str) -> None:
        """A publication has a value."""
        self.labels[facet].setdefault(value, label)
        self.holders[facet].setdefault(value, set()).add(pk)


@content.kept_by(lambda index: index.path)
def inventory_of(index: PublicationIndexPage) -> Inventory:
    """What stands below an index, in two queries."""
    inventory = Inventory()
    publications = PublicationPage.objects.descendant_of(index).to_be_shown()
    for (
        pk,
        title,
        published,
        slug,
        plural,
        order,
        federation,
        acronym,
    ) in publications.newest_first().values_list(
        "pk",
        "title",
        "published",
        "publication_kind__slug",
        "publication_kind__plural",
        "publication_kind__sort_order",
        "federation__slug",
        "federation__acronym",
    ):
        inventory.titles[pk] = title
        year = published[:4]
        inventory.note(pk, "genre", slug, plural)
        inventory.note(pk, "annee", year, year)
        inventory.kind_order[slug] = order
        if federation:
            inventory.note(pk, "organisme", federation, acronym)
            inventory.bodies[pk] = [acronym]
    for what, pk, slug, name in _topics_bodies_sections(index):
        if what == SECTION:
            inventory.sections.append((name, slug))
        elif what == HIDDEN_KIND:
            inventory.hidden_kinds.add(slug)
        elif pk in inventory.titles:
            inventory.note(pk, what, slug, name)
            if what == "organisme" and name not in inventory.bodies.setdefault(pk, []):
                inventory.bodies[pk].append(name)
    inventory.sections.sort(key=lambda section: fold(section[0]))
    return inventory


def _topics_bodies_sections(index: PublicationIndexPage) -> QuerySet:
    """`(what, key, slug, name)` in one query; collections and hidden kinds stand in it too."""
    topics = PublicationPage.topics.through.objects.annotate(what=Value("theme"))
    bodies = PublicationPage.bodies.through.objects.annotate(what=Value("organisme"))
    sections = (
        Page.objects.child_of(index)
        .live()
        .in_menu()
        .filter(view_restrictions__isnull=True)
        .annotate(what=Value(SECTION))
    )
    hidden = PublicationKind.objects.filter(is_filter=False).annotate(what=Value(HIDDEN_KIND))
    return topics.values_list("what", "publicationpage_id", "topic__slug", "topic__name").union(
        bodies.values_list(
            "what", "publicationpage_id", "organisation__slug", "organisation__acronym"
        ),
        sections.order_by().values_list("what", "pk", "slug", "title"),
        hidden.order_by().values_list("what", "pk", "slug", "plural"),
        all=True,
    )


class Listing(AddressState):
    """One answer of the index; each part is made when the template asks for it."""

    def __init__(self, page: PublicationIndexPage, request: HttpRequest) -> None:
        self.page = page
        self.request = request
        self.data: QueryDict = request.GET
        self.form = PublicationFilterForm(self.data)
        self.form.is_valid()
        self.inventory = inventory_of(page)

    # --- What was asked -----------------------------------------------------------------------

    @cached_property
    def words(self) -> str:
        """The words that are searched for; "" when they are refused."""
        return clean_words(self.form.cleaned_data.get("q") or "")

    @cached_property
    def order(self) -> str:
        """`recent` or `titre`."""
        return self.form.cleaned_data.get("tri") or NEWEST

    @cached_property
    def _asked(self) -> dict[str, list[str]]:
        """Values of the facets as they stand in the address, each once."""
        return {
            key: list(dict.fromkeys(value[:LONGEST_VALUE] for value in self.data.getlist(key)))
            for key in FACETS
        }

    @cached_property
    def chosen(self) -> dict[str, set[str]]:
        """The known values of each facet."""
        return {
            key: {value for value in values if value in self.inventory.labels[key]}
            for key, values in self._asked.items()
        }

    @cached_property
    def notices(self) -> list[str]:
        """What was asked and cannot be had, in French."""
        notices = []
        for key, values in self._asked.items():
            for value in values:
                if value and value not in self.chosen[key]:
                    shown = "".join(char for char in value if char.isprintable())
                    notices.append(
                        f"Aucune publication pour le filtre « {FACETS[key].lower()}\u00a0: {shown} » : "
                        "il n’est pas appliqué."
                    )
        return [
            # What is wrong with the words stands beside their field.
            *(str(error) for error in self.form.errors.get("tri", ())),
            *notices,
            *([self._page_problem] if self._page_problem else []),
        ]

    # --- What is there ------------------------------------------------------------------------

    @property
    def sections(self) -> list[Section]:
        """The collections that stand below the index: the magazine, dossiers."""
        return [Section(title, f"{self.path}{slug}/") for title, slug in self.inventory.sections]

    @cached_property
    def _with_words(self) -> set[int]:
        """Keys of what holds the words; a chapter that holds them counts for its publication."""
        everything = set(self.inventory.titles)
        if not self.words:
            return everything
        pages = PublicationPage.objects.live().descendant_of(self.page)
        parts = PublicationPartPage.objects.live().descendant_of(self.page)
        found = set(matching_ids(pages, self.words, limit=MOST_HITS))
        if part_ids := matching_ids(parts, self.words, limit=MOST_HITS):
            paths = PublicationPartPage.objects.filter(pk__in=part_ids).values_list("path")
            found |= set(
                PublicationPage.objects.filter(
                    path__in={path[: -PublicationPartPage.steplen] for (path,) in paths}
                ).values_list("pk", flat=True)
            )
        return everything & found

    def _holders(self, key: str) -> set[int]:
        """Keys of what has one of the chosen values of a facet."""
        return set().union(*(self.inventory.holders[key][value] for value in self.chosen[key]))

    def _passing(self, without: str = "") -> set[int]:
        """Keys of what passes words and facets, one facet left out if named."""
        passing = self._with_words
        for key, values in self.chosen.items():
            if values and key != without:
                passing = passing & self._holders(key)
        return passing

    @cached_property
    def _results(self) -> list[int]:
        """Keys of the results in their order."""
        passing = self._passing()
        results = [pk for pk in self.inventory.titles if pk in passing]
        if self.order == BY_TITLE:
            results.sort(key=lambda pk: (fold(self.inventory.titles[pk]), pk))
        return results

    @property
    def total(self) -> int:
        """Number of results."""
        return len(self._results)

    @property
    def is_filtered(self) -> bool:
        """True when something narrows the list."""
        return bool(self.words) or any(self.chosen.values())

    @property
    def headline(self) -> str:
        """«3 publications», «Aucune publication»."""
        if not self.total:
            return "Aucune publication"
        return f"{self.total}\u00a0publication{'s' if self.total > 1 else ''}"

    # --- Facets -------------------------------------------------------------------------------

    @cached_property
    def facets(self) -> list[Facet]:
        """The groups with the number of results after each click."""
        facets = [self._facet(key, label) for key, label in FACETS.items()]
        return [facet for facet in facets if facet.options]

    def _facet(self, key: str, label: str) -> Facet:
        chosen = self.chosen[key]
        passing = self._passing(without=key)
        union = passing & self._holders(key)
        options = []
        for value in sorted(self.inventory.labels[key], key=lambda value: self._rank(key, value)):
            selected = value in chosen
            holders = self.inventory.holders[key][value] & passing
            is_hidden = key == "genre" and value in self.inventory.hidden_kinds
            if not selected and (is_hidden or not holders):
                continue
            count = len(union | holders)
            options.append(
                FacetOption(
                    value=value,
                    label=self.inventory.labels[key][value],
                    count=count,
                    selected=selected,
                    disabled=not selected and count == self.total,
                    url=self.url(without=(key, value)) if selected else self.url_with(key, value),
                )
            )
        return Facet(key, label, options, bool(chosen), noun="publication")

    def _rank(self, key: str, value: str) -> tuple:
        if key == "genre":
            return (self.inventory.kind_order[value], value)
        if key == "annee":
            return (-int(value), value)
        return (fold(self.inventory.labels[key][value]), value)

    @cached_property
    def active_filters(self) -> list[ActiveFilter]:
        """Everything that narrows the list."""
        filters = []
        if self.words:
            filters.append(ActiveFilter(f"« {self.words} »", self.url(without="q")))
        for key, values in self.chosen.items():
            filters += [
                ActiveFilter(self.inventory.labels[key][value], self.url(without=(key, value)))
                for value in sorted(values, key=lambda value: self._rank(key, value))
            ]
        return filters

    # --- The page of the list -----------------------------------------------------------------

    @cached_property
    def _paginator(self) -> Paginator:
        return Paginator(self._results, PER_PAGE)

    @cached_property
    def _page_problem(self) -> str:
        text = self.data.get("page", "")
        if not text:
            return ""
        is_number = text.isascii() and text.isdigit() and len(text) < 7
        if is_number and 1 <= int(text) <= self._paginator.num_pages:
            return ""
        return "Cette page de la liste n’existe pas : voici la première."

    @cached_property
    def page_of_list(self) -> PageOfList:
        """The asked page, the first one when there is no such page."""
        number = 1 if self._page_problem else int(self.data.get("page") or 1)
        return self._paginator.page(number)

    @cached_property
    def pages(self) -> PageLinks:
        """Links to the other pages."""
        return page_links(self.page_of_list, self.page_url)

    @cached_property
    def items(self) -> list[Item]:
        """The publications of this page: two queries, whatever their number."""
        return items_of(list(self.page_of_list), self.request, self.inventory.bodies)

    # --- Addresses ----------------------------------------------------------------------------

    @cached_property
    def path(self) -> str:  # type: ignore[override]
        """Address of the index without parameters."""
        return self.page.get_url(self.request) or "/"

    @cached_property
    def state(self) -> list[tuple[str, str]]:  # type: ignore[override]
        """The list as parameters, defaults left out, in a fixed order."""
        state = [("q", self.words)] if self.words else []
        for key, values in self.chosen.items():
            state += [(key, value) for value in sorted(values)]
        if self.order != NEWEST:
            state.append(("tri", self.order))
        return state

    @property
    def clear_url(self) -> str:
        """The list without any filter, in the same order."""
        return f"{self.path}?tri={self.order}" if self.order != NEWEST else self.path

    @property
    def feed_url(self) -> str:
        """The Atom feed of the chosen kinds and topics."""
        pairs = [(key, value) for key in ("genre", "theme") for value in sorted(self.chosen[key])]
        return f"{self.path}flux.xml{'?' + urlencode(pairs) if pairs else ''}"

    @property
    def canonical_query(self) -> str:
        """What search engines may index: the pages of the whole list, no combination of filters."""
        number = self.page_of_list.number
        return f"?page={number}" if number > 1 and not self.is_filtered else ""


def small(image: str) -> Subquery:
    """The small rendition of the image that `image` refers to, None while there is none.

    Asked with the row itself: a list of covers costs no query of its own, and no visit ever draws.
    """
    renditions = SiteRendition.objects.filter(image=OuterRef(image), filter_spec=COVER_SPEC)
    return Subquery(
        renditions.order_by("pk").values(
            picture=JSONObject(file="file", width="width", height="height")
        )[:1]
    )


def _picture(found: dict | None) -> Picture | None:
    if not found:
        return None
    storage = SiteRendition._meta.get_field("file").storage
    return Picture(storage.url(found["file"]), found["width"], found["height"])


def with_files() -> Prefetch:
    """The files of publications with the small rendition of their covers, in one query."""
    return Prefetch(
        "files",
        queryset=PublicationFile.objects.select_related("document").annotate(
            small_cover=small("document__cover")
        ),
    )


@content.kept_by(
    # An address is written as the site that is asked needs it.
    lambda pks, request, bodies=None: (
        tuple(pks),
        getattr(Site.find_for_request(request), "pk", None),
        bodies is None,
    )
)
def items_of(
    pks: list[int], request: HttpRequest, bodies: dict[int, list[str]] | None = None
) -> list[Item]:
    """Publications as items of a list, in the order of `pks`.

    `bodies`: acronyms by publication, when the caller has read them already.
    """
    found = (
        PublicationPage.objects.filter(pk__in=pks)
        .with_replaced()
        .annotate(small_teaser=small("teaser_image"))
        .select_related("publication_kind")
        .prefetch_related(with_files())
    )
    if bodies is None:
        found = found.prefetch_related("bodies")
    by_pk = {page.pk: page for page in found}
    return [
        _item(by_pk[pk], request, (bodies or {}).get(pk, []) if bodies is not None else None)
        for pk in pks
        if pk in by_pk
    ]


def _item(page: PublicationPage, request: HttpRequest, acronyms: list[str] | None) -> Item:
    if acronyms is None:
        acronyms = [body.acronym for body in page.bodies.all()]
    files = [each.document for each in page.files.all()]
    covers = [page.small_teaser, *(each.small_cover for each in page.files.all())]
    source = page.medium or ", ".join(acronyms)
    if page.medium and page.issue_number:
        source = f"{page.medium}, n°\u00a0{page.issue_number}"
    return Item(
        pk=page.pk,
        title=page.title,
        url=page.get_url(request) or "",
        kind=page.publication_kind.name,
        icon=page.publication_kind.icon,
        date_label=page.date_label,
        date=page.published,
        summary=page.search_description,
        source=source,
        files=files,
        picture=next((_picture(cover) for cover in covers if cover), None),
        is_replaced=page.is_replaced,
        is_elsewhere=bool(page.external_url) and not files and not page.body,
    )
