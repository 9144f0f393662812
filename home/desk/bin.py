"""The bin: a deleted page waits thirty days with everything below it, and comes back as it was.

Deleting moves the subtree below a page that belongs to no site and withdraws it: from this moment
it has no address, no file of it is public, and the search, the lists and the sitemap lose it. What
was live, which revision, and where it stood are remembered in a BinEntry.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.actions.move_page import MovePageAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import log
from wagtail.models import Page, Revision, Site, WorkflowState
from wagtail.signals import page_published

from home.models import BinEntry, BinPage

KEEP_DAYS = 30


class BinError(ValueError):
    """Why a page cannot go into the bin or come back, in French for whoever asked."""


def bin_page() -> BinPage:
    """The bin; made at the first deletion."""
    found = BinPage.objects.first()
    if found is None:
        root = Page.objects.filter(depth=1).get()
        found = root.add_child(
            instance=BinPage(
                title="Corbeille", slug=BinPage.SLUG, live=False, locale_id=root.locale_id
            )
        )
    return found


def is_in_bin(page: Page) -> bool:
    """True for a page below the bin, and for the bin itself."""
    path = BinPage.objects.values_list("path", flat=True).first()
    return path is not None and page.path.startswith(path)


@transaction.atomic
def put(page: Page, user: Any) -> BinEntry:
    """Move the page and all pages below it into the bin. BinError for the home page of a site."""
    page = Page.objects.select_for_update().get(pk=page.pk)
    subtree = Page.objects.filter(path__startswith=page.path)
    if Site.objects.filter(root_page__in=subtree).exists():
        raise BinError("La page d’accueil d’un site ne se supprime pas.")
    if is_in_bin(page):
        raise BinError("Cette page est déjà dans la corbeille.")
    entry = BinEntry(
        page=page,
        parent=page.get_parent(),
        before=page.get_next_siblings().first(),
        address=page.full_url or "",
        page_count=subtree.count(),
        state=_state_of(subtree),
        deleted_by=user,
    )
    _stop_workflows(subtree, user)
    _withdraw(entry.state["live"], user)
    Revision.objects.filter(pk__in=[pk for pk, _hour in entry.state["scheduled"]]).update(
        approved_go_live_at=None
    )
    action = MovePageAction(Page.objects.get(pk=page.pk), bin_page(), pos="last-child", user=user)
    action.execute(skip_permission_checks=True)
    entry.page = Page.objects.get(pk=page.pk)
    entry.save()
    log(entry.page.specific_deferred, "home.bin", user=user, data={"address": entry.address})
    return entry


@transaction.atomic
def restore(entry: BinEntry, user: Any) -> Page:
    """Put a page back where it stood, live where it was live. BinError when its place is gone.

    When another page took its address meanwhile, it comes back as `<slug>-2`.
    """
    # Only the entry is locked: its neighbour may be missing, and PostgreSQL locks no missing row.
    locked = BinEntry.objects.select_for_update(of=("self",)).select_related("page", "before")
    entry = locked.get(pk=entry.pk)
    parent = entry.parent
    if parent is None:
        raise BinError("La rubrique de cette page n’existe plus.")
    if is_in_bin(parent):
        raise BinError(
            f"La rubrique « {parent.title} » est elle-même dans la corbeille : "
            "rétablissez-la d’abord."
        )
    page = entry.page.specific
    slug = _free_slug(page, parent)
    if slug != page.slug:
        page.slug = slug
        page.save(clean=False)
    before = entry.before
    if before is not None and before.is_child_of(parent):
        action = MovePageAction(page, before, pos="left", user=user)
    else:
        action = MovePageAction(page, parent, pos="last-child", user=user)
    action.execute(skip_permission_checks=True)
    _bring_back(entry.state)
    entry.delete()
    restored = Page.objects.get(pk=page.pk)
    log(restored.specific_deferred, "home.restore", user=user)
    return restored


def place_of(entry: BinEntry) -> Page | None:
    """The page whose permissions decide over this entry: its old parent, or when that lies in the
    bin too, the place of that one. None when nothing of it is left.
    """
    place = entry.parent
    # Each step leads to an entry that was deleted later.
    while place is not None and is_in_bin(place):
        above = (
            BinEntry.objects.filter(page__in=place.get_ancestors(inclusive=True))
            .select_related("parent")
            .first()
        )
        place = above.parent if above else None
    return place


def may_restore(user: Any, entry: BinEntry) -> bool:
    """What was live needs the right to publish there; a draft the right to add."""
    if user.is_superuser:
        return True
    place = place_of(entry)
    if place is None:
        return False
    permissions = place.permissions_for_user(user)
    if entry.was_live:
        return "publish" in permissions.permissions
    return bool({"add", "change"} & permissions.permissions)


def purge(now: datetime | None = None, *, write: bool = True) -> int:
    """Delete for good what lies in the bin for more than KEEP_DAYS; the number of pages. Without
    `write`, count them.
    """
    oldest = (now or timezone.now()) - timedelta(days=KEEP_DAYS)
    deleted = 0
    for entry in BinEntry.objects.filter(deleted_at__lt=oldest).select_related("page"):
        deleted += entry.page.get_descendant_count() + 1
        if write:
            with transaction.atomic():
                entry.page.specific.delete()
    return deleted


def _state_of(subtree: QuerySet[Page]) -> dict:
    """What `restore` needs: live pages, parents first, with the aliases that follow them."""
    keys = list(subtree.values_list("pk", flat=True))
    live = (
        (subtree | Page.objects.filter(alias_of__in=keys))
        .filter(live=True)
        .order_by("path")
        .distinct()
    )
    scheduled = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(pk) for pk in keys],
        approved_go_live_at__isnull=False,
    ).order_by("pk")
    return {
        "live": [
            list(row)
            for row in live.values_list("pk", "live_revision_id", "has_unpublished_changes")
        ],
        "scheduled": [
            [pk, hour.isoformat()]
            for pk, hour in scheduled.values_list("pk", "approved_go_live_at")
        ],
    }


def _stop_workflows(subtree: QuerySet[Page], user: Any) -> None:
    running = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=[str(pk) for pk in subtree.values_list("pk", flat=True)],
        status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES),
    )
    for state in running:
        state.cancel(user=user)


def _withdraw(live: list[list], user: Any) -> None:
    """Withdraw each page that is still live: a room may have withdrawn it with its parent."""
    for pk, _revision, _changed in reversed(live):
        page = Page.objects.get(pk=pk)
        if page.live:
            UnpublishPageAction(page.specific, user=user, log_action=False).execute(
                skip_permission_checks=True
            )


def _bring_back(state: dict) -> None:
    """Make live what was live, unless its last day has passed meanwhile."""
    now = timezone.now()
    for pk, revision, changed in state.get("live", []):
        found = Page.objects.filter(pk=pk).first()
        if found is None or (found.expire_at and found.expire_at <= now):
            continue
        page = found.specific
        page.live = True
        page.has_unpublished_changes = changed
        page.live_revision = Revision.objects.filter(pk=revision).first()
        page.save(clean=False)
        page_published.send(sender=type(page), instance=page, revision=page.live_revision)
    for pk, hour in state.get("scheduled", []):
        Revision.objects.filter(pk=pk).update(approved_go_live_at=parse_datetime(hour))


def _free_slug(page: Page, parent: Page) -> str:
    slug, number = page.slug, 1
    while not Page._slug_is_available(slug, parent, page):
        number += 1
        slug = f"{page.slug}-{number}"
    return slug
