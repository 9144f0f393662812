"""The catalogue: its page and its vocabularies."""

from home.models import BasePage
from home.themes import Theme


class CataloguePage(BasePage):
    """All resources, with facets."""

    kind = "Catalogue"
    themes = (Theme.PEDATECH,)

    parent_page_types = ["home.HomePage"]
    # Any type that names this one as its parent: resources, kits, trees, spaces…
    subpage_types: list[str] | None = None
    max_count_per_parent = 1

    class Meta:
        verbose_name = "catalogue"
        verbose_name_plural = "catalogues"
