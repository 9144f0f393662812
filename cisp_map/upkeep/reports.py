"""«Signaler une erreur»: a visitor tells what is wrong on a page; an editor sees a task (C-31).

No name, no e-mail, no address is kept. What was dealt with is deleted after KEEP_DONE_DAYS, and
everything after KEEP_DAYS (`manage.py purge_expired`).
"""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cisp_map.models import ErrorReport, TrainingSitePage
from home import throttle

KEEP_DONE_DAYS = 90
KEEP_DAYS = 365
AN_HOUR = 3600
PER_ADDRESS = 5
PER_PAGE = 20
SCOPE = "cisp-error"
TOO_MANY = gettext_lazy(
    "Vous avez déjà envoyé plusieurs messages. Réessayez dans une heure, ou appelez-nous."
)


class ReportForm(forms.ModelForm):
    """Two questions. `site_web` is for machines: a person does not see it."""

    site_web = forms.CharField(required=False)

    class Meta:
        model = ErrorReport
        fields = ["subject", "text"]
        labels = {
            "subject": gettext_lazy("Qu’est-ce qui est faux ?"),
            "text": gettext_lazy("Expliquez en quelques mots"),
        }
        error_messages = {
            "subject": {
                "required": gettext_lazy("Choisissez ce qui est faux."),
                "invalid_choice": gettext_lazy("Choisissez une réponse de la liste."),
            },
            "text": {
                "required": gettext_lazy("Écrivez ce qui est faux."),
                "max_length": gettext_lazy("Votre texte est trop long : 1 000 signes au plus."),
            },
        }
        help_texts = {
            "text": gettext_lazy(
                "N’écrivez ni votre nom ni votre numéro : nous n’en avons pas besoin."
            )
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "class": "input"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].widget.attrs["class"] = "input"
        subject: Any = self.fields["subject"]
        subject.choices = [("", gettext_lazy("Choisissez")), *ErrorReport.Subject.choices]

    @property
    def is_from_a_machine(self) -> bool:
        """True when the field that nobody sees was filled in."""
        return bool(self.cleaned_data.get("site_web"))


def report_view(request: HttpRequest, page: TrainingSitePage) -> HttpResponse:
    """The form below a training site, and its acknowledgement."""
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 400
        parts = (throttle.address_of(request),)
        if form.is_valid():
            if form.is_from_a_machine:
                return _thanks(request)  # it is not told that it was seen through
            if throttle.is_blocked(SCOPE, PER_ADDRESS, *parts) or throttle.is_blocked(
                SCOPE, PER_PAGE, f"page {page.pk}"
            ):
                form.add_error(None, TOO_MANY)
                status = 429
            else:
                throttle.note(SCOPE, AN_HOUR, *parts)
                throttle.note(SCOPE, AN_HOUR, f"page {page.pk}")
                form.instance.page = page
                form.save()
                return _thanks(request)
    context = page.get_context(request)
    context["seo"] |= {"title": _("Signaler une erreur"), "robots": "noindex, follow"}
    context["breadcrumbs"] = [
        *context["breadcrumbs"],
        {"title": _("Signaler une erreur"), "url": request.path},
    ]
    context.update(
        heading=_("Signaler une erreur"),
        form=form,
        thanks="merci" in request.GET,
        place_url=page.get_url(request),
    )
    response = TemplateResponse(request, "cisp_map/report_error.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _thanks(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{request.path}?merci=1")


def outdated(now: datetime) -> QuerySet[ErrorReport]:
    """What is no longer needed; deleted each night (config.retention)."""
    return ErrorReport.objects.filter(
        Q(done_at__lt=now - timedelta(days=KEEP_DONE_DAYS))
        | Q(created_at__lt=now - timedelta(days=KEEP_DAYS))
    )


def open_reports(sites: QuerySet[TrainingSitePage]) -> QuerySet[ErrorReport]:
    """What is still to be dealt with on these sites, the oldest first."""
    return (
        ErrorReport.objects.filter(done_at=None, page__in=sites)
        .select_related("page__centre", "page__locality")
        .order_by("created_at", "pk")
    )
