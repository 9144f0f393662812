"""One canonical host per site; pages are compressed, files are sent as they are."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CanonicalHostMiddleware:
    """Send `www.` and the bare development names to the site's own host.

    Wagtail answers an unknown host with its default site. A host outside ALLOWED_HOSTS is refused
    by `get_host()` with 400; one that is allowed but is not a site's own goes to that site (301).
    `/healthz` is left alone: probes ask by address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.canonical = {f"www.{host}": host for host in settings.SITE_HOSTS.values()}
        self.canonical |= dict.fromkeys(settings.ALIAS_HOSTS, settings.CISP_HOST)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect, or go on."""
        host = request.get_host()
        # An IPv6 name carries colons of its own inside brackets.
        name, _, port = host.partition("]:") if host.startswith("[") else host.partition(":")
        name = f"{name}]" if host.startswith("[") and port else name
        target = self.canonical.get(name.lower())
        if target and request.path != "/healthz":
            authority = f"{target}:{port}" if port else target
            return HttpResponsePermanentRedirect(
                f"{request.scheme}://{authority}{request.get_full_path()}"
            )
        return self.get_response(request)


class PageGZipMiddleware(GZipMiddleware):
    """Compress pages, not files: a file keeps its length and its byte ranges."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress what is not streamed."""
        return response if response.streaming else super().process_response(request, response)
