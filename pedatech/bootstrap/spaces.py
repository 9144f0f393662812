"""The list of spaces, and who may do what with spaces and proposals."""

from django.contrib.auth.models import Group, Permission

from home.models import HomePage
from pedatech.models import SpaceIndexPage
from pedatech.models.contributions import GROUP

TEAM_GROUPS = ("Rédaction pedatechcisp.be", "Publication pedatechcisp.be")
TEAM_PERMISSIONS = (
    "add_membership",
    "change_membership",
    "view_membership",
    "delete_membership",
    "view_invitation",
    "change_contribution",
    "view_contribution",
    "add_interactivepackage",
    "change_interactivepackage",
    "view_interactivepackage",
    "delete_interactivepackage",
)


def make_pages(home: HomePage) -> None:
    """`/espaces/`, the group of contributors, the rights of the team."""
    if not SpaceIndexPage.objects.child_of(home).exists():
        page = SpaceIndexPage(
            title="Mes espaces",
            slug="espaces",
            introduction="Les espaces des formations auxquelles vous prenez part.",
            search_description="Espaces réservés aux participants des formations.",
        )
        home.add_child(instance=page)
        page.save_revision().publish()
    Group.objects.get_or_create(name=GROUP)
    permissions = Permission.objects.filter(
        content_type__app_label="pedatech", codename__in=TEAM_PERMISSIONS
    )
    for group in Group.objects.filter(name__in=TEAM_GROUPS):
        group.permissions.add(*permissions)
