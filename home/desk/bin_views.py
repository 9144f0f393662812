"""«Corbeille»: what was deleted, and the button that brings it back."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.models import Page

from home.desk import bin as page_bin
from home.models import BinEntry

PAGE_SIZE = 50
may_enter = permission_required("wagtailadmin.access_admin", login_url="wagtailadmin_login")


@may_enter
def index(request: HttpRequest) -> HttpResponse:
    """`/gestion/corbeille/`: what the user may restore, the last deletion first."""
    entries = BinEntry.objects.select_related("page__content_type", "parent", "deleted_by")
    mine = [entry for entry in entries if page_bin.may_restore(request.user, entry)]
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("p"))
    context = {"entries": page, "keep_days": page_bin.KEEP_DAYS}
    return TemplateResponse(request, "home/desk/bin.html", context)


@may_enter
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a page back; the message leads to it."""
    entry = get_object_or_404(BinEntry, pk=pk)
    if not page_bin.may_restore(request.user, entry):
        raise PermissionDenied
    slug = entry.page.slug
    try:
        page = page_bin.restore(entry, request.user)
    except page_bin.BinError as error:
        messages.error(request, str(error))
        return redirect("home_bin")
    text = f"« {page.title} » est de nouveau à sa place."
    if page.slug != slug:
        text += f" Son adresse était prise : elle se termine maintenant par « {page.slug} »."
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    messages.success(request, text, buttons=[messages.button(edit, "Ouvrir la page")])
    return redirect("home_bin")


def put_aside(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Wagtail's «Supprimer» of one page moves it into the bin. What lies there is deleted for good."""
    if page_bin.is_in_bin(page):
        return None
    if request.method != "POST":
        messages.info(
            request,
            f"La page ira dans la corbeille : elle peut être rétablie pendant "
            f"{page_bin.KEEP_DAYS} jours.",
        )
        return None
    parent = page.get_parent()
    if _put(request, [page]) is None:
        return redirect("wagtailadmin_explore", page.pk)
    following = get_valid_next_url_from_request(request)
    return redirect(following) if following else redirect("wagtailadmin_explore", parent.pk)


def put_many_aside(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """The same for pages that were ticked in a list."""
    if action_type != "delete" or not objects or action.model is not Page:
        return None
    if any(page_bin.is_in_bin(page) for page in objects):
        return None
    parent = objects[0].get_parent()
    _put(request, objects)
    following = get_valid_next_url_from_request(request)
    return redirect(following) if following else redirect("wagtailadmin_explore", parent.pk)


def _put(request: HttpRequest, pages: list[Page]) -> int | None:
    """Into the bin, with a message; None when a page may not go there."""
    try:
        count: int = sum([page_bin.put(page, request.user).page_count for page in pages])
    except page_bin.BinError as error:
        messages.error(request, str(error))
        return None
    if count == 1:
        text = f"« {pages[0].get_admin_display_title()} » est dans la corbeille"
    else:
        text = f"{count} pages sont dans la corbeille"
    messages.success(
        request,
        f"{text} pendant {page_bin.KEEP_DAYS} jours.",
        buttons=[messages.button(reverse("home_bin"), "Voir la corbeille")],
    )
    return count
