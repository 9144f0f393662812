"""Addresses of the room `essor` that are no pages, or that Wagtail's own pattern does not take.

Wagtail takes addresses of letters and «/» only: those with a dot are handed to it here, so that
the page answers them with all that goes with a page (privacy, hooks, redirects).
"""

from django.urls import URLPattern, path, re_path

from essor.magazine import review, short
from essor.publications.views import file_of_page, site_feed

urlpatterns: list[URLPattern] = [
    path("flux.xml", site_feed, name="site_feed"),
    re_path(r"^(?P<parent>publications/)(?P<name>flux\.xml)$", file_of_page),
    re_path(r"^(?P<parent>(?:[\w-]+/)+)(?P<name>citation\.(?:ris|bib))$", file_of_page),
    re_path(r"^e/(?P<number>\d{1,6})(?:-(?P<place>\d{1,4}))?/?$", short.go, name="essor_short"),
    path("relecture/<str:token>/", review.issue, name="essor_review"),
    path("relecture/<str:token>/pdf/", review.pdf, name="essor_review_pdf"),
    path("relecture/<str:token>/image/<path:name>", review.image, name="essor_review_image"),
    path("relecture/<str:token>/<int:pk>/", review.article, name="essor_review_article"),
]
