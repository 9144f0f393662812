"""All trees and what is wrong with them: a page among the reports, and a command."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from pedatech.models import DecisionTreePage
from pedatech.trees.graph import Problem


def broken_trees() -> list[tuple[DecisionTreePage, list[Problem]]]:
    """Live trees with a problem: a target that was taken off line since, most often."""
    found = []
    for page in DecisionTreePage.objects.live().order_by("title", "pk"):
        problems = page.problems()
        if problems:
            found.append((page, problems))
    return found


def trees(request: HttpRequest) -> HttpResponse:
    """`/gestion/rapports/arbres/`."""
    rows = [
        {"page": page, "problems": page.problems()}
        for page in DecisionTreePage.objects.order_by("title", "pk")
    ]
    return TemplateResponse(request, "pedatech/admin/trees.html", {"rows": rows})
