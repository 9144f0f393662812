"""What a dossier shows: only pages that anybody may read, only groups that still have some."""

from dataclasses import dataclass

from django.http import HttpRequest
from wagtail.models import Page, Site

from essor.models import DossierPage, PublicationPage
from home.models import SiteBranding


@dataclass(frozen=True)
class DossierItem:
    """A page of any of the three sites."""

    title: str
    url: str
    kind: str
    date_label: str
    date: str
    summary: str
    site_label: str
    """name of its site, "" on the site of the dossier"""


@dataclass(frozen=True)
class DossierGroup:
    """Some pages under a heading."""

    title: str
    introduction: str
    items: list[DossierItem]


def groups_of(dossier: DossierPage, request: HttpRequest) -> list[DossierGroup]:
    """The groups in the order of the editor, in a constant number of queries."""
    wanted = [
        (block.value, [page_id for page_id in _page_ids(block.value) if page_id])
        for block in dossier.groups
    ]
    keys = {pk for _, pks in wanted for pk in pks}
    pages = {page.pk: page for page in Page.objects.live().public().filter(pk__in=keys)}
    publications = {
        page.pk: page
        for page in PublicationPage.objects.filter(pk__in=keys).select_related("publication_kind")
    }
    site = Site.find_for_request(request)
    names = {
        each.site.root_page.path: "" if site and each.site_id == site.pk else each.site_name
        for each in SiteBranding.objects.select_related("site__root_page")
    }
    groups = []
    for value, pks in wanted:
        items = [
            _item(pages[pk], publications.get(pk), names, request) for pk in pks if pk in pages
        ]
        if items:
            groups.append(DossierGroup(value["title"], value["introduction"], items))
    return groups


def _page_ids(value) -> list[int | None]:  # noqa: ANN001
    """Keys of the pages of a group; none for a page that no longer exists."""
    return [page.pk if page else None for page in value["pages"]]


def _item(
    page: Page, publication: PublicationPage | None, names: dict[str, str], request: HttpRequest
) -> DossierItem:
    model = page.cached_content_type.model_class()
    return DossierItem(
        title=page.title,
        url=page.get_url(request) or "",
        kind=publication.kind if publication else getattr(model, "kind", "Page"),
        date_label=publication.date_label if publication else "",
        date=publication.published if publication else "",
        summary=page.search_description,
        site_label=next((name for path, name in names.items() if page.path.startswith(path)), ""),
    )
