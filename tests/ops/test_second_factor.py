"""A password alone does not open the admin once a second factor is set up, or required."""

from __future__ import annotations

import re
from base64 import b32decode
from binascii import hexlify

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from home import second_factor
from tests.support import HOSTS

ADMIN, CODE, SETUP = "/gestion/", "/gestion/second-facteur/", "/gestion/second-facteur/nouveau/"


@pytest.fixture
def editor(sites):
    return get_user_model().objects.create_superuser("editrice", password="un long mot de passe")


@pytest.fixture
def signed_in(editor):
    """A browser that gave the password."""

    def browser() -> Client:
        client = Client(headers={"host": HOSTS["interfede"]})
        assert client.login(username="editrice", password="un long mot de passe")
        return client

    return browser


def current(key: bytes, later: int = 0) -> str:
    totp = TOTP(key)
    totp.drift = later
    return f"{totp.token():06d}"


def set_up(client: Client) -> tuple[bytes, list[str]]:
    page = client.get(SETUP).content.decode()
    key = b32decode(re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", ""))
    signed = re.search(r'name="cle" value="([^"]+)"', page)[1]
    told = client.post(SETUP, {"code": current(key), "cle": signed}).content.decode()
    codes = re.findall(r"<code>(\w+)</code>", told)
    assert len(codes) == second_factor.PAPER_CODES, told[:500]
    return key, codes


def test_optional_asks_nothing_of_who_has_none(signed_in):
    assert signed_in().get(ADMIN).status_code == 200


def test_required_leads_to_the_setup_and_back(signed_in, settings):
    settings.SECOND_FACTOR = "required"
    client = signed_in()
    answer = client.get("/gestion/pages/")
    assert answer["Location"] == f"{SETUP}?next=%2Fgestion%2Fpages%2F"
    assert "otpauth" not in client.get(SETUP).content.decode()
    set_up(client)
    assert client.get(ADMIN).status_code == 200


def test_the_password_alone_opens_nothing(signed_in):
    key, _codes = set_up(signed_in())
    client = signed_in()
    for path in (ADMIN, "/gestion/pages/", "/gestion/images/", "/gestion/account/"):
        assert client.get(path)["Location"].startswith(CODE)
    assert client.post("/gestion/pages/3/delete/")["Location"].startswith(CODE)
    # Nor does it replace the factor.
    assert client.get(SETUP)["Location"] == CODE
    wrong = client.post(CODE, {"code": "000000"})
    assert second_factor.WRONG in wrong.content.decode()
    right = client.post(
        CODE,
        {
            "code": f" {current(key, later=1)[:3]} {current(key, later=1)[3:]}",
            "next": "/gestion/pages/",
        },
    )
    # django-otp waits a second after a failure: the brake of the library, then ours.
    if right.status_code == 200:
        TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
        right = client.post(CODE, {"code": current(key, later=1), "next": "/gestion/pages/"})
    assert right["Location"] == "/gestion/pages/"
    assert client.get(ADMIN).status_code == 200


def test_a_code_serves_once(signed_in):
    key, _codes = set_up(signed_in())
    code = current(key, later=1)
    assert signed_in().post(CODE, {"code": code}).status_code == 302
    assert signed_in().post(CODE, {"code": code}).status_code == 200


def test_a_code_of_the_paper_serves_once(signed_in):
    _key, codes = set_up(signed_in())
    assert signed_in().post(CODE, {"code": codes[0].upper()}).status_code == 302
    assert StaticToken.objects.count() == second_factor.PAPER_CODES - 1
    assert signed_in().post(CODE, {"code": codes[0]}).status_code == 200


def test_guessing_is_held_up(signed_in):
    key, _codes = set_up(signed_in())
    client = signed_in()
    for number in range(second_factor.ATTEMPTS):
        client.post(CODE, {"code": f"{number:06d}"})
    answer = client.post(CODE, {"code": current(key, later=1)})
    assert second_factor.TOO_MANY in answer.content.decode()


def test_one_does_not_lead_elsewhere(signed_in):
    key, _codes = set_up(signed_in())
    answer = signed_in().post(
        CODE, {"code": current(key, later=1), "next": "https://evil.example/"}
    )
    assert answer["Location"] == ADMIN


def test_a_key_of_somebody_else_is_not_taken(signed_in, editor):
    from django.core import signing

    key = b"k" * 20
    signed = signing.dumps(
        {"key": hexlify(key).decode(), "user": editor.pk + 1}, salt=second_factor.SALT
    )
    client = signed_in()
    assert client.post(SETUP, {"code": current(key), "cle": signed}).status_code == 200
    assert not TOTPDevice.objects.exists()


def test_looking_at_the_setup_keeps_nothing(signed_in):
    client = signed_in()
    client.get(SETUP)
    assert not TOTPDevice.objects.exists()


def test_the_administrator_takes_a_lost_factor_away(signed_in, capsys):
    set_up(signed_in())
    call_command("reset_second_factor", "editrice")
    assert signed_in().get(ADMIN).status_code == 200
    with pytest.raises(CommandError, match="Personne"):
        call_command("reset_second_factor", "personne")


def test_visitors_and_members_are_not_asked(sites, settings):
    settings.SECOND_FACTOR = "required"
    client = Client(headers={"host": HOSTS["pedatech"]})
    client.force_login(get_user_model().objects.create_user("membre", password="x"))
    assert client.get("/").status_code == 200
    assert client.get(ADMIN)["Location"].startswith("/gestion/login/")
