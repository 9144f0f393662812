"""What the room adds to the admin and to the home page of cisp.be."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cisp_map import api
from cisp_map.home_page import add_finder_to_home
from cisp_map.listing import admin_views
from cisp_map.models import Centre, HelpPoint, RomeCode, SiteAccess, Trade, TradeFamily
from cisp_map.upkeep import hooks as upkeep_hooks  # noqa: F401  (registers its own)
from home.admin_screens import YesNoColumn
from home.choosers import PrivateChooserViewSet
from home.models import HomePage


class CentreViewSet(SnippetViewSet):
    """Operators."""

    model = Centre
    icon = "group"
    list_display = [
        "name",
        "federation",
        YesNoColumn("digistart", label="Digistart", sort_key="digistart"),
        YesNoColumn("is_demo", label="Démonstration", sort_key="is_demo"),
    ]
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


class SiteAccessViewSet(SnippetViewSet):
    """Who edits the sites of a centre or of a federation."""

    model = SiteAccess
    icon = "key"
    list_display = ["user", "centre", "federation"]
    list_filter = ["centre", "federation"]
    chooser_viewset_class = PrivateChooserViewSet


class TrainingViewSetGroup(SnippetViewSetGroup):
    """One entry of the menu for the vocabulary of cisp.be."""

    items = (
        CentreViewSet,
        TradeViewSet,
        TradeFamilyViewSet,
        HelpPointViewSet,
        RomeCodeViewSet,
        SiteAccessViewSet,
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


@hooks.register("register_admin_urls")
def listing_addresses() -> list[URLPattern]:
    """`/gestion/listing/…`: the yearly listing (C-26)."""
    return [
        path("listing/", admin_views.index, name="cisp_map_listing"),
        path("listing/aide/", admin_views.help_page, name="cisp_map_listing_help"),
        path("listing/points/", admin_views.points, name="cisp_map_listing_points"),
        path("listing/points/<int:pk>/", admin_views.accept_point, name="cisp_map_listing_point"),
        path("listing/<int:pk>/", admin_views.show, name="cisp_map_listing_run"),
        path("listing/<int:pk>/etat/", admin_views.progress, name="cisp_map_listing_progress"),
        *(
            path(
                f"listing/<int:pk>/rapport.{extension}",
                admin_views.report,
                {"extension": extension},
                name=f"cisp_map_listing_report_{extension}",
            )
            for extension in ("xlsx", "csv")
        ),
        path("listing/<int:pk>/<slug:action>/", admin_views.act, name="cisp_map_listing_act"),
    ]


class ListingItem(MenuItem):
    """For those who may import."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Administrators and publishers of cisp.be."""
        return admin_views.may_import(request.user)


@hooks.register("register_admin_menu_item")
def listing_item() -> MenuItem:
    """« Listing annuel », after « Formations »."""
    return ListingItem("Listing annuel", reverse("cisp_map_listing"), icon_name="table", order=205)
