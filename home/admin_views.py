"""Lists of the admin: documents with their state and downloads, images whose rights ended."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.documents.views.documents import IndexView
from wagtail.images.permissions import permission_policy as image_policy

from home.downloads import DOWNLOAD
from home.models import DailyCount, SiteDocument, SiteImage


class DocumentIndexView(IndexView):
    """Wagtail's list of documents with what was read from each file and its downloads."""

    @cached_property
    def columns(self) -> list[Column]:
        """Wagtail's columns, then format, state and downloads."""
        columns = list(super().columns)
        columns[3:3] = [
            Column("describe", label="Fichier"),
            StatusTagColumn(
                "state_text",
                label="Lecture",
                primary=lambda document: document.state == SiteDocument.State.READY,
            ),
            Column("download_count", label="Téléchargements"),
        ]
        # What `describe` says makes the name of the file superfluous beside the title.
        return columns

    def decorate_paginated_queryset(self, object_list: Iterable[Any]) -> Iterable[Any]:
        """Add `download_count` and `state_text` to the documents of one page: one query."""
        documents = list(super().decorate_paginated_queryset(object_list))
        counts = download_counts([document.pk for document in documents])
        for document in documents:
            document.download_count = counts.get(document.pk, 0)
            document.state_text = document.problem or document.get_state_display()
        return documents


def download_counts(keys: Iterable[int]) -> dict[int, int]:
    """Primary key of a document → downloads so far; a document without any is left out."""
    rows = (
        DailyCount.objects.filter(kind=DOWNLOAD, key__in=[str(key) for key in keys])
        .values_list("key")
        .annotate(Sum("count"))
        .order_by("key")
    )
    return {int(key): total for key, total in rows}


class ExpiredRightsView(ReportView):
    """Images that may no longer be shown, with the number of places that show them."""

    page_title = "Droits d’images échus"
    header_icon = "image"
    model = SiteImage
    permission_policy = image_policy
    any_permission_required = ["add", "change", "delete"]
    index_url_name = "home_expired_rights"
    index_results_url_name = "home_expired_rights_results"
    list_export = ["title", "credit", "rights_end"]
    export_headings = {"title": "Titre", "credit": "Crédit", "rights_end": "Fin des droits"}
    default_ordering = "rights_end"

    @cached_property
    def columns(self) -> list[Column]:
        """Image, credit, last day, use."""
        return [
            TitleColumn("title", label="Image", url_name="wagtailimages:edit", sort_key="title"),
            Column("credit", label="Crédit"),
            DateColumn("rights_end", label="Fin des droits", sort_key="rights_end"),
            TitleColumn("usage", label="Utilisée", accessor=_usage_label, get_url=_usage_url),
        ]

    def get_queryset(self) -> QuerySet[SiteImage]:
        """The images whose last day lies before today, the oldest first."""
        images = image_policy.instances_user_has_any_permission_for(
            self.request.user, ["change", "delete"]
        )
        return images.filter(rights_end__lt=timezone.localdate()).order_by("rights_end", "pk")


def _usage_label(image: SiteImage) -> str:
    number = image.get_usage().count()
    return f"{number} fois"


def _usage_url(image: SiteImage) -> str:
    return image.usage_url
