"""The body of this room's pages: every block of the three sites, and the key figure."""

from typing import Any

from django.utils.functional import cached_property
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from home.blocks import BodyBlock


class KeyFigureValue(blocks.StructValue):
    """The chosen series and the value to print."""

    @cached_property
    def figure(self) -> object | None:
        """The value of the chosen year, else the newest; None when the series has none."""
        series = self.get("series")
        if series is None:
            return None
        year = self.get("year")
        if not year:
            return series.latest()
        return series.values.filter(year=year).first()


class KeyFigureBlock(blocks.StructBlock):
    """A figure of a series: it changes by itself when the next year is entered."""

    series = SnippetChooserBlock("essor.FigureSeries", label="Série de chiffres")
    year = blocks.IntegerBlock(
        label="Année",
        required=False,
        min_value=1990,
        max_value=2100,
        help_text="Sans année, la plus récente s’affiche, et change avec elle.",
    )

    class Meta:
        icon = "order"
        label = "Chiffre-clé"
        template = "essor/blocks/key_figure.html"
        value_class = KeyFigureValue
        description = "Un chiffre d’une série, avec son année et sa source."

    def get_preview_value(self) -> Any:
        """The first series with a figure."""
        from essor.models import FigureSeries

        return self.normalize({"series": FigureSeries.objects.order_by("pk").first(), "year": None})


class EssorBodyBlock(BodyBlock):
    """Blocks of every body of this room."""

    key_figure = KeyFigureBlock()
