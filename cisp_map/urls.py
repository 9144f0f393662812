"""Addresses of the room that are no pages: the two of the public contract.

That of the admin is registered in wagtail_hooks.py: Wagtail answers 404 to what it does not know
below its own prefix.
"""

from django.urls import path

from cisp_map import api

urlpatterns = [
    path("api/localites/", api.localities, name="cisp_map_localities"),
    path("api/formations.geojson", api.formations, name="cisp_map_formations"),
]
