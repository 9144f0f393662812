"""«Fréquentation» in the admin: for everybody who enters it, because it names nobody."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Site

from home import frequentation
from home.spreadsheets import csv_file

ALL_SITES = "Les trois sites"


class AskForm(forms.Form):
    """Which site, which year, what is drawn."""

    site = forms.ModelChoiceField(
        Site.objects.order_by("site_name", "pk"),
        label="Site",
        required=False,
        empty_label=ALL_SITES,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choisissez un des sites de la liste."
        ),
    )
    annee = forms.TypedChoiceField(
        coerce=int,
        label="Année",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choisissez une année de la liste."
        ),
    )
    mesure = forms.ChoiceField(
        label="Graphique",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choisissez un des graphiques."
        ),
    )

    def __init__(self, asked: dict[str, Any]) -> None:
        years = frequentation.years()
        usual = {"site": "", "annee": years[0], "mesure": "visites"}
        super().__init__(usual | asked)
        self.fields["annee"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        self.fields["mesure"].choices = [  # type: ignore[attr-defined]
            (each.key, each.label) for each in frequentation.measures()
        ]

    def asked(self) -> tuple[Site | None, int, str]:
        """What is meant; the usual value for what was not understood."""
        self.is_valid()
        found = self.cleaned_data
        return (
            found.get("site"),
            found.get("annee", timezone.localdate().year),
            found.get("mesure", "visites"),
        )


def _form(request: HttpRequest) -> AskForm:
    names = ("site", "annee", "mesure")
    return AskForm({name: request.GET[name] for name in names if name in request.GET})


def report(request: HttpRequest) -> HttpResponse:
    """`/gestion/rapports/frequentation/?site=&annee=&mesure=`."""
    form = _form(request)
    site, year, measure = form.asked()
    found = frequentation.read(year, site.pk if site else None, timezone.localdate())
    asked = urlencode({"site": site.pk if site else "", "annee": year})
    context = {
        "form": form,
        "site_name": site.site_name if site else ALL_SITES,
        "report": found,
        "chart": found.chart(measure),
        "lists": [
            ("Pages les plus lues", "pages", found.pages),
            ("Fichiers les plus téléchargés", "fichiers", found.files),
            ("Pages d’où l’on appelle", "appels", found.calls),
        ],
        "months_url": f"{reverse('home_frequentation_csv', args=['mois'])}?{asked}",
        "pages_url": f"{reverse('home_frequentation_csv', args=['pages'])}?{asked}",
    }
    return TemplateResponse(request, "home/admin/frequentation.html", context)


def report_csv(request: HttpRequest, what: str) -> HttpResponse:
    """`/gestion/rapports/frequentation/mois.csv` and `pages.csv`, the same parameters."""
    form = _form(request)
    site, year, _measure = form.asked()
    if form.errors:
        said = " ".join(str(text) for texts in form.errors.values() for text in texts)
        return HttpResponse(said, status=400, content_type="text/plain; charset=utf-8")
    found = frequentation.read(year, site.pk if site else None, timezone.localdate())
    name = f"frequentation-{slugify(site.site_name if site else ALL_SITES)}-{year}-{what}.csv"
    if what == "mois":
        return csv_file(name, frequentation.month_columns(found), frequentation.month_rows(found))
    columns = ("Page", "Adresse", f"Pages lues {year}", f"Pages lues {year - 1}")
    rows = (
        (each.label, each.url, str(each.cell.number), str(each.cell.before)) for each in found.pages
    )
    return csv_file(name, columns, rows)
