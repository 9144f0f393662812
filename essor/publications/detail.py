"""What one publication, one of its parts and one project show."""

from dataclasses import dataclass

from django.http import HttpRequest
from wagtail.models import Page

from essor.models import (
    Project,
    ProjectFunder,
    PublicationIndexPage,
    PublicationPage,
    PublicationPartPage,
)
from essor.publications.citations import citation_of
from essor.publications.listing import Item, items_of
from essor.publications.structured import highwire_tags, json_ld
from home.json_ld import json_for_script

RELATED = 4
PART_CONTEXT = ("contents", "publication", "previous", "next")


@dataclass(frozen=True)
class ContentsEntry:
    """A line of the contents list of a publication in parts."""

    title: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Version:
    """Another version of a publication."""

    title: str
    url: str
    date_label: str


def publication_context(page: PublicationPage, request: HttpRequest) -> dict[str, object]:
    """Everything that the template of a publication needs beyond the page itself."""
    citation = citation_of(page, request)
    funders = funders_of(page.project) if page.project else []
    topics = list(page.topics.all())
    newer = page.superseded_by
    index = page.get_parent()
    return {
        "files": list(page.files.select_related("document__cover")),
        "people": [each.author for each in page.authors.select_related("author__page")],
        "bodies": list(page.bodies.all()),
        "topics": topics,
        "funders": funders,
        "corrections": list(page.corrections.all()),
        "contents": contents_of(page, request),
        "newer": _version(newer, request) if newer else None,
        "older": older_versions(page, request),
        "related": related(page, [topic.pk for topic in topics], request),
        "citation": citation,
        "highwire": highwire_tags(citation),
        "json_ld": json_for_script(
            json_ld(
                citation,
                page.search_description,
                page.updated,
                [each.organisation.name for each in funders],
                [topic.name for topic in topics],
            )
        ),
        "index_url": index.get_url(request),
    }


def funders_of(project: Project) -> list[ProjectFunder]:
    """Who pays, with their logos, in the order of the editor."""
    return list(
        project.funders.select_related("organisation__logo").prefetch_related(
            "organisation__logo__renditions"
        )
    )


def contents_of(
    page: Page, request: HttpRequest, current: PublicationPartPage | None = None
) -> list[ContentsEntry]:
    """The live parts of a publication in their order; empty when it is whole."""
    parts = PublicationPartPage.objects.child_of(page).live().order_by("path")
    return [
        ContentsEntry(
            part.title, part.get_url(request) or "", current is not None and part.pk == current.pk
        )
        for part in parts
    ]


def part_context(part: PublicationPartPage, request: HttpRequest) -> dict[str, object]:
    """The publication around a part: contents, before and after, files."""
    publication = PublicationPage.objects.select_related("publication_kind").get(
        pk=part.get_parent().pk
    )
    contents = contents_of(publication, request, part)
    position = next((at for at, entry in enumerate(contents) if entry.is_current), None)
    before = contents[position - 1] if position else None
    after = (
        contents[position + 1] if position is not None and position + 1 < len(contents) else None
    )
    return {
        "publication": publication,
        "contents": contents,
        "previous": before,
        "next": after,
        "files": list(publication.files.select_related("document")),
    }


def older_versions(page: PublicationPage, request: HttpRequest) -> list[Version]:
    """The live versions before this one, the latest first."""
    versions: list[Version] = []
    seen = {page.pk}
    earlier = page.replaces
    while earlier is not None and earlier.pk not in seen:
        seen.add(earlier.pk)
        if earlier.live:
            versions.append(_version(earlier, request))
        earlier = earlier.replaces
    return versions


def _version(page: PublicationPage, request: HttpRequest) -> Version:
    return Version(page.title, page.get_url(request) or "", page.date_label)


def related(page: PublicationPage, topic_ids: list[int], request: HttpRequest) -> list[Item]:
    """The newest publications with a topic in common; old versions left out."""
    if not topic_ids:
        return []
    others = (
        PublicationPage.objects.sibling_of(page, inclusive=False)
        .to_be_shown()
        .with_replaced()
        .filter(is_replaced=False, topics__in=topic_ids)
        .exclude(pk=page.replaces_id)
        .distinct()
        .newest_first()
    )
    return items_of(list(others.values_list("pk", flat=True)[:RELATED]), request)


def project_items(
    project: Project, index: PublicationIndexPage, request: HttpRequest
) -> list[Item]:
    """All publications of a project, the newest first."""
    pages = PublicationPage.objects.descendant_of(index).to_be_shown().filter(project=project)
    return items_of(list(pages.newest_first().values_list("pk", flat=True)), request)
