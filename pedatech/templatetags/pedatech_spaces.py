"""What the templates of trees ask of Python."""

from django import template
from wagtail.models import Page

from pedatech.models.trees import results
from pedatech.trees.graph import Answer

register = template.Library()


@register.filter
def targets_among(answer: Answer, pages: dict[int, Page]) -> list[dict]:
    """The targets of an answer that visitors may see, in the order of their priority."""
    return results(answer, pages)
