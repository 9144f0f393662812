"""The answer of the team to a proposal: accept, send back, refuse. In the admin."""

import smtplib
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from wagtail.admin import messages
from wagtail.models import Collection, Page, Site

from home.models import Organisation, SiteDocument
from pedatech import mails
from pedatech.contributions.forms import AnswerForm
from pedatech.contributions.publishing import make_resource, producer_of
from pedatech.contributions.views import send
from pedatech.models import Contribution

COLLECTION = "pedatechcisp.be"


def may_moderate(user: Any) -> bool:
    """True for staff with the right to change proposals."""
    return user.has_perm("pedatech.change_contribution")


def waiting(request: HttpRequest) -> HttpResponseBase:
    """`/gestion/propositions/`: what is to be read, then what was decided."""
    if not may_moderate(request.user):
        raise PermissionDenied
    decided = Contribution.objects.exclude(state=Contribution.State.SENT)
    context = {
        "waiting": Contribution.objects.waiting().select_related("author"),
        "decided": decided.select_related("author", "page")[:50],
    }
    return TemplateResponse(request, "pedatech/admin/contributions.html", context)


def review(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/gestion/propositions/<pk>/`: read and answer."""
    if not may_moderate(request.user):
        raise PermissionDenied
    found = get_object_or_404(Contribution.objects.select_related("author", "page"), pk=pk)
    form = AnswerForm(initial={"producer": producer_of(found)})
    if request.method == "POST" and found.state == Contribution.State.SENT:
        form = AnswerForm(request.POST)
        if form.is_valid():
            _answer(request, found, form.cleaned_data)
            return HttpResponseRedirect(reverse("pedatech_moderation"))
    context = {"contribution": found, "files": found.files.all(), "form": form}
    return TemplateResponse(request, "pedatech/admin/contribution.html", context)


def review_file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """A file of a proposal, for those who read it."""
    if not may_moderate(request.user):
        raise PermissionDenied
    return send(get_object_or_404(get_object_or_404(Contribution, pk=pk).files, pk=file_pk))


def _answer(request: HttpRequest, found: Contribution, data: dict[str, Any]) -> None:
    action, remark = data["action"], data["remark"]
    with transaction.atomic():
        locked = Contribution.objects.select_for_update().get(pk=found.pk)
        if locked.state != Contribution.State.SENT:
            raise Http404("déjà lue")
        if action == AnswerForm.ACCEPT:
            locked.page = publish(locked, data["producer"], request.user)
        locked.state = {
            AnswerForm.ACCEPT: Contribution.State.ACCEPTED,
            AnswerForm.RETURN: Contribution.State.RETURNED,
            AnswerForm.REFUSE: Contribution.State.REFUSED,
        }[action]
        locked.remark, locked.decided_at = remark, timezone.now()
        locked.decided_by_id = request.user.pk
        locked.save()
    said = locked.get_state_display().lower()
    try:
        mails.send([_mail(locked)])
    except (OSError, smtplib.SMTPException):
        messages.warning(request, f"Proposition {said}, mais l’e-mail n’est pas parti.")
    else:
        messages.success(request, f"Proposition {said} ; l’auteur reçoit un e-mail.")


def publish(contribution: Contribution, producer: Organisation, user: Any) -> Page:
    """Make the files documents and the proposal a live resource."""
    root = Collection.get_first_root_node()
    collection = root.get_children().filter(name=COLLECTION).first() or root
    documents = []
    for each in contribution.files.all():
        with each.file.open("rb") as source:
            document = SiteDocument(
                title=each.original_name.rsplit(".", 1)[0],
                collection=collection,
                uploaded_by_user=user,
                file=ContentFile(source.read(), name=each.original_name),
            )
        document.file_size = document.file.size
        document.save()
        documents.append(document)
    return make_resource(contribution, documents, producer, user)


def _mail(contribution: Contribution) -> Any:
    site = Site.objects.filter(sitebranding__theme="pedatech").first()
    base = site.root_url if site else ""
    title = f"« {contribution.title} »"
    state = contribution.state
    if state == Contribution.State.ACCEPTED:
        subject = f"Votre ressource {title} est acceptée"
        text = f"Bonjour,\n\nMerci ! Votre ressource {title} est acceptée."
        if contribution.page:
            text += f"\nElle est en ligne : {contribution.page.full_url}"
    elif state == Contribution.State.RETURNED:
        subject = f"Votre proposition {title} est à revoir"
        text = (
            f"Bonjour,\n\nAvant de publier {title}, l’équipe vous demande un changement.\n\n"
            f"{contribution.remark}\n\nPour la modifier et la renvoyer :\n"
            f"{base}{reverse('pedatech_contribution', args=[contribution.pk])}"
        )
    else:
        subject = f"Votre proposition {title}"
        text = f"Bonjour,\n\nL’équipe ne publie pas {title}.\n\n{contribution.remark}"
    if contribution.remark and state == Contribution.State.ACCEPTED:
        text += f"\n\n{contribution.remark}"
    return mails.write(contribution.author.email, subject, text)
