"""Bodies and mandates with their dates, and the federations (I-14).

Lists show who holds a mandate today. A mandate that is over or deleted is nowhere in public: no
page, no search index. No private address is kept.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from essor.models.bodies import EssorBodyMixin
from home.channels import open_pages
from home.models import BasePage, Organisation
from home.themes import Theme


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Selections of mandates."""

    def current(self, today: date | None = None) -> "MandateQuerySet":
        """Begun, and not over: the last day counts."""
        today = today or timezone.localdate()
        return self.filter(
            models.Q(starts_on__isnull=True) | models.Q(starts_on__lte=today),
            models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=today),
        )


class DirectoryPage(BasePage):
    """The bodies of Interfédé, with the way to each."""

    kind = "Annuaire"
    themes = (Theme.INTERFEDE,)

    introduction = models.TextField("introduction", blank=True, max_length=400)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["essor.BodyPage", "essor.FederationsPage"]
    max_count = 1

    class Meta:
        verbose_name = "annuaire"
        verbose_name_plural = "annuaires"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """`bodies` with their current mandates, and the `others`."""
        context = super().get_context(request, *args, **kwargs)
        bodies = open_pages(BodyPage.objects.child_of(self)).order_by("path")
        context["bodies"] = list(bodies.with_current_mandates())
        # The federations have a page of their own, here or beside this one.
        context["others"] = list(open_pages(FederationsPage.objects.all()).order_by("path"))
        return context


class BodyQuerySet(PageQuerySet):
    """Selections of bodies."""

    def with_current_mandates(self) -> "BodyQuerySet":
        """Bodies with `current`, the mandates of today: one query more, whatever the number."""
        return self.prefetch_related(
            models.Prefetch(
                "mandates",
                Mandate.objects.current()
                .select_related("organisation")
                .order_by("sort_order", "pk"),
                to_attr="current",
            )
        )


class BodyPage(EssorBodyMixin, BasePage):
    """A body: general assembly, board, committee, platform, team."""

    kind = "Organe"
    themes = (Theme.INTERFEDE,)

    class Sort(models.TextChoices):
        ASSEMBLY = "assemblee", "Assemblée générale"
        BOARD = "administration", "Organe d’administration"
        COMMITTEE = "comite", "Comité ou groupe de travail"
        PLATFORM = "plateforme", "Plateforme"
        TEAM = "equipe", "Équipe"

    sort = models.CharField("sorte d’organe", max_length=16, choices=Sort, default=Sort.COMMITTEE)
    introduction = models.TextField("rôle en une ou deux phrases", blank=True, max_length=400)

    objects = PageManager.from_queryset(BodyQuerySet)()

    content_panels = [
        *Page.content_panels,
        FieldPanel("sort"),
        FieldPanel("introduction"),
        *EssorBodyMixin.body_panels,
        InlinePanel("mandates", heading="Mandats", label="Mandat"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        *EssorBodyMixin.body_search_fields,
        # No names: a mandate that ends leaves no trace in an index that nobody renews.
    ]
    parent_page_types = ["essor.DirectoryPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "organe"
        verbose_name_plural = "organes"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """`mandates`: those of today, in the order of the editor."""
        context = super().get_context(request, *args, **kwargs)
        if getattr(request, "is_preview", False):
            today = timezone.localdate()
            context["mandates"] = [each for each in self.mandates.all() if each.is_current(today)]
        else:
            context["mandates"] = list(
                Mandate.objects.filter(page=self)
                .current()
                .select_related("organisation")
                .order_by("sort_order", "pk")
            )
        return context


class Mandate(Orderable):
    """Who sits in a body, for whom, from when until when."""

    page = ParentalKey(BodyPage, on_delete=models.CASCADE, related_name="mandates")
    role = models.CharField("fonction", max_length=120)
    person = models.CharField(
        "personne",
        max_length=120,
        blank=True,
        help_text="Avec son accord. Laissez vide quand l’organisation suffit.",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    starts_on = models.DateField("du", null=True, blank=True)
    ends_on = models.DateField("au", null=True, blank=True, help_text="Dernier jour du mandat.")

    objects = MandateQuerySet.as_manager()

    panels = [
        FieldPanel("role"),
        FieldRowPanel([FieldPanel("person"), FieldPanel("organisation")]),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "mandat"
        verbose_name_plural = "mandats"

    def __str__(self) -> str:
        return f"{self.role} : {self.person or self.organisation}"

    def clean(self) -> None:
        """Somebody holds it, and its end does not come before its start."""
        super().clean()
        if not self.person and not self.organisation_id:
            raise ValidationError({"person": "Donnez une personne ou une organisation."})
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "La fin du mandat vient avant son début."})

    @property
    def holder(self) -> str:
        """Who sits there: the person, else the organisation."""
        return self.person or (self.organisation.name if self.organisation else "")

    def is_current(self, today: date) -> bool:
        """The same question as `MandateQuerySet.current`, of one mandate that may be unsaved."""
        return (self.starts_on is None or self.starts_on <= today) and (
            self.ends_on is None or self.ends_on >= today
        )


class FederationsPage(EssorBodyMixin, BasePage):
    """The federations of the centres: who they are, where, what they published (M-G12)."""

    kind = "Fédérations"
    themes = (Theme.INTERFEDE,)

    introduction = models.TextField("introduction", blank=True, max_length=400)

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        *EssorBodyMixin.body_panels,
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        *EssorBodyMixin.body_search_fields,
        index.SearchField("federation_names"),
    ]
    parent_page_types = ["home.HomePage", "home.StandardPage", "essor.DirectoryPage"]
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = "page des fédérations"
        verbose_name_plural = "pages des fédérations"

    @property
    def federation_names(self) -> str:
        """Names and acronyms, for the search index."""
        federations = Organisation.objects.filter(kind=Organisation.Kind.FEDERATION)
        return " ".join(f"{each.acronym} {each.name}" for each in federations)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """`federations`: `[{"organisation", "publications", "mentions"}]`."""
        from essor.directory import federations_of

        context = super().get_context(request, *args, **kwargs)
        context["federations"] = federations_of(request)
        return context
