"""The catalogue as a compact table in memory, read once and kept until something changes.

A search needs the facets of every resource. 5,000 of them fit into a few megabytes; each facet
value is one integer whose bit `i` says whether the resource in row `i` has it, so that counts are
`and`, `or` and a population count, without a query.

Who is in the table: live resources in no private section (`ResourceQuerySet.listed`). What a
visitor may not read has no row, so it is neither counted, listed nor suggested.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import F

from home.models import Organisation
from pedatech import licences
from pedatech.models import (
    CataloguePage,
    Language,
    ResourceEmbed,
    ResourceFile,
    ResourceKind,
    ResourceLink,
    ResourcePage,
    Rubric,
    Term,
    Vocabulary,
)
from pedatech.models.resources import DURATIONS, duration_class, duration_label
from search.french import fold

FORMATS = {
    "pdf": "PDF",
    "texte": "Texte à modifier (Word, OpenDocument)",
    "tableur": "Tableur (Excel, CSV)",
    "diaporama": "Diaporama (PowerPoint)",
    "zip": "Archive (ZIP)",
    "en-ligne": "En ligne",
    "interactif": "Vidéo ou contenu interactif",
    "objet": "Objet à emprunter",
}
EXTENSIONS = {
    "pdf": "pdf",
    "docx": "texte",
    "odt": "texte",
    "txt": "texte",
    "xlsx": "tableur",
    "csv": "tableur",
    "pptx": "diaporama",
    "zip": "zip",
}
FACETS = (
    "genre",
    "theme",
    "categorie",
    "public",
    "niveau",
    "duree",
    "format",
    "licence",
    "langue",
    "producteur",
    "annee",
    "emprunt",
    "gep",
    "projet",
    "digcomp",
    "rectec",
    "rome",
    "cfc",
)
"""Facets in the order of the page. Inside one, values are alternatives; between two, both hold."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a line of the list shows of a resource."""

    pk: int
    title: str
    slug: str
    kind: str
    """value of ResourceKind"""
    kind_label: str
    summary: str
    producer: str
    year: int | None
    duration: str
    formats: tuple[str, ...]
    licence: str
    is_favourite: bool
    can_be_borrowed: bool
    terms: frozenset[int]
    folded_title: str


