"""Models of the room; one module per subject."""

from pedatech.models.catalogue import CataloguePage
from pedatech.models.resources import ResourcePage

__all__ = [
    "CataloguePage",
    "ResourcePage",
]
