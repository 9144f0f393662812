"""Models of the room."""

from .contributions import Contribution, ContributionFile
from .packages import InteractivePackage
from .spaces import (
    Invitation,
    Membership,
    SpaceFile,
    SpaceIndexPage,
    SpaceMessage,
    SpacePage,
)
from .trees import DecisionTreePage

__all__ = [
    "Contribution",
    "ContributionFile",
    "DecisionTreePage",
    "InteractivePackage",
    "Invitation",
    "Membership",
    "SpaceFile",
    "SpaceIndexPage",
    "SpaceMessage",
    "SpacePage",
]
