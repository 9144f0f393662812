"""A change of what the catalogue shows is seen by the next request, in every worker."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from home.models import HomePage, Organisation, SiteDocument
from pedatech.models import (
    CataloguePage,
    GlossaryPage,
    GlossaryTerm,
    ResourceEmbed,
    ResourceFile,
    ResourceLink,
    ResourcePage,
    Rubric,
    Term,
)
from search.indexing import refresh

WATCHED = (
    Organisation,
    PageViewRestriction,
    ResourceEmbed,
    ResourceFile,
    ResourceLink,
    Rubric,
    SiteDocument,
    Term,
)


def catalogue_changed(sender: type[Model], **kwargs: Any) -> None:  # noqa: ARG001
    """Give the catalogue a new token (see table.py)."""
    CataloguePage.renew_token()


def page_changed(sender: type[Model], **kwargs: Any) -> None:  # noqa: ARG001
    """The same, for pages that are resources, or that may hold some."""
    if issubclass(sender, ResourcePage | HomePage) or sender is Page:
        CataloguePage.renew_token()


def glossary_changed(sender: type[Model], **kwargs: Any) -> None:  # noqa: ARG001
    """The glossary is found by its terms."""
    CataloguePage.renew_token()
    refresh(GlossaryPage.objects.live())


def connect() -> None:
    """Listen to everything that a line or a facet is made of. Called once, when the app is ready.

    `QuerySet.update` and `bulk_create` send no signal: who uses them on resources calls
    `CataloguePage.renew_token()`.
    """
    for model in WATCHED:
        post_save.connect(catalogue_changed, sender=model)
        post_delete.connect(catalogue_changed, sender=model)
    for through in (ResourcePage.rubrics.through, ResourcePage.terms.through):
        m2m_changed.connect(catalogue_changed, sender=through)
    for signal in (post_save, post_delete, page_published, page_unpublished, post_page_move):
        signal.connect(page_changed)
    post_save.connect(glossary_changed, sender=GlossaryTerm)
    post_delete.connect(glossary_changed, sender=GlossaryTerm)
