"""Models shared by the three sites."""

from .base import BasePage, BodyPageMixin
from .channels import HomeChannel
from .counts import DailyCount
from .desk import BinEntry, BinPage, LinkCheck, PageReview, ReviewReminder
from .documents import DocumentText, SiteDocument
from .events import EventIndexPage, EventPage
from .media import SiteImage, SiteRendition
from .organisations import Federation, Organisation
from .pages import HomePage, StandardPage
from .rights import GroupRights
from .settings import SiteBranding
from .users import User
from .versions import CacheEntry, ContentVersion

__all__ = [
    "BasePage",
    "BinEntry",
    "BinPage",
    "BodyPageMixin",
    "CacheEntry",
    "ContentVersion",
    "DailyCount",
    "DocumentText",
    "EventIndexPage",
    "EventPage",
    "Federation",
    "GroupRights",
    "HomeChannel",
    "HomePage",
    "LinkCheck",
    "Organisation",
    "PageReview",
    "ReviewReminder",
    "SiteBranding",
    "SiteDocument",
    "SiteImage",
    "SiteRendition",
    "StandardPage",
    "User",
]
