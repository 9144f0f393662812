"""Where the desk stands in the admin."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from home.desk import bin_views, guide, health_views, publish_check, redirect_views
from home.models import BinPage


@hooks.register("register_admin_urls")
def desk_addresses() -> list[Any]:
    """Health of a site, the question before a publication, the bin."""
    return [
        path("sante/", health_views.index, name="home_health"),
        path("sante/rediriger/", health_views.redirect_lost, name="home_redirect_lost"),
        path("sante/<slug:key>.csv", health_views.listing_csv, name="home_health_csv"),
        path("sante/<slug:key>/", health_views.listing, name="home_health_list"),
        path("lisibilite/<int:pk>/", publish_check.publish_anyway, name="home_publish_anyway"),
        path("mode-d-emploi/", guide.show, name="home_guide_index"),
        path("mode-d-emploi/images/<str:name>", guide.picture, name="home_guide_picture"),
        path("mode-d-emploi/<slug:name>/", guide.show, name="home_guide"),
        path("corbeille/", bin_views.index, name="home_bin"),
        path("corbeille/<int:pk>/retablir/", bin_views.restore, name="home_bin_restore"),
    ]


@hooks.register("register_admin_urls", order=-1)
def redirect_addresses() -> list[Any]:
    """Our screens of redirects stand before Wagtail's, at the same addresses."""
    return [
        path("redirects/", redirect_views.RedirectIndexView.as_view()),
        path("redirects/results/", redirect_views.RedirectIndexView.as_view(results_only=True)),
        path("redirects/add/", redirect_views.CreateRedirectView.as_view()),
        path("redirects/<int:redirect_id>/", redirect_views.EditRedirectView.as_view()),
        path("redirects/import/", redirect_views.import_file, name="home_redirects_import"),
        path(
            "redirects/import/process/", redirect_views.confirm_file, name="home_redirects_confirm"
        ),
        path("redirects/import/modele.csv", redirect_views.model_file, name="home_redirects_model"),
    ]


@hooks.register("register_admin_menu_item")
def bin_item() -> MenuItem:
    """«Corbeille», below everything else."""
    return MenuItem("Corbeille", reverse("home_bin"), name="bin", icon_name="bin", order=9_000)


@hooks.register("register_admin_menu_item")
def guide_item() -> MenuItem:
    """«Mode d’emploi»."""
    return MenuItem(
        "Mode d’emploi", reverse("home_guide_index"), name="guide", icon_name="help", order=8_000
    )


class HealthItem(MenuItem):
    """For those who edit the pages of a site."""

    def is_shown(self, request: HttpRequest) -> bool:
        """True when there is a site to look at."""
        return bool(health_views.sites_of(request.user))


@hooks.register("register_admin_menu_item")
def health_item() -> MenuItem:
    """«Santé du site»."""
    return HealthItem(
        "Santé du site", reverse("home_health"), name="health", icon_name="pick", order=250
    )


@hooks.register("before_publish_page")
def ask_before_publishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """See home.desk.publish_check."""
    return publish_check.ask_before_publishing(request, page)


@hooks.register("before_delete_page")
def into_the_bin(request: HttpRequest, page: Page) -> HttpResponse | None:
    """See home.desk.bin."""
    return bin_views.put_aside(request, page)


@hooks.register("before_bulk_action")
def many_into_the_bin(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """See home.desk.bin."""
    return bin_views.put_many_aside(request, action_type, objects, action)


@hooks.register("construct_explorer_page_queryset")
def hide_bin(parent: Page, pages: Any, request: HttpRequest) -> Any:  # noqa: ARG001
    """The bin has a screen of its own."""
    return pages.not_type(BinPage) if parent.depth == 1 else pages


@hooks.register("construct_page_chooser_queryset")
def hide_binned(pages: Any, request: HttpRequest) -> Any:  # noqa: ARG001
    """What was deleted cannot be chosen."""
    found = BinPage.objects.first()
    return pages.not_descendant_of(found, inclusive=True) if found else pages


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    """What the history of a page says."""
    actions.register_action("home.bin", "Mettre à la corbeille", "Mise à la corbeille")
    actions.register_action("home.restore", "Rétablir", "Sortie de la corbeille")
