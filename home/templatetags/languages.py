"""`lang="fr"` around what is not translated. A builtin library (settings.TEMPLATES)."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from home.languages import FRENCH, interface_is_french, is_french

register = template.Library()


@register.simple_tag
def lang_fr(language: str = FRENCH) -> SafeString:
    """` lang="fr"` on a page of another language, nothing on a French one.

    `language` is another language than that of the page, "" for a text of the page's own.
    """
    if not language or (language == FRENCH and is_french()):
        return SafeString("")
    return format_html(' lang="{}"', language)


@register.simple_tag
def lang_of_interface() -> SafeString:
    """` lang="fr" dir="ltr"` around the interface where it is in French yet: on Arabic pages."""
    if is_french() or not interface_is_french():
        return SafeString("")
    return SafeString(f' lang="{FRENCH}" dir="ltr"')


@register.simple_tag(takes_context=True)
def lang_of_title(context: template.Context) -> SafeString:
    """As `lang_of_interface`, where the title is one of ours and not that of a page."""
    # Not asked in the template: what is missing there is logged with all that is known.
    return SafeString("") if context.get("page") else lang_of_interface()


@register.simple_tag
def lang_unless_translated(text: str) -> SafeString:
    """` lang="fr"` for a text of the editors that the interface has no translation of."""
    return lang_fr() if gettext(text) == text else SafeString("")


@register.simple_tag
def lang_of(page: Any, part: str) -> SafeString:
    """` lang="fr"` where a part of a translated page is still in French."""
    return lang_fr() if part in getattr(page, "still_french", ()) else SafeString("")


@register.simple_tag(takes_context=True)
def body_of(context: template.Context, page: Any) -> SafeString:
    """The body of a page, each block that is still in French marked as such."""
    untranslated: frozenset[str] = getattr(page, "still_french", frozenset())
    values = context.flatten()
    if not untranslated:
        return SafeString(page.body.render_as_block(context=values))
    return format_html_join(
        "\n",
        "<div{}>{}</div>",
        (
            (
                lang_fr() if str(block.id) in untranslated else "",
                block.render_as_block(context=values),
            )
            for block in page.body
        ),
    )
