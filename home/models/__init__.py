"""Models shared by the three sites."""

from .base import BasePage, BodyPageMixin
from .media import SiteDocument, SiteImage, SiteRendition
from .organisations import Federation, Organisation
from .pages import EventPage, HomePage, StandardPage
from .settings import SiteBranding
from .users import User

__all__ = [
    "BasePage",
    "BodyPageMixin",
    "EventPage",
    "Federation",
    "HomePage",
    "Organisation",
    "SiteBranding",
    "SiteDocument",
    "SiteImage",
    "SiteRendition",
    "StandardPage",
    "User",
]
