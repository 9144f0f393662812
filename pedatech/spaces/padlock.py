"""The view restriction of a space stays: an editor who takes it off finds it again.

Without it the title of a space would stand in the search, the sitemap and the menus. The gate of
the page (`SpacePage.serve`) does not depend on it.
"""

from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete
from wagtail.models import PageViewRestriction

from pedatech.models import SpaceIndexPage, SpacePage
from pedatech.models.spaces import close_to_public


def connect() -> None:
    """Watch the restrictions."""
    post_delete.connect(restore, sender=PageViewRestriction, dispatch_uid="pedatech.padlock")


def restore(
    sender: type[Model],  # noqa: ARG001 (as signals give it)
    instance: PageViewRestriction,
    origin: "Model | QuerySet | None" = None,
    **kwargs: Any,  # noqa: ARG001
) -> None:
    """Shut again, unless the page itself is being deleted."""
    model = origin.model if isinstance(origin, QuerySet) else type(origin)
    if model is not PageViewRestriction:
        return
    page = instance.page.specific
    if isinstance(page, SpacePage | SpaceIndexPage):
        close_to_public(page)
