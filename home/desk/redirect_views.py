"""Redirects in the admin: Wagtail's screens with our checks, hits, and a file of our own reading."""

from collections import Counter
from typing import Any

from django import forms
from django.core import signing
from django.db.models import BigIntegerField, CharField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect as go_to
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.auth import PermissionPolicyChecker
from wagtail.admin.ui.tables import Column
from wagtail.contrib.redirects import views
from wagtail.contrib.redirects.forms import RedirectForm
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.redirects.permissions import permission_policy
from wagtail.models import Page, Site

from home.desk import redirect_import
from home.desk.redirect_import import Effect, FileError, Planned, Row
from home.desk.redirects import (
    HITS,
    LONGEST,
    RedirectError,
    Target,
    checked,
    flatten_behind,
    read_old,
    read_target,
)
from home.models import DailyCount
from home.spreadsheets import csv_file

checker = PermissionPolicyChecker(permission_policy)
SALT = "home.desk.redirects"
AN_HOUR = 3_600
SHOWN_ROWS = 200


class CheckedRedirectForm(RedirectForm):
    """Whole addresses are understood, chains are shortened, circles refused."""

    old_path = forms.CharField(
        label="Ancienne adresse",
        max_length=2_000,
        help_text="Ce que l’on tape ou ce qui est imprimé : « /ancienne-page/ », ou l’adresse entière.",
    )
    redirect_link = forms.CharField(
        label="Ou une autre adresse",
        required=False,
        max_length=2_000,
        help_text="« /contact/ » sur le même site, ou une adresse entière qui commence par « https:// ».",
    )
    site = forms.ModelChoiceField(
        Site.objects.order_by("site_name", "pk"),
        label="Site",
        required=False,
        empty_label="Tous les sites",
        help_text="Le site de l’ancienne adresse.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["redirect_page"].label = "Vers une page"
        self.fields["redirect_page"].help_text = "La redirection suit la page quand elle bouge."
        self.fields["is_permanent"].label = "Permanente"
        self.fields[
            "is_permanent"
        ].help_text = (
            "Oui dans presque tous les cas : les moteurs de recherche oublient l’ancienne adresse."
        )

    def clean_old_path(self) -> str:
        """What is no address at all stops here, before Wagtail reads it."""
        text: str = self.cleaned_data["old_path"]
        try:
            read_old(text, None)
        except RedirectError as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def clean(self) -> dict[str, Any]:
        """Read both addresses; each message stands beside its field."""
        super().clean()
        data = self.cleaned_data
        if not data.get("old_path"):
            return data
        data["old_path"], data["site"] = read_old(data["old_path"], data.get("site"))
        self.target(data)
        return data

    def target(self, data: dict[str, Any]) -> None:
        """Where it leads, whole and in one hop."""
        page, link = data.get("redirect_page"), data.get("redirect_link", "").strip()
        if bool(page) == bool(link):
            self.add_error(
                "redirect_link" if page else "redirect_page",
                "Choisissez une page ou écrivez une adresse, pas les deux."
                if page
                else "Choisissez une page ou écrivez une adresse.",
            )
            return
        field = "redirect_page" if page else "redirect_link"
        try:
            target = Target(page=page) if page else read_target(link, data.get("site"))
            target = checked(data["old_path"], data.get("site"), target, self.instance)
        except RedirectError as error:
            self.add_error(field, str(error))
            return
        data["redirect_page"], data["redirect_link"] = target.page, target.link
        self.route = target.route

    def _post_clean(self) -> None:
        super()._post_clean()
        # Wagtail's own clean() of the model empties the route of a page it does not know yet.
        self.instance.redirect_page_route_path = getattr(self, "route", "")

    def save(self, commit: bool = True) -> Redirect:
        """Then those that led here lead to the new end."""
        redirect = super().save(commit)
        if commit:
            flatten_behind(redirect)
        return redirect


class CreateRedirectView(views.CreateView):
    """`redirects/add/?old_path=&site=&page=` begins with what the list of lost addresses knows."""

    form_class = CheckedRedirectForm

    def get_initial(self) -> dict[str, Any]:
        """What the address says, made safe to show; nothing is saved by it."""
        asked = self.request.GET
        return super().get_initial() | {
            "old_path": asked.get("old_path", "")[:LONGEST],
            "site": _key(asked.get("site", "")),
            "redirect_page": Page.objects.filter(pk=_key(asked.get("page", "")) or 0).first(),
        }


class EditRedirectView(views.EditView):
    """Wagtail's, with our form."""

    form_class = CheckedRedirectForm


class RedirectIndexView(views.IndexView):
    """Wagtail's list, with how often each redirect was followed."""

    @cached_property
    def columns(self) -> list[Column]:
        """Wagtail's columns, then the hits."""
        return [
            *views.IndexView.columns,
            Column("hits", label="Suivie (fois)", width="10%", sort_key="hits"),
        ]

    def get_base_queryset(self) -> QuerySet[Redirect]:
        """With `hits`, counted by the database."""
        return with_hits(super().get_base_queryset())


def with_hits(redirects: QuerySet[Redirect]) -> QuerySet[Redirect]:
    """Add `hits`: how often each redirect was followed."""
    counts = (
        DailyCount.objects.filter(kind=HITS, key=Cast(OuterRef("pk"), CharField()))
        .order_by()
        .values("kind")
        .annotate(total=Sum("count"))
        .values("total")
    )
    return redirects.annotate(hits=Coalesce(Subquery(counts), 0, output_field=BigIntegerField()))


def _key(text: str) -> str:
    """A primary key that may be one; "" for anything else."""
    return text if text.isascii() and text.isdigit() and len(text) < 10 else ""


# --- A file ------------------------------------------------------------------------------------


class FileForm(forms.Form):
    """The file and what it does not say."""

    fichier = forms.FileField(
        label="Fichier CSV",
        help_text="Deux colonnes : l’ancienne adresse, la nouvelle. 1 Mo au plus.",
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Le fichier est vide.",
            "invalid": "Choisissez un fichier.",
        },
    )
    site = forms.ModelChoiceField(
        Site.objects.order_by("site_name", "pk"),
        label="Site",
        required=False,
        empty_label="Tous les sites",
        help_text="Pour les lignes qui ne nomment pas de site.",
    )


