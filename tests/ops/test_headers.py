"""What every address of the three sitemaps says to the browser: no cookie, nobody's frame, no
inline script, and kept for the next visitor.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.support import HOSTS, Html

pytestmark = pytest.mark.any_database

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
OWN = tuple(f"//{host}" for host in HOSTS.values())
EVENT = re.compile(r"^on[a-z]+$")
LOADED = {
    "script": "src",
    "img": "src",
    "source": "src",
    "iframe": "src",
    "audio": "src",
    "video": "src",
}
LOADED_LINKS = {
    "stylesheet",
    "preload",
    "icon",
    "modulepreload",
    "manifest",
    "prefetch",
    "dns-prefetch",
    "preconnect",
}


def addresses(client: Client) -> list[str]:
    sitemap = client.get("/sitemap.xml").content.decode()
    return [urlsplit(url).path for url in re.findall(r"<loc>([^<]+)</loc>", sitemap)]


def directives(header: str) -> dict[str, str]:
    return {
        name: value
        for name, _, value in (part.strip().partition(" ") for part in header.split(";"))
    }


def problems(response) -> list[str]:
    """What is wrong with an answer, in words."""
    found = []
    policy = directives(response.get("Content-Security-Policy", ""))
    found += [
        f"{name} {policy.get(name)}" for name, value in POLICY.items() if policy.get(name) != value
    ]
    found += [value for value in policy.values() if "unsafe" in value or "*" in value.split()]
    for name, value in (
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ):
        if response.get(name) != value:
            found.append(f"{name}: {response.get(name)}")
    if "camera=()" not in response.get("Permissions-Policy", ""):
        found.append("Permissions-Policy")
    if response.cookies:
        found.append(f"cookies {list(response.cookies)}")
    return found


def inside(html: Html) -> list[str]:
    """Inline scripts and styles, and what a page loads from elsewhere."""
    found = []
    for each in html.elements:
        found += [f"{each.tag} {name}" for name in each.attrs if EVENT.match(name)]
        if "style" in each.attrs or each.tag == "style":
            found.append(f"style in {each.tag}")
        kind = each.attrs.get("type", "")
        if (
            each.tag == "script"
            and "src" not in each.attrs
            and kind not in ("application/ld+json", "application/json")
        ):
            found.append("inline script")
        loaded = each.attrs.get(LOADED.get(each.tag, ""), "")
        if each.tag == "link" and set(each.attrs.get("rel", "").split()) & LOADED_LINKS:
            loaded = each.attrs.get("href", "")
        if "//" in loaded and not any(own in loaded for own in OWN):
            found.append(f"third party {loaded}")
    return found


@pytest.mark.parametrize("theme", HOSTS)
def test_every_address_of_the_sitemap(demo, settings, kept_pages, clients, theme):
    client = clients[theme]
    listed = addresses(client)
    assert len(listed) >= 10
    wrong = {}
    for path in listed:
        answer = client.get(path)
        said = [*problems(answer), *inside(Html(answer))]
        if answer.status_code != 200:
            said.append(str(answer.status_code))
        again = client.get(path)
        if again.get("X-Cache") != "hit" or again.content != answer.content:
            said.append(f"not kept ({answer.get('X-Cache')}, {again.get('X-Cache')})")
        if said:
            wrong[path] = said
    assert not wrong, "\n".join(f"{path}: {said}" for path, said in wrong.items())
    print(f"{theme}: {len(listed)} addresses")


def test_production_adds_transport_security_and_secure_cookies(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    visitor = Client(headers={"host": HOSTS["cisp"]})
    assert visitor.get("/").headers["Location"].startswith("https://")
    answer = visitor.get("/gestion/login/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    cookie = answer.cookies["csrftoken"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"


def test_a_preview_may_stand_in_the_frame_of_the_admin(sites, client):
    from django.contrib.auth import get_user_model

    client.defaults["HTTP_HOST"] = HOSTS["cisp"]
    client.force_login(get_user_model().objects.create_superuser("cheffe", password="x"))
    page = sites["cisp"].root_page
    answer = client.get(f"/gestion/pages/{page.pk}/edit/preview/")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    policy = directives(answer.get("Content-Security-Policy", ""))
    assert policy.get("frame-ancestors") in (None, "'self'")
