"""Models of the publishing house, one module a subject: names are exported here."""

from .audiences import Audience, AudienceLink
from .directory import BodyPage, DirectoryPage, FederationsPage, Mandate
from .dossiers import DossierPage
from .figures import FigureGroup, FigureSeries, FigureValue, KeyFiguresPage
from .issues import ArticlePage, ByLine, IssueLink, IssuePage
from .magazine import MagazinePage, MagazineRhythm, Rubric
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
from .review import ReviewComment, ReviewLink
from .vocabularies import (
    Author,
    Project,
    ProjectCall,
    ProjectFunder,
    PublicationKind,
    Topic,
)

__all__ = [
    "ArticlePage",
    "Audience",
    "AudienceLink",
    "Author",
    "Axis",
    "BodyPage",
    "ByLine",
    "DirectoryPage",
    "DossierPage",
    "FederationsPage",
    "FigureGroup",
    "FigureSeries",
    "FigureValue",
    "IssueLink",
    "IssuePage",
    "KeyFiguresPage",
    "MagazinePage",
    "MagazineRhythm",
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
    "ReviewComment",
    "ReviewLink",
    "Rubric",
    "TechnicalSheet",
    "Topic",
]
