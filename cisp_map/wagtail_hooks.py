"""What the room adds to the admin and to the home page of cisp.be."""

from django.http import HttpRequest
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cisp_map import api
from cisp_map.home_page import add_finder_to_home
from cisp_map.models import Centre, HelpPoint, RomeCode, Trade, TradeFamily
from home.models import HomePage


class CentreViewSet(SnippetViewSet):
    """Operators."""

    model = Centre
    icon = "group"
    list_display = ["name", "federation", "digistart", "is_demo"]
    list_filter = ["federation", "digistart", "is_demo"]
    ordering = ["name"]


class TradeViewSet(SnippetViewSet):
    """Trades and their words."""

    model = Trade
    icon = "tag"
    list_display = ["name", "family", "category"]
    list_filter = ["family", "category"]


class TradeFamilyViewSet(SnippetViewSet):
    """Families of trades."""

    model = TradeFamily
    icon = "folder-open-inverse"
    list_display = ["name", "sort_order"]


class HelpPointViewSet(SnippetViewSet):
    """Carrefours et Cités des Métiers."""

    model = HelpPoint
    icon = "help"
    list_display = ["__str__", "phone"]


class RomeCodeViewSet(SnippetViewSet):
    """Codes of the ROME nomenclature."""

    model = RomeCode
    icon = "list-ul"
    list_display = ["code", "label"]
    search_fields = ["code", "label"]


class TrainingViewSetGroup(SnippetViewSetGroup):
    """One entry of the menu for the vocabulary of cisp.be."""

    items = (
        CentreViewSet,
        TradeViewSet,
        TradeFamilyViewSet,
        HelpPointViewSet,
        RomeCodeViewSet,
    )
    menu_label = "Formations"
    menu_icon = "site"
    menu_order = 200


register_snippet(TrainingViewSetGroup)


@hooks.register("construct_home_context")
def finder_on_home(page: HomePage, request: HttpRequest, context: dict) -> None:
    """The question, the pictograms and the territories."""
    add_finder_to_home(page, request, context)


@hooks.register("register_admin_urls")
def look_up_of_addresses() -> list[URLPattern]:
    """`/gestion/lieux/geocoder/`, for signed-in staff."""
    return [path("lieux/geocoder/", api.geocode, name="cisp_map_geocode")]
