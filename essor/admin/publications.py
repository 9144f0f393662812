"""What the admin gets for publications, and what the home page of interfede.be gets to announce."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from essor.models import (
    Author,
    Project,
    PublicationIndexPage,
    PublicationKind,
    PublicationPage,
    Topic,
)
from home.admin_screens import YesNoColumn
from home.channels import Channel, Entry
from home.models import HomePage
from home.themes import Theme


class PublicationKindViewSet(SnippetViewSet):
    """Studies, press releases…"""

    model = PublicationKind
    icon = "tag"
    list_display = [
        "name",
        "plural",
        "cited_as",
        YesNoColumn("is_filter", label="Dans les filtres", sort_key="is_filter"),
        "sort_order",
    ]


class TopicViewSet(SnippetViewSet):
    """What publications are about."""

    model = Topic
    icon = "tag"
    list_display = ["name", "slug"]
    search_fields = ["name", "aliases"]


class AuthorViewSet(SnippetViewSet):
    """Who signs."""

    model = Author
    icon = "user"
    list_display = ["__str__", "page"]
    search_fields = ["family_name", "given_name"]


class ProjectViewSet(SnippetViewSet):
    """Projects and those who pay for them."""

    model = Project
    icon = "folder-open-inverse"
    list_display = ["name", "reference"]
    search_fields = ["name", "reference"]


class PublicationsViewSetGroup(SnippetViewSetGroup):
    """One entry of the menu for the vocabularies of the publications."""

    items = (PublicationKindViewSet, TopicViewSet, AuthorViewSet, ProjectViewSet)
    menu_label = "Publications"
    menu_icon = "doc-full"
    menu_order = 205


register_snippet(PublicationsViewSetGroup)


def latest_publications(home: HomePage, request: HttpRequest, limit: int) -> list[Entry]:
    """The newest publications that were not replaced, for the home page: two queries."""
    pages = (
        PublicationPage.objects.descendant_of(home)
        .to_be_shown()
        .with_replaced()
        .filter(is_replaced=False)
        .select_related("publication_kind", "teaser_image")
        .prefetch_related("teaser_image__renditions")
        .newest_first()[:limit]
    )
    return [
        Entry(
            title=page.title,
            url=page.get_url(request) or "",
            kind=page.kind,
            date=page.sort_date,
            date_label=page.date_label,
            summary=page.search_description,
            image=page.teaser_image,
            note=page.medium,
        )
        for page in pages
    ]


@hooks.register("register_home_channel")
def publications_channel() -> Channel:
    """Publications on the home page of interfede.be."""
    return Channel(
        key="publications",
        label="Publications",
        theme=Theme.INTERFEDE,
        latest=latest_publications,
        order=20,
        days=730,
        section=PublicationIndexPage,
        index_label="Toutes les publications",
        layout="list",
    )
