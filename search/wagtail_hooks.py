"""What the search adds to the admin."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.choosers import PrivateChooserViewSet
from search.admin_views import (
    PrefilledCreateView,
    PrefilledRedirectView,
    may_read_report,
    searches,
    searches_csv,
)
from search.models import Promotion, Synonym


class SynonymViewSet(SnippetViewSet):
    """Words that find each other's pages."""

    model = Synonym
    chooser_viewset_class = PrivateChooserViewSet
    icon = "search"
    list_display = ["typed", "found", "get_direction_display", "site", "updated_at"]
    list_filter = ["direction", "site"]
    search_fields = ["typed", "found"]
    add_view_class = PrefilledCreateView
    add_to_admin_menu = True
    menu_label = "Synonymes"
    menu_order = 230


class PromotionViewSet(SnippetViewSet):
    """Pages that come first, last or not at all for certain words."""

    model = Promotion
    chooser_viewset_class = PrivateChooserViewSet
    icon = "pick"
    list_display = ["words", "page", "get_effect_display", "site", "starts_on", "ends_on", "state"]
    list_filter = ["site", "effect"]
    search_fields = ["words", "page__title"]
    add_view_class = PrefilledCreateView
    add_to_admin_menu = True
    menu_label = "Mises en avant"
    menu_order = 231

    def get_queryset(self, request: HttpRequest) -> QuerySet[Promotion]:  # noqa: ARG002
        """With what the column of the state needs."""
        return Promotion.objects.with_state()


register_snippet(SynonymViewSet)
register_snippet(PromotionViewSet)


@hooks.register("register_admin_urls")
def report_addresses() -> list[URLPattern]:
    """The report, its file, and the redirect that begins with words."""
    return [
        path("rapports/recherches/", searches, name="search_report"),
        path("rapports/recherches/mots.csv", searches_csv, name="search_report_csv"),
        path(
            "rapports/recherches/redirection/",
            PrefilledRedirectView.as_view(),
            name="search_add_redirect",
        ),
    ]


class _SearchesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """For those who edit synonyms."""
        return may_read_report(request.user)


@hooks.register("register_reports_menu_item")
def searches_item() -> MenuItem:
    """Reports → «Recherches»."""
    return _SearchesItem(
        "Recherches",
        reverse("search_report"),
        name="searches",
        icon_name="search",
        order=640,
    )
