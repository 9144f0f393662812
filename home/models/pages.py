"""Pages that every site has."""

from django.db import models
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from .base import BasePage, BodyPageMixin


class HomePage(BodyPageMixin, BasePage):
    """The first page of a site. A room adds what it knows through the hook `construct_home_context`."""

    kind = "Accueil"

    introduction = RichTextField("introduction", blank=True, features=["bold", "link"])

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        *BodyPageMixin.body_panels,
        InlinePanel(
            "channels",
            heading="Ce qui est nouveau",
            label="Canal",
            classname="collapsed",
            help_text="L’ordre et la durée des blocs de nouveautés. Un canal qui n’est pas dans la "
            "liste garde ses valeurs habituelles et vient ensuite.",
        ),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        *BodyPageMixin.body_search_fields,
    ]
    parent_page_types = ["wagtailcore.Page"]
    # Any type that names this one as its parent: the rooms say what they put here.
    subpage_types: list[str] | None = None

    class Meta:
        verbose_name = "page d’accueil"
        verbose_name_plural = "pages d’accueil"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Let the rooms add their part: the finder's question, the latest publications."""
        context = super().get_context(request, *args, **kwargs)
        for add_to in hooks.get_hooks("construct_home_context"):
            add_to(self, request, context)
        return context


class StandardPage(BodyPageMixin, BasePage):
    """A page of text."""

    kind = "Page"

    introduction = models.TextField("introduction", blank=True, max_length=400)

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        *BodyPageMixin.body_panels,
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        *BodyPageMixin.body_search_fields,
    ]
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage", "home.EventPage"]

    class Meta:
        verbose_name = "page de texte"
        verbose_name_plural = "pages de texte"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """A page without a text of its own lists the pages below it."""
        context = super().get_context(request, *args, **kwargs)
        context["subpages"] = [] if self.body else list(self.get_children().live().in_menu())
        return context
