"""What the catalogue holds."""

from home.models import BasePage
from home.themes import Theme


class ResourcePage(BasePage):
    """One teaching resource."""

    kind = "Ressource"
    themes = (Theme.PEDATECH,)

    parent_page_types = ["pedatech.CataloguePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "ressource"
        verbose_name_plural = "ressources"
