"""What the search adds to the admin."""

from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from search.models import Synonym


class SynonymViewSet(SnippetViewSet):
    """Words that find each other's pages."""

    model = Synonym
    icon = "search"
    list_display = ["typed", "found", "get_direction_display", "site", "updated_at"]
    list_filter = ["direction", "site"]
    search_fields = ["typed", "found"]
    add_to_admin_menu = True
    menu_label = "Synonymes"
    menu_order = 230


register_snippet(SynonymViewSet)
