"""The memorandum as structure: axis, measure, proposal, each with an address that stays (I-04).

`MemorandumPage` extends `essor.models.publications.PublicationPage` (multi-table): a memorandum is
a publication, so it has kind, dates, authors, files, citation and feeds, and the index finds it.

An anchor (`axe-2`, `mesure-2-1`, `proposition-2-1-3`) is given once, from the place where the part
first stood. It stays when the part is moved or gets another title, and is never given again.
"""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, PageChooserPanel
from wagtail.contrib.routable_page.models import path
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page
from wagtail.search import index

from essor.models.publications import PublicationPage

ANCHOR_HELP = "Le nom dans l’adresse. Il se remplit seul et ne change plus."


def _anchor_panel() -> FieldPanel:
    """Shown, sent back as it came, never typed: an unsaved draft keeps its anchors this way."""
    return FieldPanel("anchor", widget=forms.TextInput(attrs={"readonly": True, "tabindex": -1}))


def next_anchor(prefix: str, taken: Iterable[str]) -> str:
    """`prefix-1`, or the first number after it that is not taken."""
    taken = set(taken)
    number = 1
    while f"{prefix}-{number}" in taken:
        number += 1
    return f"{prefix}-{number}"


class MemorandumPage(PublicationPage):
    """A memorandum: what the sector asks for, as data."""

    kind = "Mémorandum"

    given_anchors = models.JSONField(default=list, editable=False)
    """every anchor ever given: the address of a deleted part does not lead to another"""

    content_panels = [
        *PublicationPage.content_panels,
        InlinePanel("axes", heading="Axes", label="Axe"),
        InlinePanel("related_pages", heading="À lire aussi", label="Page"),
    ]
    search_fields = [*PublicationPage.search_fields, index.SearchField("structure_text")]
    parent_page_types = ["essor.PublicationIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "mémorandum"
        verbose_name_plural = "mémorandums"

    def save(self, *args, **kwargs) -> None:
        """Give the missing anchors, and remember them for ever."""
        self.give_anchors()
        super().save(*args, **kwargs)

    def save_revision(self, *args, **kwargs):  # noqa: ANN201 (Wagtail's Revision)
        """A draft has its anchors too."""
        self.give_anchors()
        return super().save_revision(*args, **kwargs)

    @property
    def structure_text(self) -> str:
        """Titles and proposals, for the search index."""
        from essor.memorandum import outline

        return " ".join(
            text
            for axis in outline(self)
            for text in (
                axis.title,
                *(each.title for each in axis.measures),
                *(each.text for measure in axis.measures for each in measure.proposals),
            )
        )

    def give_anchors(self) -> None:
        """An anchor for every part that has none, or the anchor of another part."""
        given = set(self.given_anchors)
        if self.pk:
            stored = MemorandumPage.objects.filter(pk=self.pk).values_list(
                "given_anchors", flat=True
            )
            given.update(*stored)
        parts = list(_parts(self))
        given.update(part.anchor for part, _ in parts if part.anchor)
        seen: set[str] = set()
        for part, parent in parts:
            if not part.anchor or part.anchor in seen:
                part.anchor = next_anchor(part.anchor_prefix(parent), given)
                given.add(part.anchor)
            seen.add(part.anchor)
        self.given_anchors = sorted(given)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """The structure and its filter, beside what every publication has."""
        from essor.memorandum import whole_context

        return {
            **super().get_context(request, *args, **kwargs),
            **whole_context(self, request),
        }

    def publication_page_context(self, request: HttpRequest) -> dict:
        """The context without the structure: the other addresses of the page read it themselves."""
        return super().get_context(request)

    @path("impression/", name="print")
    def print_view(self, request: HttpRequest) -> HttpResponse:
        """The whole on one page, for paper."""
        from essor.memorandum import print_view

        return print_view(request, self)

    @path("<slug:anchor>/", name="part")
    def part(self, request: HttpRequest, anchor: str) -> HttpResponse:
        """One axis or measure alone; a proposal leads to its place in its measure."""
        from essor.memorandum import part_view

        return part_view(request, self, anchor)


class _Part(Orderable):
    """What the three levels have in common."""

    anchor = models.SlugField("adresse", max_length=60, blank=True, help_text=ANCHOR_HELP)

    class Meta(Orderable.Meta):
        abstract = True

    def anchor_prefix(self, parent: "_Part | None") -> str:
        """The anchor without its last number."""
        raise NotImplementedError


class Axis(ClusterableModel, _Part):
    """A priority: it groups measures."""

    page = ParentalKey(MemorandumPage, on_delete=models.CASCADE, related_name="axes")
    title = models.CharField("titre", max_length=200)
    introduction = RichTextField("introduction", blank=True, features=["bold", "italic", "link"])

    panels = [
        FieldPanel("title"),
        FieldPanel("introduction"),
        _anchor_panel(),
        InlinePanel("measures", heading="Mesures", label="Mesure"),
    ]

    class Meta(_Part.Meta):
        verbose_name = "axe"
        verbose_name_plural = "axes"

    def __str__(self) -> str:
        return self.title

    def anchor_prefix(self, parent: _Part | None) -> str:  # noqa: ARG002
        """`axe`."""
        return "axe"


class Measure(ClusterableModel, _Part):
    """What should be done; it groups proposals and the technical sheets that explain it."""

    axis = ParentalKey(Axis, on_delete=models.CASCADE, related_name="measures")
    title = models.CharField("titre", max_length=200)
    introduction = RichTextField("introduction", blank=True, features=["bold", "italic", "link"])

    panels = [
        FieldPanel("title"),
        FieldPanel("introduction"),
        _anchor_panel(),
        InlinePanel("proposals", heading="Propositions", label="Proposition"),
        InlinePanel("sheets", heading="Fiches techniques", label="Fiche"),
    ]

    class Meta(_Part.Meta):
        verbose_name = "mesure"
        verbose_name_plural = "mesures"

    def __str__(self) -> str:
        return self.title

    def anchor_prefix(self, parent: _Part | None) -> str:
        """`mesure-2` in the axis `axe-2`."""
        number = parent.anchor.removeprefix("axe-") if parent else "0"
        return f"mesure-{number}"


class Proposal(_Part):
    """One concrete demand, and what became of it."""

    class State(models.TextChoices):
        ASKED = "demande", "Demandé"
        UNDER_WAY = "engage", "Engagé"
        OBTAINED = "obtenu", "Obtenu"
        REFUSED = "refuse", "Refusé"

    measure = ParentalKey(Measure, on_delete=models.CASCADE, related_name="proposals")
    text = models.TextField("proposition", max_length=1000)
    state = models.CharField("suivi", max_length=8, choices=State, blank=True)
    state_on = models.DateField("depuis le", null=True, blank=True)
    state_source = models.CharField("source du suivi", max_length=200, blank=True)
    state_url = models.URLField("adresse de la source", max_length=500, blank=True)

    panels = [
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("state"), FieldPanel("state_on")]),
        FieldRowPanel([FieldPanel("state_source"), FieldPanel("state_url")]),
        _anchor_panel(),
    ]

    class Meta(_Part.Meta):
        verbose_name = "proposition"
        verbose_name_plural = "propositions"

    def __str__(self) -> str:
        return self.text[:80]

    def clean(self) -> None:
        """A state that is more than the demand itself has a date and a source."""
        super().clean()
        if not self.state or self.state == self.State.ASKED:
            return
        missing = {
            name: "Un suivi se date et se source."
            for name in ("state_on", "state_source")
            if not getattr(self, name)
        }
        if missing:
            raise ValidationError(missing)

    def anchor_prefix(self, parent: _Part | None) -> str:
        """`proposition-2-1` in the measure `mesure-2-1`."""
        number = parent.anchor.removeprefix("mesure-") if parent else "0"
        return f"proposition-{number}"


