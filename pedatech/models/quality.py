"""The quality label: identity card, processes, criteria (P-09)."""

from django.db import models
from django.http import HttpRequest, HttpResponse
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page
from wagtail.search import index

from home.models import BasePage
from home.themes import Theme


class QualityLabelPage(RoutablePageMixin, BasePage):
    """The label: what it asks, criterion by criterion, and a sheet to look at oneself."""

    kind = "Label qualité"
    themes = (Theme.PEDATECH,)

    introduction = models.TextField("introduction", blank=True, max_length=600)
    guide = models.ForeignKey(
        "home.SiteDocument",
        verbose_name="guide de la labellisation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("guide"),
        InlinePanel("identity", heading="Carte d’identité", label="Ligne"),
        InlinePanel("processes", heading="Processus", label="Processus"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("criteria_text"),
    ]
    parent_page_types = ["home.HomePage", "pedatech.CataloguePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "label qualité"
        verbose_name_plural = "labels qualité"

    @property
    def criteria_text(self) -> str:
        """Titles of processes and criteria, for the search of the site."""
        titles = []
        for process in self.processes.all():
            titles += [process.title, *(each.title for each in process.criteria.all())]
        return "\n".join(titles)

    @path("")
    def show(self, request: HttpRequest) -> HttpResponse:
        """The label in one page."""
        from pedatech.catalogue.quality import label_view

        return label_view(request, self)

    @path("criteres/<slug:slug>/", name="criterion")
    def criterion(self, request: HttpRequest, slug: str) -> HttpResponse:
        """One criterion."""
        from pedatech.catalogue.quality import criterion_view

        return criterion_view(request, self, slug)

    @path("auto-evaluation/", name="sheet")
    def sheet(self, request: HttpRequest) -> HttpResponse:
        """The sheet to look at oneself: kept in the browser, nothing is sent."""
        from pedatech.catalogue.quality import sheet_view

        return sheet_view(request, self)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict]:
        """The label, its sheet and its criteria."""
        urls = super().get_sitemap_urls(request)
        base = self.get_full_url(request)
        if urls and base:
            urls.append({"location": f"{base}auto-evaluation/"})
            slugs = QualityCriterion.objects.filter(process__page=self).values_list(
                "slug", flat=True
            )
            urls += [{"location": f"{base}criteres/{slug}/"} for slug in slugs]
        return urls


class IdentityLine(Orderable):
    """A line of the identity card: what a centre tells of itself."""

    page = ParentalKey(QualityLabelPage, on_delete=models.CASCADE, related_name="identity")
    label = models.CharField("ce qu’on demande", max_length=120)
    help_text = models.CharField("précision", max_length=240, blank=True)

    panels = [FieldPanel("label"), FieldPanel("help_text")]

    class Meta(Orderable.Meta):
        verbose_name = "ligne de la carte d’identité"
        verbose_name_plural = "lignes de la carte d’identité"

    def __str__(self) -> str:
        return self.label


class QualityProcess(ClusterableModel, Orderable):
    """A process of the label, with its criteria."""

    page = ParentalKey(QualityLabelPage, on_delete=models.CASCADE, related_name="processes")
    title = models.CharField("titre", max_length=160)
    description = models.TextField("description", blank=True, max_length=600)

    panels = [
        FieldPanel("title"),
        FieldPanel("description"),
        InlinePanel("criteria", heading="Critères", label="Critère"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "processus"
        verbose_name_plural = "processus"

    def __str__(self) -> str:
        return self.title


class QualityCriterion(Orderable):
    """A criterion with its descriptors."""

    process = ParentalKey(QualityProcess, on_delete=models.CASCADE, related_name="criteria")
    number = models.CharField("numéro", max_length=8)
    title = models.CharField("titre", max_length=200)
    slug = models.SlugField("mot de l’adresse", max_length=60)
    text = RichTextField("explication", blank=True, features=["bold", "ul", "ol", "link"])
    descriptors = models.TextField(
        "descripteurs", blank=True, help_text="Un descripteur par ligne."
    )

    panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("slug")]),
        FieldPanel("title"),
        FieldPanel("text"),
        FieldPanel("descriptors"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "critère"
        verbose_name_plural = "critères"

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def descriptor_lines(self) -> list[str]:
        """The descriptors, one a line."""
        return [line.strip() for line in self.descriptors.splitlines() if line.strip()]
