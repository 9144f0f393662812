"""The list of events of a site: what is coming, and the archive."""

from django.db import models
from django.http import HttpRequest, HttpResponse
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page
from wagtail.search import index

from .base import BasePage


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
