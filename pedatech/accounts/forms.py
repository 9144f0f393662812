"""The log-in form: an e-mail address or a user name, and a brake on attempts."""

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import AuthenticationForm

from home.logins import BrakedLogin


class LoginForm(BrakedLogin, AuthenticationForm):
    """Django's form with an e-mail address as name, and a pause after too many failures."""

    error_messages = {
        "invalid_login": "L’adresse ou le mot de passe ne sont pas justes. Réessayez.",
        "inactive": "Ce compte est fermé.",
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
