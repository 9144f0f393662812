"""One action of the admin: take down a testimony when its person asks for it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from podcasts.models import EpisodePage


def may_withdraw(episode: EpisodePage, user: Any) -> bool:
    """True for somebody who may publish the page, while it is not withdrawn yet."""
    return episode.withdrawn_on is None and episode.permissions_for_user(user).can_publish()


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take the episode off the page, the feed and the search at once, for good.

    The sound and the transcript are no longer served: nothing public uses them.
    """
    episode = get_object_or_404(EpisodePage, pk=pk)
    if not may_withdraw(episode, request.user):
        raise PermissionDenied
    if request.method == "POST":
        with transaction.atomic():
            if episode.live:
                episode.unpublish(user=request.user)
            today = timezone.localdate()
            EpisodePage.objects.filter(pk=pk).update(
                withdrawn_on=today, consent_until=today, go_live_at=None
            )
            episode.revisions.filter(approved_go_live_at__isnull=False).update(
                approved_go_live_at=None
            )
        messages.success(request, f"« {episode.title} » n’est plus en ligne, ni dans le flux.")
        return redirect("wagtailadmin_explore", episode.get_parent().pk)
    return render(request, "podcasts/admin/withdraw.html", {"episode": episode})
