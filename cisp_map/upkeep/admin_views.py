"""The desk of the training sites: quality, ROME codes, campaigns, errors told by visitors.

The person of a centre sees the first, second and last of these lists for its own sites alone.
"""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from cisp_map.listing.admin_views import may_import
from cisp_map.models import (
    Campaign,
    CampaignLink,
    ErrorReport,
    Trade,
    TrainingSitePage,
)
from cisp_map.upkeep import campaigns, quality, rome_table
from cisp_map.upkeep.access import (
    editable_sites,
    edits_every_site,
    require_site_editor,
    tends_sites,
)
from cisp_map.upkeep.reports import open_reports
from home.admin_screens import only, screen
from home.spreadsheets import csv_file

PER_PAGE = 50
MAX_TICKS = 200
SHOWN_MISSING = 3


def may_campaign(user: Any) -> bool:
    """Those who publish on cisp.be write to the centres; they import the listing as well."""
    return may_import(user)


site_editors_only = only(tends_sites)
campaigners_only = only(may_campaign)


def _context(title: str, icon: str, *trail: tuple[str, str], **values: Any) -> dict[str, Any]:
    return screen(title, icon, *trail, ("", title), **values)


def _back(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """To the list one came from, with its filter and page."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = reverse(name)
    return HttpResponseRedirect(target)


def _site(request: HttpRequest, pk: int) -> TrainingSitePage:
    """A site that the person may edit; 404 for none, 403 for somebody else's."""
    page = get_object_or_404(TrainingSitePage, pk=pk)
    require_site_editor(request.user, page)
    return page


# --- Quality -----------------------------------------------------------------------------------


@site_editors_only
@require_safe
def quality_list(request: HttpRequest) -> HttpResponseBase:
    """`/gestion/lieux/qualite/`: the worst page first, with what is missing."""
    today = timezone.localdate()
    criterion = request.GET.get("critere", "")
    scores = quality.worst_first(editable_sites(request.user), today)
    mean = round(sum(each.percent for each in scores) / len(scores)) if scores else 0
    counts = {each.key: 0 for each in quality.CRITERIA}
    for each in scores:
        for missing in each.missing:
            counts[missing.key] += 1
    if criterion in counts:
        scores = [each for each in scores if criterion in {missing.key for missing in each.missing}]
    else:
        criterion = ""
    page = Paginator(scores, PER_PAGE).get_page(request.GET.get("p"))
    is_desk = edits_every_site(request.user)
    context = _context(
        "Qualité des lieux" if is_desk else "Mes lieux de formation",
        "site",
        rows=page,
        mean=mean,
        total=len(scores),
        criterion=criterion,
        criteria=[(each.key, each.label, counts[each.key]) for each in quality.CRITERIA],
        is_desk=is_desk,
        checks_points=may_import(request.user),
        here=request.get_full_path(),
    )
    return TemplateResponse(request, "cisp_map/admin/quality.html", context)


@site_editors_only
@require_safe
def quality_csv(request: HttpRequest) -> HttpResponse:
    """`/gestion/lieux/qualite.csv`: the same sites with every mark."""
    scores = quality.worst_first(editable_sites(request.user), timezone.localdate())
    columns = ["centre", "lieu", "score (%)", *(each.label for each in quality.CRITERIA)]
    rows = (
        [
            each.page.centre.name,
            each.page.title,
            str(each.percent),
            *(f"{mark:.2f}".replace(".", ",") for mark in each.marks),
        ]
        for each in scores
    )
    return csv_file("qualite-des-lieux.csv", columns, rows)


@site_editors_only
@require_POST
def verified(request: HttpRequest, pk: int) -> HttpResponseBase:
    """«Tout est exact»: the page was read today."""
    page = _site(request, pk)
    if not page.live:
        raise PermissionDenied
    campaigns.verify(page.pk, timezone.localdate(), request.user)
    messages.success(request, f"Vérifié aujourd’hui : {page.title}.")
    return _back(request, "cisp_map_quality")


# --- ROME --------------------------------------------------------------------------------------


@site_editors_only
@require_safe
def rome_list(request: HttpRequest) -> HttpResponseBase:
    """`/gestion/lieux/rome/`: the codes of each vocational course, to be accepted or corrected."""
    return _rome_page(request)


def _rome_page(
    request: HttpRequest, error: tuple[str, str, str] | None = None, status: int = 200
) -> HttpResponse:
    """`error` is (key of the row, what was typed, the sentence)."""
    asked = request.GET.get("etat", "")
    state = asked if asked in rome_table.STATES else ""
    everything = rome_table.courses(editable_sites(request.user))
    numbers = {each: sum(row.state == each for row in everything) for each in rome_table.STATES}
    rows = [row for row in everything if not state or row.state == state]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    key, typed, sentence = error or ("", "", "")
    context = _context(
        "Codes ROME des formations",
        "list-ul",
        rows=page,
        states=[(each, label, numbers[each]) for each, label in rome_table.STATES.items()],
        state=state,
        total=len(everything),
        proposals=[row.key for row in page if row.state == rome_table.PROPOSED],
        here=request.get_full_path(),
        error_key=key,
        error_typed=typed,
        error=sentence,
    )
    return TemplateResponse(request, "cisp_map/admin/rome.html", context, status=status)


@site_editors_only
@require_POST
def rome_decide(request: HttpRequest) -> HttpResponseBase:
    """Keep the codes of one course, or accept all proposals that were shown."""
    keys = request.POST.getlist("course")[:MAX_TICKS]
    if not keys:
        messages.error(request, "Aucune formation n’a été choisie.")
        return _back(request, "cisp_map_rome")
    pairs = [_pair(key) for key in keys]
    if "accept_all" in request.POST:
        sites = editable_sites(request.user)
        known = {
            row.key: row for row in rome_table.courses(sites, only=[site for site, _ in pairs])
        }
        accepted = 0
        for key in keys:
            row = known.get(key)
            if row is None:
                raise PermissionDenied
            if row.state == rome_table.PROPOSED:
                rome_table.decide(row.site, row.trade, row.proposed, request.user)
                accepted += 1
        messages.success(request, f"Propositions acceptées : {accepted}.")
        return _back(request, "cisp_map_rome")
    site_pk, trade_pk = pairs[0]
    site = _site(request, site_pk)
    trade = get_object_or_404(Trade.objects.filter(offers__page=site).distinct(), pk=trade_pk)
    typed = request.POST.get("codes", "")[:200]
    try:
        decision = rome_table.decide(site, trade, rome_table.parse_codes(typed), request.user)
    except rome_table.UnknownCode as error:
        return _rome_page(request, (keys[0], typed, str(error)), 422)
    messages.success(request, f"{trade} : {decision.get_state_display().lower()}.")
    return _back(request, "cisp_map_rome")


def _pair(key: str) -> tuple[int, int]:
    """`12-7` → (12, 7); (0, 0), which is nothing, for anything else."""
    site, _, trade = key.partition("-")
    if all(part.isascii() and part.isdigit() and len(part) < 10 for part in (site, trade)):
        return int(site), int(trade)
    return 0, 0


@site_editors_only
@require_safe
def rome_csv(request: HttpRequest) -> HttpResponse:
    """`/gestion/lieux/rome.csv`: the whole table."""
    rows = rome_table.courses(editable_sites(request.user))
    return csv_file("codes-rome.csv", rome_table.COLUMNS, rome_table.table(rows))


# --- Campaigns ---------------------------------------------------------------------------------


class CampaignForm(forms.ModelForm):
    """A name, a subject, a message."""

    class Meta:
        model = Campaign
        fields = ["name", "subject", "message"]
        widgets = {"message": forms.Textarea(attrs={"rows": 9})}
        error_messages = {
            "name": {"required": "Donnez un nom à la campagne."},
            "subject": {"required": "Écrivez l’objet de l’e-mail."},
            "message": {"required": "Écrivez le message."},
        }


CAMPAIGNS = ("Campagnes de mise à jour", "mail")


def _trail() -> tuple[str, str]:
    return reverse("cisp_map_campaigns"), CAMPAIGNS[0]


@campaigners_only
def campaign_list(request: HttpRequest) -> HttpResponseBase:
    """`/gestion/lieux/campagnes/`: the campaigns, and a form for a new one."""
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.created_by = request.user
        form.save()
        return HttpResponseRedirect(reverse("cisp_map_campaign", args=[form.instance.pk]))
    answered = Q(links__confirmed_at__isnull=False) | Q(links__proposed_at__isnull=False)
    found = Campaign.objects.annotate(
        centres=Count("links", distinct=True),
        answers=Count("links", filter=answered, distinct=True),
    )
    context = _context(*CAMPAIGNS, form=form, campaigns=found[:50])
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "cisp_map/admin/campaigns.html", context, status=status)


