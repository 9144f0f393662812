"""«Données d’une personne» and «Durées de conservation» in the admin, for administrators."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from config import personal_data
from config.personal_data import Person, Refused, person_of
from config.retention import BY_THEMSELVES
from home.admin_screens import only
from home.retention import jobs, run_all

SEARCH, EXPORT, ERASE = "chercher", "exporter", "effacer"


administrators_only = only(lambda user: getattr(user, "is_superuser", False))


class PersonForm(forms.Form):
    """Whom it is about. Sent by POST: an address in an address would stand in logs."""

    email = forms.CharField(
        label="Adresse e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Écrivez l’adresse e-mail de la personne."},
    )
    name = forms.CharField(
        label="Prénom et nom",
        required=False,
        max_length=personal_data.LONGEST_NAME,
        help_text="Facultatif : pour trouver où la personne est citée sans son adresse.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    action = forms.ChoiceField(
        choices=[(each, each) for each in (SEARCH, EXPORT, ERASE)],
        error_messages={
            "required": "Choisissez ce qu’il faut faire.",
            "invalid_choice": "Choisissez ce qu’il faut faire.",
        },
    )
    confirmation = forms.CharField(required=False, max_length=254)
    person: Person | None = None

    def clean_email(self) -> str:
        """An address; the person is kept for the view."""
        email = self.cleaned_data["email"]
        self.person = person_of(email)
        return self.person.email

    def clean(self) -> dict[str, Any]:
        """Erasing asks for the address a second time."""
        data: dict[str, Any] = super().clean() or {}
        if self.person and data.get("name"):
            self.person = person_of(self.person.email, data["name"])
        typed = data.get("confirmation", "").strip().lower()
        if data.get("action") == ERASE and self.person and typed != self.person.email:
            self.add_error(
                "confirmation",
                ValidationError(
                    "Écrivez encore une fois l’adresse, pour ne pas effacer une autre."
                ),
            )
        return data


@never_cache  # what a page says of a person stays nowhere
@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest) -> HttpResponse:
    """`/gestion/vie-privee/personne/`: find, give out, erase."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound:
        action = form.data.get("action")
        if form.is_valid() and form.person:
            if action == EXPORT:
                return _zip(form.person)
            if action == ERASE:
                try:
                    found = personal_data.erase(form.person, request.user)
                except Refused as error:
                    form.add_error(None, str(error))
                else:
                    number = sum(each.number for each in found)
                    messages.success(
                        request,
                        f"C’est fait : {number} enregistrement{'s' if number > 1 else ''} "
                        "selon les règles. Ce qui est publié reste à relire.",
                    )
                    return HttpResponseRedirect(reverse("personal_data"))
        if form.person:
            context |= {
                "found": personal_data.find(form.person),
                "person": form.person,
                "refusal": personal_data.refusal(form.person, request.user),
            }
    return TemplateResponse(
        request, "privacy/person.html", context, status=422 if form.errors else 200
    )


def _zip(found: Person) -> HttpResponse:
    response = HttpResponse(personal_data.export(found), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="donnees-personnelles.zip"'
    return response


@administrators_only
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """`/gestion/vie-privee/durees/`: what is kept for how long, and what the next night forgets."""
    context = {"done": run_all(write=False), "by_themselves": BY_THEMSELVES, "number": len(jobs())}
    return TemplateResponse(request, "privacy/retention.html", context)
