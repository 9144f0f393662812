"""Structured data inside a page."""

import json

from django.utils.safestring import SafeString, mark_safe

SCRIPT_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def json_for_script(data: dict[str, object]) -> SafeString:
    """JSON that cannot close its script element (as Django's json_script writes it)."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(SCRIPT_ESCAPES))  # noqa: S308
