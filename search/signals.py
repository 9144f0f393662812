"""What happens to pages reaches the search at once, in the same transaction."""

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from home.models import DocumentText, SiteBranding, SiteDocument
from search import indexing
from search.models import Synonym
from search.synonyms import forget_synonyms


def connect() -> None:
    """Called once, when the applications are ready."""
    post_save.connect(_page_saved)
    page_published.connect(_page_changed)
    page_unpublished.connect(_page_changed)
    page_slug_changed.connect(_page_moved)
    post_page_move.connect(_page_moved)
    pre_delete.connect(_page_deleted)
    post_save.connect(_restriction_changed, sender=PageViewRestriction)
    post_delete.connect(_restriction_changed, sender=PageViewRestriction)
    post_save.connect(_branding_changed, sender=SiteBranding)
    for signal in (post_save, post_delete):
        signal.connect(_text_changed, sender=DocumentText)
    post_save.connect(_document_changed, sender=SiteDocument)
    post_save.connect(_synonyms_changed, sender=Synonym)
    post_delete.connect(_synonyms_changed, sender=Synonym)


def _page_saved(sender: type, instance: Any, **kwargs: Any) -> None:
    """Pages that are made or saved without the editor's buttons: commands, imports, tests."""
    if not issubclass(sender, Page) or kwargs.get("raw"):
        return
    fields = kwargs.get("update_fields")
    if fields is not None and not {"live", "title", "path", "slug", "url_path"} & set(fields):
        return  # a draft was saved beside the live page
    indexing.refresh([instance])


def _page_changed(sender: type, instance: Page, **kwargs: Any) -> None:  # noqa: ARG001
    indexing.refresh([instance])


def _page_moved(sender: type, instance: Page, **kwargs: Any) -> None:  # noqa: ARG001
    """The addresses of all pages below change too, and perhaps who may see them."""
    path = Page.objects.values_list("path", flat=True).get(pk=instance.pk)
    indexing.refresh_below(path)


def _page_deleted(sender: type, instance: Any, **kwargs: Any) -> None:  # noqa: ARG001
    if issubclass(sender, Page):
        indexing.forget([instance.pk])


def _restriction_changed(sender: type, instance: PageViewRestriction, **kwargs: Any) -> None:  # noqa: ARG001
    path = Page.objects.filter(pk=instance.page_id).values_list("path", flat=True).first()
    if path:
        indexing.refresh_below(path)


def _branding_changed(sender: type, instance: SiteBranding, **kwargs: Any) -> None:  # noqa: ARG001
    """A site without an identity is not searched: its first one brings its pages in."""
    if kwargs.get("created"):
        indexing.refresh_below(instance.site.root_page.path)


def _text_changed(sender: type, instance: DocumentText, **kwargs: Any) -> None:  # noqa: ARG001
    """The text of a file arrives later than the page that offers it."""
    indexing.refresh(indexing.pages_using(SiteDocument(pk=instance.document_id)))


def _document_changed(sender: type, instance: SiteDocument, **kwargs: Any) -> None:  # noqa: ARG001
    """Its title is what a result shows."""
    if not kwargs.get("created") and kwargs.get("update_fields") is None:
        indexing.refresh(indexing.pages_using(instance))


def _synonyms_changed(sender: type, **kwargs: Any) -> None:  # noqa: ARG001
    forget_synonyms()
