"""Reading what people type for a place: pure text, no table.

«près de Namur», «B-5000 Namur», «Rue de Fer 12, 5000 Namur» become keys to look up.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from cisp_map.gazetteer.names import fold, variants

MAX_LENGTH = 200  # longer than any address; the rest of a longer text is not read
_MAX_WORDS = 24
_MAX_NAME_WORDS = 6

_CODE = re.compile(r"(?:\bB(?:E|elgique)?[\s-]*)?(?<!\d)(\d{4})(?!\d)", re.IGNORECASE)
_FOREIGN_CODE = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_SEGMENTS = re.compile(r"[,;\n|/()]+")

# Words that people write around a name; folded.
_LEADS = """
    a au aux autour chez coin commune cote dans de depuis des d du en entite environs gare habite j je
    l la le les loin non pas pres proche quartier region suis vers village ville alentours centre
"""
_TRAILS = """
    alentours autour belgie belgien belgique belgium centre environs et gare merci ou region ses svp
    province ville wallonie
"""
_STREETS = """
    allee av ave avenue bd bld boulevard bvd ch chaussee chemin clos dreve esplanade faubourg hameau
    impasse laan parc passage pl place quai r rempart remparts residence route rte rue ruelle
    sentier square straat strasse thier tienne voie zoning
"""
LEAD_WORDS = frozenset(_LEADS.split())
TRAIL_WORDS = frozenset(_TRAILS.split())
STREET_WORDS = frozenset(_STREETS.split())
_WHOLE_STREETS = (["grand", "place"], ["grand", "rue"], ["grande", "rue"])
_LINKS = frozenset(("de", "du", "des", "d", "la", "le", "les", "l", "saint", "sainte"))


@dataclass(frozen=True)
class Typed:
    """A typed place, read: ``text`` cleaned, 4-digit ``codes`` in order, ``segments`` without."""

    text: str
    codes: tuple[str, ...]
    segments: tuple[str, ...]  # folded, no empty one; parts between commas or brackets

    @property
    def key(self) -> str:
        """All segments as one key."""
        return " ".join(self.segments)

    @property
    def has_street(self) -> bool:
        """Tell whether a street or a house number is named."""
        words = self.key.split()
        return any(word in STREET_WORDS or is_number(word) for word in words)


@dataclass(frozen=True)
class Part:
    """A part of a typed text that may be a place's name.

    ``key`` is folded; ``sure`` is False when it may be the name of a street («rue de Namur»);
    ``whole`` tells a whole segment from its last words.
    """

    key: str
    sure: bool
    whole: bool


def read(text: str) -> Typed:
    """Read any text. Control characters and what exceeds ``MAX_LENGTH`` are left out."""
    text = clean(text)
    codes = tuple(match.group(1) for match in _CODE.finditer(text))
    without = _FOREIGN_CODE.sub(" ", _CODE.sub(" ", text))
    segments = tuple(key for part in _SEGMENTS.split(without) if (key := fold(part)))
    return Typed(text=text, codes=codes, segments=segments)


def clean(text: str) -> str:
    """Return ``text`` on one line, compatibility forms resolved, without control characters."""
    text = unicodedata.normalize("NFKC", str(text)[: MAX_LENGTH * 4])
    kept = ("\n" if char == "\n" else " " if _is_control(char) else char for char in text)
    lines = ("".join(kept)).split("\n")
    joined = ", ".join(" ".join(line.split()) for line in lines if line.strip())
    return joined[:MAX_LENGTH].strip()


def is_number(word: str) -> bool:
    """Tell whether a folded word is a house number: ``12``, ``12b``, ``3a``."""
    return bool(re.fullmatch(r"\d+[a-z]?", word))


def forms(key: str) -> list[str]:
    """Return the keys under which a typed key may be stored, the most literal first."""
    keys = []
    for text in (key, _without_trail(key), _without_lead(key), _without_trail(_without_lead(key))):
        keys += variants(text)
    return list(dict.fromkeys(keys))


def parts(typed: Typed) -> list[Part]:
    """Return the parts of a typed text that may name a place, the likeliest first.

    Whole segments, then the last words of each segment (the longest first).
    """
    found = []
    for segment in reversed(typed.segments):
        words = segment.split()[-_MAX_WORDS:]
        if words and words[0] not in STREET_WORDS:
            found.append(Part(segment, sure=True, whole=True))
    for segment in reversed(typed.segments):
        words = segment.split()[-_MAX_WORDS:]
        while words and is_number(words[-1]) and len(words) > 1:
            words = words[:-1]
        for start in range(max(0, len(words) - _MAX_NAME_WORDS), len(words)):
            if start == 0 and words == segment.split() and words[0] not in STREET_WORDS:
                continue
            found.append(Part(" ".join(words[start:]), sure=_is_sure(words[:start]), whole=False))
    return found


def _is_sure(before: list[str]) -> bool:
    """Tell whether the words before a name leave no doubt that the street is over."""
    if not any(word in STREET_WORDS for word in before):
        return True
    if any(is_number(word) for word in before) or before[-2:] in _WHOLE_STREETS:
        return True
    return bool(before) and before[-1] not in _LINKS | STREET_WORDS


def _without_lead(key: str) -> str:
    words = key.split()
    while len(words) > 1 and words[0] in LEAD_WORDS:
        words = words[1:]
    return " ".join(words)


def _without_trail(key: str) -> str:
    words = key.split()
    while len(words) > 1 and words[-1] in TRAIL_WORDS:
        words = words[:-1]
    return " ".join(words)


def _is_control(char: str) -> bool:
    return unicodedata.category(char)[0] == "C"
