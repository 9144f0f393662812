"""The brake on log-ins, for the form of the site and for the one of the admin."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from wagtail.admin.forms.auth import LoginForm

from home import throttle

ATTEMPTS = 5
"""failures of one name from one address"""
ATTEMPTS_OF_ADDRESS = 30
WINDOW = 10 * 60

if TYPE_CHECKING:
    _Form = AuthenticationForm
else:
    _Form = object


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
