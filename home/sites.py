"""What every page needs, whatever it shows: its site, the home page, the menus, the other languages.
Kept in memory until the content changes.

A request gets copies of its own of site and home page, since Wagtail and this project note on them
what the request has found out.
"""

import copy
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from wagtail.models import Page, Site
from wagtail.models.sites import get_site_for_hostname

from home import content
from home.models import HomePage
from home.page_cache import NEVER_BELOW

ROW = ("path", "title", "url_path", "show_in_menus", "translation_key", "locale__language_code")
"""What menus and languages need of a page."""


class SiteMiddleware:
    """Note on the request which site it asks, where Wagtail looks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Health checks ask for no site, and the desk shows what was written a moment ago."""
        if not request.path.startswith(NEVER_BELOW):
            host = split_domain_port(request.get_host())[0]
            # Without a database the view says so, inside what makes error pages.
            with suppress(DatabaseError):
                request._wagtail_site = copy.copy(_site_at(host, request.get_port()))  # type: ignore[attr-defined]
        return self.get_response(request)


@content.kept
def _site_at(host: str, port: str) -> Site | None:
    """By Wagtail's rule: the site of this name, else the default one."""
    try:
        return get_site_for_hostname(host, port)
    except Site.DoesNotExist:
        return None


def home_page(root_id: int, language: str) -> Page | None:
    """The home page of the site with this root in a language; None where none is live."""
    return copy.copy(_home_page(root_id, language))


@content.kept
def _home_page(root_id: int, language: str) -> Page | None:
    if language == settings.LANGUAGE_CODE:
        own = HomePage.objects.filter(pk=root_id).first()
        return own or Page.objects.get(pk=root_id).specific
    source = Page.objects.filter(pk=root_id).values("translation_key")
    return (
        HomePage.objects.live()
        .filter(translation_key__in=source, locale__language_code=language)
        .first()
    )


@content.kept
def rows_of_menus(root: str, footer: Page | None, language: str) -> tuple[tuple, ...]:
    """ROW of the pages of both menus, below the home page with the path `root`.

    `footer` is the French page whose children make the foot of each page.
    """
    depth = len(root) // Page.steplen
    below = Q(depth=depth + 1)
    shown = Q(show_in_menus=True)
    if footer and language == settings.LANGUAGE_CODE:
        below |= Q(path__startswith=footer.path, depth=footer.depth + 1)
    elif footer:
        # Where its translation stands is known from the answer alone.
        below |= Q(depth=depth + 2)
        shown |= Q(translation_key=footer.translation_key)
    return _public_rows(below & shown & Q(path__startswith=root))


def _public_rows(wanted: Q) -> tuple[tuple, ...]:
    """ROW of the public pages among those that are wanted, in the order of the tree."""
    pages = Page.objects.live().filter(wanted, view_restrictions__isnull=True)
    return tuple(pages.order_by("path").values_list(*ROW))


@content.kept
def rows_of_translations(
    home_key: UUID, page_key: UUID | None, parent_path: str
) -> tuple[tuple, ...]:
    """ROW of a home page and of a page, else of the page at `parent_path`, in every language."""
    wanted = Q(translation_key=home_key)
    if parent_path:
        parent = Page.objects.filter(path=parent_path)
        wanted |= Q(translation_key__in=parent.values("translation_key"))
    elif page_key:
        wanted |= Q(translation_key=page_key)
    return _public_rows(wanted)
