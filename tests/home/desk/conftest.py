"""Shared by the tests of the editors' desk."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from tests.factories import UserFactory
from tests.support import HOSTS


def signed_in(user, site="interfede") -> Client:
    """A member of staff. Wagtail notes who edits what, so a GET may write."""
    client = Client(headers={"host": HOSTS[site]})
    client.force_login(user)
    return client


def member(*groups: str):
    """Somebody of these groups, `«Publication interfede.be»`."""
    return UserFactory(groups=[Group.objects.get(name=name) for name in groups])


@pytest.fixture
def admin(admin_user) -> Client:
    return signed_in(admin_user)
