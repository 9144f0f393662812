"""Addresses of the room `essor` that are no pages, or that Wagtail's own pattern does not take.

Wagtail takes addresses of letters and «/» only: those with a dot are handed to it here, so that
the page answers them with all that goes with a page (privacy, hooks, redirects).
"""

from django.urls import URLPattern, path, re_path

from essor.publications.views import file_of_page, site_feed

urlpatterns: list[URLPattern] = [
    path("flux.xml", site_feed, name="site_feed"),
    re_path(r"^(?P<parent>publications/)(?P<name>flux\.xml)$", file_of_page),
    re_path(r"^(?P<parent>(?:[\w-]+/)+)(?P<name>citation\.(?:ris|bib))$", file_of_page),
]
