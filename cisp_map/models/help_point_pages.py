"""The list of the Carrefours et Cités des Métiers (M-I22)."""

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from home.models import BasePage
from home.themes import Theme

from .vocabulary import HelpPoint


class HelpPointIndexPage(BasePage):
    """Where people help for nothing to choose a course or a trade, place by place."""

    kind = "Orientation"
    themes = (Theme.CISP, Theme.INTERFEDE)

    introduction = models.TextField("introduction", blank=True, max_length=400)
    how_to_reach = models.TextField(
        "comment les joindre",
        blank=True,
        max_length=400,
        help_text="S’affiche tant qu’un lieu n’a ni téléphone ni site web.",
    )

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("how_to_reach")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("place_names"),
    ]
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "page des Carrefours et Cités des Métiers"
        verbose_name_plural = "pages des Carrefours et Cités des Métiers"

    @property
    def place_names(self) -> str:
        """Localities, for the search index."""
        return " ".join(HelpPoint.objects.values_list("locality__name", flat=True))

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """`groups`: `[{"label", "points"}]`, the Cités first; `some_without_contact`."""
        context = super().get_context(request, *args, **kwargs)
        points = list(
            HelpPoint.objects.select_related("locality").order_by("kind", "locality__name", "pk")
        )
        labels = {
            HelpPoint.Kind.CITE: "Cités des Métiers",
            HelpPoint.Kind.CARREFOUR: "Carrefours des Métiers",
        }
        groups = [
            {"key": kind.value, "label": label, "points": [p for p in points if p.kind == kind]}
            for kind, label in labels.items()
        ]
        context["groups"] = [group for group in groups if group["points"]]
        context["some_without_contact"] = any(not (p.phone or p.website) for p in points)
        return context