@dataclass
class Table:
    """All resources that anybody may find, newest first."""

    rows: list[Row] = field(default_factory=list)
    masks: dict[str, dict[str, int]] = field(default_factory=dict)
    """facet (and "rubrique") → value → mask of rows"""
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    """facet → value → label, in the order in which the page shows them"""
    rubrics: dict[str, Rubric] = field(default_factory=dict)
    """path → rubric, in the order of the editors"""
    terms: dict[str, dict[str, Term]] = field(default_factory=dict)
    """vocabulary → slug → term"""
    row_of: dict[int, int] = field(default_factory=dict)
    """primary key → row"""
    by_title: list[int] = field(default_factory=list)
    by_duration: list[int] = field(default_factory=list)

    @property
    def everything(self) -> int:
        """The mask of all rows."""
        return (1 << len(self.rows)) - 1

    def mask_of(self, pks: Iterable[int]) -> int:
        """The mask of some resources; those that are not in the table are left out."""
        flags = bytearray(len(self.rows) // 8 + 1)
        for pk in pks:
            row = self.row_of.get(pk)
            if row is not None:
                flags[row >> 3] |= 1 << (row & 7)
        return int.from_bytes(flags, "little")

    def rows_in(self, mask: int, order: list[int] | None = None) -> Iterator[int]:
        """Numbers of the rows of `mask`: newest first, or in the given order of all rows."""
        bits = bin(mask)[:1:-1]
        if order is None:
            return (number for number, bit in enumerate(bits) if bit == "1")
        return (number for number in order if number < len(bits) and bits[number] == "1")


_kept: dict[int, tuple[str, Table]] = {}


def current_table(page: CataloguePage) -> Table:
    """The table as the database stands now, without a query when nothing has changed.

    Every change gives the catalogue's page a new token (see signals.py); the page is read for
    each request anyway, so that every worker sees a change at once.
    """
    kept = _kept.get(page.pk)
    if kept is None or kept[0] != page.token:
        kept = _kept[page.pk] = (page.token, read(page))
    return kept[1]


def read(page: CataloguePage) -> Table:
    """Read the resources of a catalogue: a dozen queries, whatever their number."""
    table = Table()
    table.rubrics = {
        rubric.path: rubric for rubric in _in_tree_order(Rubric.objects.select_related("parent"))
    }
    terms: dict[int, Term] = {}
    table.terms = {value: {} for value in Vocabulary.values}
    for term in Term.objects.all():
        terms[term.pk] = term
        table.terms[term.vocabulary][term.slug] = term
    resources = list(
        ResourcePage.objects.child_of(page)
        .listed()
        .order_by(F("first_published_at").desc(nulls_last=True), "-pk")
        .values(
            "pk",
            "title",
            "slug",
            "resource_kind",
            "search_description",
            "producer__acronym",
            "producer__slug",
            "year",
            "duration",
            "language",
            "licence",
            "is_favourite",
            "can_be_borrowed",
        )
    )
    table.row_of = {each["pk"]: number for number, each in enumerate(resources)}
    rubrics_of = _through(ResourcePage.rubrics.through, "rubric_id")
    terms_of = _through(ResourcePage.terms.through, "term_id")
    formats_of = _formats()
    paths = {rubric.pk: path for path, rubric in table.rubrics.items()}
    flags: dict[str, dict[str, list[int]]] = {
        name: defaultdict(list) for name in (*FACETS, "rubrique")
    }
    for number, each in enumerate(resources):
        pk = each["pk"]
        formats = formats_of.get(pk, set())
        if each["can_be_borrowed"]:
            formats = formats | {"objet"}
        values: dict[str, Iterable[str]] = {
            "genre": (each["resource_kind"],),
            "duree": (duration_class(each["duration"]),),
            "format": formats,
            "licence": (each["licence"],),
            "langue": (each["language"],),
            "producteur": (each["producer__slug"] or "",),
            "annee": (str(each["year"] or ""),),
            "emprunt": ("1" if each["can_be_borrowed"] else "",),
            "rubrique": {
                above for pk in rubrics_of.get(pk, ()) for above in _with_ancestors(paths.get(pk))
            },
        }
        own_terms = terms_of.get(pk, ())
        for term_pk in own_terms:
            term = terms[term_pk]
            flags[term.vocabulary][term.slug].append(number)
        for name, found in values.items():
            for value in found:
                if value:
                    flags[name][value].append(number)
        table.rows.append(
            Row(
                pk=pk,
                title=each["title"],
                slug=each["slug"],
                kind=each["resource_kind"],
                kind_label=str(dict(ResourceKind.choices).get(each["resource_kind"], "")),
                summary=each["search_description"],
                producer=each["producer__acronym"] or "",
                year=each["year"],
                duration=duration_label(each["duration"]),
                formats=tuple(FORMATS[name] for name in FORMATS if name in formats),
                licence=licences.BY_KEY[each["licence"]].label
                if each["licence"] in licences.BY_KEY
                else "",
                is_favourite=each["is_favourite"],
                can_be_borrowed=each["can_be_borrowed"],
                terms=frozenset(own_terms),
                folded_title=fold(each["title"]),
            )
        )
    table.masks = {
        name: {value: _mask(numbers) for value, numbers in by_value.items()}
        for name, by_value in flags.items()
    }
    table.labels = _labels(table)
    table.by_title = sorted(
        range(len(table.rows)), key=lambda row: (table.rows[row].folded_title, table.rows[row].pk)
    )
    minutes = [each["duration"] or 10**9 for each in resources]
    table.by_duration = sorted(
        range(len(table.rows)), key=lambda row: (minutes[row], table.rows[row].pk)
    )
    return table


def _in_tree_order(rubrics: Iterable[Rubric]) -> list[Rubric]:
    """Each rubric right before those it holds, in the order of the editors."""
    below: dict[int | None, list[Rubric]] = defaultdict(list)
    for rubric in rubrics:
        below[rubric.parent_id].append(rubric)

    def walk(parent: int | None) -> Iterator[Rubric]:
        for rubric in sorted(below[parent], key=lambda each: (each.sort_order, each.name, each.pk)):
            yield rubric
            yield from walk(rubric.pk)

    return list(walk(None))


def _with_ancestors(path: str | None) -> Iterator[str]:
    """«a/b/c» gives «a/b/c», «a/b» and «a»: a section holds what its rubrics hold."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _through(model: type, column: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    pairs = model._default_manager.order_by().values_list("resourcepage_id", column)  # type: ignore[attr-defined]
    for page_id, other in pairs:
        found[page_id].append(other)
    return found


def _formats() -> dict[int, set[str]]:
    """Primary key of a resource → values of FORMATS."""
    formats: dict[int, set[str]] = defaultdict(set)
    for page_id, name in ResourceFile.objects.order_by().values_list("page_id", "document__file"):
        extension = name.rpartition(".")[2].lower()
        if extension in EXTENSIONS:
            formats[page_id].add(EXTENSIONS[extension])
    for page_id in ResourceLink.objects.order_by().values_list("page_id", flat=True):
        formats[page_id].add("en-ligne")
    for page_id in ResourceEmbed.objects.order_by().values_list("page_id", flat=True):
        formats[page_id] |= {"en-ligne", "interactif"}
    return formats


def _mask(numbers: list[int]) -> int:
    """The mask of some rows."""
    if not numbers:
        return 0
    flags = bytearray(max(numbers) // 8 + 1)
    for number in numbers:
        flags[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(flags, "little")


def _labels(table: Table) -> dict[str, dict[str, str]]:
    """Labels of every value that a facet may take, in the order of the page."""
    used = table.masks
    acronyms = dict(
        Organisation.objects.filter(slug__in=list(used["producteur"])).values_list(
            "slug", "acronym"
        )
    )
    labels: dict[str, dict[str, str]] = {
        "genre": {value: str(label) for value, label in ResourceKind.choices},
        "duree": {value: label for value, label, _low, _high in DURATIONS},
        "format": dict(FORMATS),
        "licence": dict(licences.CHOICES),
        "langue": {value: str(label) for value, label in Language.choices},
        "producteur": dict(sorted(acronyms.items(), key=lambda pair: fold(pair[1]))),
        "annee": {year: year for year in sorted(used["annee"], reverse=True)},
        "emprunt": {"1": "À emprunter"},
    }
    for vocabulary, terms in table.terms.items():
        labels[vocabulary] = {slug: term.label for slug, term in terms.items()}
    return labels
