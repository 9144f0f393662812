"""What follows when the address of a show changes."""

from typing import Any

from wagtail.models import Page
from wagtail.signals import page_slug_changed

from podcasts.models import PodcastPage


def connect() -> None:
    """Listen; called once, when the room is ready."""
    page_slug_changed.connect(on_slug_changed, dispatch_uid="podcasts.feed_moved")


def on_slug_changed(sender: type[Page], instance: Page, **kwargs: Any) -> None:  # noqa: ARG001
    """The feed of a show has moved with its page."""
    if isinstance(instance, PodcastPage):
        instance.move_feed()
