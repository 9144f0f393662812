"""Addresses of the catalogue that are no pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
