"""The log-in form: an e-mail address or a user name, and a brake on attempts."""

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from home import throttle

ATTEMPTS = 5
"""failures of one name from one address"""
ATTEMPTS_OF_ADDRESS = 30
WINDOW = 10 * 60


class LoginForm(AuthenticationForm):
    """Django's form with an e-mail address as name, and a pause after too many failures."""

    error_messages = {
        "invalid_login": "L’adresse ou le mot de passe ne sont pas justes. Réessayez.",
        "inactive": "Ce compte est fermé.",
        "throttled": "Trop d’essais. Attendez dix minutes, ou demandez un nouveau mot de passe.",
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label = "Adresse e-mail"
        name.widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        name.error_messages["required"] = "Écrivez votre adresse e-mail."
        password.label = "Mot de passe"
        password.error_messages["required"] = "Écrivez votre mot de passe."

    def clean_username(self) -> str:
        """The user name of an address; what was typed when no account has it."""
        typed = self.cleaned_data["username"].strip()
        if "@" in typed:
            found = list(
                get_user_model()
                .objects.filter(email__iexact=typed, is_active=True)
                .values_list("username", flat=True)[:2]
            )
            if len(found) == 1:
                return found[0]
        return typed

    def clean(self) -> dict:
        """Check the password unless there were too many failures."""
        address = throttle.address_of(self.request)  # type: ignore[arg-type]
        name = str(self.cleaned_data.get("username", "")).lower()
        one, all_names = (address, name), (address, "*")
        if throttle.is_blocked("login", ATTEMPTS, *one) or throttle.is_blocked(
            "login", ATTEMPTS_OF_ADDRESS, *all_names
        ):
            raise ValidationError(self.error_messages["throttled"], code="throttled")
        try:
            data = super().clean()
        except ValidationError:
            throttle.note("login", WINDOW, *one)
            throttle.note("login", WINDOW, *all_names)
            raise
        throttle.forget("login", *one)
        return data
