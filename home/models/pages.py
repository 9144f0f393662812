"""Pages that every site has."""

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager
from wagtail.search import index

from home.events import EventQuerySet, EventType, start_of_today

from .base import BasePage, BodyPageMixin


class HomePage(BodyPageMixin, BasePage):
    """The first page of a site. A room adds what it knows through the hook `construct_home_context`."""

    kind = "Accueil"

    introduction = RichTextField("introduction", blank=True, features=["bold", "link"])

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


class EventPage(BodyPageMixin, BasePage):
    """Something that takes place: an open day, a round table, a fair."""

    kind = "Événement"

    event_type = models.CharField(
        "genre", max_length=16, choices=EventType, default=EventType.MEETING
    )
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin", null=True, blank=True)
    place = models.CharField("lieu", max_length=200, blank=True)
    introduction = models.TextField("introduction", blank=True, max_length=400)

    objects = PageManager.from_queryset(EventQuerySet)()

    content_panels = [
        *Page.content_panels,
        FieldPanel("event_type"),
        MultiFieldPanel(
            [FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("place")],
            heading="Quand et où",
        ),
        FieldPanel("introduction"),
        *BodyPageMixin.body_panels,
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("place"),
        index.FilterField("starts_at"),
        index.FilterField("event_type"),
        *BodyPageMixin.body_search_fields,
    ]
    parent_page_types = ["home.HomePage", "home.StandardPage", "home.EventIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "événements"

    @property
    def is_past(self) -> bool:
        """True once the event has ended."""
        return (self.ends_at or self.starts_at) < timezone.now()

    @property
    def is_archived(self) -> bool:
        """True from the midnight (Europe/Brussels) that follows its last day."""
        return (self.ends_at or self.starts_at) < start_of_today()

    def clean(self) -> None:
        """An event cannot end before it starts."""
        super().clean()
        if self.ends_at and self.starts_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": "La fin vient avant le début."})
