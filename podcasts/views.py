"""Addresses that podcast apps read: feed, transcript, chapters. None needs a cookie."""

import hashlib
import json
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from podcasts.feed import CONTENT_TYPE, changed_at, write_feed
from podcasts.models import EpisodePage, PodcastPage
from podcasts.transcripts import to_vtt

MAX_AGE = 300  # seconds: a new episode reaches the apps in five minutes
ESTIMATED = "Transcription sans moments : les temps sont estimés d’après la longueur du texte."


def _answer(
    request: HttpRequest, content: str, content_type: str, changed: datetime | None
) -> HttpResponseBase:
    """An answer for other programs: conditional, cacheable, readable from any origin."""
    data = content.encode()
    response = HttpResponse(data, content_type=content_type)
    etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    modified = int(changed.timestamp()) if changed else None
    response["ETag"] = etag
    if changed:
        response.headers["Last-Modified"] = _http_date(changed)
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return get_conditional_response(request, etag, modified, response) or response


def _http_date(moment: datetime) -> str:
    from django.utils.http import http_date

    return http_date(moment.timestamp())


def _home(request: HttpRequest) -> Page:
    """The home page of the host that was asked. Raises Http404 outside every site."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404("aucun site")
    return site.root_page


@require_safe
def feed(request: HttpRequest, show: str) -> HttpResponseBase:
    """The feed of the show with this slug; 301 when it lives at another host now."""
    shows = PodcastPage.objects.live().public().child_of(_home(request))
    found = get_object_or_404(shows.select_related("artwork"), slug=show)
    if found.new_feed_url and found.new_feed_url != found.get_feed_url(request):
        return HttpResponsePermanentRedirect(found.new_feed_url)
    episodes = list(EpisodePage.objects.of_show(found).for_feed())
    content = write_feed(found, episodes, request)
    return _answer(request, content, CONTENT_TYPE, changed_at(found, episodes))


def _episode(request: HttpRequest, guid: UUID) -> EpisodePage:
    """An episode that everybody may hear, by what never changes of it. Raises Http404."""
    episodes = EpisodePage.objects.descendant_of(_home(request)).listenable()
    return get_object_or_404(episodes.select_related("audio"), guid=guid)


@require_safe
def transcript(request: HttpRequest, guid: UUID) -> HttpResponseBase:
    """The words of an episode as WebVTT."""
    episode = _episode(request, guid)
    content = to_vtt(episode.cues, "" if episode.has_times else ESTIMATED)
    return _answer(request, content, "text/vtt; charset=utf-8", episode.last_published_at)


@require_safe
def chapters(request: HttpRequest, guid: UUID) -> HttpResponseBase:
    """The chapters of an episode (namespace podcast, JSON chapters 1.2). 404 without any."""
    episode = _episode(request, guid)
    marks = [
        {"startTime": each.seconds, "title": each.title, **({"url": each.url} if each.url else {})}
        for each in episode.marks
    ]
    if not marks:
        raise Http404("aucun chapitre")
    content = json.dumps({"version": "1.2.0", "chapters": marks}, ensure_ascii=False)
    return _answer(request, content, "application/json+chapters", episode.last_published_at)
