"""Counting outside of what is kept.

A view, or a middleware beside it, notes on its answer what is to be counted; the cache of pages
(home.page_cache) keeps the note with the answer; a middleware outside of the cache counts it at each
request and takes it off. So a kept page is counted like one that was made, without a query.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

PREFIX = "X-Counted-"
"""How the names of all notes begin; none is ever sent."""


class CountingMiddleware:
    """Counts the answers that carry `mark`, and takes it off."""

    mark: str
    """PREFIX and a word"""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """See the module."""
        response = self.get_response(request)
        if self.mark in response:
            note = response[self.mark]
            del response[self.mark]
            self.count(request, response, note)
        return response

    def count(self, request: HttpRequest, response: HttpResponseBase, note: str) -> None:
        """Count what was noted; no query, no wait."""
        raise NotImplementedError
