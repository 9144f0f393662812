"""Where a POST without a token comes from."""

from urllib.parse import urlsplit

from django.http import HttpRequest


def from_this_site(request: HttpRequest) -> bool:
    """Browsers tell where a POST comes from; one that tells nothing is none of our pages."""
    origin = request.headers.get("Origin", "")
    if not origin or origin == "null":
        return request.headers.get("Sec-Fetch-Site", "") == "same-origin"
    try:
        return urlsplit(origin).netloc == request.get_host()
    except ValueError:
        return False
