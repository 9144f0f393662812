"""Addresses of the room that are no pages: the two of the public contract, one of the admin."""

from django.urls import path

from cisp_map import api

urlpatterns = [
    path("api/localites/", api.localities, name="cisp_map_localities"),
    path("api/formations.geojson", api.formations, name="cisp_map_formations"),
    path("gestion/lieux/geocoder/", api.geocode, name="cisp_map_geocode"),
]
