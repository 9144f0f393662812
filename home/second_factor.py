"""A second factor for whoever enters the admin: an application that gives codes (TOTP), and eight
codes on paper for the day the telephone is lost. The codes are django-otp's work.

SECOND_FACTOR: "required" asks everybody who enters the admin to set one up, "optional" asks only
those who did. With a password alone nobody can replace or remove a factor that is set up.
"""

from binascii import unhexlify
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as otp_login
from django_otp import match_token
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from home import throttle

PAPER_CODES = 8
ATTEMPTS = 10
WINDOW = 10 * 60
SALT = "home.second_factor"
SETUP_SECONDS = 30 * 60
WRONG = "Ce code n’est pas juste. Prenez celui que l’application montre maintenant."
TOO_MANY = "Trop d’essais. Attendez dix minutes."


def has_factor(user: Any) -> bool:
    """True when a factor is set up for this user: one query."""
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).exists()


class SecondFactorMiddleware:
    """Nobody goes on into the admin on the password alone. After django-otp's own middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        admin = reverse("wagtailadmin_home")
        self.admin = admin
        self.open = (
            reverse("wagtailadmin_login"),
            reverse("wagtailadmin_logout"),
            f"{admin}second-facteur/",
            f"{admin}jsi18n/",
            f"{admin}sprite",
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on, or ask for the code, or for a factor."""
        if not request.path.startswith(self.admin) or request.path.startswith(self.open):
            return self.get_response(request)
        user: Any = request.user
        if not user.is_authenticated or user.is_verified():
            return self.get_response(request)
        if has_factor(user):
            target = "home_second_factor"
        elif settings.SECOND_FACTOR == "required" and user.has_perm("wagtailadmin.access_admin"):
            target = "home_second_factor_setup"
        else:
            return self.get_response(request)
        asked = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return HttpResponseRedirect(f"{reverse(target)}?{asked}")


class CodeForm(forms.Form):
    """The code of the moment, or one from the paper."""

    code = forms.CharField(
        label="Code",
        max_length=16,
        widget=forms.TextInput(
            attrs={"inputmode": "text", "autocomplete": "one-time-code", "autofocus": True}
        ),
        error_messages={"required": "Écrivez le code."},
    )

    def clean_code(self) -> str:
        """Blanks do not matter: the applications show «123 456»."""
        return "".join(self.cleaned_data["code"].split()).lower()


def _next(request: HttpRequest) -> str:
    """Where one wanted to go, on this host only."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        asked, {request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe else reverse("wagtailadmin_home")


def _too_many(request: HttpRequest) -> bool:
    return throttle.is_blocked("second-factor", ATTEMPTS, str(request.user.pk))


def _failed(request: HttpRequest, form: CodeForm) -> None:
    throttle.note("second-factor", WINDOW, str(request.user.pk))
    form.add_error("code", WRONG)


@never_cache
@sensitive_post_parameters()
def verify(request: HttpRequest) -> HttpResponse:
    """`/gestion/second-facteur/`: the code, once per session."""
    user: Any = request.user
    if user.is_verified() or not has_factor(user):
        return HttpResponseRedirect(_next(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _too_many(request):
            form.add_error("code", TOO_MANY)
        elif device := match_token(user, form.cleaned_data["code"]):
            otp_login(request, device)
            throttle.forget("second-factor", str(user.pk))
            return HttpResponseRedirect(_next(request))
        else:
            _failed(request, form)
    context = {"form": form, "next": _next(request)}
    return render(request, "home/admin/second_factor.html", context)


@never_cache
@sensitive_post_parameters()
def setup(request: HttpRequest) -> HttpResponse:
    """`/gestion/second-facteur/nouveau/`: a new factor, kept only once a code of it was right.

    The key travels signed in the form: looking at this page writes nothing.
    """
    user: Any = request.user
    if not user.is_verified() and has_factor(user):
        return HttpResponseRedirect(reverse("home_second_factor"))
    form = CodeForm(request.POST or None)
    key = _signed_key(request)
    if request.method == "POST" and form.is_valid():
        totp = TOTP(unhexlify(key))
        if _too_many(request):
            form.add_error("code", TOO_MANY)
        elif form.cleaned_data["code"].isdigit() and totp.verify(
            int(form.cleaned_data["code"]), tolerance=1
        ):
            codes = _keep(request, key, totp.t())
            messages.success(request, "Le second facteur est en place.")
            told = {"codes": codes, "next": _next(request)}
            return render(request, "home/admin/second_factor_codes.html", told)
        else:
            _failed(request, form)
    context = {
        "form": form,
        "next": _next(request),
        "signed": signing.dumps({"key": key, "user": user.pk}, salt=SALT),
        # Without a size of its own it is as wide as the form, on a telephone too.
        "qr": segno.make(_address(user, key), error="m").svg_inline(
            border=2, dark="#000", light="#fff", omitsize=True
        ),
        "secret": _spelled(key),
    }
    return render(request, "home/admin/second_factor_setup.html", context)


def _signed_key(request: HttpRequest) -> str:
    """The key of the form when it is ours, young and this user's; else a new one."""
    try:
        sent = signing.loads(request.POST.get("cle", ""), salt=SALT, max_age=SETUP_SECONDS)
    except signing.BadSignature:
        return random_hex(20)
    return sent["key"] if sent["user"] == request.user.pk else random_hex(20)


@transaction.atomic
def _keep(request: HttpRequest, key: str, used: int) -> list[str]:
    """Put the new factor in place of any older one; the codes for the paper."""
    user: Any = request.user
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    device = TOTPDevice.objects.create(
        user=user, name="application", key=key, confirmed=True, last_t=used
    )
    paper = StaticDevice.objects.create(user=user, name="papier", confirmed=True)
    codes = [StaticToken.random_token() for _ in range(PAPER_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=paper, token=code) for code in codes])
    otp_login(request, device)
    return codes


def _spelled(key: str) -> str:
    """The key as one types it: base 32 in groups of four."""
    from base64 import b32encode

    text = b32encode(unhexlify(key)).decode().rstrip("=")
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def _address(user: Any, key: str) -> str:
    """What the square tells the application."""
    issuer = settings.WAGTAIL_SITE_NAME
    secret = _spelled(key).replace(" ", "")
    parameters = urlencode({"secret": secret, "issuer": issuer, "digits": 6, "period": 30})
    return f"otpauth://totp/{quote(f'{issuer}:{user.get_username()}')}?{parameters}"
