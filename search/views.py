"""The search page of each site: pages of this site, or of all three."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from home.models import SiteBranding
from home.pagination import page_links
from search.engine import clean_words, search_queryset

PER_PAGE = 10
SCOPES = ("site", "tous")


@dataclass(frozen=True)
class Result:
    """One page found."""

    title: str
    url: str
    kind: str
    site_label: str
    excerpt: str


def searchable_pages(site: Site | None, scope: str) -> PageQuerySet:
    """Who sees what: live pages, in no private section, of this site or of all three.

    `.live().public()` stands before `.search()`: after it, drafts and private pages are found.
    """
    pages = Page.objects.live().public().filter(depth__gte=2)
    if scope == "site" and site:
        pages = pages.descendant_of(site.root_page, inclusive=True)
    return pages


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """`/recherche/?q=&sites=tous&page=`."""
    site = Site.find_for_request(request)
    query = clean_words(request.GET.get("q", ""))
    scope = "tous" if request.GET.get("sites") == "tous" else "site"
    found = search_queryset(searchable_pages(site, scope), query) if query else []
    paginator: Paginator = Paginator(found, PER_PAGE)
    try:
        page = paginator.page(_number(request.GET.get("page", "1")))
    except EmptyPage:
        page = paginator.page(paginator.num_pages)

    def url(number: int = 1, sites: str = scope) -> str:
        parameters: dict[str, str | int] = {"q": query}
        if sites == "tous":
            parameters["sites"] = "tous"
        if number > 1:
            parameters["page"] = number
        return f"{request.path}?{urlencode(parameters)}"

    context = {
        "query": query,
        "results": _results(list(page), request),
        "total": paginator.count,
        "scope": scope,
        "scope_urls": {name: url(sites=name) for name in SCOPES},
        "pages": page_links(page, url),
        "seo": {
            "title": f"Recherche : {query}" if query else "Recherche",
            "description": "",
            "canonical": request.build_absolute_uri(request.path),
            "image_url": None,
            "robots": "noindex, follow",
        },
        "breadcrumbs": [{"title": "Accueil", "url": "/"}, {"title": "Recherche", "url": ""}],
    }
    return TemplateResponse(request, "search/search_page.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _results(pages: list[Page], request: HttpRequest) -> list[Result]:
    """The text of a result is the description of its page: no query for the specific page."""
    brandings = SiteBranding.objects.select_related("site__root_page")
    sites = {each.site.root_page.path: each.site_name for each in brandings}
    return [
        Result(
            title=page.title,
            url=page.get_url(request) or "",
            kind=getattr(page.cached_content_type.model_class(), "kind", "Page"),
            site_label=next(
                (name for path, name in sites.items() if page.path.startswith(path)), ""
            ),
            excerpt=page.search_description,
        )
        for page in pages
    ]
