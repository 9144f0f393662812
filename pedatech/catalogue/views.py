"""Views of the catalogue, of a rubric, of a term and of a resource."""

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers

from home.pagination import page_links
from home.seo import window_title
from pedatech.catalogue.details import describe_resource, frame_origins
from pedatech.catalogue.forms import CatalogueForm
from pedatech.catalogue.search import PER_PAGE, CatalogueSearch
from pedatech.catalogue.table import current_table
from pedatech.models import FRAMES, CataloguePage, ResourcePage, Rubric, Term, Vocabulary

FRAME_LISTS = (*FRAMES, Vocabulary.PROJECT, Vocabulary.GEP)
"""Vocabularies on the page of the frames of reference."""


def catalogue_view(
    request: HttpRequest, page: CataloguePage, rubric: Rubric | None = None
) -> HttpResponse:
    """The list with its facets, in the whole catalogue or inside `rubric`."""
    table = current_table(page)
    form = CatalogueForm(request.GET, table)
    search = CatalogueSearch(form, page, table, request, rubric)
    results = search.page_of_results()
    context = page.get_context(request)
    is_search = not form.fields.keys().isdisjoint(request.GET)
    context["seo"]["robots"] = "noindex, follow" if is_search else ""
    if rubric is not None:
        _inside(context, rubric, search)
    if is_search:
        context["seo"]["title"] = search.headline
    context.update(
        form=form,
        rubric=rubric,
        search=search,
        cards=search.cards(list(results)),
        pages=page_links(results, search.page_url),
        has_resources=bool(table.rows),
    )
    response = TemplateResponse(request, "pedatech/catalogue_page.html", context)
    patch_vary_headers(response, ["HX-Request"])
    if getattr(request, "htmx", False):
        # The address of the search, without the empty fields of the form.
        response["HX-Push-Url"] = search.url()
    return response


def rubric_view(request: HttpRequest, page: CataloguePage, path: str) -> HttpResponse:
    """A section, a rubric or a sub-rubric; 404 for another path."""
    rubric = current_table(page).rubrics.get(path)
    if rubric is None:
        raise Http404("Cette rubrique n’existe pas.")
    return catalogue_view(request, page, rubric)


def _inside(context: dict, rubric: Rubric, search: CatalogueSearch) -> None:
    """Title, description and breadcrumbs of a rubric."""
    above = [*rubric.ancestors, rubric]
    base = search.catalogue_url
    context["breadcrumbs"] = [
        *context["breadcrumbs"],
        *({"title": each.name, "url": f"{base}rubriques/{each.path}/"} for each in above),
    ]
    context["seo"] |= {
        "title": window_title(f"{rubric.name} – {search.page.title}"),
        "description": rubric.description
        or f"{' / '.join(each.name for each in above)} : les ressources de Péda Tech CISP.",
        "canonical": search.request.build_absolute_uri(search.path),
    }


def frames_view(request: HttpRequest, page: CataloguePage) -> HttpResponse:
    """Every frame of reference, project and GEP, with the terms that lead to a resource."""
    table = current_table(page)
    base = page.get_url(request)
    groups = []
    for vocabulary in FRAME_LISTS:
        terms = [
            {"label": term.label, "url": f"{base}reperes/{vocabulary}/{slug}/", "count": count}
            for slug, term in table.terms[vocabulary].items()
            if (count := table.masks[vocabulary].get(slug, 0).bit_count())
        ]
        if terms:
            groups.append({"key": str(vocabulary), "label": vocabulary.label, "terms": terms})
    context = page.get_context(request)
    title = "Cadres de référence et projets"
    context["breadcrumbs"] = [*context["breadcrumbs"], {"title": title, "url": request.path}]
    context["seo"] |= {
        "title": title,
        "description": "Les ressources de Péda Tech CISP par cadre de référence : DigComp, "
        "RECTEC, codes ROME, niveaux CFC, projets.",
        "canonical": request.build_absolute_uri(request.path),
    }
    context.update(title=title, groups=groups)
    return TemplateResponse(request, "pedatech/frames.html", context)


def term_view(
    request: HttpRequest, page: CataloguePage, vocabulary: str, slug: str
) -> HttpResponse:
    """The resources of one term; 404 for a term that does not exist."""
    table = current_table(page)
    term: Term | None = table.terms.get(vocabulary, {}).get(slug)
    if term is None:
        raise Http404("Ce repère n’existe pas.")
    search = CatalogueSearch(CatalogueForm(request.GET.copy(), table), page, table, request)
    numbers = list(table.rows_in(table.masks[vocabulary].get(slug, 0)))
    paginator = Paginator(numbers, PER_PAGE)
    try:
        results = paginator.page(search.data.get("page") or 1)
    except EmptyPage:
        raise Http404("Cette page de la liste n’existe pas.") from None
    base = page.get_url(request)
    here = f"{base}reperes/{vocabulary}/{slug}/"
    context = page.get_context(request)
    context["breadcrumbs"] = [
        *context["breadcrumbs"],
        {"title": "Cadres de référence et projets", "url": f"{base}reperes/"},
        {"title": term.label, "url": here},
    ]
    context["seo"] |= {
        "title": window_title(f"{term.label} – {term.get_vocabulary_display()}"),
        "description": term.description
        or f"Les ressources de Péda Tech CISP pour {term.label} ({term.get_vocabulary_display()}).",
        "canonical": request.build_absolute_uri(here),
        "robots": "" if numbers else "noindex, follow",
    }
    context.update(
        term=term,
        total=len(numbers),
        cards=search.cards(list(results)),
        pages=page_links(results, lambda number: f"{here}?page={number}" if number > 1 else here),
        filter_url=f"{base}?{vocabulary}={slug}",
    )
    return TemplateResponse(request, "pedatech/term.html", context)


def resource_view(request: HttpRequest, page: ResourcePage) -> HttpResponse:
    """The notice of a resource, a kit or a référentiel."""
    context = page.get_context(request)
    context.update(describe_resource(page, request))
    response = TemplateResponse(request, page.get_template(request), context)
    origins = frame_origins(page)
    if origins:
        response._csp_update = {"frame-src": ["'self'", *origins]}  # type: ignore[attr-defined]
    return response
