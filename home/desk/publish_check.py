"""Publishing a page of cisp.be that is hard to read asks first. The draft is saved already."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.admin import messages
from wagtail.models import Page

from home.desk.bin_views import may_enter
from home.desk.readability import AIM, ASK_BELOW, score_of
from home.models.base import theme_of
from home.themes import Theme


def ask_before_publishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The question instead of the publication; None when there is nothing to ask."""
    if theme_of(page) is not Theme.CISP or not page.locale.language_code.startswith("fr"):
        return None
    found = score_of(page.specific)
    if found.flesch >= ASK_BELOW:
        return None
    context = {"page": page, "score": found, "aim": AIM}
    return TemplateResponse(request, "home/desk/hard_to_read.html", context)


@may_enter
def publish_anyway(request: HttpRequest, pk: int) -> HttpResponse:
    """The second click: publish the draft that was saved by the first."""
    page = get_object_or_404(Page, pk=pk)
    if request.method != "POST":
        return redirect("wagtailadmin_pages:edit", pk)
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    revision = page.get_latest_revision()
    if revision is not None:
        PublishPageRevisionAction(revision, user=request.user).execute(skip_permission_checks=True)
        messages.success(request, f"« {page.get_admin_display_title()} » est publiée.")
    return redirect("wagtailadmin_explore", page.get_parent().pk)
