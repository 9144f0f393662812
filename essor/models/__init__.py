"""Models of the publishing house, one module a subject: names are exported here."""

from .dossiers import DossierPage
from .issues import ArticlePage, ByLine, IssueLink, IssuePage
from .magazine import MagazinePage, MagazineRhythm, Rubric
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
    "Author",
    "ByLine",
    "DossierPage",
    "IssueLink",
    "IssuePage",
    "MagazinePage",
    "MagazineRhythm",
    "Project",
    "ProjectCall",
    "ProjectFunder",
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
    "Topic",
]
