"""The pages of the press review: a year by month, the feed, and the state of the links."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import Request

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from wagtail.models import Site

from home.outside import open_outside
from home.visibility import public_pages

if TYPE_CHECKING:
    from essor.models.press import PressIndexPage, PressMention
    from essor.models.publications import PublicationPage

FEED_SIZE = 50
RELEASE_KINDS = ("communique", "carte-blanche")
"""Slugs of the kinds of publication that the press page shows beside the review."""
RELEASES = 6
TIMEOUT_SECONDS = 10
GONE = (404, 410)
USER_AGENT = "interfede.be (liens de la revue de presse)"


@dataclass(frozen=True)
class Month:
    """The mentions of one month, newest first."""

    first_day: date
    mentions: list["PressMention"]


@dataclass(frozen=True)
class YearLink:
    """A year in the navigation."""

    year: int
    url: str
    is_current: bool


def review_view(request: HttpRequest, page: "PressIndexPage") -> HttpResponse:
    """One year of the review: `?annee=2024`, without it the newest. 404 for a year without any."""
    from essor.models.press import PressMention

    years = PressMention.objects.years()
    year = asked_year(request, years)
    mentions = list(PressMention.objects.of_year(year).to_show()) if year is not None else []
    base = page.get_url(request) or ""
    newest = years[0] if years else None
    context = page.get_context(request)
    if year is not None and year != newest:
        context["seo"]["canonical"] += f"?annee={year}"
        context["seo"]["title"] = f"{page.title} {year}"
    context.update(
        year=year,
        years=[
            YearLink(each, base if each == newest else f"{base}?annee={each}", each == year)
            for each in years
        ],
        months=by_month(mentions),
        count=len(mentions),
        releases=releases_of(page),
        feed_url=f"{base}flux.xml",
    )
    return render(request, page.get_template(request), context)


def asked_year(request: HttpRequest, years: list[int]) -> int | None:
    """The year of the address, else the newest; 404 when nothing happened in that year."""
    text = request.GET.get("annee", "")
    if not text:
        return years[0] if years else None
    if not re.fullmatch(r"[0-9]{4}", text) or int(text) not in years:
        raise Http404
    return int(text)


def by_month(mentions: Iterable["PressMention"]) -> list[Month]:
    """Mentions in the order of the review, grouped by month."""
    return [Month(first, list(group)) for first, group in groupby(mentions, key=lambda m: m.month)]


def releases_of(page: "PressIndexPage") -> list["PublicationPage"]:
    """The newest releases and opinion pieces of this site; one query and their pictures."""
    from essor.models.publications import PublicationPage

    home = page.get_parent()
    return list(
        PublicationPage.objects.descendant_of(home)
        .to_be_shown()
        .filter(publication_kind__slug__in=RELEASE_KINDS)
        .select_related("publication_kind", "teaser_image")
        .prefetch_related("teaser_image__renditions")
        .newest_first()[:RELEASES]
    )


def press_feed(request: HttpRequest, page: "PressIndexPage") -> HttpResponse:
    """The newest mentions as Atom; a mention keeps its identity when its title changes."""
    from essor.models.press import PressMention

    address = page.get_full_url(request) or request.build_absolute_uri()
    site = Site.find_for_request(request)
    feed = Atom1Feed(
        title=f"{page.title} – {site.site_name if site else ''}".strip(" –"),
        link=address,
        feed_url=f"{address}flux.xml",
        description=page.search_description,
        language="fr",
    )
    for mention in PressMention.objects.to_show()[:FEED_SIZE]:
        noon = timezone.make_aware(datetime.combine(mention.date, time(12)))
        link = mention.link
        feed.add_item(
            title=f"{mention.title} ({mention.medium})",
            link=request.build_absolute_uri(link)
            if link
            else f"{address}?annee={mention.date.year}",
            description=mention.about,
            unique_id=f"{address}#article-{mention.pk}",
            pubdate=noon,
            updateddate=noon,
            author_name=mention.medium.name,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def is_gone(url: str, timeout: float = TIMEOUT_SECONDS) -> bool | None:
    """True when the address answers «not found» or «gone», False when it answers well.

    None when nobody can say: a host that is down today is no dead link, nor one that refuses
    machines (403, 429, 5xx). Addresses of our own network are not asked.
    """
    if not url.startswith(("http://", "https://")):
        return None
    try:
        request = Request(url, headers={"User-Agent": USER_AGENT})  # noqa: S310 (checked above)
        with open_outside(request, timeout):
            return False
    except HTTPError as error:
        error.close()
        return True if error.code in GONE else None
    except (URLError, OSError, ValueError):
        return None


def makes_mention_public(mention: "PressMention") -> bool:  # noqa: ARG001
    """A rule of home.visibility: the review reads its mentions by date, and names none of them."""
    from essor.models import PressIndexPage

    return PressIndexPage.objects.filter(pk__in=public_pages().values("pk")).exists()
