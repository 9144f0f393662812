"""Packages: what is refused, and that nothing of it stays."""

import io
import json
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from pedatech.models import ActivityProgress, InteractivePackage, SpacePage
from pedatech.packages import checks, store
from pedatech.packages.views import make_token
from tests.factories import UserFactory
from tests.pedatech.space_helpers import (
    H5P,
    h5p_files,
    home_of,
    member,
    package_of,
    space_page,
    store_bytes,
    text_page,
    zip_of,
)


@pytest.fixture(autouse=True)
def packages_root(settings, tmp_path):
    settings.PACKAGES_ROOT = tmp_path / "packages"
    return settings.PACKAGES_ROOT


def kept(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def entry(name: str, mode: int = 0, data: bytes = b"x", **more) -> io.BytesIO:
    out = zip_of(h5p_files())
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        archive.writestr(info, data)
    return out


def encrypted() -> io.BytesIO:
    """The flag of encryption set in both headers of the first file."""
    data = bytearray(zip_of(h5p_files()).getvalue())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        (flags,) = struct.unpack_from("<H", data, at + offset)
        struct.pack_into("<H", data, at + offset, flags | 1)
    return io.BytesIO(bytes(data))


def damaged() -> io.BytesIO:
    data = bytearray(zip_of(h5p_files(**{"content/a.txt": b"a" * 5000})).getvalue())
    at = data.find(b"content/a.txt") + 20
    data[at : at + 6] = b"\xff" * 6
    return io.BytesIO(bytes(data))


def without(name: str) -> io.BytesIO:
    files = h5p_files()
    del files[name]
    return zip_of(files)


def h5p_json(**changes) -> io.BytesIO:
    return zip_of(h5p_files(**{"h5p.json": json.dumps({**H5P, **changes})}))


HOSTILE = {
    "no zip": (lambda: io.BytesIO(b"<html>bonjour"), "n’est pas un paquet"),
    "empty file": (lambda: io.BytesIO(b""), "n’est pas un paquet"),
    "polyglot": (
        lambda: io.BytesIO(b"GIF89a<script>" + zip_of(h5p_files()).getvalue()),
        "n’est pas un paquet",
    ),
    "cut": (lambda: io.BytesIO(zip_of(h5p_files()).getvalue()[:200]), "abîmée"),
    "only magic": (lambda: io.BytesIO(b"PK\x03\x04" + b"\0" * 50), "abîmée"),
    "damaged": (damaged, "abîmée"),
    "encrypted": (encrypted, "mot de passe"),
    "traversal": (lambda: entry("../../settings.js"), "sort du dossier"),
    "traversal inside": (lambda: entry("content/../../x.js"), "sort du dossier"),
    "absolute": (lambda: entry("/etc/passwd.txt"), "sort du dossier"),
    "drive": (lambda: entry("C:/windows/x.txt"), "sort du dossier"),
    "backslash": (lambda: entry("..\\x.js"), "sort du dossier"),
    "nul": (
        lambda: io.BytesIO(entry("x.phpZ.txt").getvalue().replace(b"x.phpZ.txt", b"x.php\0.txt")),
        "sort du dossier",
    ),
    "control": (lambda: entry("a\nb.txt"), "sort du dossier"),
    "double slash": (lambda: entry("content//x.txt"), "sort du dossier"),
    "home": (lambda: entry("~/x.txt"), "sort du dossier"),
    "long name": (lambda: entry("a" * 300 + ".txt"), "trop long"),
    "deep": (lambda: entry("/".join("abcdefghijklmn") + ".txt"), "trop profond"),
    "symlink": (lambda: entry("content/x.txt", stat.S_IFLNK | 0o777, b"/etc"), "lien"),
    "device": (lambda: entry("content/x.txt", stat.S_IFCHR | 0o600), "fichier spécial"),
    "same name": (lambda: entry("H5P.JSON"), "même nom"),
    "php": (lambda: entry("content/x.php"), "pas sa place"),
    "exe": (lambda: entry("content/x.exe"), "pas sa place"),
    "shell": (lambda: entry("x.sh"), "pas sa place"),
    "phtml": (lambda: entry("content/x.phtml"), "pas sa place"),
    "htaccess": (lambda: entry("content/.htaccess"), "pas sa place"),
    "no extension": (lambda: entry("content/programme"), "pas sa place"),
    "wasm": (lambda: entry("content/x.wasm"), "pas sa place"),
    "nested zip": (lambda: entry("content/x.zip"), "archive dans l’archive"),
    "nested h5p": (lambda: entry("content/x.h5p"), "archive dans l’archive"),
    "jar": (lambda: entry("x.jar"), "archive dans l’archive"),
    "hidden zip": (lambda: entry("content/x.png", 0, b"PK\x03\x04rest"), "archive dans l’archive"),
    "hidden rar": (lambda: entry("content/x.mp4", 0, b"Rar!\x1a"), "archive dans l’archive"),
    "hidden exe": (lambda: entry("content/x.jpg", 0, b"MZ\x90"), "programme déguisé"),
    "hidden elf": (lambda: entry("content/x.png", 0, b"\x7fELF"), "programme déguisé"),
    "hidden php": (lambda: entry("content/x.txt", 0, b"<?php phpinfo();"), "PHP"),
    "script in content": (lambda: entry("content/x.js"), "pas de programme"),
    "page in content": (lambda: entry("content/x.html"), "pas de programme"),
    "bomb": (lambda: entry("content/x.txt", 0, b"0") and bomb(), "grossit"),
    "no first page": (lambda: zip_of({"readme.txt": "x", "a/b.txt": "y"}), "ni « h5p.json »"),
    "nothing inside": (lambda: zip_of({"dossier/": ""}), "vide"),
    "no content": (lambda: without("content/content.json"), "content.json"),
    "no library": (lambda: without("Interfede.Quiz-1.0/library.json"), "bibliothèque"),
    "broken json": (lambda: zip_of(h5p_files(**{"h5p.json": "{"})), "JSON"),
    "not an object": (lambda: zip_of(h5p_files(**{"h5p.json": "[]"})), "ne décrit pas"),
    "latin json": (lambda: zip_of(h5p_files(**{"h5p.json": b"\xe9\xff{"})), "JSON"),
    "deep json": (lambda: zip_of(h5p_files(**{"h5p.json": "[" * 200_000})), "JSON"),
    "no title": (lambda: h5p_json(title=None), "incomplet"),
    "no main library": (lambda: h5p_json(mainLibrary="Autre"), "incomplet"),
    "odd dependencies": (lambda: h5p_json(preloadedDependencies=["x"]), "incomplet"),
}


def bomb() -> io.BytesIO:
    return zip_of(h5p_files(**{"content/x.txt": b"0" * (5 * checks.MB)}))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_package_is_refused_and_leaves_nothing(name, packages_root):
    make, words = HOSTILE[name]
    with pytest.raises(ValidationError) as refused:
        store_bytes(make())
    assert words in refused.value.messages[0]
    assert kept(packages_root) == []


def test_too_many_files_and_too_much_weight(monkeypatch, packages_root):
    with monkeypatch.context() as patched:
        patched.setattr(checks, "MAX_ENTRIES", 3)
        with pytest.raises(ValidationError, match="c’est trop"):
            store_bytes(zip_of(h5p_files()))
    with monkeypatch.context() as patched:
        patched.setattr(checks, "MAX_UNPACKED", 10)
        with pytest.raises(ValidationError, match="Une fois ouvert"):
            store_bytes(zip_of(h5p_files()))
    with monkeypatch.context() as patched:
        patched.setattr(checks, "MAX_UPLOAD", 10)
        with pytest.raises(ValidationError, match="trop lourd"):
            store_bytes(zip_of(h5p_files()))
    # An archive may lie about the sizes of its files: what comes out is counted.
    with monkeypatch.context() as patched:
        patched.setattr(store, "MAX_UNPACKED", 10)
        with pytest.raises(ValidationError, match="trop lourd"):
            store_bytes(zip_of(h5p_files()))
    assert kept(packages_root) == []


def test_a_size_that_lies_is_noticed(packages_root):
    """The central directory says one byte, the file holds a million."""
    data = bytearray(zip_of({"index.html": "x" * 1_000_000}).getvalue())
    at = data.find(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 1)
    with pytest.raises(ValidationError, match="abîmée"):
        store_bytes(io.BytesIO(bytes(data)))
    assert kept(packages_root) == []


def test_a_good_package_lies_under_its_hash(packages_root):
    stored = store_bytes(zip_of(h5p_files(**{"content/images/a.png": b"\x89PNG"})))
    assert (stored.kind, stored.title, stored.files) == ("h5p", "Un quiz", 5)
    folder = store.folder_of(stored.sha256)
    assert (folder / "content" / "images" / "a.png").read_bytes() == b"\x89PNG"
    assert all(not path.stat().st_mode & 0o111 for path in kept(packages_root))
    assert store_bytes(zip_of(h5p_files(**{"content/images/a.png": b"\x89PNG"}))) == stored


def test_a_folder_around_everything_is_left_out():
    stored = store_bytes(zip_of({"visite/index.html": "<p>1", "visite/a/b.css": "p{}"}))
    assert stored.kind == "html"
    assert (store.folder_of(stored.sha256) / "index.html").exists()
    assert (store.folder_of(stored.sha256) / "a" / "b.css").exists()


def test_what_a_mac_adds_is_left_out():
    files = {"index.html": "<p>1", "__MACOSX/._index.html": "x", "a/.DS_Store": "x"}
    assert store_bytes(zip_of(files)).files == 1


def test_the_files_go_with_the_last_record(db, packages_root, django_capture_on_commit_callbacks):
    first, second = package_of({"index.html": "1"}), package_of({"index.html": "1"})
    assert first.sha256 == second.sha256
    with django_capture_on_commit_callbacks(execute=True):
        first.delete()
    assert kept(packages_root)
    with django_capture_on_commit_callbacks(execute=True):
        second.delete()
    assert not kept(packages_root)


# --- Playing -----------------------------------------------------------------------------------


@pytest.fixture
def html_package(sites):
    return package_of({"index.html": "<p>Visite</p>", "a/b.js": "1", "pas.svg": "<svg/>"})


def show_on(page, package) -> None:
    page.content = [*page.content.raw_data, {"type": "activity", "value": package.pk}]
    page.save_revision().publish()


def in_sandbox(response) -> None:
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    assert "allow-same-origin" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Access-Control-Allow-Origin"] == "*"


def play(client, package):
    return client.get(reverse("pedatech_package", args=[package.pk]))


def fetch(client, url: str):
    """An answer with its whole body read, the file closed."""
    answer = client.get(url)
    answer.body = b"".join(answer) if answer.streaming else answer.content
    return answer


def test_a_package_that_no_page_shows_is_for_staff(html_package, pedatech_client):
    assert play(pedatech_client, html_package).status_code == 404
    pedatech_client.force_login(UserFactory())
    assert play(pedatech_client, html_package).status_code == 404
    pedatech_client.force_login(UserFactory(is_superuser=True))
    assert play(pedatech_client, html_package).status_code == 302


def test_members_play_what_their_space_shows(html_package, sites, pedatech_client):
    space, other = space_page(home_of(sites)), space_page(home_of(sites), "Un autre espace")
    show_on(space, html_package)
    assert play(pedatech_client, html_package).status_code == 404
    stranger, insider = member(other), member(space)
    pedatech_client.force_login(stranger)
    assert play(pedatech_client, html_package).status_code == 404
    pedatech_client.force_login(insider)
    answer = play(pedatech_client, html_package)
    assert answer.status_code == 302
    assert "no-store" in answer["Cache-Control"]
    pedatech_client.logout()
    # The sandbox sends no cookie: the address alone opens the file, for the one it was made for.
    page = fetch(pedatech_client, answer["Location"])
    assert page.body == b"<p>Visite</p>"
    in_sandbox(page)
    space.memberships.all().delete()
    assert pedatech_client.get(answer["Location"]).status_code == 404


# --- Progress ----------------------------------------------------------------------------------


@pytest.fixture
def quiz(sites):
    package = package_of(h5p_files())
    show_on(space_page(home_of(sites)), package)
    return package


def tell(client, package, body) -> int:
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    url = reverse("pedatech_package_progress", args=[package.pk])
    return client.post(url, data, content_type="application/json").status_code


def options_of(client, package) -> dict:
    """What the player of the package starts with, for this visitor."""
    page = fetch(client, play(client, package)["Location"]).body.decode()
    return json.loads(page.split('<script id="options" type="application/json">')[1].split("<")[0])


def test_who_is_signed_in_goes_on_where_he_was(quiz, pedatech_client):
    space = SpacePage.objects.get()
    insider, second = member(space), member(space)
    pedatech_client.force_login(insider)
    assert options_of(pedatech_client, quiz)["contentUserData"] == []
    assert tell(pedatech_client, quiz, {"state": '{"number": 1}'}) == 200
    assert options_of(pedatech_client, quiz)["contentUserData"] == [{"state": '{"number": 1}'}]
    shown = pedatech_client.get(space.get_url()).content.decode()
    assert "elle reprend où vous étiez" in shown
    pedatech_client.force_login(second)
    assert options_of(pedatech_client, quiz)["contentUserData"] == []
    pedatech_client.force_login(insider)
    assert tell(pedatech_client, quiz, {"score": 2, "most": 3}) == 200
    assert options_of(pedatech_client, quiz)["contentUserData"] == []  # finished: it starts anew
    shown = pedatech_client.get(reverse("pedatech_package_page", args=[quiz.pk])).content.decode()
    assert "2 sur 3" in shown
    assert ActivityProgress.objects.count() == 1


def test_a_replaced_package_starts_anew(quiz, pedatech_client):
    pedatech_client.force_login(member(SpacePage.objects.get()))
    tell(pedatech_client, quiz, {"state": '{"number": 2}'})
    tell(pedatech_client, quiz, {"score": 3, "most": 3})
    other = store_bytes(zip_of(h5p_files(**{"content/content.json": '{"other": 1}'})))
    quiz.keep(other)
    quiz.save()
    assert options_of(pedatech_client, quiz)["contentUserData"] == []
    tell(pedatech_client, quiz, {"state": '{"number": 1}'})
    kept_now = ActivityProgress.objects.get()
    assert (kept_now.state, kept_now.score, kept_now.finished_at) == ('{"number": 1}', None, None)


def test_who_may_not_play_keeps_nothing(quiz, sites, pedatech_client):
    body = {"state": "{}"}
    assert tell(pedatech_client, quiz, body) == 403
    pedatech_client.force_login(member(space_page(home_of(sites), "Un autre espace")))
    assert tell(pedatech_client, quiz, body) == 404
    insider = member(SpacePage.objects.get(title="Former aux outils numériques"))
    strict = Client(enforce_csrf_checks=True, headers={"host": "pedatech.localhost"})
    strict.force_login(insider)
    assert tell(strict, quiz, body) == 403
    assert not ActivityProgress.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        "[]",
        "null",
        {},
        {"other": 1},
        {"state": 3},
        {"state": "no json"},
        {"state": '"\0"'},
        {"state": json.dumps("x" * 70_000)},
        "[" * 200_000,
        {"state": "[" * 60_000},
        {"score": -1, "most": 3},
        {"score": True, "most": 3},
        {"score": 1},
        {"score": 1e400, "most": 3},
        {"score": "1", "most": "3"},
        {"score": 10**9, "most": 10**9},
    ],
    ids=lambda body: str(body)[:40],
)
def test_what_is_no_progress_is_refused(body, quiz, pedatech_client):
    pedatech_client.force_login(member(SpacePage.objects.get()))
    assert tell(pedatech_client, quiz, body) == 400
    assert not ActivityProgress.objects.exists()


