"""What the upkeep of the sites adds to the admin: addresses, menu, and the way back of a centre."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.models import Page

from cisp_map.models import TrainingSitePage
from cisp_map.upkeep import admin_views as views
from cisp_map.upkeep.access import TrainingSitePermissionTester, tends_sites


@hooks.register("register_admin_urls")
def upkeep_addresses() -> list[URLPattern]:
    """`/gestion/lieux/…`."""
    return [
        path("lieux/qualite/", views.quality_list, name="cisp_map_quality"),
        path("lieux/qualite.csv", views.quality_csv, name="cisp_map_quality_csv"),
        path("lieux/qualite/<int:pk>/verifie/", views.verified, name="cisp_map_verified"),
        path("lieux/rome/", views.rome_list, name="cisp_map_rome"),
        path("lieux/rome.csv", views.rome_csv, name="cisp_map_rome_csv"),
        path("lieux/rome/decider/", views.rome_decide, name="cisp_map_rome_decide"),
        path("lieux/campagnes/", views.campaign_list, name="cisp_map_campaigns"),
        path("lieux/campagnes/<int:pk>/", views.campaign, name="cisp_map_campaign"),
        *(
            path(
                f"lieux/campagnes/<int:pk>/{action}/",
                views.campaign_act,
                {"action": action},
                name=f"cisp_map_campaign_{action}",
            )
            for action in ("envoyer", "rappeler")
        ),
        path("lieux/signalements/", views.report_list, name="cisp_map_reports"),
        path("lieux/signalements/<int:pk>/traite/", views.report_done, name="cisp_map_report_done"),
    ]


class SiteEditorItem(MenuItem):
    """For the desk of cisp.be and for centres."""

    def is_shown(self, request: HttpRequest) -> bool:
        """True for whoever may edit training sites."""
        return tends_sites(request.user)


class CampaignItem(MenuItem):
    """For those who write to the centres."""

    def is_shown(self, request: HttpRequest) -> bool:
        """True for publishers of cisp.be."""
        return views.may_campaign(request.user)


@hooks.register("register_admin_menu_item")
def upkeep_menu() -> MenuItem:
    """« Lieux à jour », after « Listing annuel »."""
    return SubmenuMenuItem(
        "Lieux à jour",
        Menu(
            register_hook_name="register_upkeep_menu_item",
            items=[
                SiteEditorItem(
                    "Qualité des lieux", reverse("cisp_map_quality"), icon_name="site", order=10
                ),
                SiteEditorItem(
                    "Codes ROME", reverse("cisp_map_rome"), icon_name="list-ul", order=20
                ),
                SiteEditorItem(
                    "Erreurs signalées", reverse("cisp_map_reports"), icon_name="warning", order=30
                ),
                CampaignItem(
                    "Campagnes", reverse("cisp_map_campaigns"), icon_name="mail", order=40
                ),
            ],
        ),
        icon_name="check",
        order=206,
    )


@hooks.register("after_edit_page")
def back_to_own_sites(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A centre sees no tree of pages: it goes back to its list."""
    if (
        isinstance(page, TrainingSitePage)
        and TrainingSitePermissionTester(request.user, page).is_centre
    ):
        return HttpResponseRedirect(reverse("cisp_map_quality"))
    return None
