"""Key figures: series by year, the page that shows a year, and the block for any body (I-07).

A value is never overwritten: next year's value is a new row, and the page of an older year stays
and says that it is replaced.
"""

from django.db import models
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import slugify
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page, ReferenceIndex
from wagtail.search import index

from essor.models.bodies import EssorBodyMixin
from home.models import BasePage
from home.themes import Theme


class FigureGroup(models.Model):
    """A heading under which figures of one subject stand: « Les centres »."""

    title = models.CharField("titre", max_length=80, unique=True)
    introduction = models.CharField("phrase d’introduction", max_length=255, blank=True)
    sort_order = models.PositiveSmallIntegerField("ordre", default=0)

    panels = [
        FieldPanel("title", help_text="Le titre au-dessus des chiffres : « Les centres »."),
        FieldPanel(
            "introduction", help_text="Une phrase sous le titre, si elle aide à lire les chiffres."
        ),
        FieldPanel("sort_order", help_text="Le plus petit nombre vient en premier."),
    ]

    class Meta:
        verbose_name = "rubrique de chiffres"
        verbose_name_plural = "rubriques de chiffres"
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def anchor(self) -> str:
        """Name of the rubric in the address of a page."""
        return slugify(self.title) or f"rubrique-{self.pk}"


class FigureSeries(index.Indexed, ClusterableModel):
    """What is counted, the same year after year: « Centres agréés »."""

    label = models.CharField("ce qui est compté", max_length=120, unique=True)
    unit = models.CharField(
        "unité", max_length=40, blank=True, help_text="« centres », « personnes », « % »…"
    )
    group = models.ForeignKey(
        FigureGroup, verbose_name="rubrique", on_delete=models.PROTECT, related_name="series"
    )
    in_chart = models.BooleanField(
        "dans le graphique de la rubrique",
        default=False,
        help_text="Les séries d’un même graphique ont la même unité.",
    )
    sort_order = models.PositiveSmallIntegerField("ordre", default=0)

    panels = [
        FieldPanel("label", help_text="Le même nom chaque année : « Centres agréés »."),
        FieldRowPanel(
            [
                FieldPanel("unit"),
                FieldPanel("group", help_text="Le titre sous lequel le chiffre se range."),
            ]
        ),
        FieldRowPanel(
            [
                FieldPanel("sort_order", help_text="Le plus petit nombre vient en premier."),
                FieldPanel("in_chart"),
            ]
        ),
        InlinePanel("values", heading="Valeurs", label="Valeur"),
    ]
    search_fields = [index.SearchField("label"), index.AutocompleteField("label")]

    class Meta:
        verbose_name = "série de chiffres"
        verbose_name_plural = "séries de chiffres"
        ordering = ["group__sort_order", "sort_order", "pk"]

    def __str__(self) -> str:
        return self.label

    def latest(self) -> "FigureValue | None":
        """The value of the newest year."""
        return self.values.order_by("-year", "-pk").first()

    def users(self) -> int:
        """How many pages or other records show this series."""
        return ReferenceIndex.get_references_to(self).count()


class FigureValueQuerySet(models.QuerySet["FigureValue"]):
    """Selections of values."""

    def to_show(self) -> "FigureValueQuerySet":
        """With their series and rubric, in the order of a page."""
        return self.select_related("series__group").order_by(
            "series__group__sort_order",
            "series__group_id",
            "series__sort_order",
            "series_id",
            "-year",
            "pk",
        )

    def of_year(self, year: int) -> "FigureValueQuerySet":
        """The values of the edition of one year."""
        return self.filter(year=year).to_show()

    def newest_of_each(self) -> "FigureValueQuerySet":
        """The last known value of every series, whatever its year."""
        newest = (
            FigureValue.objects.filter(series=models.OuterRef("series"))
            .order_by("-year", "-pk")
            .values("pk")[:1]
        )
        return self.filter(pk=models.Subquery(newest)).to_show()

    def years(self) -> list[int]:
        """Every year with a value, newest first."""
        return list(self.order_by("-year").values_list("year", flat=True).distinct())


