"""What the admin gets from this part of the room: L'essor."""

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Length, Substr
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from essor.magazine import bundle
from essor.magazine.short import short_path
from essor.models import (
    ArticlePage,
    IssuePage,
    MagazinePage,
    ReviewComment,
    ReviewLink,
    Rubric,
)
from home.admin_screens import YesNoColumn
from home.channels import Channel, Entry, open_pages
from home.choosers import PrivateChooserViewSet
from home.models import HomePage
from home.themes import Theme


class RubricViewSet(SnippetViewSet):
    """Rubrics: records, one more without code."""

    model = Rubric
    icon = "list-ul"
    menu_label = "Rubriques"
    list_display = ["name", "description"]


class ReviewLinkViewSet(SnippetViewSet):
    """Links for readers without an account."""

    model = ReviewLink
    chooser_viewset_class = PrivateChooserViewSet
    icon = "link"
    menu_label = "Liens de relecture"
    list_display = [
        "reader",
        "issue",
        "expires_at",
        YesNoColumn("is_open", label="Ouvert"),
        Column("url", label="Lien à envoyer"),
    ]
    list_filter = ["issue", "revoked"]


class ReviewCommentViewSet(SnippetViewSet):
    """What they say."""

    model = ReviewComment
    chooser_viewset_class = PrivateChooserViewSet
    icon = "comment"
    menu_label = "Commentaires reçus"
    list_display = [
        "text",
        "name",
        "page",
        "paragraph",
        "created_at",
        YesNoColumn("is_done", label="Traité"),
    ]
    list_filter = ["is_done", "link"]


class MagazineGroup(SnippetViewSetGroup):
    """One entry of the menu."""

    menu_label = "L’essor"
    menu_icon = "openquote"
    menu_order = 220
    items = (RubricViewSet, ReviewLinkViewSet, ReviewCommentViewSet)


register_snippet(MagazineGroup)


@hooks.register("register_home_channel")
def channel() -> Channel:
    """The last issue on the home page, whatever its age: a review is kept, not outrun."""
    return Channel(
        key="lessor",
        label="L’essor",
        theme=Theme.INTERFEDE,
        latest=latest_issues,
        order=10,
        days=0,
        limit=1,
        section=MagazinePage,
        index_label="Tous les numéros",
        layout="cover",
    )


def latest_issues(home: HomePage, request: HttpRequest, limit: int) -> list[Entry]:
    """The newest public issues."""
    # The name of the magazine comes along: `label` would ask for it.
    magazine = Page.objects.filter(
        path=Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen)
    )
    pages = (
        IssuePage.objects.descendant_of(home)
        .with_cover()
        .newest_first()
        .annotate(magazine_title=Subquery(magazine.values("title")[:1]))
    )
    issues = open_pages(pages)
    return [
        Entry(
            title=issue.title,
            url=issue.get_url(request) or "",
            kind=issue.label,
            date=issue.issue_date,
            date_label=issue.date_label,
            summary=issue.search_description or issue.summary,
            image=issue.shown_cover,
            note=issue.pdf.describe if issue.pdf else "",
        )
        for issue in issues[:limit]
        if issue.issue_date
    ]


@hooks.register("before_publish_page")
def refuse_an_unready_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Say in French what stands against publishing, before anything is published."""
    if isinstance(page, IssuePage):
        found = [] if page.live else bundle.problems(page)
    elif isinstance(page, ArticlePage):
        found = bundle.problems_of_page(page)
    else:
        return None
    if not found:
        return None
    messages.error(
        request,
        "Rien n’est publié. À corriger d’abord : " + " ".join(found),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user: object, view_name: str, next_url: str | None = None) -> list:  # noqa: ARG001
    """Links of an issue: review, short address."""
    if not isinstance(page.specific_deferred, IssuePage | ArticlePage):
        return []
    buttons = [
        Button(
            "Lien court et code QR",
            reverse("essor_qr", args=[page.pk]),
            icon_name="link",
            priority=90,
        )
    ]
    if isinstance(page.specific_deferred, IssuePage):
        buttons.append(
            Button(
                "Liens de relecture",
                f"{reverse(ReviewLink.snippet_viewset.get_url_name('list'))}?issue={page.pk}",  # type: ignore[attr-defined]
                icon_name="comment",
                priority=91,
            )
        )
    return buttons


@hooks.register("register_admin_urls")
def admin_urls() -> list:
    """The QR code of an issue or an article."""
    return [path("lessor/qr/<int:pk>/", qr_code, name="essor_qr")]


@require_safe
def qr_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The short address of a page as an SVG to be printed."""
    import segno

    page = get_object_or_404(Page, pk=pk).specific
    if (
        not isinstance(page, IssuePage | ArticlePage)
        or not page.permissions_for_user(request.user).can_edit()
    ):
        return HttpResponse(status=404)
    site = page.get_site()
    address = f"{site.root_url}{short_path(page)}"
    svg = segno.make(address, error="m").svg_inline(scale=6, title=address)
    return HttpResponse(svg, content_type="image/svg+xml")
