"""wagtailgeowidget without third parties.

The package loads Leaflet and tiles from other hosts and asks a public geocoder, hard-coded. Here
Leaflet comes from our own static files, the map is drawn on the outlines of the provinces unless
`MAP_TILES_URL` names a tile server, and addresses are looked up by our own view.
"""

import json

from django import forms
from django.conf import settings
from django.forms.widgets import Script
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import cached_property
from wagtailgeowidget.helpers import geosgeometry_str_to_struct
from wagtailgeowidget.widgets import LeafletField

# A transparent pixel: Leaflet's tile layer wants an address, and asks nobody for this one.
NO_TILE = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


class LocationField(LeafletField):
    """A point on a map: drag the marker, type the numbers, or type the address."""

    def build_attrs(self, *args, **kwargs) -> dict:
        """Our tiles; the map stays folded until used when there is no point yet.

        The package would else show its default point as if it were the site's.
        """
        attrs = super().build_attrs(*args, **kwargs)
        key = "data-leaflet-field-options-value"
        if key in attrs:
            options = json.loads(attrs[key])
            options["tileLayer"] = settings.MAP_TILES_URL or NO_TILE
            options["tileLayerOptions"] = {
                "attribution": settings.MAP_TILES_ATTRIBUTION if settings.MAP_TILES_URL else ""
            }
            options["showEmptyLocation"] = not geosgeometry_str_to_struct(self.value_data or "")
            attrs[key] = json.dumps(options)
        return attrs

    @cached_property
    def media(self) -> forms.Media:
        """Leaflet of js_lib_leaflet and our module, in the order in which they must load."""
        return forms.Media(
            css={
                "all": ("js_lib_leaflet/leaflet.css", "wagtailgeowidget/css/leaflet-field.css"),
            },
            js=(
                "wagtailgeowidget/js/leaflet-field.js",
                "wagtailgeowidget/js/leaflet-field-controller.js",
                "js_lib_leaflet/leaflet.js",
                Script(  # type: ignore[arg-type]
                    static("js/admin-location.js"),
                    **{
                        "data-icon": static("js_lib_leaflet/images/marker-icon.png"),
                        "data-icon-2x": static("js_lib_leaflet/images/marker-icon-2x.png"),
                        "data-shadow": static("js_lib_leaflet/images/marker-shadow.png"),
                        "data-outlines": static("cisp_map/outlines.geojson"),
                        "data-geocode": reverse("cisp_map_geocode"),
                    },
                ),
            ),
        )
