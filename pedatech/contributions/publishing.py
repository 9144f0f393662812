"""A resource of the catalogue from an accepted proposal."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.html import linebreaks
from wagtail.models import Page

from home.models import Organisation, SiteDocument
from pedatech.models import (
    CataloguePage,
    Contribution,
    ResourceFile,
    ResourceKind,
    ResourceLink,
    ResourcePage,
)

LICENCE = "cc-by-nc-sa"
"""The one that the form of a proposal names."""
SHORT = 600
"""longest introduction of a resource"""
KINDS = {
    Contribution.Kind.TOOL: ResourceKind.TOOL,
    Contribution.Kind.GUIDE: ResourceKind.GUIDE,
    Contribution.Kind.COURSE: ResourceKind.COURSE,
    Contribution.Kind.VIDEO: ResourceKind.VIDEO,
    Contribution.Kind.ARTICLE: ResourceKind.ARTICLE,
    Contribution.Kind.OTHER: ResourceKind.SHEET,
}


def producer_of(contribution: Contribution) -> Organisation | None:
    """The organisation that a contributor named, by its acronym or its name; None when unknown."""
    typed = contribution.organisation.strip()
    organisations = Organisation.objects.order_by("pk")
    return (
        organisations.filter(acronym__iexact=typed).first()
        or organisations.filter(name__iexact=typed).first()
    )


def make_resource(
    contribution: Contribution,
    documents: Sequence[SiteDocument],
    producer: Organisation,
    user: Any,
) -> Page:
    """A live resource below the catalogue. Raises CataloguePage.DoesNotExist without one."""
    catalogue = CataloguePage.objects.live().order_by("path").first()
    if catalogue is None:
        raise CataloguePage.DoesNotExist
    summary = contribution.summary.strip()
    page = ResourcePage(
        title=contribution.title,
        resource_kind=KINDS[Contribution.Kind(contribution.kind)],
        introduction=summary[:SHORT],
        search_description=summary[:250],
        body=[("text", linebreaks(summary, autoescape=True))] if len(summary) > SHORT else [],
        licence=LICENCE,
        year=timezone.localdate().year,
        producer=producer,
        owner=user,
    )
    page.files = [ResourceFile(document=each) for each in documents]  # type: ignore[misc]
    if contribution.link:
        link = ResourceLink(url=contribution.link, label=contribution.title[:120])
        page.links = [link]  # type: ignore[misc]
    catalogue.add_child(instance=page)
    page.save_revision(user=user, log_action=True).publish(user=user)
    return page
