"""Addresses that are no pages: health, robots, refused requests."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say that the process answers. It asks neither database nor search engine."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read, and where the sitemap of this host stands."""
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('wagtailadmin_home')}",
        "Disallow: /recherche/",
        "Disallow: /api/",
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _theme(request: HttpRequest) -> str:
    """The theme of the asked host, "" for another one. It asks no database: that may be down."""
    name = request.META.get("HTTP_HOST", "").partition(":")[0].lower()
    return next((theme for theme, host in settings.SITE_HOSTS.items() if host == name), "")


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an error of ours, in the site's theme."""
    return HttpResponse(render_to_string("500.html", {"theme": _theme(request)}), status=500)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The page of a refused request. It asks nothing of the request: its host may be forged."""
    return HttpResponse(render_to_string("400.html", {"theme": _theme(request)}), status=400)
