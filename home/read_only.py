"""READ_ONLY=1: everything is read, nothing is written, and whoever would write is told so.

For a move to another server, a migration that takes long, a database that is a replica.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from home.views import unavailable

RETRY_SECONDS = 600
MESSAGE = (
    "Le site est en lecture seule pour quelques minutes. Rien n’a été enregistré : "
    "gardez votre texte et envoyez-le un peu plus tard."
)
READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class ReadOnlyMiddleware:
    """503 with a French sentence for whatever is no reading."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on, or refuse."""
        if not settings.READ_ONLY or request.method in READING:
            return self.get_response(request)
        response: HttpResponse
        if request.accepts("text/html"):
            response = unavailable(request, MESSAGE)
        else:
            response = JsonResponse({"erreur": MESSAGE}, status=503)
        response["Retry-After"] = str(RETRY_SECONDS)
        response["Cache-Control"] = "no-store"
        return response
