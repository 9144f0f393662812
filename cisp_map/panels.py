"""The panel of the admin in which an editor places a site on the map."""

from wagtailgeowidget.panels import LeafletPanel

from cisp_map.widgets import LocationField


class LocationPanel(LeafletPanel):
    """wagtailgeowidget's panel with our own Leaflet, map and address look-up."""

    def widget_overrides(self) -> dict:
        """The widget of the field."""
        return {
            self.field_name: LocationField(
                address_field=self.address_field,
                zoom_field=self.zoom_field,
                hide_latlng=self.hide_latlng,
                zoom=self.zoom,
                srid=4326,
                id_prefix="id_",
            )
        }
