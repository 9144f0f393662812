"""Resources and vocabularies of the catalogue, in the admin."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from home.admin_screens import YesNoColumn
from home.models import HomePage
from pedatech.catalogue.home import add_catalogue_to_home
from pedatech.models import GlossaryTerm, ResourcePage, Rubric, Term
from pedatech.models.resources import ResourceQuerySet


class RubricViewSet(SnippetViewSet):
    """Sections, rubrics, sub-rubrics."""

    model = Rubric
    icon = "folder-open-inverse"
    list_display = ["__str__", "sort_order"]
    ordering = ["path"]


class TermViewSet(SnippetViewSet):
    """Themes, audiences, levels, frames of reference, projects."""

    model = Term
    icon = "tag"
    list_display = ["label", "vocabulary", "sort_order"]
    list_filter = ["vocabulary"]


class GlossaryTermViewSet(SnippetViewSet):
    """Acronyms and words."""

    model = GlossaryTerm
    icon = "openquote"
    list_display = [
        "name",
        "long_form",
        YesNoColumn("marked_in_texts", label="Signalé dans les textes", sort_key="marked_in_texts"),
    ]


class CatalogueViewSetGroup(SnippetViewSetGroup):
    """One entry of the menu for the vocabularies of pedatechcisp.be."""

    items = (RubricViewSet, TermViewSet, GlossaryTermViewSet)
    menu_label = "Péda Tech"
    menu_icon = "folder-open-inverse"
    menu_order = 230


register_snippet(CatalogueViewSetGroup)


class ToolsToCompleteView(IndexView):
    """The listing, narrowed to what is not known yet."""

    def get_base_queryset(self) -> ResourceQuerySet:
        """Digital tools with a «ne sait pas»."""
        unknown = ResourcePage.objects.to_complete().values("pk")
        return super().get_base_queryset().filter(pk__in=unknown)


class ToolsToCompleteViewSet(PageListingViewSet):
    """Digital tools of which something is «ne sait pas» (P-30)."""

    model = ResourcePage
    index_view_class = ToolsToCompleteView
    icon = "help"
    menu_label = "Outils à compléter"
    menu_order = 240
    add_to_admin_menu = True
    name = "pedatech_tools_to_complete"


class ResourceViewSet(PageListingViewSet):
    """Every resource, with filters."""

    model = ResourcePage
    icon = "doc-full"
    menu_label = "Ressources"
    menu_order = 235
    add_to_admin_menu = True
    name = "pedatech_resources"
    list_filter = ["resource_kind", "licence", "language", "can_be_borrowed", "is_favourite"]


@hooks.register("register_admin_viewset")
def resources_listing() -> list:
    """The list of resources and that of the tools to complete."""
    return [ResourceViewSet(), ToolsToCompleteViewSet()]


@hooks.register("construct_home_context")
def catalogue_on_home(page: HomePage, request: HttpRequest, context: dict) -> None:
    """Sections, kinds and the newest resources."""
    add_catalogue_to_home(page, request, context)
