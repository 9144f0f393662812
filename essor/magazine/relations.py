"""Links between an issue and other pages: named on one side, shown on both."""

from wagtail.models import Page

from essor.models.issues import IssuePage


def related_pages(issue: IssuePage) -> list[Page]:
    """The public pages that an issue names, in its order, then those that name it."""
    keys = [link.page_id for link in issue.links.all()]
    pages = Page.objects.filter(pk__in=keys).live().public().specific()
    found = {page.pk: page for page in pages}
    naming = [page for page in issue.named_by if page.pk not in found]
    return [*(found[key] for key in keys if key in found), *naming]