def test_each_file_is_in_the_sandbox(html_package, pedatech_client):
    staff = UserFactory(is_superuser=True)
    token = make_token(html_package, staff.pk)
    for name, kind in (
        ("index.html", "text/html"),
        ("a/b.js", "text/javascript"),
        ("pas.svg", "image/svg+xml"),
    ):
        url = reverse("pedatech_package_file", args=[html_package.pk, token, name])
        answer = fetch(pedatech_client, url)
        assert answer["Content-Type"].startswith(kind)
        in_sandbox(answer)


@pytest.mark.parametrize(
    "path",
    [
        "../../../manage.py",
        "a/../../x",
        "%2e%2e/%2e%2e/x",
        "a",
        "absent.js",
        "_lecteur.html",
        "a%00b",
    ],
)
def test_no_file_outside_the_package(path, html_package, pedatech_client):
    token = make_token(html_package, UserFactory(is_superuser=True).pk)
    url = reverse("pedatech_package_file", args=[html_package.pk, token, "x"])[:-1]
    assert pedatech_client.get(url + path).status_code == 404


def test_forged_old_and_foreign_tokens_open_nothing(html_package, pedatech_client, monkeypatch):
    other = package_of({"index.html": "2"})
    staff = UserFactory(is_superuser=True)

    def status(token: str) -> int:
        url = reverse("pedatech_package_file", args=[html_package.pk, token, "index.html"])
        return fetch(pedatech_client, url).status_code

    good = make_token(html_package, staff.pk)
    assert status(good) == 200
    assert status(make_token(other, staff.pk)) == 404
    assert status(good[:-1] + ("A" if good[-1] != "A" else "B")) == 404
    assert status("x") == 404
    monkeypatch.setattr("pedatech.packages.views.MAX_AGE", -1)
    assert status(good) == 404


