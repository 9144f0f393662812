"""Models of the room; one module per subject."""

from pedatech.models.catalogue import FRAMES, CataloguePage, Rubric, Term, Vocabulary
from pedatech.models.glossary import GlossaryPage, GlossaryTerm
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

__all__ = [
    "FRAMES",
    "CataloguePage",
    "GlossaryPage",
    "GlossaryTerm",
    "IdentityLine",
    "KitPage",
    "KitPart",
    "KitStep",
    "Language",
    "QualityCriterion",
    "QualityLabelPage",
    "QualityProcess",
    "ReferentialPage",
    "RelatedPage",
    "ResourceEmbed",
    "ResourceFile",
    "ResourceKind",
    "ResourceLink",
    "ResourcePage",
    "ResourceVersion",
    "Rubric",
    "SavedResource",
    "Term",
    "Vocabulary",
]