@campaigners_only
@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/gestion/lieux/campagnes/<pk>/`: the mail before it goes, then who answered."""
    found = get_object_or_404(Campaign.objects.select_related("created_by"), pk=pk)
    waiting = campaigns.recipients() if found.started_at is None else []
    sample = next(((centre, email) for centre, email in waiting if email), None)
    links = list(found.links.select_related("centre"))
    context = _context(
        found.name,
        "mail",
        _trail(),
        campaign=found,
        recipients=len(waiting),
        reachable=sum(bool(email) for _, email in waiting),
        without_address=[centre for centre, email in waiting if not email],
        preview=_preview(found, sample),
        links=links,
        numbers=_numbers(links),
    )
    return TemplateResponse(request, "cisp_map/admin/campaign.html", context)


def _preview(found: Campaign, sample: tuple[Any, str] | None) -> dict[str, str] | None:
    """`{"to", "subject", "body"}` of the first mail, with a link that opens nothing."""
    if sample is None:
        return None
    centre, email = sample
    message = campaigns.mail(found, centre.name, f"{campaigns.base_address()}/mise-a-jour/…", email)
    return {"to": email, "subject": str(message.subject), "body": str(message.body)}


def _numbers(links: list[CampaignLink]) -> dict[str, int]:
    return {
        "all": len(links),
        "sent": sum(each.sent_at is not None for each in links),
        "confirmed": sum(each.confirmed_at is not None for each in links),
        "proposed": sum(each.proposed_at is not None for each in links),
        "silent": sum(not each.is_answered for each in links),
        "problems": sum(bool(each.problem) for each in links),
    }


@campaigners_only
@require_POST
def campaign_act(request: HttpRequest, pk: int, action: str) -> HttpResponseBase:
    """Start it, or write again to those who said nothing."""
    found = get_object_or_404(Campaign, pk=pk)
    if action == "envoyer":
        if campaigns.start(found):
            messages.success(request, "Les e-mails partent en arrière-plan.")
        else:
            messages.warning(request, "Cette campagne est déjà partie.")
    elif found.started_at is None:
        messages.warning(request, "Cette campagne n’est pas encore partie.")
    else:
        number = campaigns.remind(found)
        messages.success(request, f"Rappels en route : {number}.")
    return HttpResponseRedirect(reverse("cisp_map_campaign", args=[pk]))


# --- Errors told by visitors -------------------------------------------------------------------


@site_editors_only
@require_safe
def report_list(request: HttpRequest) -> HttpResponseBase:
    """`/gestion/lieux/signalements/`: what is to be dealt with, the oldest first."""
    sites = editable_sites(request.user)
    done = (
        ErrorReport.objects.filter(done_at__isnull=False, page__in=sites)
        .select_related("page", "done_by")
        .order_by("-done_at", "-pk")
    )
    context = _context(
        "Erreurs signalées",
        "warning",
        rows=Paginator(open_reports(sites), PER_PAGE).get_page(request.GET.get("p")),
        done=done[:20],
        here=request.get_full_path(),
    )
    return TemplateResponse(request, "cisp_map/admin/reports.html", context)


@site_editors_only
@require_POST
def report_done(request: HttpRequest, pk: int) -> HttpResponseBase:
    """It was dealt with."""
    report = get_object_or_404(ErrorReport.objects.select_related("page"), pk=pk)
    require_site_editor(request.user, report.page)
    if report.done_at is None:
        report.done_at = timezone.now()
        report.done_by_id = request.user.pk
        report.save(update_fields=["done_at", "done_by"])
        messages.success(request, f"Traité : {report.page.title}.")
    return _back(request, "cisp_map_reports")
