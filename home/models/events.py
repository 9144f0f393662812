"""Something that takes place, and what stays of it afterwards."""

from datetime import UTC, datetime
from typing import Any

import icalendar
from django.conf import settings
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
from wagtail.models import Page, Site
from wagtail.search import index

from home.blocks import FigureBlock
from home.structured_data import json_for_script

from .base import BasePage, BodyPageMixin
from .documents import SiteDocument
from .settings import SiteBranding


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

    content_panels = [
        *Page.content_panels,
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
        *BodyPageMixin.body_search_fields,
    ]
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "événements"

    @property
    def is_past(self) -> bool:
        """True once the event has ended."""
        return (self.ends_at or self.starts_at) < timezone.now()

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
        context = super().get_context(request, *args, **kwargs)
        context["json_ld"] = json_for_script(self.event_json_ld(request))
        context["calendar_url"] = f"{self.get_url(request) or ''}evenement.ics"
        return context

    def event_json_ld(self, request: HttpRequest) -> dict[str, Any]:
        """schema.org `Event`."""
        zone = timezone.get_default_timezone()
        site = Site.find_for_request(request)
        branding = SiteBranding.for_site(site) if site else None
        data: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "Event",
            "name": self.title,
            "startDate": self.starts_at.astimezone(zone).isoformat(),
            "url": self.get_full_url(request) or "",
        }
        if self.ends_at:
            data["endDate"] = self.ends_at.astimezone(zone).isoformat()
        if description := self.search_description or self.introduction:
            data["description"] = description
        if self.place:
            data["location"] = {"@type": "Place", "name": self.place, "address": self.place}
        if self.speaker_list:
            data["performer"] = [
                {"@type": "Person", "name": line.split(",")[0]} for line in self.speaker_list
            ]
        if branding and (branding.organisation or branding.site_name):
            data["organizer"] = {
                "@type": "Organization",
                "name": branding.organisation or branding.site_name,
                "url": site.root_url if site else "",
            }
        if self.takes_registrations:
            data["offers"] = {"@type": "Offer", "url": self.registration_url}
        return data

    @path("evenement.ics", name="calendar")
    def calendar(self, request: HttpRequest) -> HttpResponse:
        """The event for a calendar: iCalendar with the time zone of Brussels."""
        response = HttpResponse(
            self.to_ical(self.get_full_url(request) or ""),
            content_type="text/calendar; charset=utf-8",
        )
        response["Content-Disposition"] = (
            content_disposition_header(as_attachment=True, filename=f"{self.slug}.ics") or "inline"
        )
        return response

    def to_ical(self, url: str) -> bytes:
        """ICalendar (RFC 5545) of one event, with its VTIMEZONE."""
        zone = timezone.get_default_timezone()
        calendar = icalendar.Calendar()
        calendar.add("prodid", "-//Interfede//evenements//FR")
        calendar.add("version", "2.0")
        event = icalendar.Event()
        event.add("uid", f"evenement-{self.pk}@{settings.INTERFEDE_HOST}")
        changed: datetime = self.last_published_at or self.first_published_at or self.starts_at
        event.add("dtstamp", changed.astimezone(UTC))
        event.add("dtstart", self.starts_at.astimezone(zone))
        if self.ends_at:
            event.add("dtend", self.ends_at.astimezone(zone))
        event.add("summary", self.title)
        if description := self.introduction or self.search_description:
            event.add("description", description)
        if self.place:
            event.add("location", self.place)
        if url:
            event.add("url", url)
        calendar.add_component(event)
        calendar.add_missing_timezones()
        return calendar.to_ical()
