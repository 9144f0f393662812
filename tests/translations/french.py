"""What of a page would be read out in the wrong language: French without `lang="fr"` around it."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import polib

from tests.support import ROOT

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
ATTRIBUTES = ("aria-label", "alt", "placeholder", "title")
# Words of French that neither German nor English has; Dutch has «les», a lesson.
FRENCH = re.compile(
    r"\b(les|une|pour|avec|vous|nous|votre|vos|notre|dans|où|près|aucune?|chercher|lieux?|cette|"
    r"qui|aux|sont|métiers?|être|rien|chez|vers|sans|ses|ils|elle|fait|et|est|depuis|jusqu|"
    r"au|d’une?|l’[a-zé]+|qu’[a-z]+|n’[a-z]+|s’[a-z]+)\b",
    re.IGNORECASE,
)


class Texts(HTMLParser):
    """Every text that a person sees or hears, with the language in force there."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []
        """those between tags, without attributes"""

    @property
    def language(self) -> str:
        return self.stack[-1][1] if self.stack else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        language = values.get("lang") or self.language
        self.found += [(language, values[each] or "") for each in ATTRIBUTES if each in values]
        name = values.get("name") or values.get("property") or ""
        if tag == "meta" and name.rpartition(":")[2] in ("description", "title"):
            self.found.append((language, values.get("content") or ""))
        if tag not in VOID:
            self.stack.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        if any(each == tag for each, _ in self.stack):
            while self.stack.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.stack or self.stack[-1][0] not in ("script", "style"):
            self.found.append((self.language, data))
            self.texts.append((self.language, data))


@cache
def sentences(language: str) -> frozenset[str]:
    """The French texts of the interface that have another text in a language."""
    catalogue = polib.pofile(str(ROOT / f"locale/{language}/LC_MESSAGES/django.po"))
    return frozenset(
        _plain(entry.msgid) for entry in catalogue if entry.msgstr and entry.msgstr != entry.msgid
    ) - frozenset(_plain(entry.msgstr) for entry in catalogue)


def _is_french(text: str, language: str) -> bool:
    found = {each.lower() for each in FRENCH.findall(text)}
    return bool(found - {"les"} if language == "nl" else found)


def _plain(text: str) -> str:
    return " ".join(text.replace("&nbsp;", " ").split())


def french_left(html: str, language: str, names: tuple[str, ...] = ()) -> Iterator[str]:
    """The texts of a page in `language` that are French and not marked so.

    Proper names need no mark (WCAG 3.1.2): `names` are left out of the texts.
    """
    proper = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)")
    parser = Texts()
    parser.feed(html)
    for said, text in parser.found:
        plain = _plain(proper.sub("", _plain(text)))
        if (
            said == language
            and plain
            and (plain in sentences(language) or _is_french(plain, language))
        ):
            yield plain
