"""Answers of the index, of a publication, of a project and of the feeds."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from wagtail.models import Site

from essor.models import (
    MagazinePage,
    Project,
    PublicationIndexPage,
    PublicationKind,
    PublicationPage,
    Rubric,
    Topic,
)
from essor.publications import citations, feeds
from essor.publications.detail import funders_of, project_items, publication_context
from essor.publications.listing import Listing
from home.models import HomePage, SiteBranding
from home.themes import Theme

CITATION_TYPES = {
    "ris": "application/x-research-info-systems; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
}


def index_view(request: HttpRequest, page: PublicationIndexPage) -> HttpResponse:
    """`/publications/?q=&genre=&theme=&annee=&organisme=&tri=&page=`."""
    listing = Listing(page, request)
    context = page.get_context(request)
    context["listing"] = listing
    context["seo"]["canonical"] += listing.canonical_query
    if listing.is_filtered:
        # Combinations of filters are endless; search engines follow the whole list.
        context["seo"]["robots"] = "noindex, follow"
    return TemplateResponse(request, "essor/publication_index.html", context)


def publication_view(request: HttpRequest, page: PublicationPage) -> HttpResponse:
    """One publication; a memorandum brings its own template and context."""
    context = page.get_context(request)
    return TemplateResponse(
        request,
        page.get_template(request),
        {**publication_context(page, request), **context},
    )


def citation_view(request: HttpRequest, page: PublicationPage, form: str) -> HttpResponse:
    """The citation as a file, `form` is "ris" or "bib"."""
    citation = citations.citation_of(page, request)
    text = citations.ris(citation) if form == "ris" else citations.bibtex(citation)
    response = HttpResponse(text, content_type=CITATION_TYPES[form])
    name = slugify(page.slug) or "publication"
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["X-Robots-Tag"] = "noindex"
    return response


def project_view(request: HttpRequest, page: PublicationIndexPage, slug: str) -> HttpResponse:
    """A project: what it is, who pays, open calls, publications."""
    project = get_object_or_404(Project, slug=slug)
    items = project_items(project, page, request)
    funders = funders_of(project)
    if not items or not funders:
        # Nothing public stands behind it yet.
        raise Http404
    context = page.get_context(request)
    url = request.build_absolute_uri(request.path)
    context["breadcrumbs"] = [*context["breadcrumbs"], {"title": project.name, "url": request.path}]
    context["seo"] |= {
        "title": project.name,
        "description": project.description[:300],
        "canonical": url,
        "robots": "",
    }
    context |= {
        "project": project,
        "funders": funders,
        "calls": list(project.calls.select_related("page")),
        "items": items,
    }
    return TemplateResponse(request, "essor/publication_project.html", context)


def publications_feed(request: HttpRequest, page: PublicationIndexPage) -> HttpResponseBase:
    """`/publications/flux.xml?genre=&theme=`; an unknown kind or topic has no feed."""
    kinds = _known(PublicationKind, request.GET.getlist("genre"))
    topics = _known(Topic, request.GET.getlist("theme"))
    names = [str(each) for each in (*kinds, *topics)]
    title = "Publications de l’Interfédé"
    if names:
        title = f"{title} : {', '.join(names)}"
    entries = feeds.publication_entries(
        page, request, [each.pk for each in kinds], [each.pk for each in topics]
    )
    key = "+".join(["publications", *sorted(each.slug for each in (*kinds, *topics))])
    return feeds.atom(request, title, entries, page.get_full_url(request) or "", key)


def magazine_feed(request: HttpRequest, page: MagazinePage) -> HttpResponseBase:
    """`/publications/lessor/flux.xml?rubrique=`; an unknown rubric has no feed."""
    rubrics = _known(Rubric, request.GET.getlist("rubrique"))
    title = page.title
    if rubrics:
        title = f"{title} : {', '.join(each.name for each in rubrics)}"
    entries = feeds.magazine_entries(page, request, [each.pk for each in rubrics])
    key = "+".join(["lessor", *sorted(each.slug for each in rubrics)])
    return feeds.atom(request, title, entries, page.get_full_url(request) or "", key)


@require_safe
def site_feed(request: HttpRequest) -> HttpResponseBase:
    """`/flux.xml` of interfede.be: everything that has a date."""
    site = Site.find_for_request(request)
    branding = SiteBranding.objects.filter(site=site, theme=Theme.INTERFEDE).first()
    if site is None or branding is None:
        raise Http404
    home = HomePage.objects.get(pk=site.root_page_id)
    entries = feeds.site_entries(home, request)
    return feeds.atom(request, branding.site_name, entries, request.build_absolute_uri("/"), "site")


def _known(model, slugs: list[str]) -> list:  # noqa: ANN001
    """The records with these identifiers, each once; 404 when one is unknown."""
    wanted = {slug[:80] for slug in slugs if slug}
    if any("\0" in slug for slug in wanted):
        # PostgreSQL refuses the question itself.
        raise Http404
    found = list(model.objects.filter(slug__in=wanted)) if wanted else []
    if len(found) < len(wanted):
        raise Http404
    return found
