"""The report «Recherches», and forms that begin with the words of one of its rows."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from wagtail.admin.auth import PermissionPolicyChecker
from wagtail.contrib.redirects.permissions import permission_policy as redirect_policy
from wagtail.models import Site
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import CreateView

from home.desk.redirect_views import CreateRedirectView
from home.spreadsheets import csv_file
from search.models import Promotion, Synonym
from search.queries import clean_words
from search.recorded import KEEP_DAYS
from search.report import COLUMNS, PERIODS, WORDS_SHOWN, Report, WordsRow, percent, read

synonym_policy = ModelPermissionPolicy(Synonym)
promotion_policy = ModelPermissionPolicy(Promotion)
VERBS = ("add", "change", "delete")
checker = PermissionPolicyChecker(synonym_policy)
DEFAULT_DAYS = 30
MAX_SLUG = 80


class PeriodForm(forms.Form):
    """Which site, how many days."""

    site = forms.ModelChoiceField(
        Site.objects.order_by("site_name", "pk"),
        label="Site",
        empty_label=None,
        error_messages={"invalid_choice": "Choisissez un des sites de la liste."},
    )
    jours = forms.TypedChoiceField(
        choices=list(PERIODS.items()),
        coerce=int,
        label="Période",
        error_messages={"invalid_choice": "Choisissez 7, 30 ou 90 jours."},
    )


def may_read_report(user: Any) -> bool:
    """Those who edit synonyms."""
    return synonym_policy.user_has_any_permission(user, VERBS)


def _asked(request: HttpRequest) -> tuple[PeriodForm, Site | None, int]:
    """The form with what was asked; the site and the days that it means, or the usual ones."""
    usual = Site.find_for_request(request) or Site.objects.order_by("pk").first()
    asked = {"site": usual.pk if usual else "", "jours": DEFAULT_DAYS}
    form = PeriodForm(asked | {key: request.GET[key] for key in asked if key in request.GET})
    form.is_valid()
    return (
        form,
        form.cleaned_data.get("site", usual),
        form.cleaned_data.get("jours", DEFAULT_DAYS),
    )


@checker.require_any(*VERBS)
def searches(request: HttpRequest) -> HttpResponse:
    """`/gestion/rapports/recherches/?site=&jours=`."""
    form, site, days = _asked(request)
    report = read(site.pk if site else 0, days, timezone.localdate())
    context = {
        "form": form,
        "site": site,
        "report": report,
        "rare_rate": percent(report.rare, report.total.searches),
        "unanswered": [(row, _next_steps(request, row, site)) for row in report.unanswered],
        "csv_url": _csv_url(site, days),
        "keep_days": KEEP_DAYS,
        "words_shown": WORDS_SHOWN,
    }
    return TemplateResponse(request, "search/admin/searches.html", context)


@checker.require_any(*VERBS)
def searches_csv(request: HttpRequest) -> HttpResponse:
    """`/gestion/rapports/recherches/mots.csv`, the same parameters: every word that may be shown."""
    form, site, days = _asked(request)
    if form.errors:
        return HttpResponse(
            " ".join(str(text) for texts in form.errors.values() for text in texts),
            status=400,
            content_type="text/plain; charset=utf-8",
        )
    report: Report = read(site.pk if site else 0, days, timezone.localdate())
    name = f"recherches-{slugify(str(site.site_name if site else ''))}-{report.until:%Y-%m-%d}.csv"
    return csv_file(name, COLUMNS, (row.cells for row in report.rows))


def _csv_url(site: Site | None, days: int) -> str:
    parameters = urlencode({"site": site.pk if site else "", "jours": days})
    return f"{reverse('search_report_csv')}?{parameters}"


def _next_steps(request: HttpRequest, row: WordsRow, site: Site | None) -> list[dict[str, str]]:
    """`[{"label", "url"}]`: what the user may do for words without an answer."""
    site_id = str(site.pk) if site else ""
    steps = []
    if synonym_policy.user_has_permission(request.user, "add"):
        # One way: that the words find nothing says nothing of the others.
        asked = {"typed": row.label, "direction": Synonym.Direction.ONE, "site": site_id}
        steps.append(("Créer un synonyme", reverse(f"{SYNONYM_URLS}:add"), asked))
    if promotion_policy.user_has_permission(request.user, "add"):
        asked = {"words": row.label, "site": site_id}
        steps.append(("Mettre une page en avant", reverse(f"{PROMOTION_URLS}:add"), asked))
    if redirect_policy.user_has_permission(request.user, "add"):
        asked = {"mots": row.label, "site": site_id}
        steps.append(("Créer une redirection", reverse("search_add_redirect"), asked))
    return [{"label": label, "url": f"{url}?{urlencode(asked)}"} for label, url, asked in steps]


SYNONYM_URLS = "wagtailsnippets_search_synonym"
PROMOTION_URLS = "wagtailsnippets_search_promotion"


def _site_key(text: str) -> str:
    """A key that may be one; "" for anything else."""
    return text if text.isascii() and text.isdigit() and len(text) < 10 else ""


class PrefilledCreateView(CreateView):
    """A new snippet whose form begins with what the address says; nothing is saved by it."""

    PREFILLED = ("typed", "words", "direction", "site")

    def get_initial(self) -> dict[str, Any]:
        """Known fields of the address, made safe to show."""
        initial = super().get_initial()
        for name in self.PREFILLED:
            if name in self.request.GET and name in self.get_form_class().base_fields:
                value = self.request.GET[name]
                initial[name] = _site_key(value) if name == "site" else clean_words(value)
        return initial


class PrefilledRedirectView(CreateRedirectView):
    """Wagtail's new redirect: words that people want become a short address, `/garde-enfants`."""

    def get_initial(self) -> dict[str, Any]:
        """The address made of the words, on the site where they were typed."""
        words = slugify(clean_words(self.request.GET.get("mots", "")))[:MAX_SLUG].strip("-")
        return super().get_initial() | {
            "old_path": f"/{words}" if words else "",
            "site": _site_key(self.request.GET.get("site", "")),
        }
