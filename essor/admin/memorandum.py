"""What the admin gets from this part of the room: figures, press, and what is new on the home page."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from essor.home_channels import events_channel, press_channel
from essor.home_page import add_front_page
from essor.models import Audience, FigureGroup, FigureSeries, PressMention
from home.admin_screens import YesNoColumn
from home.channels import HOOK, Channel
from home.models import HomePage


class FigureSeriesViewSet(SnippetViewSet):
    """Series and their values."""

    model = FigureSeries
    icon = "order"
    list_display = ["label", "unit", "group"]
    list_filter = ["group"]


class FigureGroupViewSet(SnippetViewSet):
    """Rubrics of figures."""

    model = FigureGroup
    icon = "folder-open-inverse"
    list_display = ["title", "sort_order"]


class FiguresViewSetGroup(SnippetViewSetGroup):
    """One entry of the menu for the key figures."""

    items = (FigureSeriesViewSet, FigureGroupViewSet)
    menu_label = "Chiffres-clés"
    menu_icon = "order"
    menu_order = 230


class PressMentionViewSet(SnippetViewSet):
    """The press review: the newest first, ready for the next one."""

    model = PressMention
    icon = "doc-full-inverse"
    list_display = [
        "date",
        "medium",
        "title",
        YesNoColumn("link_is_dead", label="Lien plus disponible", sort_key="link_is_dead"),
    ]
    list_filter = ["medium", "link_is_dead"]
    ordering = ["-date", "-pk"]
    add_to_admin_menu = True
    menu_label = "Revue de presse"
    menu_order = 220


class AudienceViewSet(SnippetViewSet):
    """Who comes to interfede.be, and the pages for each."""

    model = Audience
    icon = "group"
    list_display = ["title", "introduction", "sort_order"]
    add_to_admin_menu = True
    menu_label = "Publics de l’accueil"
    menu_order = 240


register_snippet(FiguresViewSetGroup)
register_snippet(AudienceViewSet)
register_snippet(PressMentionViewSet)


@hooks.register("before_delete_snippet")
def keep_used_series(request: HttpRequest, instances: Sequence[object]) -> HttpResponse | None:
    """A series that a page shows is not deleted: the answer says where it is used."""
    used = [each for each in instances if isinstance(each, FigureSeries) and each.users()]
    if not used:
        return None
    names = ", ".join(f"« {each} »" for each in used)
    messages.error(
        request,
        f"{names} : ce chiffre est utilisé dans une page. Retirez-le d’abord de cette page.",
    )
    if len(used) == 1:
        usage = FigureSeriesViewSet.model.snippet_viewset.get_url_name("usage")
        return redirect(reverse(usage, args=[used[0].pk]))
    return redirect(reverse(FigureSeries.snippet_viewset.get_url_name("list")))


@hooks.register(HOOK)
def press_on_home() -> Channel:
    """The press review."""
    return press_channel()


@hooks.register(HOOK)
def events_on_home() -> Channel:
    """The agenda of interfede.be."""
    return events_channel()


@hooks.register("construct_home_context")
def home_of_interfede(page: HomePage, request: HttpRequest, context: dict) -> None:
    """What is new by channel, and the entrances by audience."""
    add_front_page(page, request, context)
