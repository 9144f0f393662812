"""The entrances of the home page: who comes, and where they go (I-01)."""

from dataclasses import dataclass
from itertools import groupby

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, PageChooserPanel
from wagtail.models import Orderable, Page

from home import content
from home.channels import open_pages


class Audience(ClusterableModel):
    """A public of interfede.be, with the pages that it looks for."""

    title = models.CharField("public", max_length=60, unique=True, help_text="« Presse ».")
    introduction = models.CharField("en une phrase", max_length=160, blank=True)
    sort_order = models.PositiveSmallIntegerField("ordre", default=0)

    panels = [
        FieldRowPanel(
            [
                FieldPanel("title"),
                FieldPanel("sort_order", help_text="Le plus petit nombre vient en premier."),
            ]
        ),
        FieldPanel(
            "introduction", help_text="Ce que ces visiteurs trouvent ici, sous le nom du public."
        ),
        InlinePanel("links", heading="Pages", label="Page", max_num=5),
    ]

    class Meta:
        verbose_name = "public de l’accueil"
        verbose_name_plural = "publics de l’accueil"
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.title


class AudienceLink(Orderable):
    """One page for an audience."""

    audience = ParentalKey(Audience, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(
        Page, verbose_name="page", on_delete=models.CASCADE, related_name="+"
    )
    label = models.CharField(
        "texte du lien", max_length=80, blank=True, help_text="Sans texte : le titre de la page."
    )

    panels = [
        PageChooserPanel("target", help_text="Une page que ce public cherche souvent."),
        FieldPanel("label"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "page pour un public"
        verbose_name_plural = "pages pour un public"

    def __str__(self) -> str:
        return self.label or self.target.title


@dataclass(frozen=True)
class OpenAudience:
    """An audience with the links that the public may follow."""

    audience: Audience
    links: list[AudienceLink]


@content.kept
def open_audiences() -> list[OpenAudience]:
    """The audiences that have somewhere to go, in their order; one query."""
    pages = open_pages(Page.objects.all())
    links = (
        AudienceLink.objects.filter(target__in=pages)
        .select_related("audience", "target")
        .order_by("audience__sort_order", "audience_id", "sort_order", "pk")
    )
    return [
        OpenAudience(audience, list(group))
        for audience, group in groupby(links, key=lambda link: link.audience)
    ]
