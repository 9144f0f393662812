"""Addresses of the room `essor` that are no pages."""

from django.urls import URLPattern, path, re_path

from essor.magazine import review, short
from essor.publications.views import site_feed

urlpatterns: list[URLPattern] = [
    path("flux.xml", site_feed, name="site_feed"),
    re_path(r"^e/(?P<number>\d{1,6})(?:-(?P<place>\d{1,4}))?/?$", short.go, name="essor_short"),
    path("relecture/<str:token>/", review.issue, name="essor_review"),
    path("relecture/<str:token>/pdf/", review.pdf, name="essor_review_pdf"),
    path("relecture/<str:token>/image/<path:name>", review.image, name="essor_review_image"),
    path("relecture/<str:token>/<int:pk>/", review.article, name="essor_review_article"),
]
