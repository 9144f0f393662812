"""What members, trainers and the team do in a space; how one comes in by an invitation."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.text import slugify
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from wagtail.models import Site

from home import throttle
from home.models import SiteDocument
from home.seo import view_seo
from pedatech.accounts.views import LOGIN_BACKEND, pedatech_only
from pedatech.models import Invitation, Membership, SpaceFile, SpaceMessage, SpacePage
from pedatech.spaces import invitations
from pedatech.spaces.forms import FileForm, InviteForm, JoinForm, MessageForm

MAX_ZIP = 500 * 1024 * 1024


def serve_space(
    page: SpacePage, request: HttpRequest, serve: Callable, *args, **kwargs
) -> HttpResponseBase:
    """The one gate of a space: every address goes through it."""
    role = page.role_of(request.user)
    if role is None:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), "/connexion/")
        raise PermissionDenied
    request.space_role = role  # type: ignore[attr-defined]
    response = serve(request, *args, **kwargs)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _role(request: HttpRequest) -> Membership.Role:
    return request.space_role  # type: ignore[attr-defined]


def _may_write(page: SpacePage, request: HttpRequest) -> bool:
    """Trainers and the team write while the space is open."""
    return page.state is SpacePage.State.OPEN and _role(request) is not Membership.Role.PARTICIPANT


def space(page: SpacePage, request: HttpRequest) -> HttpResponseBase:
    """The page; a POST adds a message or a file."""
    message_form, file_form = MessageForm(prefix="message"), FileForm(prefix="fichier")
    if request.method == "POST":
        if not _may_write(page, request):
            raise PermissionDenied
        if request.POST.get("action") == "fichier":
            file_form = FileForm(request.POST, request.FILES, prefix="fichier")
            if file_form.is_valid():
                _keep_file(page, request, file_form)
                messages.success(request, "Le fichier est dans l’espace.")
                return HttpResponseRedirect(f"{page.get_url(request)}#fichiers")
        else:
            message_form = MessageForm(request.POST, prefix="message")
            if message_form.is_valid():
                SpaceMessage.objects.create(
                    space=page, text=message_form.cleaned_data["text"], author_id=request.user.pk
                )
                messages.success(request, "Votre message est affiché.")
                return HttpResponseRedirect(f"{page.get_url(request)}#messages")
    context = page.get_context(request) | {
        "role": _role(request),
        "state": page.state,
        "may_write": _may_write(page, request),
        "is_team": _role(request) is Membership.Role.TEAM,
        "message_form": message_form,
        "file_form": file_form,
        "has_errors": bool(message_form.errors or file_form.errors),
        "space_messages": page.messages.select_related("author")[:50],
        "shared_files": list(page.shared_files.select_related("added_by")[:200]),
        "trainers": [
            each.user.get_full_name() or each.user.get_username()
            for each in page.memberships.active()
            .filter(role=Membership.Role.TRAINER)
            .select_related("user")
        ],
        "documents": _documents(page),
        "space_url": page.get_url(request),
    }
    status = 422 if context["has_errors"] else 200
    return TemplateResponse(request, "pedatech/space_page.html", context, status=status)


def _keep_file(page: SpacePage, request: HttpRequest, form: FileForm) -> None:
    file = form.cleaned_data["file"]
    SpaceFile.objects.create(
        space=page,
        title=form.cleaned_data["title"],
        file=file,
        original_name=Path(file.name).name[:200],
        size=file.size,
        added_by_id=request.user.pk,
    )


def _documents(page: SpacePage) -> list[SiteDocument]:
    return list(SiteDocument.objects.filter(pk__in=page.document_ids()).order_by("title", "pk"))


def _download(file: object, name: str) -> FileResponse:
    """As an attachment: nothing that a member sent is shown as a page of ours."""
    try:
        opened = file.open("rb")  # type: ignore[attr-defined]
    except (OSError, ValueError):
        raise Http404("fichier absent") from None
    response = FileResponse(opened, as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def document(page: SpacePage, request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001
    """A document of the content of this very space."""
    if pk not in page.document_ids():
        raise Http404("pas dans cet espace")
    found = get_object_or_404(SiteDocument, pk=pk)
    return _download(found.file, found.filename)


def shared_file(page: SpacePage, request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001
    """A file that a trainer of this very space added."""
    found = get_object_or_404(SpaceFile, pk=pk, space=page)
    return _download(found.file, found.original_name)


def remove_file(page: SpacePage, request: HttpRequest, pk: int) -> HttpResponseBase:
    """A trainer takes his own file away, the team any."""
    found = get_object_or_404(SpaceFile, pk=pk, space=page)
    is_own = found.added_by_id == request.user.pk
    if not _may_write(page, request) or not (is_own or _role(request) is Membership.Role.TEAM):
        raise PermissionDenied
    if request.method == "POST":
        found.delete()
        messages.success(request, "Le fichier n’est plus dans l’espace.")
    return HttpResponseRedirect(f"{page.get_url(request)}#fichiers")


def archive(page: SpacePage, request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    """All files of the space in one zip, made for this request."""
    wanted = [(f"{each.filename}", each.file) for each in _documents(page)]
    wanted += [(each.original_name, each.file) for each in page.shared_files.all()]
    if sum(file.size for _, file in wanted if file.storage.exists(file.name)) > MAX_ZIP:
        raise Http404("trop lourd")
    out = io.BytesIO()
    used: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name, file in wanted:
            if not file.storage.exists(file.name):
                continue
            stem, dot, extension = Path(name).name.rpartition(".")
            free, number = name, 2
            while free.casefold() in used:
                free, number = f"{stem} ({number}){dot}{extension}", number + 1
            used.add(free.casefold())
            with file.open("rb") as source:
                target.writestr(free, source.read())
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{slugify(page.title)[:60]}.zip")


# --- The team ----------------------------------------------------------------------------------


def members(page: SpacePage, request: HttpRequest) -> HttpResponseBase:
    """Members and invitations: invite, send again, take back, remove. For the team."""
    if _role(request) is not Membership.Role.TEAM:
        raise PermissionDenied
    form = InviteForm()
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action == "inviter":
            form = InviteForm(request.POST)
            if form.is_valid() and _invite(page, request, form):
                return HttpResponseRedirect(request.path)
        else:
            _act(page, request, action)
            return HttpResponseRedirect(request.path)
    context = page.get_context(request) | {
        "form": form,
        "memberships": page.memberships.filter(removed_at=None)
        .select_related("user")
        .order_by("role", "user__last_name", "user__first_name", "pk"),
        "invitations": page.invitations.pending().order_by("email", "pk"),
        "state": page.state,
    }
    context["breadcrumbs"] = [
        *context["breadcrumbs"],
        {"title": "Membres", "url": request.path},
    ]
    status = 422 if form.errors else 200
    return TemplateResponse(request, "pedatech/space_members.html", context, status=status)


def _invite(page: SpacePage, request: HttpRequest, form: InviteForm) -> bool:
    site = Site.find_for_request(request)
    try:
        sent = invitations.invite(
            page, form.cleaned_data["addresses"], form.cleaned_data["role"], request.user, site
        )
    except invitations.NotSentError:
        form.add_error(
            None, "Le courrier ne part pas pour le moment. Aucune invitation n’est partie."
        )
        return False
    count = len(sent.invited)
    if count:
        messages.success(
            request,
            "Une invitation est partie." if count == 1 else f"{count} invitations sont parties.",
        )
    if sent.already:
        messages.info(request, f"Déjà membre : {', '.join(sent.already)}.")
    return True


def _act(page: SpacePage, request: HttpRequest, action: str) -> None:
    """Buttons of a row. Raises Http404 for a record that is not of this space."""
    text = request.POST.get("pk", "")
    pk = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    if action == "retirer":
        membership = get_object_or_404(page.memberships, pk=pk, removed_at=None)
        invitations.withdraw(page, membership.user)
        messages.success(request, f"{_name(membership.user)} n’a plus accès à cet espace.")
        return
    invitation = get_object_or_404(page.invitations.pending(), pk=pk)
    if action == "annuler":
        invitation.revoked_at = timezone.now()
        invitation.save()
        messages.success(request, f"L’invitation de {invitation.email} est annulée.")
    elif action == "renvoyer":
        try:
            invitations.resend(invitation, Site.find_for_request(request))
        except invitations.NotSentError:
            messages.error(request, "Le courrier ne part pas pour le moment.")
        else:
            messages.success(request, f"Un nouveau lien est parti à {invitation.email}.")
    else:
        raise Http404("action")


def _name(user: object) -> str:
    return user.get_full_name() or user.get_username()  # type: ignore[attr-defined]


# --- Coming in ---------------------------------------------------------------------------------


@pedatech_only
@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """`/espaces/invitation/<token>/`: opening the link changes nothing, the button does."""
    found = invitations.read_token(token)
    if found is None or not invitations.is_usable(found):
        return _gone(request, found)
    account = invitations.account_of(found.email)
    form = JoinForm()
    if request.method == "POST":
        if request.user.is_authenticated:
            return _join(request, found, request.user)
        if account is None:
            form = JoinForm(request.POST)
            if form.is_valid():
                return _make_account(request, found, form)
    context = {
        "invitation": found,
        "space": found.space,
        "form": form,
        "has_account": account is not None,
        "login_url": f"/connexion/?next={request.path}",
        "seo": _seo(request, "Votre invitation"),
        "breadcrumbs": [],
    }
    response = TemplateResponse(
        request, "pedatech/invitation.html", context, status=422 if form.errors else 200
    )
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "same-origin"
    return response


def _make_account(request: HttpRequest, found: Invitation, form: JoinForm) -> HttpResponseBase:
    try:
        with transaction.atomic():
            user = get_user_model().objects.create_user(
                username=_free_username(found.email),
                email=found.email,
                password=form.cleaned_data["password"],
                first_name=form.cleaned_data["first_name"],
                last_name=form.cleaned_data["last_name"],
            )
            if invitations.accept(found, user) is None:
                raise IntegrityError
    except IntegrityError:  # another request of the same link was quicker
        return _gone(request, found)
    login(request, user, backend=LOGIN_BACKEND)
    return HttpResponseRedirect(found.space.get_url(request) or "/espaces/")


def _free_username(address: str) -> str:
    """The address itself, or with a number when another account has taken it for a name."""
    users = get_user_model().objects
    name, number = address[:140], 2
    while users.filter(username__iexact=name).exists():
        name, number = f"{address[:140]}-{number}", number + 1
    return name


def _join(request: HttpRequest, found: Invitation, user: object) -> HttpResponseBase:
    if invitations.accept(found, user) is None:
        return _gone(request, found)
    messages.success(request, "Bienvenue dans cet espace.")
    return HttpResponseRedirect(found.space.get_url(request) or "/espaces/")


def _gone(request: HttpRequest, found: Invitation | None) -> HttpResponse:
    """410: the link is used, too old, taken back or not ours. Says what to do."""
    may_ask = found is not None and found.accepted_at is None and found.revoked_at is None
    context = {
        "is_used": found is not None and found.accepted_at is not None,
        "may_ask": may_ask,
        "ask_token": invitations.make_token(found) if found is not None and may_ask else "",
        "seo": _seo(request, "Ce lien ne sert plus"),
        "breadcrumbs": [],
    }
    response = TemplateResponse(request, "pedatech/invitation_gone.html", context, status=410)
    add_never_cache_headers(response)
    return response


@pedatech_only
@require_http_methods(["POST"])
def ask_new_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send a new link to the invited address, to no other; at most three an hour."""
    found = invitations.read_token(token)
    if found is None or found.accepted_at or found.revoked_at or not found.space.live:
        return _gone(request, found)
    parts = (str(found.pk),)
    if throttle.is_blocked("new-link", 3, *parts):
        sent = False
    else:
        throttle.note("new-link", 3600, *parts)
        try:
            invitations.resend(found, Site.find_for_request(request))
            sent = True
        except invitations.NotSentError:
            sent = False
    context = {
        "sent": sent,
        "seo": _seo(request, "Un nouveau lien"),
        "breadcrumbs": [],
    }
    return TemplateResponse(request, "pedatech/invitation_asked.html", context)


def _seo(request: HttpRequest, title: str) -> dict[str, str | None]:
    """An invitation is for one person: its address is told to nobody."""
    return view_seo(request, title, path="/espaces/", robots="noindex, nofollow")
