"""Models of the room; one module per subject."""

from pedatech.models.catalogue import CataloguePage
from pedatech.models.contributions import Contribution, ContributionFile
from pedatech.models.packages import InteractivePackage
from pedatech.models.resources import ResourcePage
from pedatech.models.spaces import (
    Invitation,
    Membership,
    SpaceFile,
    SpaceIndexPage,
    SpaceMessage,
    SpacePage,
)
from pedatech.models.trees import DecisionTreePage

__all__ = [
    "CataloguePage",
    "Contribution",
    "ContributionFile",
    "DecisionTreePage",
    "InteractivePackage",
    "Invitation",
    "Membership",
    "ResourcePage",
    "SpaceFile",
    "SpaceIndexPage",
    "SpaceMessage",
    "SpacePage",
]
