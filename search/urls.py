"""Addresses of the search, the same on the three sites."""

from django.urls import path

from search.views import note_click, search_page, suggestions

urlpatterns = [
    path("recherche/", search_page, name="search"),
    path("api/suggestions/", suggestions, name="suggestions"),
    path("api/recherche/clic/", note_click, name="search_click"),
]
