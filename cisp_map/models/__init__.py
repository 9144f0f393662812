"""Models of the room; one module per subject."""

from cisp_map.models.gazetteer import Locality, LocalityName
from cisp_map.models.help_point_pages import HelpPointIndexPage
from cisp_map.models.listing import FoundAddress, ListedSite, ListingImport, ListingLine
from cisp_map.models.pages import FinderPage, Method, Offer, Schedule, StartKind, TrainingSitePage
from cisp_map.models.rome import RomeLabel
from cisp_map.models.upkeep import (
    Campaign,
    CampaignLink,
    ErrorReport,
    RomeDecision,
    SiteAccess,
)
from cisp_map.models.vocabulary import (
    Category,
    Centre,
    HelpPoint,
    RomeCode,
    Trade,
    TradeFamily,
)

__all__ = [
    "Campaign",
    "CampaignLink",
    "Category",
    "Centre",
    "ErrorReport",
    "FinderPage",
    "FoundAddress",
    "HelpPoint",
    "HelpPointIndexPage",
    "ListedSite",
    "ListingImport",
    "ListingLine",
    "Locality",
    "LocalityName",
    "Method",
    "Offer",
    "RomeCode",
    "RomeDecision",
    "RomeLabel",
    "Schedule",
    "SiteAccess",
    "StartKind",
    "Trade",
    "TradeFamily",
    "TrainingSitePage",
]
