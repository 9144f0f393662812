"""`lang="fr"` around what is not translated. A builtin library (settings.TEMPLATES)."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from home.languages import FRENCH, is_french

register = template.Library()


@register.simple_tag
def lang_fr(language: str = FRENCH) -> SafeString:
    """` lang="fr"` on a page of another language, nothing on a French one.

    `language` is another language than that of the page, "" for a text of the page's own.
    """
    if not language or (language == FRENCH and is_french()):
        return SafeString("")
    return format_html(' lang="{}"', language)
