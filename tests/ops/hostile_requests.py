"""Requests that nobody sends by mistake: made from a seed, so that each can be made again.

The addresses come from the code (every pattern of config.urls, every route of every page type that
is on line) and from the pages themselves (their links and the fields of their forms): a new view is
asked without anybody adding it here.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, Site

from tests.support import HOSTS, ROOT, Html

MARK = "zqfuzz"
"""Stands in every payload that must not come back as markup."""
ELSEWHERE = "zqfuzz.example"

TEXTS = (
    # Bytes and encodings
    "\0", "a\0b", "\ufffe", "\u202etxt.exe", "\u200b\u200d", "e\u0301" * 500, "🦄" * 50, "\x1b[31m",
    "a\r\nSet-Cookie: zqfuzz=1", "\r\n\r\n<html>", "\n", "\t", " ", "", "é", "ß", "İ", "ﬁ", "𝒳" * 20,
    # Lengths
    "a" * 10_000, "a b " * 2500, '"' * 10_000, "(" * 5000, "é" * 5000, "%" * 3000, "1" * 400,
    # Numbers
    "NaN", "Infinity", "-Infinity", "-1", "0", "-0", "1e400", "1e-400", "9" * 30, "-9999999999999999999",
    "2147483648", "9223372036854775808", "0x10", "1,5", "1_000", "٣", "²", "½", "1.0", "+1", "00001",
    # Search engines
    "title:*", "*:*", "[* TO *]", "\\", "\\\\\"", "a AND", "OR OR", "NOT", "a~9999", "a^9e9", "/.*/", "{!func}1",
    '"', '"a', "'", "''", "a NEAR b", "NEAR(a b, 99999999)", "a*", "-a", "^a", "col:a", "a | b & !c <-> d", ":*",
    # Databases
    "' OR 1=1 --", "1; DROP TABLE wagtailcore_page", "1) UNION SELECT password FROM home_user --", "%s%s%s",
    "%(a)s", "{0}", "{}", "$1", "pg_sleep(9)", "%27", "\\x00", "_%", "1/0", "||", "`", "null", "true", "[]", "{}",
    # Markup
    f"<script>{MARK}(1)</script>", f'"><img src=x onerror={MARK}(1)>', f"'><svg/onload={MARK}(1)>",
    f"javascript:{MARK}(1)", f"--><{MARK}>", f"</title><{MARK}>", f"</script><{MARK}>", f"]]><{MARK}>",
    "{{ 191*7 }}", "{% debug %}", "${191*7}", "<%= 191*7 %>", f"&lt;{MARK}&gt;", f'" autofocus onfocus={MARK}(1) x="',
    f"data:text/html,<{MARK}>", f"<!--{MARK}", f"\u003c{MARK}\u003e",
    # Elsewhere
    f"//{ELSEWHERE}/", f"https://{ELSEWHERE}/", f"/\\{ELSEWHERE}", f"\\\\{ELSEWHERE}", f"/{chr(9)}/{ELSEWHERE}",
    f"https:{ELSEWHERE}", f"http://cisp.localhost@{ELSEWHERE}/", "http://127.0.0.1:9200/", "file:///etc/passwd",
    # Files
    "../../../../etc/passwd", "..\\..\\windows", "/etc/passwd", "....//....//", "%2e%2e%2f", "a/../b", ".", "..",
    "con", "a" * 300 + ".pdf", ".htaccess", "~root", "|id", "$(id)", ";id", "`id`",
    # Places, dates
    "50.1,4.2", "91", "181", "50.1°", "2026-02-30", "0000-00-00", "99999-01-01", "32/13/2026", "00:00", "1969",
)  # fmt: skip

READ = re.compile(r"""GET\.(?:get|getlist|pop)\(\s*["']([\w-]+)["']""")
ROOMS = ("home", "search", "cisp_map", "essor", "podcasts", "pedatech", "site")
NAMES = tuple(
    sorted(
        {
            name
            for room in ROOMS
            for path in (ROOT / room).rglob("*.py")
            for name in READ.findall(path.read_text())
        }
        | settings.PAGE_CACHE_PARAMETERS
        | {"q", "lieu", "lat", "lon", "sites", "type", "next", "format", "export", "id", "p"}
        | {"page[]", "__class__", "q\0", f"<{MARK}>", "", "_method", "token"}
    )
)
"""Names of parameters: all that the code reads, and some that it does not."""

SEGMENTS = (
    "%00", "%ff%fe", "%2e%2e", "..%2f..%2f", "%0d%0aX:%20y", "a" * 300, "-", "_", "0", "-1", "9" * 30, "%F0%9F%A6%84",
    "%E2%80%AE", "<script>", "%3Cscript%3E", "null", "index.php", ".env", ".git", "wp-login.php", "%5c", ";a=b",
    "%25%30%30", "~", "'", "%22", "*", "a%20b", "%C3%A9t%C3%A9", "flux.xml", "zip", "%7B%7B7*7%7D%7D", "a.b.c", "con",
)  # fmt: skip

HEADERS: tuple[dict[str, str], ...] = (
    {},
    {},
    {},
    {"HTTP_HX_REQUEST": "true"},
    {"HTTP_RANGE": "bytes=9-1"},
    {"HTTP_RANGE": "bytes=" + "0-,"[:2] * 200},
    {"HTTP_IF_MODIFIED_SINCE": "Fri, 99 Foo 9999 99:99:99 GMT"},
    {"HTTP_IF_NONE_MATCH": 'W/"\x00"'},
    {"HTTP_ACCEPT_LANGUAGE": "x" * 2000},
    {"HTTP_ACCEPT_LANGUAGE": "de;q=nan, *;q=-1, fr-BE-x-" + "a-" * 100},
    {"HTTP_ACCEPT_ENCODING": "br;q=x, gzip;q=, *;q=1e9"},
    {"HTTP_REFERER": f"https://{ELSEWHERE}/<{MARK}>"},
    {"HTTP_USER_AGENT": f"<script>{MARK}(1)</script>\\x00"},
    {"HTTP_COOKIE": "sessionid=\\x00'; csrftoken=; messages=x"},
    {"HTTP_COOKIE": "sessionid=" + "a" * 4000},
    {"HTTP_X_FORWARDED_FOR": "' OR 1=1, ::ffff:1"},
    {"HTTP_X_FORWARDED_HOST": ELSEWHERE},
    {"HTTP_AUTHORIZATION": "Basic !!!"},
    {"HTTP_SEC_FETCH_DEST": "document"},
    {"HTTP_ACCEPT": "application/json;q=x,,"},
)

VALUES = {
    "int": ("1", "3", "0", "99999", "9223372036854775807", "9" * 30),
    "uuid": ("00000000-0000-0000-0000-000000000000",),
    "slug": ("cuisine", "horeca", "a" * 300),
    "path": ("x", "a/b/c", "images/x.jpg", "../x", "original_images/../../x"),
    "str": ("x", "abc:def:ghi", "MQ", "a" * 500, "%00"),
    "show": ("podcasts",),
}


@dataclass
class Door:
    """An address of a site, and the names that it reads."""

    theme: str
    path: str
    names: set[str] = field(default_factory=set)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    """parameters that its links carry: values that mean something"""
    origins: set[str] = field(default_factory=set)
    """the patterns and the page types it stands for"""

    @property
    def weight(self) -> int:
        """What reads parameters is asked more often."""
        reads = self.names or self.path.startswith(("/api/", "/recherche/")) or "flux" in self.path
        return 6 if reads else 1


@dataclass(frozen=True)
class Shot:
    """One request."""

    theme: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes | dict | None
    content_type: str

    def send(self, client: Client):
        """The answer of the site."""
        more = {"QUERY_STRING": self.query, **self.headers}
        if self.method == "GET":
            return client.get(self.path, **more)
        if isinstance(self.body, dict):
            return client.post(self.path, self.body, **more)
        return client.generic(self.method, self.path, self.body or b"", self.content_type, **more)

    def __str__(self) -> str:
        body = self.body if self.body is None or len(str(self.body)) < 300 else str(self.body)[:300]
        return (
            f"{self.method} {self.theme} {self.path[:200]}?{self.query[:300]} {self.headers} {body}"
        )


# --- The doors -----------------------------------------------------------------------------------


def patterns() -> Iterator[tuple[str, URLPattern]]:
    """`(route, pattern)` of everything that a visitor may ask, but the admin."""

    def walk(each: object, prefix: str) -> Iterator[tuple[str, URLPattern]]:
        route = prefix + str(each.pattern)  # type: ignore[attr-defined]
        if not hasattr(each, "url_patterns"):
            yield route, each  # type: ignore[misc]
        elif not route.startswith("gestion"):
            for inner in each.url_patterns:
                yield from walk(inner, route)

    for each in get_resolver().url_patterns:
        yield from walk(each, "")


def filled(route: str, choose: Callable) -> str:
    """A route with values that fit its converters; a regular expression by hand."""
    known = {
        r"^e/(?P<number>\d{1,6})(?:-(?P<place>\d{1,4}))?/?$": ("e/106", "e/999999-9999"),
        r"^documents/(\d+)/(.*)$": ("documents/1/x.pdf", "documents/" + "9" * 30 + "/x"),
        r"documents/^(\d+)/(.*)$": ("documents/1/x.pdf",),
        r"^((?:[\w\-]+/)*[\w\-]+(?:\.[\w\-]+)+)$": ("a/b.c", "agenda/agenda.ics"),
        r"^((?:[\w\-]+/)*)$": ("a/", "a/b/c/"),
    }
    if route in known:
        return choose(known[route])
    return re.sub(r"<(?:(\w+):)?\w+>", lambda match: choose(VALUES[match[1] or "str"]), route)


def doors(clients: dict[str, Client], choose: Callable) -> list[Door]:
    """Every address with what it reads: patterns on each site, each page type with its routes."""
    found: dict[tuple[str, str], Door] = {}

    def add(door: Door) -> None:
        known = found.setdefault((door.theme, door.path), door)
        known.names |= door.names
        known.pairs += door.pairs if known is not door else []
        known.origins |= door.origins

    for theme in HOSTS:
        for route, _pattern in patterns():
            add(Door(theme, "/" + filled(route, choose), origins={route}))
    for theme, client in clients.items():
        for door in _pages(theme, client):
            add(door)
    return list(found.values())


def _pages(theme: str, client: Client) -> Iterator[Door]:
    """One page on line of each type, its routes, its forms and the addresses that it links to."""
    root = Site.objects.get(hostname=HOSTS[theme]).root_page
    pages = root.get_descendants(inclusive=True).live().order_by("path")
    seen: set[type[Page]] = set()
    for page in pages.specific():
        if type(page) in seen:
            continue
        seen.add(type(page))
        name = type(page).__name__
        base = page.get_url().partition(HOSTS[theme])[2] or page.get_url()
        door = Door(theme, base, origins={name})
        linked: set[str] = set()
        answer = client.get(base)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            html = Html(answer)
            for form in html.all("form"):
                action = urlsplit(form.attrs.get("action") or base)
                fields = {
                    each.attrs["name"]
                    for each in html.elements
                    if each.attrs.get("name") and form in each.parents
                }
                if not action.netloc:
                    yield Door(theme, action.path or base, fields, origins={f"{name} form"})
            for link in html.all("a"):
                parts = urlsplit(link.attrs.get("href", ""))
                if parts.netloc not in ("", HOSTS[theme]):
                    continue
                linked.add(parts.path)
                if parts.query and (parts.path or base) == base:
                    door.pairs += parse_qsl(parts.query)
        door.names |= {key for key, _ in door.pairs}
        yield door
        if isinstance(page, RoutablePageMixin):
            for route in page.get_subpage_urls():
                if text := str(route.pattern):
                    # A link that means something, else what fits the pattern.
                    rests = sorted(each[len(base) :] for each in linked if each.startswith(base))
                    path = next((each for each in rests if each and route.pattern.match(each)), "")
                    path = path or re.sub(
                        r"<(?:(\w+):)?\w+>", lambda match: VALUES[match[1] or "str"][0], text
                    )
                    yield Door(theme, base + path, set(door.names), origins={f"{name} {text}"})


# --- The shots -----------------------------------------------------------------------------------


class Fuzzer:
    """Draws requests on the doors; the same seed draws the same ones."""

    def __init__(self, found: list[Door], seed: int) -> None:
        self.draw = random.Random(seed)
        self.doors = found

    def shot(self, door: Door) -> Shot:
        """One request on this door."""
        draw = self.draw
        path = door.path
        if draw.random() < 0.2:
            path = self._bent(path)
        method = draw.choices(("GET", "POST", "PUT", "OPTIONS", "DELETE"), (75, 20, 2, 2, 1))[0]
        body, content_type = (None, "") if method == "GET" else self._body(door)
        query = self._query(door) if draw.random() < 0.85 else ""
        return Shot(door.theme, method, path, query, draw.choice(HEADERS), body, content_type)

    def _text(self) -> str:
        draw = self.draw
        if draw.random() < 0.15:
            return "".join(draw.choice(TEXTS)[:60] for _ in range(3))
        return draw.choice(TEXTS)

    def _bent(self, path: str) -> str:
        """The path with a segment that is another one, more or less."""
        parts = path.split("/")
        at = self.draw.randrange(len(parts))
        how = self.draw.randrange(4)
        if how == 0:
            parts[at] = self.draw.choice(SEGMENTS)
        elif how == 1:
            parts.insert(at + 1, self.draw.choice(SEGMENTS))
        elif how == 2:
            parts[at] += self.draw.choice(SEGMENTS)
        else:
            parts.append(self.draw.choice(SEGMENTS))
        return "/" + "/".join(parts).lstrip("/")

    def _pairs(self, door: Door) -> list[tuple[str, str]]:
        draw = self.draw
        names = sorted(door.names) or list(NAMES)
        pairs = draw.sample(door.pairs, min(len(door.pairs), draw.randrange(3)))
        for _ in range(draw.choice((1, 1, 2, 3, 8))):
            name = draw.choice(names) if draw.random() < 0.75 else draw.choice(NAMES)
            pairs += [(name, self._text())] * (draw.choice((2, 30)) if draw.random() < 0.1 else 1)
        return pairs

    def _query(self, door: Door) -> str:
        """A query as a browser encodes it, or one that none would send."""
        draw = self.draw
        query = urlencode(self._pairs(door), errors="surrogatepass")
        how = draw.random()
        if how < 0.05:
            return query + "&" + draw.choice(("%", "%zz", "%ff%fe=%c3%28", "&&&=", "=", "a" * 9000))
        if how < 0.10:
            name = draw.choice(sorted(door.names) or list(NAMES))
            return f"{quote(name)}=%C0%80%FF{draw.choice(('%ED%A0%80', '%00', '%F8'))}"
        return query

    def _body(self, door: Door) -> tuple[bytes | dict, str]:
        draw = self.draw
        form = "application/x-www-form-urlencoded"
        boundary = "multipart/form-data; boundary=x"
        how = draw.randrange(8)
        if how <= 2:
            return urlencode(self._pairs(door), errors="surrogatepass").encode(), form
        if how == 3:
            data: dict = {name: value for name, value in self._pairs(door) if name}
            data[draw.choice(("file", "attachments", "files", "upload"))] = SimpleUploadedFile(
                draw.choice(("../x.pdf", "a\0.pdf", "x.php", "é" * 200 + ".png", "")) or "x",
                draw.choice((b"", b"%PDF-1.7", b"\x89PNG\r\n", b"<script>", b"PK\x03\x04")),
            )
            return data, ""
        if how == 4:
            return draw.choice(
                (
                    b"{",
                    b"null",
                    b"[]",
                    b"[" * 20_000,
                    b'"\\ud800"',
                    b"\xff\xfe",
                    b'{"a":1e999}',
                    b"NaN",
                )
            ), "application/json"
        if how == 5:
            return json.dumps(dict(self._pairs(door))).encode(), "application/json"
        if how == 6:
            return draw.choice(
                (
                    b"--x\r\n",
                    b"--x--",
                    b'--x\r\nContent-Disposition: form-data; name="a\r\n\r\n',
                    b"\0" * 99,
                )
            ), boundary
        return draw.choice((b"\xff\xfe\x00", b"a=%zz&%00=%ff", b"&" * 2000)), form
