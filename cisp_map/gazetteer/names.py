"""Folding of place names: the one key under which names are stored, looked up and compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})
_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")
_SHORT_SAINT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
ARTICLES = ("la", "le", "les", "l")
# «Frasnes-lès-Anvaing», «Frasnes les Anvaing»: all are written lez in the table.
_NEAR = {"les": "lez"}


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return ``text`` in lower case without accents, punctuation or double spaces.

    Hyphens and apostrophes (both kinds) become spaces, ligatures two letters, ``St`` and ``Ste``
    are written out. Idempotent. The result holds only ``a-z``, ``0-9`` and single spaces.
    """
    # casefold after the decomposition too: some capitals decompose into letters of their own.
    text = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES)).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    words = _NOT_ALPHANUMERIC.sub(" ", text.translate(_LIGATURES)).split()
    return " ".join(_SHORT_SAINT.get(word, word) for word in words)


def slugify_name(text: str) -> str:
    """Return the part of a locality's slug that comes from its name: ``fold`` with hyphens."""
    return fold(text).replace(" ", "-")


def variants(key: str) -> list[str]:
    """Return the folded ways to write ``key`` that people use, ``key`` itself first.

    Without its leading article (``louviere``), with one (``la hulpe``), with ``lez`` for ``les``.
    """
    words = key.split()
    if not words:
        return []
    found = [key]
    if words[0] in ARTICLES and len(words) > 1:
        found.append(" ".join(words[1:]))
    else:
        found += [f"{article} {key}" for article in ARTICLES]
    inner = " ".join([words[0], *(_NEAR.get(word, word) for word in words[1:])])
    found.append(inner)
    return list(dict.fromkeys(found))


@lru_cache(maxsize=8192)
def sound(key: str) -> str:
    """Return a rough French pronunciation of a folded name, for typing mistakes by ear.

    ``chatelino`` and ``chatelineau`` sound the same; so do ``wavres`` and ``wavre``. Not a
    dictionary of French: a handful of rules, enough for the names of Wallonia.
    """
    text = key.replace(" ", "")
    for pattern, letter in _SOUNDS:
        text = pattern.sub(letter, text)
    return text


_SOUNDS = tuple(
    (re.compile(pattern), letter)
    for pattern, letter in (
        (r"e?aux?", "o"),
        (r"ph", "f"),
        (r"qu|ck|q|k", "c"),
        (r"y", "i"),
        (r"z", "s"),
        (r"ae", "a"),
        (r"oeu|oe", "eu"),
        (r"[ae]in|im(?=[bp])", "in"),
        (r"[ae]n(?=[^aeiou]|$)|[ae]m(?=[bp])", "an"),
        (r"w", "v"),
        (r"(?<!c)h", ""),
        (r"(.)\1+", r"\1"),
        (r"(?<=..)(?:e?s|[xtd]s?|e)$", ""),
    )
)
