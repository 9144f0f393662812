"""Dossiers: pages of the three sites about one subject, in groups, in an order made by hand."""

from django.db import models
from django.http import HttpRequest
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from home.models import BasePage
from home.themes import Theme


class DossierGroupBlock(blocks.StructBlock):
    """Some pages under one heading."""

    title = blocks.CharBlock(label="Titre du groupe", max_length=120)
    introduction = blocks.TextBlock(label="En quelques mots", required=False, max_length=400)
    pages = blocks.ListBlock(
        blocks.PageChooserBlock(label="Page"), label="Pages des trois sites", min_num=1
    )

    class Meta:
        icon = "folder-open-inverse"
        label = "Groupe"
        description = "Des pages rangées sous un titre ; une page dépubliée disparaît d’elle-même."
        preview_value = {"title": "Pour commencer", "introduction": "", "pages": []}


class DossierPage(BasePage):
    """Everything about one subject: publications, issues, podcasts, tools (I-05)."""

    kind = "Dossier"
    themes = (Theme.INTERFEDE,)
    in_feed = True

    introduction = models.TextField("introduction", max_length=600)
    groups = StreamField([("group", DossierGroupBlock())], verbose_name="groupes")

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("groups")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("groups"),
    ]
    parent_page_types = ["essor.PublicationIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "dossier"
        verbose_name_plural = "dossiers"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """The groups that still have something to show."""
        from essor.publications.dossiers import groups_of

        context = super().get_context(request, *args, **kwargs)
        context["groups"] = groups_of(self, request)
        return context
