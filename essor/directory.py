"""What the page of the federations tells of each."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.http import HttpRequest
from wagtail.models import Page, Site

from essor.models.publications import PublicationPage
from home.models import Organisation
from home.visibility import public_pages

PUBLICATIONS_PER_FEDERATION = 3


@dataclass
class FederationEntry:
    """A federation with its newest publications."""

    organisation: Organisation
    publications: list[Page] = field(default_factory=list)


def federations_of(request: HttpRequest) -> list[FederationEntry]:
    """The federations by acronym, each with its newest publications of this site: four queries."""
    federations = [
        FederationEntry(each)
        for each in Organisation.objects.filter(kind=Organisation.Kind.FEDERATION)
        .select_related("logo")
        .prefetch_related("logo__renditions")
        .order_by("acronym", "pk")
    ]
    site = Site.find_for_request(request)
    if site is None:
        return federations
    newest: dict[int, list[Page]] = defaultdict(list)
    pages = (
        PublicationPage.objects.descendant_of(site.root_page)
        .to_be_shown()
        .filter(federation__isnull=False)
        .select_related("publication_kind")
        .newest_first()
    )
    for page in pages:
        if len(newest[page.federation_id]) < PUBLICATIONS_PER_FEDERATION:
            newest[page.federation_id].append(page)
    for entry in federations:
        entry.publications = newest[entry.organisation.pk]
    return federations


def makes_logo_public(organisation: Organisation) -> bool:
    """A rule of home.visibility: the page of the federations reads them from the vocabulary."""
    from essor.models import FederationsPage

    if organisation.kind != Organisation.Kind.FEDERATION:
        return False
    return FederationsPage.objects.filter(pk__in=public_pages().values("pk")).exists()
