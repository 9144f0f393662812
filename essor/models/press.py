"""The press review: who wrote or spoke about the sector, when, where (I-09)."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page
from wagtail.search import index

from home.models import BasePage, Organisation
from home.themes import Theme


class PressMentionQuerySet(models.QuerySet["PressMention"]):
    """Selections of mentions."""

    def to_show(self) -> "PressMentionQuerySet":
        """Newest first, with what a row prints."""
        return self.select_related("medium", "document").prefetch_related("federations")

    def of_year(self, year: int) -> "PressMentionQuerySet":
        """The mentions of one year."""
        return self.filter(date__year=year)

    def years(self) -> list[int]:
        """Every year with a mention, newest first."""
        years = self.order_by("-date__year").values_list("date__year", flat=True).distinct()
        return list(years)


class PressMention(index.Indexed, models.Model):
    """An article, an interview or a broadcast of somebody else about the sector."""

    date = models.DateField("date", help_text="Jour de parution ou de diffusion.")
    medium = models.ForeignKey(
        Organisation,
        verbose_name="média",
        on_delete=models.PROTECT,
        related_name="press_mentions",
        limit_choices_to={"kind": Organisation.Kind.MEDIA},
    )
    title = models.CharField("titre", max_length=200)
    url = models.URLField("adresse", max_length=500, blank=True)
    document = models.ForeignKey(
        "home.SiteDocument",
        verbose_name="PDF",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    about = models.CharField(
        "de qui, de quoi",
        max_length=200,
        blank=True,
        help_text="Le centre ou les personnes dont il est question.",
    )
    federations = models.ManyToManyField(
        Organisation,
        verbose_name="fédérations",
        blank=True,
        related_name="+",
        limit_choices_to={"kind": Organisation.Kind.FEDERATION},
    )
    link_is_dead = models.BooleanField(
        "lien plus disponible",
        default=False,
        help_text="L’article reste dans la revue de presse ; son lien n’est plus proposé.",
    )
    checked_at = models.DateTimeField("lien vérifié le", null=True, editable=False)

    objects = PressMentionQuerySet.as_manager()

    # Six fields for a new mention; the rest is folded.
    panels = [
        FieldRowPanel(
            [
                FieldPanel("date"),
                FieldPanel(
                    "medium",
                    widget=forms.Select,  # the chooser shows organisations that are no medium
                    help_text="Le journal, la radio ou le site. Il manque ? Ajoutez-le dans « Organisations ».",
                ),
            ]
        ),
        FieldPanel("title", help_text="Le titre de l’article ou de l’émission, tel qu’il a paru."),
        FieldPanel("url", help_text="L’adresse de l’article. Vide si vous donnez le PDF."),
        FieldPanel(
            "document",
            help_text="L’article en PDF, si vous avez le droit de le publier. Il passe avant l’adresse.",
        ),
        FieldPanel("about"),
        MultiFieldPanel(
            [
                FieldPanel(
                    "federations",
                    help_text="Celles dont parle l’article.",
                    widget=forms.CheckboxSelectMultiple,
                ),
                FieldPanel("link_is_dead"),
            ],
            heading="Plus",
            classname="collapsed",
        ),
    ]
    search_fields = [
        index.SearchField("title"),
        index.SearchField("about"),
        index.AutocompleteField("title"),
        index.FilterField("date"),
    ]

    class Meta:
        verbose_name = "article de presse"
        verbose_name_plural = "articles de presse"
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return f"{self.title} ({self.medium}, {self.date:%d/%m/%Y})"

    def clean(self) -> None:
        """One must be able to read it, or to know that one no longer can."""
        super().clean()
        if not self.url and not self.document_id:
            raise ValidationError({"url": "Donnez l’adresse de l’article, ou son PDF."})

    @property
    def month(self) -> datetime.date:
        """First day of its month."""
        return self.date.replace(day=1)

    @property
    def link(self) -> str:
        """Where one reads it: our PDF, which stays, else the medium's page while it answers."""
        if self.document:
            return self.document.url
        return "" if self.link_is_dead else self.url


class PressIndexPage(RoutablePageMixin, BasePage):
    """The press review by month, and the releases and opinion pieces of Interfédé."""

    kind = "Presse"
    themes = (Theme.INTERFEDE,)

    introduction = models.TextField("introduction", blank=True, max_length=400)
    contact = models.TextField(
        "contact pour la presse",
        blank=True,
        max_length=300,
        help_text="Qui répond aux journalistes, et à quel numéro.",
    )

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("contact")]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = "revue de presse"
        verbose_name_plural = "revues de presse"

    @path("")
    def review(self, request: HttpRequest) -> HttpResponse:
        """One year, by month."""
        from essor.press import review_view

        return review_view(request, self)

    @path("flux.xml", name="feed")
    def feed(self, request: HttpRequest) -> HttpResponse:
        """The newest mentions as Atom."""
        from essor.press import press_feed

        return press_feed(request, self)
