"""Addresses of the room that are no pages: the two of the public contract, and the personal link of
a centre.

That of the admin is registered in wagtail_hooks.py: Wagtail answers 404 to what it does not know
below its own prefix.
"""

from django.urls import path

from cisp_map import api
from cisp_map.upkeep import public_views as update

urlpatterns = [
    path("api/localites/", api.localities, name="cisp_map_localities"),
    path("api/formations.geojson", api.formations, name="cisp_map_formations"),
]
# For centres, in French: these have no address in another language.
french_patterns = [
    path("mise-a-jour/merci/", update.thanks, name="cisp_map_update_thanks"),
    path("mise-a-jour/<str:token>/", update.show, name="cisp_map_update"),
    path("mise-a-jour/<str:token>/tout-est-exact/", update.confirm, name="cisp_map_update_confirm"),
    path("mise-a-jour/<str:token>/lieu/<int:pk>/", update.propose, name="cisp_map_update_site"),
    path("mise-a-jour/<str:token>/codes-rome/", update.rome, name="cisp_map_update_rome"),
    path("mise-a-jour/<str:token>/nouveau-lien/", update.resend, name="cisp_map_update_resend"),
]