class FigureValue(models.Model):
    """The value of a series in one year, as it was published."""

    series_id: int
    series = ParentalKey(FigureSeries, on_delete=models.CASCADE, related_name="values")
    sort_order = models.PositiveSmallIntegerField(editable=False, default=0)
    year = models.PositiveSmallIntegerField("édition (année)")
    text = models.CharField(
        "valeur", max_length=40, help_text="Telle qu’on la lit : « 14 345 », « près de 300 »."
    )
    number = models.DecimalField(
        "nombre",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Pour le graphique ; vide quand la valeur n’est pas un nombre exact.",
    )
    as_of = models.CharField(
        "à quel moment", max_length=40, blank=True, help_text="« début 2025 », « au 31/12/2024 »."
    )
    source = models.CharField("source", max_length=200)
    note = models.CharField("remarque", max_length=255, blank=True)

    objects = FigureValueQuerySet.as_manager()

    panels = [
        FieldRowPanel(
            [
                FieldPanel(
                    "year",
                    help_text="L’année de la publication. Une nouvelle année est une nouvelle ligne.",
                ),
                FieldPanel("text"),
                FieldPanel("number"),
            ]
        ),
        FieldRowPanel(
            [
                FieldPanel("as_of"),
                FieldPanel(
                    "source", help_text="D’où vient le chiffre : « Rapport d’activités 2024 »."
                ),
            ]
        ),
        FieldPanel(
            "note", help_text="Une précision, si elle aide : une méthode qui a changé, par exemple."
        ),
    ]

    class Meta:
        verbose_name = "valeur"
        verbose_name_plural = "valeurs"
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="one_value_per_series_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.year} : {self.text}"

    @property
    def when(self) -> str:
        """Its moment in words, else its year."""
        return self.as_of or str(self.year)

    @property
    def with_unit(self) -> str:
        """The value as one reads it: « 58 % », « 14 345 »."""
        unit = self.series.unit
        return f"{self.text} {unit}" if unit == "%" and "%" not in self.text else self.text


class KeyFiguresPage(RoutablePageMixin, EssorBodyMixin, BasePage):
    """The figures of the sector: the last known ones at the page's address, each year at its own."""

    kind = "Chiffres-clés"
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
    ]
    parent_page_types = ["home.HomePage", "home.StandardPage", "essor.PublicationIndexPage"]
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = "page des chiffres-clés"
        verbose_name_plural = "pages des chiffres-clés"

    @path("")
    def newest(self, request: HttpRequest) -> HttpResponse:
        """The last known value of every series."""
        from essor.figures import figures_view

        return figures_view(request, self, None)

    @path("<int:year>/", name="year")
    def year(self, request: HttpRequest, year: int) -> HttpResponse:
        """One year; 404 when nothing was counted then."""
        from essor.figures import figures_view

        return figures_view(request, self, year)

    @path("chiffres.csv", name="csv")
    def csv(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """The tables of the page as a file."""
        from essor.figures import csv_of

        return csv_of(FigureValue.objects.newest_of_each(), None)

    @path("<int:year>/chiffres.csv", name="csv_of_year")
    def csv_of_year(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """The tables of one year as a file; 404 for a year without figures."""
        from essor.figures import csv_of

        values = list(FigureValue.objects.of_year(year))
        if not values:
            raise Http404
        return csv_of(values, year)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict]:
        """The page and every year."""
        urls = super().get_sitemap_urls(request)
        base = self.get_full_url(request)
        if urls and base:
            urls += [
                {**urls[0], "location": f"{base}{year}/"} for year in FigureValue.objects.years()
            ]
        return urls


def refuse_when_used(sender: type, instance: FigureSeries, **kwargs: object) -> None:  # noqa: ARG001
    """A series that a page shows cannot go: the page would lose its figure."""
    if instance.users():
        raise ProtectedError(
            f"« {instance} » est utilisé : retirez-le d’abord des pages.", {instance}
        )


models.signals.pre_delete.connect(
    refuse_when_used, sender=FigureSeries, dispatch_uid="essor.figure_series_in_use"
)
