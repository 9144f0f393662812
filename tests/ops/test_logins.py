"""Whoever tries passwords at the admin is held up, and learns nothing about names."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from home.logins import ATTEMPTS, ATTEMPTS_OF_ADDRESS
from tests.support import HOSTS

PASSWORD = "un long mot de passe"
LOGIN = "/gestion/login/"


@pytest.fixture
def editor(sites):
    return get_user_model().objects.create_superuser("editrice", password=PASSWORD)


def attempt(name: str, password: str, **headers):
    visitor = Client(headers={"host": HOSTS["interfede"]})
    return visitor.post(LOGIN, {"username": name, "password": password}, **headers)


def test_after_some_failures_even_the_right_password_waits(editor):
    for _ in range(ATTEMPTS):
        assert attempt("editrice", "faux").status_code == 200
    answer = attempt("editrice", PASSWORD)
    assert answer.status_code == 200
    assert "Trop d’essais" in answer.content.decode()
    assert attempt("editrice", PASSWORD, REMOTE_ADDR="192.0.2.8").status_code == 302


def test_a_success_forgets_the_failures(editor):
    for _ in range(ATTEMPTS - 1):
        attempt("editrice", "faux")
    assert attempt("editrice", PASSWORD).status_code == 302
    attempt("editrice", "faux")
    assert attempt("editrice", PASSWORD).status_code == 302


def test_many_names_from_one_address_are_held_up(editor):
    for number in range(ATTEMPTS_OF_ADDRESS):
        attempt(f"nom{number}", "faux")
    assert "Trop d’essais" in attempt("editrice", PASSWORD).content.decode()


def test_the_answer_does_not_tell_whether_a_name_exists(editor):
    def told(name: str) -> str:
        page = attempt(name, "faux").content.decode()
        # The token of the form is another one each time.
        return re.sub(r"[A-Za-z0-9]{64}", "", page).replace(name, "x")

    assert told("editrice") == told("personne")


def test_a_session_ends_when_the_password_changes(editor, client):
    client.defaults["HTTP_HOST"] = HOSTS["interfede"]
    client.force_login(editor)
    assert client.get("/gestion/").status_code == 200
    editor.set_password("un autre long mot de passe")
    editor.save()
    assert client.get("/gestion/").status_code == 302
