"""Models shared by the three sites."""

from .base import BasePage, BodyPageMixin
from .media import SiteDocument, SiteImage, SiteRendition
from .pages import EventPage, HomePage, StandardPage
from .settings import SiteBranding
from .users import User

__all__ = [
    "BasePage",
    "BodyPageMixin",
    "EventPage",
    "HomePage",
    "SiteBranding",
    "SiteDocument",
    "SiteImage",
    "SiteRendition",
    "StandardPage",
    "User",
]
