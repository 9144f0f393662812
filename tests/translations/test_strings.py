"""The interface in German, Dutch and English: nothing is missing, nothing stands outside."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.template import engines
from django.template.base import Lexer, TokenType
from django.utils import translation

from tests.support import ROOT

LANGUAGES = ("de", "nl", "en")
# Of the two French sites, or for the centres.
FRENCH_ONLY = {"chart.html", "file_link.html", "logo.html"}
# What a visitor of cisp.be may see in another language.
TEMPLATES = [
    *sorted(
        path
        for folder in ("site/templates", "cisp_map/templates/cisp_map", "search/templates/search")
        for path in (ROOT / folder).rglob("*.html")
        if not {"admin", "privacy", "wagtailmedia"} & set(path.parts)
        and path.name not in FRENCH_ONLY
        and not path.name.startswith("update")
    ),
    ROOT / "home/templates/home/home_cisp.html",
    ROOT / "home/templates/home/standard_page.html",
    ROOT / "home/templates/home/event_page.html",
    ROOT / "home/templates/home/event_index_page.html",
]
# Of the two French sites alone, or no text: names, marks, an address.
OUTSIDE = {
    "Mes espaces de formation",
    "Proposer une ressource",
    "Participer",
    "place",  # a kind of Open Graph
    "Télécharger",
    "Accueil",
}
PYTHON = [
    *(ROOT / "cisp_map").rglob("*.py"),
    *(ROOT / "home").rglob("*.py"),
    *(ROOT / "search").rglob("*.py"),
]
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
TRANSLATE = re.compile(r"""translate\s+(?:"([^"]*)"|'([^']*)')""")


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / f"locale/{language}/LC_MESSAGES/django.po"))


def in_template(path: Path) -> tuple[set[str], list[str]]:
    """The msgids of a template, and its words outside of them."""
    asked: set[str] = set()
    outside: list[str] = []
    block: list[str] | None = None
    silent = False
    trimmed = False
    for token in Lexer(path.read_text(encoding="utf-8")).tokenize():
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split()[0]
            if name == "comment":
                silent = True
            elif name == "endcomment":
                silent = False
            elif name == "translate" and (found := TRANSLATE.match(token.contents)):
                asked.add(found.group(1) or found.group(2))
            elif name == "blocktranslate":
                block, trimmed = [""], "trimmed" in token.contents
            elif name == "plural" and block is not None:
                block.append("")
            elif name == "endblocktranslate" and block is not None:
                texts = [" ".join(each.split()) if trimmed else each for each in block]
                asked.add(VARIABLE.sub(r"%(\1)s", texts[0]))
                block = None
        elif block is not None:
            block[-1] += (
                f"{{{{ {token.contents} }}}}"
                if token.token_type == TokenType.VAR
                else token.contents
            )
        elif token.token_type == TokenType.TEXT and not silent:
            outside.append(token.contents)
        elif token.token_type == TokenType.VAR:
            outside.append("\0")
    text = re.sub(
        r"<script.*?</script>|<svg.*?</svg>|<!--.*?-->", " ", "".join(outside), flags=re.S
    )
    attributes = re.findall(r"""(?:aria-label|placeholder|title|alt)="([^"\0]+)\"""", text)
    text = re.sub(r"<[^>]*>", "\n", text).replace("&nbsp;", " ")
    words = [
        part.strip(" \0\n.,:;?!()–«»…’") for line in text.split("\n") for part in line.split("\0")
    ]
    return asked, [each for each in (*words, *attributes) if re.search(r"[^\W\d_]{2}", each)]


def in_python(path: Path) -> set[str]:
    asked = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("_", "gettext", "gettext_lazy")
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            asked.add(str(node.args[0].value))
    return asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_source(language: str):
    source = {
        (entry.msgid, entry.msgid_plural): entry.msgstr
        or tuple(sorted(entry.msgstr_plural.values()))
        for entry in catalogue(language)
    }
    compiled = {
        (entry.msgid, entry.msgid_plural): entry.msgstr
        or tuple(sorted(entry.msgstr_plural.values()))
        for entry in polib.mofile(str(ROOT / f"locale/{language}/LC_MESSAGES/django.mo"))
    }
    assert compiled == source, "make translations"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated(language: str):
    asked = set().union(*(in_template(path)[0] for path in TEMPLATES), *map(in_python, PYTHON))
    assert len(asked) > 200
    known = {
        entry.msgid: entry.msgstr or all(entry.msgstr_plural.values())
        for entry in catalogue(language)
    }
    missing = sorted(text for text in asked if not known.get(text))
    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_those_of_the_french_text(language: str):
    wrong = []
    for entry in catalogue(language):
        for text in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            holds = re.findall(r"%\(\w+\)s|\{\w+\}", text)
            expected = re.findall(r"%\(\w+\)s|\{\w+\}", entry.msgid_plural or entry.msgid)
            if sorted(holds) != sorted(expected) and not entry.msgid_plural:
                wrong.append(entry.msgid)
    assert not wrong


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_french_stands_in_a_template_of_cisp(path: Path):
    _asked, outside = in_template(path)
    left = [
        text
        for text in outside
        if text not in OUTSIDE and not re.fullmatch(r"[\w.-]*\.(be|localhost)|[A-ZÉ]{2,}", text)
    ]
    assert not left


def test_german_is_said_in_german():
    with translation.override("de"):
        template = engines["django"].from_string('{% translate "Chercher" %}')
        assert template.render() == "Suchen"
    with translation.override("fr"):
        assert engines["django"].from_string('{% translate "Chercher" %}').render() == "Chercher"
