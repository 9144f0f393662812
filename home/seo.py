"""What base.html says of a page to search engines and to the window."""

from django.http import HttpRequest

TITLE_LENGTH = 60
"""What a list of results shows of a title."""


def window_title(text: str) -> str:
    """The text in at most TITLE_LENGTH signs, cut between words."""
    if len(text) <= TITLE_LENGTH:
        return text
    return text[: TITLE_LENGTH - 1].rpartition(" ")[0].rstrip(" :;,–") + "…"


def view_seo(
    request: HttpRequest,
    title: str,
    *,
    description: str = "",
    path: str = "",
    robots: str = "noindex, follow",
) -> dict[str, str | None]:
    """`seo` of a view that is no page, as BasePage.get_seo gives it; `path` is the canonical one, the asked one without it."""
    return {
        "title": title,
        "description": description,
        "canonical": request.build_absolute_uri(path or request.path),
        "image_url": None,
        "robots": robots,
    }
