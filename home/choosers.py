"""Choosers of the admin show nothing that the person could not see otherwise.

Wagtail's choosers ask for no right but that of entering the admin: whoever may edit one page could
read the titles of all drafts, the members of a training space, the keys of review links.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.chooser import BrowseView
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import Page
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import page_permission_policy
from wagtail.snippets.views import chooser

ANY = {"add", "change", "delete", "view"}


class _Guarded:
    """A view of a chooser for those who have a right on its records."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse everybody else."""
        policy = ModelPermissionPolicy(self.model_class)  # type: ignore[attr-defined]
        if not policy.user_has_any_permission(request.user, ANY):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class _ChooseView(_Guarded, chooser.ChooseView):
    pass


class _ChooseResultsView(_Guarded, chooser.ChooseResultsView):
    pass


class _ChosenView(_Guarded, chooser.SnippetChosenView):
    pass


class _ChosenMultipleView(_Guarded, chooser.SnippetChosenMultipleView):
    pass


class PrivateChooserViewSet(chooser.SnippetChooserViewSet):
    """For records that are not a vocabulary: people, links, comments.

    `chooser_viewset_class = PrivateChooserViewSet` in the SnippetViewSet.
    """

    choose_view_class = _ChooseView
    choose_results_view_class = _ChooseResultsView
    chosen_view_class = _ChosenView
    chosen_multiple_view_class = _ChosenMultipleView


def choosable(pages: QuerySet[Page], user: Any) -> QuerySet[Page]:
    """Public pages, and everything below the pages on which the person has a right."""
    if user.is_superuser:
        return pages
    public = Page.objects.live().public().values("pk")
    explored = page_permission_policy.explorable_instances(user).values("pk")
    return pages.filter(Q(pk__in=public) | Q(pk__in=explored) | Q(depth=1))


class _PageChooserView(BrowseView):
    """Wagtail's, that does not open at the draft of somebody else."""

    def get(self, request: HttpRequest, parent_page_id: int | None = None) -> HttpResponseBase:
        """403 for a page that `choosable` leaves out."""
        if parent_page_id is not None:
            asked = Page.objects.filter(pk=parent_page_id)
            if asked.exists() and not choosable(asked, request.user).exists():
                raise PermissionDenied
        return super().get(request, parent_page_id)


page_chooser = require_admin_access(_PageChooserView.as_view())


class OwnDocumentsAPIViewSet(DocumentsAdminAPIViewSet):
    """The admin's API of documents, for those that one may choose or change."""

    def get_queryset(self) -> QuerySet:
        """Wagtail's, without the documents of others."""
        allowed = document_policy.instances_user_has_any_permission_for(
            self.request.user, ["choose", "change", "delete"]
        )
        return super().get_queryset().filter(pk__in=allowed.values("pk"))


class OwnImagesAPIViewSet(ImagesAdminAPIViewSet):
    """The admin's API of images, for those that one may choose or change."""

    def get_queryset(self) -> QuerySet:
        """Wagtail's, without the images of others."""
        allowed = image_policy.instances_user_has_any_permission_for(
            self.request.user, ["choose", "change", "delete"]
        )
        return super().get_queryset().filter(pk__in=allowed.values("pk"))
