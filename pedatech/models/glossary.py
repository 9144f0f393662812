"""Acronyms and terms of the sector (P-08)."""

from django.db import models
from django.http import HttpRequest, HttpResponse
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page
from wagtail.search import index

from home.models import BasePage
from home.themes import Theme
from pedatech.models.catalogue import address_of


class GlossaryTerm(index.Indexed, models.Model):
    """An acronym or a word, and what it means."""

    name = models.CharField(
        "sigle ou mot", max_length=60, unique=True, help_text="Comme on l’écrit : « SFMQ »."
    )
    long_form = models.CharField("en toutes lettres", max_length=160, blank=True)
    definition = models.TextField("explication", max_length=600, blank=True)
    slug = models.SlugField(
        "mot de l’adresse",
        max_length=60,
        unique=True,
        blank=True,
        help_text="Vide : il vient du nom.",
    )
    marked_in_texts = models.BooleanField(
        "à signaler dans les textes",
        default=True,
        help_text="La première fois que le mot paraît dans une ressource, il mène au glossaire.",
    )

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
        FieldPanel(
            "long_form",
            help_text="Le sigle en entier : « Service francophone des métiers et des qualifications ».",
        ),
        FieldPanel(
            "definition",
            help_text="Deux ou trois phrases simples : ce que c’est, à quoi cela sert.",
        ),
        FieldPanel("marked_in_texts"),
    ]
    search_fields = [
        index.SearchField("name"),
        index.SearchField("long_form"),
        index.AutocompleteField("name"),
    ]

    class Meta:
        verbose_name = "terme du glossaire"
        verbose_name_plural = "termes du glossaire"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An address for every term."""
        super().clean()
        self.slug = self.slug or address_of(self.name)

    def save(self, *args, **kwargs) -> None:
        """An address for every term."""
        self.slug = self.slug or address_of(self.name)
        super().save(*args, **kwargs)

    @property
    def letter(self) -> str:
        """The letter under which the term stands."""
        return self.slug[:1].upper()


class GlossaryPage(RoutablePageMixin, BasePage):
    """The glossary: letters, a search, every term."""

    kind = "Glossaire"
    themes = (Theme.PEDATECH,)

    introduction = models.TextField("introduction", blank=True, max_length=300)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("terms_text"),
    ]
    parent_page_types = ["home.HomePage", "pedatech.CataloguePage"]
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = "glossaire"
        verbose_name_plural = "glossaires"

    @property
    def terms_text(self) -> str:
        """Every acronym with its long form, for the search of the site."""
        pairs = GlossaryTerm.objects.values_list("name", "long_form")
        return "\n".join(f"{name} {long_form}" for name, long_form in pairs)

    @path("")
    def show(self, request: HttpRequest) -> HttpResponse:
        """Every term, or those that `q` finds."""
        from pedatech.catalogue.glossary import glossary_view

        return glossary_view(request, self)
