"""Models of the room; one module per subject."""

from pedatech.models.catalogue import FRAMES, CataloguePage, Rubric, Term, Vocabulary
from pedatech.models.contributions import Contribution, ContributionFile
from pedatech.models.glossary import GlossaryPage, GlossaryTerm
from pedatech.models.packages import ActivityProgress, InteractivePackage, ResourceActivity
from pedatech.models.quality import (
    IdentityLine,
    QualityCriterion,
    QualityLabelPage,
    QualityProcess,
)
from pedatech.models.resources import (
    KitPage,
    KitPart,
    KitStep,
    Language,
    ReferentialPage,
    RelatedPage,
    ResourceEmbed,
    ResourceFile,
    ResourceKind,
    ResourceLink,
    ResourcePage,
    ResourceVersion,
    SavedResource,
)
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
    "FRAMES",
    "ActivityProgress",
    "CataloguePage",
    "Contribution",
    "ContributionFile",
    "DecisionTreePage",
    "GlossaryPage",
    "GlossaryTerm",
    "IdentityLine",
    "InteractivePackage",
    "Invitation",
    "KitPage",
    "KitPart",
    "KitStep",
    "Language",
    "Membership",
    "QualityCriterion",
    "QualityLabelPage",
    "QualityProcess",
    "ReferentialPage",
    "RelatedPage",
    "ResourceActivity",
    "ResourceEmbed",
    "ResourceFile",
    "ResourceKind",
    "ResourceLink",
    "ResourcePage",
    "ResourceVersion",
    "Rubric",
    "SavedResource",
    "SpaceFile",
    "SpaceIndexPage",
    "SpaceMessage",
    "SpacePage",
    "Term",
    "Vocabulary",
]
