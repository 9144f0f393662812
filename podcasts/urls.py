"""Addresses of the room `podcasts` that are no pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
