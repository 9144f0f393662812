"""Filters of the room's templates."""

from django import template
from django.template import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from pedatech.catalogue.glossary import Glossary
from pedatech.models import InteractivePackage

register = template.Library()


@register.filter
def explained(html: str, glossary: Glossary | None) -> SafeString:
    """Mark the first occurrence of each acronym: `{{ text|explained:glossary }}`."""
    text = str(conditional_escape(html))
    if not isinstance(glossary, Glossary):
        return mark_safe(text)  # noqa: S308 (escaped just above)
    return mark_safe(glossary.mark(text))  # noqa: S308 (mark adds links to escaped text)


@register.simple_tag(takes_context=True)
def keeps_progress(context: Context, package: InteractivePackage) -> dict | None:
    """Where the visitor stands in the activity, when it is kept: see `packages.views.keeping`."""
    from pedatech.packages.views import keeping

    request = context.get("request")
    return keeping(package, request) if request is not None and hasattr(request, "user") else None


@register.filter
def weight(size: int) -> str:
    """«1,2 Mo» of a number of bytes."""
    from home.models.documents import size_label

    return size_label(size)


KIND_ICONS = {
    "outil": "tool",
    "outil-numerique": "laptop",
    "fiche": "file",
    "guide": "route",
    "kit": "kit",
    "referentiel": "certificate",
    "formation": "course",
    "article": "news",
    "livre": "book",
    "jeu": "game",
    "video": "video",
    "immersif": "immersive",
}


@register.filter
def kind_icon(kind: str) -> str:
    """The icon of a kind of resource."""
    return KIND_ICONS.get(kind, "file")
