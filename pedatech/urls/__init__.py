"""Addresses of the room `pedatech` that are no pages."""

from django.urls import URLPattern

from pedatech.urls import spaces

urlpatterns: list[URLPattern] = [*spaces.urlpatterns]
