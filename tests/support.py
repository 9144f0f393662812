"""Helpers of the tests: visitors of one host, and what a test may ask of an answer."""

from __future__ import annotations

import os
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import connection, reset_queries
from django.http import HttpResponse
from django.template.base import FilterExpression
from django.test import Client
from django.test.utils import CaptureQueriesContext

ROOT = Path(__file__).resolve().parents[1]
WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|CREATE|ALTER|DROP)\b", re.IGNORECASE)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
READ_ONLY_METHODS = {"GET", "HEAD", "OPTIONS"}


def examples(number: int) -> int:
    """How many examples a property is asked for: `number`, or that share of it which EXAMPLES says."""
    return max(1, round(number * float(os.environ.get("EXAMPLES", "1"))))


def writes(queries: list[dict[str, str]]) -> list[str]:
    """The statements that change the database."""
    return [query["sql"] for query in queries if WRITE.match(query["sql"])]


def settle(response: HttpResponse) -> HttpResponse:
    """Render what is lazy and read what is streamed, so that no file stays open."""
    if response.streaming:
        response.streaming_content = [b"".join(response.streaming_content)]
    else:
        response.content  # noqa: B018 (a lazy template is rendered by now)
    return response


def plant_roots() -> None:
    """What the migrations of Wagtail made, in tables that a test before may have emptied."""
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Collection, Locale, Page

    if not Page.objects.exists():
        Locale.objects.get_or_create(language_code="fr")
        Page.add_root(title="Root", slug="root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    kind, _ = ContentType.objects.get_or_create(app_label="wagtail_localize", model="translation")
    Permission.objects.get_or_create(content_type=kind, codename="submit_translation")


MOST_QUERIES = 8000
"""Django keeps 9,000 and warns then: a test that reads a whole site asks more."""


class PublicClient(Client):
    """A visitor of one host: a GET that writes fails the test, whatever the test looks at.

    `queries` holds the statements of the last request.
    """

    def __init__(self, host: str) -> None:
        super().__init__(headers={"host": host, "user-agent": BROWSER})
        self.host = host
        self.queries: list[dict[str, str]] = []

    def request(self, **request) -> HttpResponse:
        if len(connection.queries_log) > MOST_QUERIES:
            reset_queries()
        with CaptureQueriesContext(connection) as captured:
            response = super().request(**request)
            settle(response)
        self.queries = captured.captured_queries
        if request.get("REQUEST_METHOD", "GET") in READ_ONLY_METHODS:
            found = writes(self.queries)
            assert not found, f"{request.get('PATH_INFO')} écrit : {found}"
        return response


class UndefinedVariables(str):
    """What Django prints for an undefined variable: nothing, but ours are remembered.

    FilterExpression.resolve asks in turn whether this text is true, whether it holds "%s", and
    then for `text % variable`. It is true for the templates of this repository alone: those of
    Wagtail's admin print undefined variables, and go on to their `|default`.
    """

    __slots__ = ("found",)

    def __new__(cls) -> UndefinedVariables:
        self = super().__new__(cls, "")
        self.found = []
        return self

    @staticmethod
    def _template(frame: FrameType) -> Path | None:
        """Our template that is being printed; None for anybody else's."""
        context = frame.f_locals.get("context")
        if frame.f_code is not FilterExpression.resolve.__code__ or context is None:
            return None
        template = context.render_context.template or context.template
        path = Path(template.origin.name)
        # The environment of `make test` lies inside the repository, and is not ours.
        if not path.is_relative_to(ROOT) or "site-packages" in path.parts:
            return None
        return path.relative_to(ROOT)

    def __bool__(self) -> bool:
        return self._template(sys._getframe(1)) is not None

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, variable: object) -> str:
        self.found.append(f"{{{{ {variable} }}}} dans {self._template(sys._getframe(1))}")
        return ""


class _Reader(HTMLParser):
    """Collects the elements of a page and their text."""

    VOID = frozenset(
        [
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "source",
            "track",
            "use",
            "wbr",
        ]
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self.open))
        self.elements.append(element)
        if tag not in self.VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append(
            Element(tag, {name: value or "" for name, value in attrs}, tuple(self.open))
        )

    def handle_endtag(self, tag):
        for position in range(len(self.open) - 1, -1, -1):
            if self.open[position].tag == tag:
                del self.open[position:]
                return

    def handle_data(self, data):
        for element in self.open:
            element.parts.append(data)


class Element:
    """An element of a page: `tag`, `attrs`, `text` with single blanks, `parents`."""

    def __init__(self, tag: str, attrs: dict[str, str], parents: tuple[Element, ...]) -> None:
        self.tag = tag
        self.attrs = attrs
        self.parents = parents
        self.parts: list[str] = []

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())

    @property
    def classes(self) -> list[str]:
        return self.attrs.get("class", "").split()

    def inside(self, **attrs: str) -> bool:
        """True when a parent has all these attributes (`class_` for class names)."""
        wanted = attrs.pop("class_", None)
        return any(
            (wanted is None or wanted in parent.classes)
            and all(parent.attrs.get(name) == value for name, value in attrs.items())
            for parent in self.parents
        )


class Html:
    """A page as a list of elements, good enough to ask what a visitor would see."""

    def __init__(self, response: HttpResponse) -> None:
        reader = _Reader()
        reader.feed(response.content.decode())
        self.elements = reader.elements

    def all(self, tag: str = "", class_: str = "", **attrs: str) -> list[Element]:
        """Elements with this tag, class and attributes (`data_x` is `data-x`)."""
        wanted = {name.replace("_", "-"): value for name, value in attrs.items()}
        return [
            each
            for each in self.elements
            if (not tag or each.tag == tag)
            and (not class_ or class_ in each.classes)
            and all(each.attrs.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str = "", class_: str = "", **attrs: str) -> Element:
        """The only such element."""
        found = self.all(tag, class_, **attrs)
        assert len(found) == 1, f"{len(found)} éléments {tag} {class_} {attrs}"
        return found[0]

    def meta(self, name: str) -> str | None:
        """Content of a meta tag, by its name or property; None without one."""
        found = [*self.all("meta", name=name), *self.all("meta", property=name)]
        assert len(found) <= 1, f"{len(found)} balises meta {name}"
        return found[0].attrs["content"] if found else None

    @property
    def theme(self) -> str:
        return self.one("html").attrs["data-theme"]

    @property
    def title(self) -> str:
        found = [
            each for each in self.all("title") if not any(p.tag == "svg" for p in each.parents)
        ]
        assert len(found) == 1
        return found[0].text


def read_aloud(response: HttpResponse) -> str:
    """The text of the main part, without tags: a title is whole even where words are marked."""
    return Html(response).one("main").text


def result_ids(html: Html) -> list[int]:
    """Keys of the training sites of the list, in its order; the alternatives left out."""
    return [
        int(each.attrs["data-place-id"])
        for each in html.all("li", "result")
        if each.inside(id="liste")
    ]


HOSTS = settings.SITE_HOSTS
