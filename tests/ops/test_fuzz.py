"""Five thousand hostile requests over every address of the three sites: nothing breaks, nothing
comes back as markup, no reading writes, nobody is sent elsewhere.

FUZZ_REQUESTS asks for more of them, FUZZ_SEED for other ones.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import brotli
import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import get_resolver
from wagtail.users.models import UserProfile

from home import counters
from pedatech.models.contributions import GROUP
from tests.factories import UserFactory
from tests.ops.hostile_requests import (
    ELSEWHERE,
    MARK,
    ROOMS,
    Door,
    Fuzzer,
    Shot,
    doors,
    patterns,
)
from tests.support import HOSTS, Html, PublicClient

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "5000"))
SEED = int(os.environ.get("FUZZ_SEED", "20261124"))
PARTS = 5
ADMIN_REQUESTS = 300
ATTRIBUTES = ("href", "src", "action", "formaction", "data", "poster", "srcset")
UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress}
EVALUATED = re.compile(rb"\b1337\b")


def problems(shot: Shot, response) -> list[str]:
    """What is wrong with an answer, in words."""
    found = []
    if response.status_code >= 500:
        found.append(f"{response.status_code}")
    for name, value in response.items():
        if "\n" in value or "\r" in value or name.lower() == MARK:
            found.append(f"header {name}")
    if MARK in response.cookies:
        found.append("cookie")
    target = urlsplit(response.get("Location", ""))
    if ELSEWHERE in target.netloc or response.get("Location", "").startswith(("//", "/\\", "\\")):
        found.append(f"sent to {response['Location']}")
    kind = response.get("Content-Type", "").partition(";")[0]
    content = response.getvalue()
    if encoding := response.get("Content-Encoding"):
        content = response.content = UNPACK[encoding](content)
    if kind == "application/json":
        json.loads(content)
    elif kind in ("text/html", "image/svg+xml") and MARK.encode() in content:
        found += _markup(response)
    if kind == "text/html" and b"191*7" not in content and EVALUATED.search(content):
        found.append("1337: a template was evaluated")
    if kind not in ("", "text/html") and response.get("X-Content-Type-Options") != "nosniff":
        found.append(f"{kind} may be sniffed")
    return found


def _markup(response) -> list[str]:
    """Where the mark became an element, a handler or an address that runs."""
    found = []
    for each in Html(response).elements:
        if MARK in each.tag:
            found.append(f"element {each.tag}")
        if each.tag == "script" and MARK in each.text:
            data = each.attrs.get("type", "") in ("application/ld+json", "application/json")
            if not data:
                found.append("script")
        for name, value in each.attrs.items():
            if MARK not in name + value:
                continue
            if name.startswith("on") or MARK in name:
                found.append(f"{each.tag} {name}")
            address = re.sub(r"[\x00-\x20]", "", value).lower()
            if name in ATTRIBUTES and address.startswith(
                ("javascript:", "data:", "//", "/\\", f"https://{ELSEWHERE}")
            ):
                found.append(f"{each.tag} {name}={value[:80]}")
    return found


@pytest.fixture
def visitors(demo, clients) -> Iterator[dict[str, list[PublicClient]]]:
    """Theme → those who ask: nobody, and on pedatechcisp.be a contributor and the team too."""
    contributor = UserFactory()
    contributor.groups.add(Group.objects.get(name=GROUP))
    everybody = {theme: [client] for theme, client in clients.items()}
    for user in (contributor, UserFactory(is_superuser=True)):
        # Wagtail's bar makes it with the first page that one sees.
        UserProfile.get_for_user(user)
        signed_in = PublicClient(HOSTS["pedatech"])
        signed_in.force_login(user)
        everybody["pedatech"].append(signed_in)
    yield everybody
    counters.reset()


def fire(shot: Shot, client: PublicClient) -> list[str]:
    """Send; what it wrote is taken back, so that each request meets the same content."""
    cookies = client.cookies.copy()
    connection.queries_log.clear()  # it holds 9,000 of them, and warns
    try:
        with transaction.atomic():
            response = shot.send(client)
            transaction.set_rollback(True)
        return problems(shot, response)
    except Exception as error:
        return [f"{type(error).__name__}: {str(error)[:300]}"]
    finally:
        client.cookies = cookies


@pytest.mark.parametrize("part", range(PARTS))
def test_hostile_requests(visitors, clients, part):
    seed = SEED + part
    draw = random.Random(seed)
    found = doors(clients, draw.choice)
    fuzzer = Fuzzer(found, seed)
    # Each part takes every door once; the rest falls by chance, mostly on those that read something.
    rest = max(0, REQUESTS // PARTS - len(found))
    order = [*found, *draw.choices(found, [door.weight for door in found], k=rest)]
    wrong = []
    for door in order[: REQUESTS // PARTS]:
        shot = fuzzer.shot(door)
        if said := fire(shot, draw.choice(visitors[door.theme])):
            wrong.append(f"{shot}\n    {', '.join(said)}")
    assert not wrong, f"{len(wrong)} of {len(order)} (seed {seed}):\n" + "\n".join(wrong[:20])


def test_every_address_of_the_code_is_asked(demo, clients):
    found = doors(clients, random.Random(SEED).choice)
    asked = {origin for door in found for origin in door.origins}
    assert {route for route, _pattern in patterns()} <= asked
    assert len(asked) > 110
    assert len(found) <= REQUESTS // PARTS, "each part must reach every door"


# --- Our screens of the admin --------------------------------------------------------------------


def own_screens(resolver=None, prefix: str = "/", filled: bool = True) -> Iterator[str]:
    """Addresses below /gestion/ whose view stands in our rooms; `filled`: those without parts to
    fill in alone.
    """
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern).replace("^", "").replace("$", "").replace("\\Z", "")
        if hasattr(each, "url_patterns"):
            if route == "/" or "/gestion/".startswith(route) or route.startswith("/gestion/"):
                yield from own_screens(each, route, filled)
        elif route.startswith("/gestion/") and not set(route) & set("([" + "<" * filled):
            view = getattr(each.callback, "view_class", each.callback)
            if view.__module__.partition(".")[0] in (*ROOMS, "config"):
                yield route


def test_our_screens_of_the_admin(demo, admin_user):
    # The choosers of snippets are Wagtail's own code under a class that is made here.
    screens = sorted({each for each in own_screens() if "/snippets/choose/" not in each})
    assert len(screens) >= 10
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(admin_user)
    fuzzer = Fuzzer([], SEED)
    wrong = []
    for screen in screens * (ADMIN_REQUESTS // len(screens)):
        shot = replace(fuzzer.shot(Door("interfede", screen)), path=screen)
        if said := fire(shot, client):
            wrong.append(f"{shot}\n    {', '.join(said)}")
    counters.reset()
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:20])


# --- The net has no holes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (HttpResponse(status=500), "500"),
        (HttpResponse(f"<p><{MARK}>"), "element"),
        (HttpResponse(f"<script>{MARK}(1)</script>"), "script"),
        (HttpResponse(f'<img src="x" onerror="{MARK}(1)">'), "onerror"),
        (HttpResponse(f'<a href=" jav&#10;ascript:{MARK}(1)">'), "href"),
        (HttpResponse(f'<a href="//{ELSEWHERE}/">'), "href"),
        (HttpResponse("<p>1337</p>"), "template"),
        (HttpResponseRedirect(f"//{ELSEWHERE}/x"), "sent to"),
        (HttpResponseRedirect(f"https://{ELSEWHERE}/x"), "sent to"),
        (HttpResponse("x", content_type="text/csv"), "sniffed"),
    ],
)
def test_what_must_not_be_is_noticed(response, said):
    shot = Shot("cisp", "GET", "/", "", {}, None, "")
    assert said in ", ".join(problems(shot, response))
    harmless = HttpResponse(f"<p>&lt;{MARK}&gt;</p><input value='javascript:{MARK}(1)'>")
    assert problems(shot, harmless) == []
