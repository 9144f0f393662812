"""«Mode d’emploi»: the pages of docs/guide-redaction, shown in the admin.

They are Markdown of this repository; HTML in them is shown as text, and a link or a picture leads
inside the guide or to an address that begins with https://.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from home.desk.bin_views import may_enter

FOLDER = Path(settings.BASE_DIR) / "docs" / "guide-redaction"
INDEX = "index"
_NAME = re.compile(r"^[a-z0-9-]+$")
_LINK = re.compile(r"^(?P<name>[a-z0-9-]+)\.md(?P<place>#[\w-]+)?$")
_PICTURE = re.compile(r"^images/(?P<name>[a-z0-9-]+\.webp)$")


class Chapter(NamedTuple):
    """A page of the guide."""

    name: str
    title: str
    html: SafeString


@may_enter
def show(request: HttpRequest, name: str = INDEX) -> HttpResponse:
    """`/gestion/mode-d-emploi/<page>/`."""
    chapter = read(name)
    if chapter is None:
        raise Http404
    context = {"chapter": chapter, "is_index": name == INDEX, "contents": contents()}
    return TemplateResponse(request, "home/desk/guide.html", context)


@may_enter
def picture(request: HttpRequest, name: str) -> HttpResponseBase:  # noqa: ARG001
    """`/gestion/mode-d-emploi/images/<name>`."""
    path = FOLDER / "images" / name
    if _PICTURE.match(f"images/{name}") is None or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@lru_cache(maxsize=64)
def read(name: str) -> Chapter | None:
    """A chapter by the name of its file; None when there is none of that name."""
    path = FOLDER / f"{name}.md"
    if _NAME.match(name) is None or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    heading, _, body = text.partition("\n")
    return Chapter(name, heading.lstrip("# ").strip(), render(body))


@lru_cache(maxsize=1)
def contents() -> list[Chapter]:
    """The chapters in the order of the index."""
    index = (FOLDER / f"{INDEX}.md").read_text(encoding="utf-8")
    names = re.findall(r"\]\(([a-z0-9-]+)\.md\)", index)
    return [chapter for name in names if (chapter := read(name)) is not None]


def render(text: str) -> SafeString:
    """HTML of a text in Markdown. HTML in it is shown, not obeyed."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for token in tokens:
        for child in token.children or []:
            _lead(child)
    html = parser.renderer.render(tokens, parser.options, {})
    return mark_safe(html)  # noqa: S308 (made by the parser, with `html` off)


def _lead(token: Token) -> None:
    """Let a link or a picture lead to its place in the admin; one that leads elsewhere goes."""
    if token.type == "link_open":
        target = str(token.attrGet("href") or "")
        if match := _LINK.match(target):
            place = match["place"] or ""
            token.attrSet("href", reverse("home_guide", args=[match["name"]]) + place)
        elif not target.startswith("https://"):
            token.attrSet("href", "#")
    elif token.type == "image":
        match = _PICTURE.match(str(token.attrGet("src") or ""))
        token.attrSet("src", reverse("home_guide_picture", args=[match["name"]]) if match else "")
        token.attrSet("loading", "lazy")
