"""What the room adds to the admin and to the home page of interfede.be."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from home.channels import Channel
from podcasts import admin_views
from podcasts.home_channel import CHANNEL
from podcasts.models import EpisodePage


@hooks.register("register_home_channel")
def episodes_on_home() -> Channel:
    """The newest episodes."""
    return CHANNEL


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """`/gestion/podcasts/retirer/<id>/`."""
    return [
        path("podcasts/retirer/<int:pk>/", admin_views.withdraw, name="podcasts_withdraw_testimony")
    ]


@hooks.register("register_page_header_buttons")
def withdraw_button(
    page: Page,
    user: Any,
    view_name: str,  # noqa: ARG001
    next_url: str | None = None,  # noqa: ARG001
) -> Iterator[Button]:
    """Take down a testimony, from its own page of the admin."""
    if isinstance(page, EpisodePage) and admin_views.may_withdraw(page, user):
        yield Button(
            "Retirer ce témoignage",
            reverse("podcasts_withdraw_testimony", args=[page.pk]),
            icon_name="warning",
            priority=60,
        )
