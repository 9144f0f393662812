"""Shared by the tests of translations."""

import pytest
from django.test import Client

from tests.support import HOSTS


@pytest.fixture
def editor(django_user_model, db) -> Client:
    person = django_user_model.objects.create_superuser("lea", password="x")
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(person)
    return client
