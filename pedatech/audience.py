"""Who may see what hangs on pages: packages, by the pages that show them."""

from home.visibility import public_pages
from pedatech.models import InteractivePackage, SpacePage


def may_play(package: InteractivePackage, user: object) -> bool:
    """True when the visitor may see a page that shows the package, and for staff.

    A package that no page shows is seen by staff alone.
    """
    if getattr(user, "is_active", False) and user.has_perm("wagtailadmin.access_admin"):  # type: ignore[attr-defined]
        return True
    pages = package.pages().filter(live=True)
    if public_pages().filter(pk__in=pages.values("pk")).exists():
        return True
    if not getattr(user, "is_authenticated", False):
        return False
    ids = pages.values_list("pk", flat=True)
    return SpacePage.objects.live().seen_by(user).filter(pk__in=list(ids)).exists()
