"""Something that takes place, what stays of it afterwards, and the list of events of a site."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.search import index

from home.blocks import FigureBlock
from home.events import EventQuerySet, EventType, calendar_of, start_of_today
from home.json_ld import json_for_script

from .base import BasePage, BodyPageMixin
from .documents import SiteDocument


class ProgrammeItemBlock(blocks.StructBlock):
    """One line of a programme."""

    time = blocks.TimeBlock(label="Heure", required=False)
    title = blocks.CharBlock(label="Titre", max_length=160)
    speaker = blocks.CharBlock(label="Avec", max_length=200, required=False)

    class Meta:
        icon = "time"
        label = "Point du programme"
        description = "Une heure, un titre et qui parle."
        preview_value = {"time": "09:30", "title": "Accueil", "speaker": ""}


class EventPage(RoutablePageMixin, BodyPageMixin, BasePage):
    """An open day, a round table, a fair. After its end the page is its archive."""

    kind = "Événement"
    in_feed = True

    event_type = models.CharField(
        "genre", max_length=16, choices=EventType, default=EventType.MEETING
    )
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin", null=True, blank=True)
    place = models.CharField("lieu", max_length=200, blank=True)
    introduction = models.TextField("introduction", blank=True, max_length=400)
    registration_url = models.URLField(
        "inscription en ligne",
        blank=True,
        help_text="Le lien disparaît quand l’événement commence.",
    )
    speakers = models.TextField(
        "intervenants",
        blank=True,
        help_text="Une personne par ligne : nom, fonction, organisation.",
    )
    programme = StreamField([("item", ProgrammeItemBlock())], verbose_name="programme", blank=True)
    documents = StreamField(
        [("document", DocumentChooserBlock(label="Document"))],
        verbose_name="documents",
        blank=True,
        help_text="Avant : invitation, plan d’accès. Après : exposés, compte rendu.",
    )
    album = StreamField([("photo", FigureBlock())], verbose_name="album de photos", blank=True)

    objects = PageManager.from_queryset(EventQuerySet)()

    content_panels = [
        *Page.content_panels,
        FieldPanel("event_type"),
        MultiFieldPanel(
            [
                FieldPanel("starts_at"),
                FieldPanel("ends_at"),
                FieldPanel("place"),
                FieldPanel("registration_url"),
            ],
            heading="Quand et où",
        ),
        FieldPanel("introduction"),
        *BodyPageMixin.body_panels,
        FieldPanel("programme"),
        FieldPanel("speakers"),
        FieldPanel("documents"),
        FieldPanel("album"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("place"),
        index.SearchField("speakers"),
        index.SearchField("programme"),
        index.SearchField("files_text"),
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

    @property
    def takes_registrations(self) -> bool:
        """True until the event starts."""
        return bool(self.registration_url) and timezone.now() < self.starts_at

    @property
    def files(self) -> list[SiteDocument]:
        """The documents, in the order of the editor; a deleted one is left out."""
        return [block.value for block in self.documents if block.value]

    @property
    def speaker_list(self) -> list[str]:
        """One speaker a line."""
        return [line.strip() for line in self.speakers.splitlines() if line.strip()]

    @property
    def files_text(self) -> str:
        """The words of the documents, for the search."""
        from home.documents import files_text

        return files_text(self.files)

    def clean(self) -> None:
        """An event cannot end before it starts."""
        super().clean()
        if self.ends_at and self.starts_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": "La fin vient avant le début."})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict:
        """Add `json_ld` and `calendar_url`."""
        from home.event_views import event_json_ld

        context = super().get_context(request, *args, **kwargs)
        context["json_ld"] = json_for_script(
            {"@context": "https://schema.org", **event_json_ld(self, request)}
        )
        context["calendar_url"] = f"{self.get_url(request) or ''}evenement.ics"
        return context

    @path("evenement.ics", name="calendar")
    def calendar(self, request: HttpRequest) -> HttpResponse:
        """The event for a calendar: iCalendar with the time zone of Brussels."""
        response = HttpResponse(
            calendar_of([self], self.title, request), content_type="text/calendar; charset=utf-8"
        )
        response["Content-Disposition"] = (
            content_disposition_header(as_attachment=True, filename=f"{self.slug}.ics") or "inline"
        )
        return response


class EventIndexPage(RoutablePageMixin, BasePage):
    """The agenda: coming events first; past ones move to the archive by themselves."""

    kind = "Agenda"

    introduction = models.TextField("introduction", blank=True, max_length=400)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.EventPage"]

    class Meta:
        verbose_name = "agenda"
        verbose_name_plural = "agendas"

    @path("")
    def agenda(self, request: HttpRequest) -> HttpResponse:
        """What is coming, by type."""
        from home.event_views import agenda_view

        return agenda_view(request, self)

    @path("archives/", name="archive")
    def archive(self, request: HttpRequest) -> HttpResponse:
        """What took place, by year and type."""
        from home.event_views import archive_view

        return archive_view(request, self)

    @path("agenda.ics", name="calendar")
    def calendar(self, request: HttpRequest) -> HttpResponse:
        """The coming events, for a calendar that follows them."""
        from home.event_views import calendar_view

        return calendar_view(request, self)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict]:
        """The agenda and its archive."""
        urls = super().get_sitemap_urls(request)
        base = self.get_full_url(request)
        if urls and base:
            urls.append({**urls[0], "location": f"{base}archives/"})
        return urls
