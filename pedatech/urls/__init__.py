"""Addresses of the room `pedatech` that are no pages."""

from django.urls import URLPattern

from pedatech.urls import catalogue, spaces

urlpatterns: list[URLPattern] = [*catalogue.urlpatterns, *spaces.urlpatterns]
