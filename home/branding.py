"""Identity of the three sites, for what stands around every page."""

from home import content
from home.models import SiteBranding
from home.themes import Theme


@content.kept
def all_brandings() -> tuple[SiteBranding, ...]:
    """Settings of the sites with their site, its root page and its foot, in the order of Theme."""
    order = {theme: position for position, theme in enumerate(Theme.values)}
    rows = SiteBranding.objects.select_related("site__root_page", "footer_page")
    return tuple(sorted(rows, key=lambda each: order[each.theme]))
