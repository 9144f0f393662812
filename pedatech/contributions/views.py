"""Proposing a resource, from the site. A contributor sees only what is his."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from home.seo import view_seo
from pedatech.accounts.views import pedatech_only
from pedatech.contributions.forms import MAX_FILES, ContributionForm
from pedatech.models import Contribution, ContributionFile
from pedatech.models.contributions import GROUP

PROPOSALS_AN_HOUR = 20


def is_contributor(user: object) -> bool:
    """True for members of the group of contributors, and for superusers."""
    if not getattr(user, "is_active", False):
        return False
    return user.is_superuser or user.groups.filter(name=GROUP).exists()  # type: ignore[attr-defined]


def contributors_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Log-in for visitors, 403 for those who have no right to propose."""

    @wraps(view)
    def inner(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), "/connexion/")
        if not is_contributor(request.user):
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return pedatech_only(inner)


def _context(request: HttpRequest, title: str, *trail: tuple[str, str]) -> dict:
    steps = [
        ("Accueil", "/"),
        ("Proposer une ressource", reverse("pedatech_contributions")),
        *trail,
    ]
    return {
        "heading": title,
        "seo": view_seo(request, title, robots="noindex, nofollow"),
        "breadcrumbs": [{"title": name, "url": url} for name, url in steps],
    }


@contributors_only
@require_safe
def mine(request: HttpRequest) -> HttpResponseBase:
    """`/proposer/`: what I proposed, and what became of it."""
    context = _context(request, "Proposer une ressource") | {
        "contributions": Contribution.objects.of(request.user).select_related("page")
    }
    return TemplateResponse(request, "pedatech/contributions.html", context)


@contributors_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """`/proposer/nouvelle/`."""
    return _edit(request, Contribution(author_id=request.user.pk or 0), "Nouvelle proposition")


@contributors_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/proposer/<pk>/`: one's own proposal, as long as it is not decided."""
    found = get_object_or_404(Contribution.objects.of(request.user), pk=pk)
    if not found.may_be_edited:
        context = _context(request, found.title, (found.title, "")) | {"contribution": found}
        return TemplateResponse(request, "pedatech/contribution_done.html", context)
    return _edit(request, found, found.title)


def _edit(request: HttpRequest, instance: Contribution, title: str) -> HttpResponseBase:
    form = ContributionForm(instance=instance)
    if request.method == "POST":
        form = ContributionForm(request.POST, request.FILES, instance=instance)
        if form.is_valid() and _may_send(request, form) and _save(request, form):
            messages.success(request, "Merci ! Votre proposition est envoyée à l’équipe.")
            return HttpResponseRedirect(reverse("pedatech_contributions"))
    stored = list(instance.files.all()) if instance.pk else []
    context = _context(request, title, (title, "")) | {
        "form": form,
        "contribution": instance,
        "stored_files": stored,
        "asks_files_again": bool(request.FILES) and bool(form.errors),
    }
    return TemplateResponse(
        request, "pedatech/contribution_form.html", context, status=422 if form.errors else 200
    )


def _may_send(request: HttpRequest, form: ContributionForm) -> bool:
    """A brake on new proposals; one that is there may be mended at any time."""
    if form.instance.pk is not None:
        return True
    since = timezone.now() - timedelta(hours=1)
    sent = Contribution.objects.of(request.user).filter(sent_at__gte=since).count()
    if sent < PROPOSALS_AN_HOUR:
        return True
    form.add_error(
        None,
        f"{PROPOSALS_AN_HOUR} propositions en une heure : envoyez la suite un peu plus tard.",
    )
    return False


@transaction.atomic
def _save(request: HttpRequest, form: ContributionForm) -> bool:
    """Keep the proposal with its files; False when there would be too many files.

    The same form sent twice within a minute (a double click, a slow network) is one proposal.
    """
    contribution = form.save(commit=False)
    if contribution.pk is None and _was_just_sent(contribution, form.cleaned_data["attachments"]):
        return True
    going = set(request.POST.getlist("retirer"))
    staying = (
        [each for each in contribution.files.all() if str(each.pk) not in going]
        if contribution.pk
        else []
    )
    files = form.cleaned_data["attachments"]
    if len(staying) + len(files) > MAX_FILES:
        form.add_error("attachments", f"{MAX_FILES} fichiers au plus : retirez-en d’abord.")
        return False
    if not staying and not files and not contribution.link:
        form.add_error("attachments", "Joignez un fichier, ou donnez un lien.")
        return False
    contribution.state = Contribution.State.SENT
    contribution.sent_at = timezone.now()
    contribution.save()
    for each in contribution.files.exclude(pk__in=[kept.pk for kept in staying]):
        each.delete()
    for file in files:
        ContributionFile.objects.create(
            contribution=contribution,
            file=file,
            original_name=Path(file.name).name[:200],
            size=file.size,
        )
    return True


def _was_just_sent(contribution: Contribution, files: list[UploadedFile]) -> bool:
    """True after the same proposal of the same person with the same files; two requests at once
    wait for each other.
    """
    get_user_model().objects.select_for_update().filter(pk=contribution.author_id).first()
    same = Contribution.objects.filter(
        author_id=contribution.author_id,
        title=contribution.title,
        summary=contribution.summary,
        link=contribution.link,
        sent_at__gt=timezone.now() - timedelta(minutes=1),
    )
    sent = sorted((Path(each.name or "").name[:200], each.size) for each in files)
    return any(sorted(each.files.values_list("original_name", "size")) == sent for each in same)


@contributors_only
@require_safe
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """A file of one's own proposal."""
    mine = get_object_or_404(Contribution.objects.of(request.user), pk=pk)
    return send(get_object_or_404(mine.files, pk=file_pk))


def send(found: ContributionFile) -> FileResponse:
    """A file of a proposal, as an attachment. Http404 when it is missing."""
    try:
        opened = found.file.open("rb")
    except OSError:
        raise Http404("fichier absent") from None
    response = FileResponse(opened, as_attachment=True, filename=found.original_name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