@checker.require("add")
def import_file(request: HttpRequest) -> HttpResponse:
    """Upload, then what would change; nothing is written here."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return TemplateResponse(request, "home/desk/redirects_file.html", {"form": form})
    upload, site = form.cleaned_data["fichier"], form.cleaned_data["site"]
    try:
        if upload.size > redirect_import.MOST_BYTES:
            raise FileError("Le fichier dépasse 1 Mo.")
        rows = redirect_import.read(upload.read())
    except FileError as error:
        form.add_error("fichier", str(error))
        return TemplateResponse(request, "home/desk/redirects_file.html", {"form": form})
    planned = redirect_import.plan(rows, site)
    kept = signing.dumps([rows, site.pk if site else None], salt=SALT, compress=True)
    return TemplateResponse(request, "home/desk/redirects_plan.html", _shown(planned, kept))


@checker.require("add")
def confirm_file(request: HttpRequest) -> HttpResponse:
    """Write what was shown; it is looked at anew, because the table may have changed."""
    if request.method != "POST":
        return go_to("home_redirects_import")
    try:
        lines, site_key = signing.loads(request.POST.get("plan", ""), salt=SALT, max_age=AN_HOUR)
    except signing.BadSignature:
        messages.error(request, "Cet aperçu n’est plus valable : envoyez le fichier à nouveau.")
        return go_to("home_redirects_import")
    site = Site.objects.filter(pk=site_key).first() if site_key else None
    planned = redirect_import.plan([Row(*line) for line in lines], site)
    count = redirect_import.apply(planned, request.user)
    refused = sum(each.effect is Effect.REFUSE for each in planned)
    text = f"{count} redirection{'s' if count > 1 else ''} enregistrée{'s' if count > 1 else ''}."
    if refused:
        text += f" {refused} ligne{'s' if refused > 1 else ''} refusée{'s' if refused > 1 else ''}."
    messages.success(request, text)
    return go_to("wagtailredirects:index")


@checker.require("add")
def model_file(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """An example to fill in."""
    return csv_file(
        "redirections.csv",
        ("ancienne adresse", "nouvelle adresse", "site", "type"),
        [("/ancienne-page/", "/infos/contact/", "interfede.be", "permanente")],
    )


def _shown(planned: list[Planned], kept: str) -> dict[str, Any]:
    counts = Counter(each.effect for each in planned)
    order = {Effect.REFUSE: 0, Effect.CHANGE: 1, Effect.ADD: 2, Effect.SAME: 3}
    rows = sorted(planned, key=lambda each: (order[each.effect], each.row.number))
    return {
        "figures": [(effect.value, counts[effect]) for effect in Effect],
        "rows": rows[:SHOWN_ROWS],
        "more": max(len(rows) - SHOWN_ROWS, 0),
        "writes": counts[Effect.ADD] + counts[Effect.CHANGE],
        "plan": kept,
        "back_url": reverse("home_redirects_import"),
    }
