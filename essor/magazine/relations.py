"""Links between an issue and other pages: named on one side, shown on both."""

from wagtail.models import Page

from essor.models.issues import IssueLink, IssuePage


def related_pages(issue: IssuePage) -> list[Page]:
    """The public pages that an issue names, in its order."""
    keys = [link.page_id for link in issue.links.all()]
    pages = Page.objects.filter(pk__in=keys).live().public().specific()
    found = {page.pk: page for page in pages}
    return [found[key] for key in keys if key in found]


def issues_about(page: Page) -> list[IssuePage]:
    """The published issues that name `page`: what the page of a podcast or a study shows."""
    keys = IssueLink.objects.filter(page_id=page.pk).values("issue_id")
    about = IssuePage.objects.filter(pk__in=keys) | IssuePage.objects.filter(subject_id=page.pk)
    return list(about.live().public().with_cover().newest_first().distinct())
