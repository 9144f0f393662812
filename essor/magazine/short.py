"""Short addresses that are printed: `/e/108` for an issue, `/e/108-2` for its second article."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe
from wagtail.models import Page

from essor.models import ArticlePage, IssuePage, MagazinePage


@require_safe
def go(request: HttpRequest, number: str, place: str | None = None) -> HttpResponse:
    """One permanent redirect to the page; 404 while it is not public."""
    magazine = MagazinePage.objects.live().order_by("pk").first()
    issue = magazine and magazine.issues().filter(number=int(number)).first()
    if not issue:
        raise Http404("Aucun numéro publié à cette adresse.")
    target: Page | None = issue
    if place is not None:
        articles = ArticlePage.objects.child_of(issue).live().public()
        target = articles.filter(print_number=int(place)).first()
    if target is None:
        raise Http404("Aucun article publié à cette adresse.")
    return HttpResponsePermanentRedirect(target.get_full_url(request))


def short_path(page: IssuePage | ArticlePage) -> str:
    """The address to print, from the name of the site on: `/e/108-2`."""
    if isinstance(page, ArticlePage):
        issue = page.get_issue()
        return f"/e/{issue.number}-{page.print_number}" if issue else ""
    return f"/e/{page.number}"
