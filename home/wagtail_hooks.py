"""What the shared foundation adds to the admin."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, re_path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.account import AvatarSettingsPanel
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from home import second_factor, translations, visits
from home.admin_views import DocumentIndexView, ExpiredRightsView
from home.choosers import OwnDocumentsAPIViewSet, OwnImagesAPIViewSet, choosable
from home.desk import hooks as desk_hooks  # noqa: F401 (they register themselves)
from home.frequentation_views import report, report_csv
from home.image_forms import PortraitForm
from home.models import Organisation
from home.rich_text import DescribedDocumentLink

# Wagtail names the form of a portrait on the class of its panel alone.
AvatarSettingsPanel.form_class = PortraitForm


class OrganisationViewSet(SnippetViewSet):
    """Federations, partners, funders, newspapers."""

    model = Organisation
    icon = "group"
    list_display = ["acronym", "name", "kind"]
    list_filter = ["kind"]
    add_to_admin_menu = True
    menu_label = "Organisations"
    menu_order = 210


register_snippet(OrganisationViewSet)


@hooks.register("register_admin_urls", order=-1)
def translation_addresses() -> list[Any]:
    """Ours stand before those of wagtail-localize, at the same addresses (home.translations)."""
    return [
        path("localize/reports/translations/", translations.OrderedReportView.as_view()),
        path(
            "localize/reports/translations/results/",
            translations.OrderedReportView.as_view(results_only=True),
        ),
        path("localize/submit/page/<int:page_id>/", translations.submit_page),
        path(
            "localize/submit/snippet/<slug:app_label>/<slug:model_name>/<str:pk>/",
            translations.submit_record,
        ),
        path("localize/api/snippets/<slug:app_label>/<slug:model_name>/", translations.records),
        path(
            "localize/api/snippets/<slug:app_label>/<slug:model_name>/<str:pk>/",
            translations.records,
        ),
        path("localize/update/<int:translation_source_id>/", translations.update_translations),
        *(
            path(
                f"localize/translate/<int:translation_id>/pofile/{step}/",
                translations.pofile,
                {"step": step},
            )
            for step in ("download", "upload")
        ),
    ]


@hooks.register("register_admin_urls", order=-1)
def list_addresses() -> list[Any]:
    """Our list of documents stands before Wagtail's, at the same address."""
    return [
        path("documents/", DocumentIndexView.as_view()),
        path("documents/results/", DocumentIndexView.as_view(results_only=True)),
        path("reports/droits/", ExpiredRightsView.as_view(), name="home_expired_rights"),
        path(
            "reports/droits/results/",
            ExpiredRightsView.as_view(results_only=True),
            name="home_expired_rights_results",
        ),
    ]


@hooks.register("register_admin_urls")
def second_factor_addresses() -> list[Any]:
    """The code of the session, and setting a factor up."""
    return [
        path("second-facteur/", second_factor.verify, name="home_second_factor"),
        path("second-facteur/nouveau/", second_factor.setup, name="home_second_factor_setup"),
    ]


@hooks.register("register_account_menu_item")
def second_factor_item(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001
    """«Mon compte» leads to it."""
    return {
        "url": reverse("home_second_factor_setup"),
        "label": "Second facteur",
        "help_text": "Un code de votre téléphone, en plus du mot de passe.",
    }


@hooks.register("register_admin_urls")
def frequentation_addresses() -> list[Any]:
    """What was read, and its files."""
    return [
        path("rapports/frequentation/", report, name="home_frequentation"),
        re_path(
            r"^rapports/frequentation/(mois|pages)\.csv$", report_csv, name="home_frequentation_csv"
        ),
    ]


@hooks.register("register_reports_menu_item")
def frequentation_item() -> MenuItem:
    """Reports → «Fréquentation»."""
    return MenuItem(
        "Fréquentation",
        reverse("home_frequentation"),
        name="frequentation",
        icon_name="view",
        order=630,
    )


class ExpiredRightsItem(MenuItem):
    """For those who manage images."""

    def is_shown(self, request: HttpRequest) -> bool:
        """True for somebody who may change an image."""
        return image_policy.user_has_any_permission(request.user, ["change", "delete"])


@hooks.register("register_reports_menu_item")
def expired_rights_item() -> MenuItem:
    """Reports → «Droits d’images échus»."""
    return ExpiredRightsItem(
        "Droits d’images échus",
        reverse("home_expired_rights"),
        name="expired-rights",
        icon_name="image",
        order=650,
    )


hooks.register("before_serve_page", visits.note_page)


# Feature registries keep the last handler of a link type: after Wagtail's own.
@hooks.register("register_rich_text_features", order=10)
def describe_document_links(features: FeatureRegistry) -> None:
    """Links to documents tell format and weight."""
    features.register_link_type(DescribedDocumentLink)


@hooks.register("construct_page_chooser_queryset")
def only_what_one_may_see(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """No draft and no private page of somebody else."""
    return choosable(pages, request.user)


# After Wagtail's own, whose addresses these take.
@hooks.register("construct_admin_api", order=10)
def only_own_files(router: Any) -> None:
    """Documents and images of others are not read through the API of the admin."""
    router.register_endpoint("documents", OwnDocumentsAPIViewSet)
    router.register_endpoint("images", OwnImagesAPIViewSet)


@hooks.register("before_move_page")
def ask_before_showing(request: HttpRequest, page: Page, destination: Page) -> None:
    """Wagtail asks for the right when the page is moved; the question itself names both pages."""
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied
