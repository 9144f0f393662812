"""What a centre sees through its personal link, without an account: `/mise-a-jour/<token>/`.

Nothing here writes on GET. Every answer is private: kept by nobody, found by no search engine, and
its address is told to no other site.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.models import Site

from cisp_map.models import CampaignLink, RomeCode, TrainingSitePage
from cisp_map.upkeep import campaigns, rome_table
from home import throttle
from home.seo import view_seo
from home.themes import Theme

PRIVATE = {
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, no-store",
    # To none at all, the form would lose its origin and Django would refuse it.
    "Referrer-Policy": "same-origin",
}
LINKS_AN_HOUR = 3
PROPOSALS_AN_HOUR = 30
CODES_AN_HOUR = 200
MAX_TYPED = 60
MAX_COURSES = 200
FIELDS = ("address", "phone", "email", "website", "opening_hours", "audience", "wheelchair")
LABELS = {
    "opening_hours": "Quand on peut appeler ou venir",
    "audience": "Pour qui",
    "wheelchair": "On y entre en fauteuil roulant",
}
INVALID = {
    "email": "Cette adresse e-mail n’est pas complète.",
    "website": "Cette adresse de site n’est pas complète : https://…",
}


def _https_by_default(field: Any, **kwargs: Any) -> forms.Field | None:
    """The form field of a model field; an address without a scheme is a secure one."""
    if isinstance(field, models.URLField):
        kwargs["assume_scheme"] = "https"
    return field.formfield(**kwargs)


class ProposalForm(forms.Form):
    """The main facts of a site as published, and room for the rest."""

    def __init__(self, page: TrainingSitePage, data: Any = None) -> None:
        self.page = page
        initial = {name: getattr(page, name) for name in FIELDS}
        super().__init__(data, initial=initial)
        self.fields.update(
            forms.fields_for_model(
                TrainingSitePage, fields=FIELDS, formfield_callback=_https_by_default
            )
        )
        for name, field in self.fields.items():
            field.label = LABELS.get(name, str(field.label).capitalize())
            if name in INVALID:
                field.error_messages["invalid"] = INVALID[name]
            if name != "wheelchair":
                field.widget.attrs["class"] = "input"
        self.fields["opening_hours"].widget.attrs["rows"] = 3
        self.fields["remark"] = forms.CharField(
            label="Formations, dates, autre chose",
            required=False,
            max_length=1000,
            help_text="Dites ce qui change : une formation ajoutée ou arrêtée, une date, le plan.",
            widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        )

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from the published page."""
        return {
            name: self.cleaned_data[name]
            for name in FIELDS
            if self.cleaned_data[name] != getattr(self.page, name)
        }

    def clean(self) -> dict[str, Any]:
        """A proposal proposes something."""
        cleaned = super().clean() or {}
        if not self.errors:
            self.cleaned_data = cleaned
            if not self.changes and not cleaned.get("remark"):
                raise forms.ValidationError(
                    "Vous n’avez rien changé. Si tout est exact, revenez à vos lieux."
                )
        return cleaned


View = Callable[..., HttpResponseBase]


def cisp_only(view: View) -> View:
    """404 on the other sites; private headers on every answer."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        site = Site.find_for_request(request)
        branding = getattr(site, "sitebranding", None)
        if branding is None or branding.theme != Theme.CISP:
            raise Http404
        try:
            response = view(request, *args, **kwargs)
        except campaigns.ForeignLink:
            response = _page(request, "update_unknown.html", "Ce lien n’est pas valable", 403)
        except campaigns.ClosedLink as closed:
            response = _closed(request, closed, kwargs["token"])
        for name, value in PRIVATE.items():
            response[name] = value
        return response

    return inner


@cisp_only
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponseBase:
    """The sites of the centre as published; one button, or a form for each."""
    link = campaigns.open_link(token)
    sites = [
        {
            "page": page,
            # Nobody can visit a prison: its page is shown to nobody (C-34).
            "url": "" if page.in_prison else page.get_full_url(request),
            "trades": sorted({offer.trade.name for offer in page.offers.all()}),
            "propose_url": reverse("cisp_map_update_site", args=[token, page.pk]),
            "waits": page.has_unpublished_changes and link.proposed_at is not None,
        }
        for page in campaigns.sites_of(link.centre)
    ]
    courses = _courses(link)
    return _page(
        request,
        "update.html",
        "Vos lieux de formation",
        link=link,
        sites=sites,
        courses=len(courses),
        undecided=sum(row.decision is None for row in courses),
        rome_url=reverse("cisp_map_update_rome", args=[token]),
        confirm_url=reverse("cisp_map_update_confirm", args=[token]),
        proposed="propose" in request.GET,
    )


@cisp_only
@require_POST
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:  # noqa: ARG001
    """«Tout est exact»: once."""
    link = campaigns.open_link(token)
    number = campaigns.confirm(link, link.nonce)
    if number is None:
        raise campaigns.ClosedLink(link, is_used=True)
    return HttpResponseRedirect(reverse("cisp_map_update_thanks"))


@cisp_only
@require_safe
def thanks(request: HttpRequest) -> HttpResponseBase:
    """After the click. It names nobody, so that anybody may see it."""
    return _page(request, "update_thanks.html", "Merci")


@cisp_only
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    """What should change on one site. 403 on a site of another centre."""
    link = campaigns.open_link(token)
    page = get_object_or_404(TrainingSitePage.objects.select_related("locality"), pk=pk)
    if page.centre_id != link.centre_id:
        raise PermissionDenied
    if not page.live:
        raise Http404
    form = ProposalForm(page, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            if throttle.is_blocked("cisp-proposal", PROPOSALS_AN_HOUR, str(link.pk)):
                form.add_error(None, "Trop de changements en une heure. Réessayez plus tard.")
                status = 429
            else:
                throttle.note("cisp-proposal", 3600, str(link.pk))
                campaigns.propose(page, form.changes, form.cleaned_data["remark"], link)
                return HttpResponseRedirect(f"{reverse('cisp_map_update', args=[token])}?propose=1")
    return _page(
        request,
        "update_site.html",
        page.title,
        status,
        form=form,
        place=page,
        back_url=reverse("cisp_map_update", args=[token]),
    )


# --- ROME codes --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What was asked of a course, to be shown again with its error."""

    key: str = ""
    action: str = ""
    typed: str = ""
    error: str = ""


NOTHING_ASKED = Asked()


@cisp_only
@require_http_methods(["GET", "HEAD", "POST"])
def rome(request: HttpRequest, token: str) -> HttpResponseBase:
    """The ROME codes of the courses of a centre: right, corrected, or one more (C-28).

    403 on a course of another centre, 404 on one that is not taught.
    """
    link = campaigns.open_link(token)
    if request.method != "POST":
        return _rome_page(request, token, _courses(link))
    action = request.POST.get("action", "")
    keys = request.POST.getlist("formation")[:MAX_COURSES]
    if action not in ("juste", "corriger", "ajouter") or not keys:
        raise Http404
    rows = {row.key: row for row in _courses(link)}
    for key in keys:
        if key not in rows:
            raise PermissionDenied if _is_elsewhere(key, link) else Http404
    asked = Asked(keys[0], action, request.POST.get("codes", "")[:MAX_TYPED])
    if throttle.is_blocked("cisp-rome", CODES_AN_HOUR, str(link.pk)):
        error = "Trop de réponses en une heure. Réessayez plus tard."
        return _rome_page(request, token, list(rows.values()), replace(asked, error=error), 429)
    throttle.note("cisp-rome", 3600, str(link.pk))
    if action == "juste":
        shown = request.POST.getlist("codes")
        if [rows[key].typed for key in keys] != shown or "" in shown:
            error = "Les codes ont changé entre-temps. Relisez-les."
            return _rome_page(request, token, list(rows.values()), replace(asked, error=error), 409)
        for key in keys:
            row = rows[key]
            rome_table.decide(row.site, row.trade, row.codes, None, by_link=True)
    else:
        row = rows[keys[0]]
        before = row.typed if action == "ajouter" else ""
        try:
            typed = rome_table.parse_codes(asked.typed)
            codes = rome_table.parse_codes(f"{before} {asked.typed}") if before else typed
        except rome_table.UnknownCode as problem:
            error = str(problem)
            if problem.codes:
                error = (
                    f"Nous n’avons pas ce code : {', '.join(problem.codes)}. Vérifiez-le. "
                    "S’il est juste, dites-le sous « Proposer un changement »."
                )
            return _rome_page(request, token, list(rows.values()), replace(asked, error=error), 400)
        rome_table.decide(row.site, row.trade, codes, None, by_link=True)
    anchor = f"#formation-{keys[0]}" if len(keys) == 1 else ""
    here = reverse("cisp_map_update_rome", args=[token])
    return HttpResponseRedirect(f"{here}?note={len(keys)}{anchor}")


def _courses(link: CampaignLink) -> list[rome_table.Course]:
    """The vocational courses of the sites that the public sees under the centre of a link."""
    return rome_table.courses(TrainingSitePage.objects.filter(centre=link.centre_id))


def _is_elsewhere(key: str, link: CampaignLink) -> bool:
    """True for `<site>-<trade>` of a site that another centre has."""
    site = key.partition("-")[0]
    if not (site.isascii() and site.isdigit() and len(site) < 10):
        return False
    return TrainingSitePage.objects.filter(pk=int(site)).exclude(centre=link.centre_id).exists()


def _as_shown(row: rome_table.Course, asked: Asked) -> dict[str, Any]:
    """A course with the two folds that change its codes; what was asked stands in its fold."""
    here = asked if asked.key == row.key else NOTHING_ASKED
    folds = []
    if row.codes:
        folds.append(
            {
                "action": "corriger",
                "title": "Corriger",
                "label": "Tous les codes de cette formation",
                "hint": "Séparez-les par une virgule.",
                "value": row.typed,
                "button": "Enregistrer la correction",
            }
        )
    folds.append(
        {
            "action": "ajouter",
            "title": "Ajouter un code",
            "label": "Le code à ajouter",
            "hint": "Une lettre et quatre chiffres, par exemple G1602.",
            "value": "",
            "button": "Ajouter ce code",
        }
    )
    for fold in folds:
        is_asked = here.action == fold["action"]
        fold["id"] = f"{fold['action']}-{row.key}"
        fold["error"] = here.error if is_asked else ""
        fold["value"] = here.typed if is_asked else fold["value"]
    return {"row": row, "folds": folds, "error": here.error if here.action == "juste" else ""}


def _rome_page(
    request: HttpRequest,
    token: str,
    rows: list[rome_table.Course],
    asked: Asked = NOTHING_ASKED,
    status: int = 200,
) -> HttpResponse:
    by_site: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_site.setdefault(row.site.pk, []).append(_as_shown(row, asked))
    return _page(
        request,
        "update_rome.html",
        "Vos codes ROME",
        status,
        sites=[{"page": group[0]["row"].site, "courses": group} for group in by_site.values()],
        proposals=[row for row in rows if row.state == rome_table.PROPOSED],
        undecided=sum(row.decision is None for row in rows),
        asked=asked,
        known=RomeCode.objects.values_list("code", "label"),
        noted="note" in request.GET,
        back_url=reverse("cisp_map_update", args=[token]),
    )


@cisp_only
@require_POST
def resend(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send a new link to the centre's own address, to no other; at most three an hour."""
    link = campaigns.link_of(token)
    sent = False
    if link is not None and link.email:
        parts = (str(link.pk),)
        if not throttle.is_blocked("cisp-link", LINKS_AN_HOUR, *parts):
            throttle.note("cisp-link", 3600, *parts)
            campaigns.send_again.enqueue(link.pk)
            sent = True
    return _page(request, "update_resent.html", "Un nouveau lien", sent=sent)


def _closed(request: HttpRequest, closed: campaigns.ClosedLink, token: str) -> HttpResponse:
    """410: used, or too old; with a button for a new one."""
    may_ask = closed.link is not None and bool(closed.link.email)
    return _page(
        request,
        "update_closed.html",
        "Ce lien ne sert plus",
        410,
        is_used=closed.is_used,
        resend_url=reverse("cisp_map_update_resend", args=[token]) if may_ask else "",
    )


def _page(
    request: HttpRequest, template: str, title: str, status: int = 200, **context: Any
) -> HttpResponse:
    seo = view_seo(request, title, path="/formations/", robots="noindex, nofollow")
    response = TemplateResponse(
        request,
        f"cisp_map/{template}",
        {"heading": title, "seo": seo, "breadcrumbs": [], **context},
        status=status,
    )
    response.render()
    return response