class TechnicalSheet(Orderable):
    """A document that explains a measure."""

    measure = ParentalKey(Measure, on_delete=models.CASCADE, related_name="sheets")
    document = models.ForeignKey(
        "home.SiteDocument",
        verbose_name="document",
        on_delete=models.PROTECT,
        related_name="+",
    )

    panels = [FieldPanel("document")]

    class Meta(Orderable.Meta):
        verbose_name = "fiche technique"
        verbose_name_plural = "fiches techniques"

    def __str__(self) -> str:
        return str(self.document)


class MemorandumRelatedPage(Orderable):
    """Another page to read with it: the issue of L'essor that presents it."""

    page = ParentalKey(MemorandumPage, on_delete=models.CASCADE, related_name="related_pages")
    related = models.ForeignKey(
        Page, verbose_name="page", on_delete=models.CASCADE, related_name="+"
    )

    panels = [PageChooserPanel("related")]

    class Meta(Orderable.Meta):
        verbose_name = "page liée"
        verbose_name_plural = "pages liées"

    def __str__(self) -> str:
        return str(self.related)


def _in_order(parts: Iterable[_Part]) -> list:
    """Parts of a draft may not have a place yet: they come last."""
    return sorted(parts, key=lambda part: (part.sort_order is None, part.sort_order or 0))


def _parts(page: MemorandumPage) -> Iterable[tuple[_Part, _Part | None]]:
    """Every part with the part above it, parents first."""
    for axis in _in_order(page.axes.all()):
        yield axis, None
        for measure in _in_order(axis.measures.all()):
            yield measure, axis
            for proposal in _in_order(measure.proposals.all()):
                yield proposal, measure
