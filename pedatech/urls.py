"""Addresses of the room `pedatech` that are no pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
