"""Views of the quality label: the label, one criterion, the sheet of self-evaluation."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from home.seo import window_title
from pedatech.models import QualityCriterion, QualityLabelPage

ANSWERS = (("oui", "Oui"), ("en-partie", "En partie"), ("non", "Pas encore"))


def _processes(page: QualityLabelPage, request: HttpRequest) -> list[dict]:
    """Processes with their criteria and the address of each."""
    base = page.get_url(request)
    return [
        {
            "title": process.title,
            "description": process.description,
            "criteria": [
                {"criterion": each, "url": f"{base}criteres/{each.slug}/"}
                for each in process.criteria.all()
            ],
        }
        for process in page.processes.prefetch_related("criteria")
    ]


def label_view(request: HttpRequest, page: QualityLabelPage) -> HttpResponse:
    """Identity card, processes, criteria."""
    context = page.get_context(request)
    processes = _processes(page, request)
    context.update(
        identity=list(page.identity.all()),
        processes=processes,
        criteria_count=sum(len(each["criteria"]) for each in processes),
        sheet_url=f"{page.get_url(request)}auto-evaluation/",
    )
    return TemplateResponse(request, "pedatech/quality_label_page.html", context)


def criterion_view(request: HttpRequest, page: QualityLabelPage, slug: str) -> HttpResponse:
    """One criterion, with the way to its neighbours; 404 for another slug."""
    criteria = list(
        QualityCriterion.objects.filter(process__page=page)
        .select_related("process")
        .order_by("process__sort_order", "process_id", "sort_order", "pk")
    )
    place = next((number for number, each in enumerate(criteria) if each.slug == slug), None)
    if place is None:
        raise Http404("Ce critère n’existe pas.")
    criterion = criteria[place]
    base = page.get_url(request)
    context = page.get_context(request)
    title = f"Critère {criterion.number} : {criterion.title}"
    url = f"{base}criteres/{criterion.slug}/"
    context["breadcrumbs"] = [
        *context["breadcrumbs"],
        {"title": f"Critère {criterion.number}", "url": url},
    ]
    context["seo"] |= {
        "title": window_title(title),
        "description": f"{criterion.process.title} : {criterion.title}.",
        "canonical": request.build_absolute_uri(url),
    }

    def neighbour(number: int) -> dict | None:
        if not 0 <= number < len(criteria):
            return None
        other = criteria[number]
        return {
            "title": f"Critère {other.number}\u00a0: {other.title}",
            "url": f"{base}criteres/{other.slug}/",
        }

    context.update(
        criterion=criterion,
        before=neighbour(place - 1),
        after=neighbour(place + 1),
        label_url=base,
        sheet_url=f"{base}auto-evaluation/",
    )
    return TemplateResponse(request, "pedatech/criterion.html", context)


def sheet_view(request: HttpRequest, page: QualityLabelPage) -> HttpResponse:
    """Every criterion with three answers and room for a note; nothing is ever sent."""
    context = page.get_context(request)
    url = f"{page.get_url(request)}auto-evaluation/"
    title = "Fiche d’auto-évaluation"
    context["breadcrumbs"] = [*context["breadcrumbs"], {"title": title, "url": url}]
    context["seo"] |= {
        "title": title,
        "description": "Se situer face aux critères du label qualité, sans rien envoyer.",
        "canonical": request.build_absolute_uri(url),
    }
    context.update(
        title=title,
        identity=list(page.identity.all()),
        processes=_processes(page, request),
        answers=ANSWERS,
        label_url=page.get_url(request),
    )
    return TemplateResponse(request, "pedatech/quality_sheet.html", context)
