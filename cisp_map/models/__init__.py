"""Models of the room; one module per subject."""

from cisp_map.models.gazetteer import Locality, LocalityName

__all__ = ["Locality", "LocalityName"]
