"""Addresses that are no pages: health, robots, refused requests."""

import errno
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from home.languages import FRENCH, current, home_url, readings

DATABASE_DOWN = "Ce n’est pas votre faute. Essayez encore dans une minute."


DISK_FULL = (
    "Le serveur n’a plus de place : rien n’a été enregistré. Gardez votre fichier et prévenez "
    "l’administrateur du site."
)
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})


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
        *(
            f"Disallow: /{language}/{path}/"
            for language in languages_of(request)
            for path in ("recherche", "api")
        ),
        "",
        *(f"Sitemap: {request.build_absolute_uri(url)}" for url in _sitemaps(request)),
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _sitemaps(request: HttpRequest) -> list[str]:
    """The sitemap of each language."""
    sitemap = reverse("sitemap")
    return [sitemap, *(f"/{language}{sitemap}" for language in languages_of(request))]


def languages_of(request: HttpRequest) -> list[str]:
    """The languages beside French in which the asked site has a home page."""
    return [each.language for each in readings(request) if each.language != FRENCH]


def _theme_of_host(request: HttpRequest) -> str:
    """The theme of the host that was asked, read from the settings; "" for any other host.

    The header itself, because `get_host()` raises when the host is what is wrong.
    """
    host = request.META.get("HTTP_HOST", "").partition(":")[0].lower()
    return next((theme for theme, name in settings.SITE_HOSTS.items() if name == host), "")


def _error_page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """A page that needs neither database nor context: either may be what broke."""
    context = {
        "theme": _theme_of_host(request),
        "message": message,
        "language": current(),
        "home_url": home_url(),
    }
    return HttpResponse(render_to_string(f"{status}.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The page of a refused request."""
    return _error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The page of what one may not see."""
    return _error_page(request, 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a failure; 503 when the database does not answer or the disk is full."""
    error = sys.exc_info()[1]
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return unavailable(request, DISK_FULL)
    if isinstance(error, OperationalError | InterfaceError):
        response = unavailable(request, DATABASE_DOWN)
        response["Retry-After"] = "30"
        return response
    return _error_page(request, 500)


def unavailable(request: HttpRequest, message: str) -> HttpResponse:
    """503 with a sentence that says what to do."""
    return _error_page(request, 503, message)
