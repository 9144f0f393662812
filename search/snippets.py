"""What a result quotes: the words that were found, marked, and everything else escaped."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search import languages

LENGTH = 240
SCANNED = 60_000
"""Characters of a text that are looked at: nobody waits for more."""

_TOKEN = re.compile(r"[^\W_]+")


stem_of = languages.stem


def marked(text: str, stems: Collection[str], language: str = languages.FRENCH) -> SafeString:
    """The text escaped, with `<mark>` around the words whose stem is one of `stems`."""
    parts: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if stem_of(match.group(), language) in stems:
            parts += [escape(text[end : match.start()]), f"<mark>{escape(match.group())}</mark>"]
            end = match.end()
    parts.append(escape(text[end:]))
    # Every part was escaped one line above; the only tag is ours.
    return mark_safe("".join(parts))  # noqa: S308


@dataclass(frozen=True)
class Quote:
    """A piece of a text around the words that were found."""

    text: str
    hits: int
    """how many different stems it holds"""


def quote(
    text: str, stems: Collection[str], length: int = LENGTH, language: str = languages.FRENCH
) -> Quote:
    """The piece of at most about `length` characters that holds most of `stems`."""
    places = [
        (match.start(), match.end(), stem)
        for match in _TOKEN.finditer(text[:SCANNED])
        if (stem := stem_of(match.group(), language)) in stems
    ]
    if not places:
        return Quote(_cut(text, 0, length), 0)
    best_start, best = 0, frozenset[str]()
    for position, (start, _, _) in enumerate(places):
        inside = frozenset(
            stem
            for _, end, stem in places[position : position + 40]
            if end - start <= length * 0.75
        )
        if len(inside) > len(best):
            best_start, best = start, inside
    return Quote(_cut(text, max(0, best_start - length // 4), length), len(best))


def _cut(text: str, start: int, length: int) -> str:
    """A piece that begins and ends between words."""
    if len(text) <= length:
        return text.strip()
    if start:
        start = text.find(" ", start) + 1 or start
    end = start + length
    if end < len(text):
        end = text.rfind(" ", start, end) if " " in text[start:end] else end
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    return before + text[start:end].strip() + after
