"""The pages of an agenda: coming, archive, calendar."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from home.events import EventQuerySet, EventType, calendar_of
from home.json_ld import json_for_script
from home.models import EventIndexPage, EventPage
from home.pagination import page_links
from home.templatetags.french_dates import has_hour

PER_PAGE = 20


@dataclass(frozen=True)
class FilterLink:
    """One choice of a filter, as a link."""

    label: str
    url: str
    is_current: bool


def events_of(page: EventIndexPage) -> EventQuerySet:
    """The public events of the page, with the picture of their cards."""
    return (
        EventPage.objects.child_of(page)
        .live()
        .public()
        .select_related("teaser_image")
        .prefetch_related("teaser_image__renditions")
    )


def agenda_view(request: HttpRequest, page: EventIndexPage) -> HttpResponse:
    """Coming events, the next one first; `?genre=` keeps one type."""
    events = list(events_of(page).coming())
    wanted = asked_type(request)
    shown = [each for each in events if wanted in ("", each.event_type)]
    base = page.get_url(request) or ""
    context = page.get_context(request)
    context.update(
        events=shown,
        is_archive=False,
        types=type_links(base, {each.event_type for each in events}, wanted, {}),
        years=[],
        pages=None,
        has_archive=events_of(page).archived().exists(),
        archive_url=f"{base}archives/",
        agenda_url=base,
        calendar_url=f"{base}agenda.ics",
        json_ld=json_for_script(list_json_ld(shown, request)) if shown else "",
    )
    return render(request, page.get_template(request), context)


def archive_view(request: HttpRequest, page: EventIndexPage) -> HttpResponse:
    """Past events, the last one first; `?annee=` and `?genre=` narrow the list."""
    base = page.get_url(request) or ""
    url = f"{base}archives/"
    archived = events_of(page).archived()
    kept = list(archived.values_list("starts_at", "event_type"))
    found_years = sorted({timezone.localtime(start).year for start, _ in kept}, reverse=True)
    wanted = asked_type(request)
    year = asked_year(request, found_years)
    if wanted:
        archived = archived.filter(event_type=wanted)
    if year:
        archived = archived.filter(starts_at__year=year)
    paginator = Paginator(archived, PER_PAGE)
    number = asked_page(request, paginator.num_pages)
    shown = paginator.page(number)
    kept_query = {"annee": str(year or ""), "genre": wanted}
    context = page.get_context(request)
    context["seo"]["title"] = f"{page.title} – {gettext('archives')}"
    context["seo"]["canonical"] = f"{page.get_full_url(request)}archives/"
    context["breadcrumbs"] = [*context["breadcrumbs"], {"title": gettext("Archives"), "url": url}]
    context.update(
        events=list(shown),
        is_archive=True,
        types=type_links(url, {kind for _, kind in kept}, wanted, {"annee": kept_query["annee"]}),
        years=[
            FilterLink(gettext("Toutes"), with_query(url, genre=wanted), not year),
            *(
                FilterLink(str(each), with_query(url, annee=str(each), genre=wanted), each == year)
                for each in found_years
            ),
        ]
        if len(found_years) > 1
        else [],
        pages=page_links(
            shown, lambda n: with_query(url, **kept_query, page=str(n) if n > 1 else "")
        ),
        has_archive=True,
        archive_url=url,
        agenda_url=base,
        calendar_url=f"{base}agenda.ics",
        json_ld="",
    )
    return render(request, page.get_template(request), context)


def calendar_view(request: HttpRequest, page: EventIndexPage) -> HttpResponse:
    """The coming events as iCalendar."""
    body = calendar_of(events_of(page).coming(), page.title, request)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="agenda.ics"'
    return response


def asked_type(request: HttpRequest) -> str:
    """The type of the address, "" for all; 404 for one that does not exist."""
    wanted = request.GET.get("genre", "")
    if wanted and wanted not in EventType.values:
        raise Http404
    return wanted


def asked_year(request: HttpRequest, years: list[int]) -> int | None:
    """The year of the address, None for all; 404 for a year without an event."""
    text = request.GET.get("annee", "")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}", text) or int(text) not in years:
        raise Http404
    return int(text)


def asked_page(request: HttpRequest, count: int) -> int:
    """The number of the page, 1 without one; 404 beyond the last."""
    text = request.GET.get("page", "") or "1"
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= count:
        raise Http404
    return int(text)


def type_links(base: str, present: set[str], wanted: str, kept: dict[str, str]) -> list[FilterLink]:
    """The types that the list holds; nothing when there is no choice to make."""
    if len(present | {wanted} - {""}) < 2:
        return []
    return [
        FilterLink(gettext("Tous les genres"), with_query(base, **kept), not wanted),
        *(
            FilterLink(str(label), with_query(base, **kept, genre=value), value == wanted)
            for value, label in EventType.choices
            if value in present or value == wanted
        ),
    ]


def with_query(base: str, **parameters: str) -> str:
    """The address with the parameters that are not empty."""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in parameters.items() if value})
    return f"{base}?{query.urlencode()}" if query else base


def event_json_ld(event: EventPage, request: HttpRequest) -> dict[str, object]:
    """schema.org `Event`."""
    data: dict[str, object] = {
        "@type": "Event",
        "name": event.title,
        "url": event.get_full_url(request) or "",
        "startDate": _iso(event.starts_at),
        "eventStatus": "https://schema.org/EventScheduled",
    }
    if event.ends_at:
        data["endDate"] = _iso(event.ends_at)
    if event.place:
        data["location"] = {"@type": "Place", "name": event.place, "address": event.place}
    text = event.introduction or event.search_description
    if text:
        data["description"] = text
    if event.speaker_list:
        data["performer"] = [
            {"@type": "Person", "name": line.split(",")[0]} for line in event.speaker_list
        ]
    if event.takes_registrations:
        data["offers"] = {"@type": "Offer", "url": event.registration_url}
    return data


def list_json_ld(events: list[EventPage], request: HttpRequest) -> dict[str, object]:
    """schema.org `ItemList` of the coming events."""
    return {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "item": event_json_ld(event, request)}
            for place, event in enumerate(events, start=1)
        ],
    }


def _iso(value: datetime) -> str:
    """The moment with its zone; the day alone when its hour is not known."""
    local = timezone.localtime(value)
    return local.isoformat() if has_hour(local) else local.date().isoformat()
