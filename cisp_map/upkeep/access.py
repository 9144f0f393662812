"""Which training sites a person may edit: all of them by the rights on pages, or those of a centre.

Wagtail gives rights by subtree, and the sites of all centres lie side by side below the finder. So
the person of a centre has no right on pages at all; a `SiteAccess` lets the tester of
`TrainingSitePage` answer «may edit» for the sites of the centre, and nothing else: no publishing,
no adding, copying, moving or deleting. What is saved waits for the workflow of the finder.

The centre that counts is that of the row in the database, never the one of a draft.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from wagtail.models import Page, PagePermissionTester

from cisp_map.models.upkeep import SiteAccess
from cisp_map.models.vocabulary import Centre
from home.desk.reviews import BasePageForm

CACHED = "_own_centres"
CACHED_DESK = "_edits_every_site"
NOT_FOR_CENTRES = (
    "centre",
    "slug",
    "in_prison",
    "verified_on",
    "seo_title",
    "search_description",
    "show_in_menus",
    "teaser_image",
    "social_image",
    "go_live_at",
    "expire_at",
)
"""Fields that the person of a centre does not see: they are the editors'."""


def own_centres(user: Any) -> frozenset[int]:
    """Keys of the centres whose sites the person may edit; asked once per object `user`."""
    if not user.is_active or user.is_anonymous:
        return frozenset()
    if not hasattr(user, CACHED):
        rows = list(SiteAccess.objects.filter(user=user).values_list("centre_id", "federation_id"))
        centres = {centre for centre, _ in rows if centre}
        federations = {federation for _, federation in rows if federation}
        if federations:
            centres |= set(
                Centre.objects.filter(federation_id__in=federations).values_list("pk", flat=True)
            )
        setattr(user, CACHED, frozenset(centres))
    return getattr(user, CACHED)


def is_own(user: Any, page: Page) -> bool:
    """True for a site of one of the person's centres."""
    from cisp_map.models import TrainingSitePage

    centres = own_centres(user)
    return bool(
        centres
        and page.pk
        and TrainingSitePage.objects.filter(pk=page.pk, centre_id__in=centres).exists()
    )


def edits_every_site(user: Any) -> bool:
    """True for those whose rights on pages reach the sites below the finder."""
    from cisp_map.models import FinderPage

    if not hasattr(user, CACHED_DESK):  # the menu asks it for each of its entries
        finder = FinderPage.in_french().first()
        may = finder is not None and finder.permissions_for_user(user).can_edit()
        setattr(user, CACHED_DESK, may)
    return getattr(user, CACHED_DESK)


def editable_sites(user: Any) -> Any:
    """The training sites that the person may edit, as a queryset."""
    from cisp_map.models import TrainingSitePage

    if edits_every_site(user):
        return TrainingSitePage.objects.all()
    return TrainingSitePage.objects.filter(centre_id__in=own_centres(user))


def tends_sites(user: Any) -> bool:
    """True for whoever may edit training sites: the desk of cisp.be, or a centre."""
    return bool(own_centres(user)) or edits_every_site(user)


class TrainingSitePermissionTester(PagePermissionTester):
    """Rights on a training site: those on pages, or `change` alone on a site of one's centre."""

    def __init__(self, user: Any, page: Page) -> None:
        super().__init__(user, page)
        self.is_centre = (
            user.is_active
            and not user.is_superuser
            and "change" not in self.permissions
            and is_own(user, page)
        )
        if self.is_centre:
            self.permissions.add("change")

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Never for a centre, not even a draft."""
        return not self.is_centre and super().can_delete(ignore_bulk)

    def can_copy(self) -> bool:
        """Never for a centre."""
        return not self.is_centre and super().can_copy()


class TrainingSiteForm(BasePageForm):
    """The editor of a site; shorter for the person of a centre."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user and self.instance.pk:
            tester = TrainingSitePermissionTester(self.for_user, self.instance)
            if tester.is_centre:
                for name in NOT_FOR_CENTRES:
                    self.fields.pop(name, None)


def require_site_editor(user: Any, page: Page) -> None:
    """Raise PermissionDenied unless the person may edit this site."""
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
