"""Addresses of the room `essor` that are no pages."""

from django.urls import URLPattern, path

from essor.publications.views import site_feed

urlpatterns: list[URLPattern] = [path("flux.xml", site_feed, name="site_feed")]
