"""What keeps an issue whole when a page changes by a way that is not `save`."""

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_unpublished, post_page_move

from essor.magazine import bundle
from essor.models import ArticlePage, IssuePage


@receiver(page_unpublished, sender=IssuePage)
def withdraw_with_issue(instance: IssuePage, **kwargs: Any) -> None:  # noqa: ARG001
    """An issue that expires is saved as a plain page: its articles go all the same."""
    bundle.withdraw(instance)


@receiver(post_page_move, sender=ArticlePage)
def follow_the_issue(instance: Page, **kwargs: Any) -> None:  # noqa: ARG001
    """An article that is moved to an issue not yet out is no longer public."""
    article = ArticlePage.objects.filter(pk=instance.pk).first()
    if article and article.live and not article.is_issue_live():
        article.unpublish()
