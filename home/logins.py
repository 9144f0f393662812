"""The brake on log-ins, for the form of the site and for the one of the admin."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.forms import PasswordResetForm as DjangoResetForm
from django.core.exceptions import ValidationError
from wagtail.admin.forms.auth import LoginForm, PasswordResetForm

from home import throttle

ATTEMPTS = 5
"""failures of one name from one address"""
ATTEMPTS_OF_ADDRESS = 30
WINDOW = 10 * 60
RESETS_OF_ADDRESS = 10
RESET_WINDOW = 3600

if TYPE_CHECKING:
    _Form = AuthenticationForm
    _Reset = DjangoResetForm
else:
    _Form = _Reset = object


class BrakedLogin(_Form):
    """Before the class of the form: a pause after too many failures, whether or not there is such a
    name; the password is not even looked at during it.
    """

    too_many = "Trop d’essais. Attendez dix minutes, ou demandez un nouveau mot de passe."

    def clean(self) -> dict[str, Any]:
        """Check the password unless there were too many failures."""
        address = throttle.address_of(self.request)  # type: ignore[arg-type]
        name = str(self.cleaned_data.get("username", "")).lower()
        one, all_names = (address, name), (address, "*")
        if throttle.is_blocked("login", ATTEMPTS, *one) or throttle.is_blocked(
            "login", ATTEMPTS_OF_ADDRESS, *all_names
        ):
            raise ValidationError(self.too_many, code="throttled")
        try:
            data = super().clean()
        except ValidationError:
            throttle.note("login", WINDOW, *one)
            throttle.note("login", WINDOW, *all_names)
            raise
        throttle.forget("login", *one)
        return data


class AdminLoginForm(BrakedLogin, LoginForm):
    """The log-in of the admin."""


class BrakedReset(_Reset):
    """Before the class of a form for a forgotten password: some mails an hour for one address of
    the network. The answer is the same, sent or not.
    """

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Send, unless there were too many."""
        request = kwargs.get("request")
        parts = (throttle.address_of(request) if request else "",)
        if not throttle.is_blocked("reset", RESETS_OF_ADDRESS, *parts):
            throttle.note("reset", RESET_WINDOW, *parts)
            super().save(*args, **kwargs)


class AdminResetForm(BrakedReset, PasswordResetForm):
    """The forgotten password of the admin."""