def test_a_document_opened_as_a_page_comes_back_into_its_frame(html_package, pedatech_client):
    staff = UserFactory(is_superuser=True)
    token = make_token(html_package, staff.pk)
    page = reverse("pedatech_package_page", args=[html_package.pk])
    file = reverse("pedatech_package_file", args=[html_package.pk, token, "index.html"])
    for address in (reverse("pedatech_package", args=[html_package.pk]), file):
        pedatech_client.force_login(staff)
        answer = pedatech_client.get(address, headers={"sec-fetch-dest": "document"})
        assert answer["Location"] == page
    pedatech_client.logout()
    assert pedatech_client.get(page).status_code == 404


def test_the_player_of_an_h5p_content(sites, pedatech_client):
    package = package_of(h5p_files())
    pedatech_client.force_login(UserFactory(is_superuser=True))
    answer = pedatech_client.get(play(pedatech_client, package)["Location"])
    in_sandbox(answer)
    text = answer.content.decode()
    assert "vendor/h5p-standalone-3.8.2/main.bundle.js" in text
    assert "</script><script" not in text.replace(" ", "").replace("\n", "")[:50]


def test_the_form_of_the_admin(sites, client, packages_root):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(UserFactory(is_superuser=True))
    client.defaults["HTTP_HOST"] = "pedatech.localhost"
    url = reverse("wagtailsnippets_pedatech_interactivepackage:add")
    assert "multipart/form-data" in client.get(url).content.decode()
    bad = SimpleUploadedFile("a.h5p", entry("../x.js").getvalue())
    answer = client.post(url, {"title": "Essai", "upload": bad})
    assert "sort du dossier" in answer.content.decode()
    untitled = SimpleUploadedFile("a.zip", zip_of({"index.html": "x"}).getvalue())
    assert "Donnez un titre" in client.post(url, {"title": "", "upload": untitled}).content.decode()
    assert not InteractivePackage.objects.exists()
    assert kept(packages_root) == []
    good = SimpleUploadedFile("a.h5p", zip_of(h5p_files()).getvalue())
    assert client.post(url, {"title": "", "upload": good}).status_code == 302
    package = InteractivePackage.objects.get()
    assert (package.title, package.kind, package.created_by.is_superuser) == (
        "Un quiz",
        "h5p",
        True,
    )
    assert (
        client.get(reverse("wagtailsnippets_pedatech_interactivepackage:list")).status_code == 200
    )


def test_a_page_on_line_opens_it_to_all(html_package, sites, pedatech_client, monkeypatch):
    page = text_page(home_of(sites), "Une page publique")
    monkeypatch.setattr(
        InteractivePackage, "pages", lambda self: type(page).objects.filter(pk=page.pk)
    )
    answer = play(pedatech_client, html_package)
    assert answer.status_code == 302
    assert fetch(pedatech_client, answer["Location"]).status_code == 200
    page.unpublish()
    assert play(pedatech_client, html_package).status_code == 404
    assert pedatech_client.get(answer["Location"]).status_code == 404
