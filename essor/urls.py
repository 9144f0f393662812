"""Addresses of the room `essor` that are no pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
