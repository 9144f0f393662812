"""One canonical host per site; pages are compressed, files are sent as they are."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CanonicalHostMiddleware:
    """Send `www.` and the bare development names to the site's own host.

    Wagtail answers an unknown host with its default site. A host outside ALLOWED_HOSTS is refused
    by `get_host()` with 400; one that is allowed but is not a site's own goes to that site (301).
    `/healthz` and `/readyz` are left alone: probes ask by address. One that asks by number (a
    container's own 127.0.0.1, a balancer's view of it) is answered as the first site would be.
    """

    PROBES = frozenset({"/healthz", "/readyz"})
    NUMBER = re.compile(r"^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\])(:\d{1,5})?$")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.canonical = {f"www.{host}": host for host in settings.SITE_HOSTS.values()}
        self.canonical |= dict.fromkeys(settings.ALIAS_HOSTS, settings.CISP_HOST)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect, or go on."""
        if request.path in self.PROBES and self.NUMBER.match(request.META.get("HTTP_HOST", "")):
            request.META["HTTP_HOST"] = settings.CISP_HOST
        host = request.get_host()
        # An IPv6 name carries colons of its own inside brackets.
        name, _, port = host.partition("]:") if host.startswith("[") else host.partition(":")
        name = f"{name}]" if host.startswith("[") and port else name
        target = self.canonical.get(name.lower())
        if target and request.path not in self.PROBES:
            authority = f"{target}:{port}" if port else target
            return HttpResponsePermanentRedirect(
                f"{request.scheme}://{authority}{request.get_full_path()}"
            )
        return self.get_response(request)


class ProxyMiddleware:
    """Behind PROXIES servers of ours, the visitor's address is the one the first of them saw.

    Each proxy adds what it saw at the end of X-Forwarded-For; what stands further left was sent by
    the visitor and is nobody's word. Without PROXIES the header means nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set REMOTE_ADDR."""
        if settings.PROXIES:
            seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            if len(seen) >= settings.PROXIES and (address := seen[-settings.PROXIES].strip()):
                request.META["REMOTE_ADDR"] = address
        return self.get_response(request)


class PermissionsPolicyMiddleware:
    """Say on every answer what of the device its page may use; a view may say it by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the header."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response


class PageGZipMiddleware(GZipMiddleware):
    """Compress pages, not files: a file keeps its length and its byte ranges."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress what is not streamed."""
        return response if response.streaming else super().process_response(request, response)
