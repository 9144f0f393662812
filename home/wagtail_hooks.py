"""What the shared foundation adds to the admin."""

from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.models import Organisation


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
