"""Addresses of trees, packages, contributions and spaces that are no pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
