"""Models of the publishing house, one module a subject: names are exported here."""

from .audiences import Audience, AudienceLink
from .directory import BodyPage, DirectoryPage, FederationsPage, Mandate
from .dossiers import DossierPage
from .figures import FigureGroup, FigureSeries, FigureValue, KeyFiguresPage
from .memorandum import (
    Axis,
    Measure,
    MemorandumPage,
    MemorandumRelatedPage,
    Proposal,
    TechnicalSheet,
)
from .press import PressIndexPage, PressMention
from .publications import (
    PublicationAuthor,
    PublicationCorrection,
    PublicationFile,
    PublicationIndexPage,
    PublicationPage,
    PublicationPartPage,
)
from .vocabularies import (
    Author,
    Project,
    ProjectCall,
    ProjectFunder,
    PublicationKind,
    Topic,
)

__all__ = [
    "Audience",
    "AudienceLink",
    "Author",
    "Axis",
    "BodyPage",
    "DirectoryPage",
    "DossierPage",
    "FederationsPage",
    "FigureGroup",
    "FigureSeries",
    "FigureValue",
    "KeyFiguresPage",
    "Mandate",
    "Measure",
    "MemorandumPage",
    "MemorandumRelatedPage",
    "PressIndexPage",
    "PressMention",
    "Project",
    "ProjectCall",
    "ProjectFunder",
    "Proposal",
    "PublicationAuthor",
    "PublicationCorrection",
    "PublicationFile",
    "PublicationIndexPage",
    "PublicationKind",
    "PublicationPage",
    "PublicationPartPage",
    "TechnicalSheet",
    "Topic",
]
