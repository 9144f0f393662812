"""Notes of an article: the editor types [1] in the text, the reader gets a link there and back."""

import re

from django.utils.safestring import SafeString, mark_safe

CALL = re.compile(r"\s*\[([1-9][0-9]?)\](?![^<]*>)")


def link_notes(html: str) -> SafeString:
    """Turn the calls [n] of the text into links to `#note-n`, where that note exists.

    The first call of a note gets the anchor `#appel-n`, to which the note leads back. Text inside
    tags (attributes) is left alone. `html` is what the blocks have rendered, thus safe.
    """
    seen: set[str] = set()

    def link(found: re.Match[str]) -> str:
        number = found.group(1)
        if f'id="note-{number}"' not in html:
            return found.group(0)
        anchor = "" if number in seen else f' id="appel-{number}"'
        seen.add(number)
        return (
            f'<sup class="call"><a href="#note-{number}"{anchor}>'
            f'<span class="visually-hidden">Note </span>{number}</a></sup>'
        )

    return mark_safe(CALL.sub(link, html))  # noqa: S308
