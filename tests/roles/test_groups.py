"""The groups that the table makes, and what an administrator changes afterwards."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from wagtail.models import GroupPagePermission, GroupSitePermission

from cisp_map.models import SiteAccess
from config.roles import BY_KEY, CISP, ROLES, differences, groups_of, make_groups, page_at
from home.models import GroupRights


def group_of(key: str) -> Group:
    return Group.objects.get(name=BY_KEY[key].group)


def printed(*args: str) -> str:
    out = StringIO()
    call_command("roles", *args, stdout=out)
    return out.getvalue()


def test_every_group_is_as_in_the_table(sites):
    for role in ROLES:
        if role.group:
            assert differences(Group.objects.get(name=role.group), role) == ([], []), role.key


def test_keys_and_groups_are_unique():
    assert len({role.key for role in ROLES}) == len(ROLES)
    names = [role.group for role in ROLES if role.group]
    assert len(set(names)) == len(names)
    assert groups_of(BY_KEY["communication"]) == [
        "Publication cisp.be",
        "Publication interfede.be",
        "Recherche (trois sites)",
    ]


def test_twice_changes_nothing(sites):
    def state():
        return (
            list(
                Group.permissions.through.objects.values_list("group", "permission").order_by("pk")
            ),
            list(GroupPagePermission.objects.order_by("pk").values()),
            list(GroupSitePermission.objects.order_by("pk").values()),
            list(GroupRights.objects.order_by("pk").values()),
        )

    before = state()
    make_groups()
    assert state() == before


def test_what_an_administrator_changed_stays(sites):
    group = group_of("redaction-cisp")
    more = Permission.objects.get(codename="change_trade", content_type__app_label="cisp_map")
    group.permissions.add(more)
    GroupPagePermission.objects.filter(group=group, permission__codename="add_page").delete()
    make_groups()
    assert more in group.permissions.all()
    assert not GroupPagePermission.objects.filter(
        group=group, permission__codename="add_page"
    ).exists()
    out = printed()
    assert "retiré : add_page : cisp" in out
    assert "ajouté : cisp_map.change_trade" in out


def test_a_new_row_of_the_table_reaches_a_group_that_exists(sites):
    group = group_of("redaction-cisp")
    given = GroupRights.objects.get(group=group)
    page = page_at(CISP)
    given.keys.remove(f"page:{page.pk}:change_page")
    given.save()
    GroupPagePermission.objects.filter(group=group, permission__codename="change_page").delete()
    make_groups()
    assert GroupPagePermission.objects.filter(
        group=group, page=page, permission__codename="change_page"
    ).exists()


def test_reset_brings_a_group_back(sites):
    group = group_of("comite")
    GroupPagePermission.objects.filter(group=group).delete()
    group.permissions.add(Permission.objects.get(codename="add_user"))
    assert "comme dans la table" in printed("--reset", group.name)
    assert differences(group, BY_KEY["comite"]) == ([], [])
    with pytest.raises(CommandError, match="pas dans la table"):
        call_command("roles", reset="Inconnu")


def test_each_role_has_a_demo_account_only_where_there_is_a_demo_login(demo, settings):
    from config.management.commands.load_demo import Command

    users = get_user_model().objects
    Command()._login()
    assert not users.filter(username="redaction-cisp").exists()
    settings.DEMO_LOGIN = ("demo", "demo-interfede")
    Command()._login()
    Command()._login()
    for role in ROLES:
        if not role.is_superuser:
            user = users.get(username=role.key)
            assert sorted(user.groups.values_list("name", flat=True)) == sorted(groups_of(role))
            assert user.check_password("demo-interfede")
    assert SiteAccess.objects.get(user__username="centre").centre.is_demo
    assert SiteAccess.objects.get(user__username="federation").federation
