"""Models of the publishing house, one module a subject: names are exported here."""

from .dossiers import DossierPage
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
    "Author",
    "DossierPage",
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
    "Topic",
]
