"""What fails around the application: readers are served, nothing that was typed is half kept, and
whoever watches is told why.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config import caches, health, worker
from config.addresses import caches as caches_of
from home import throttle
from home.documents import process_document
from home.models import SiteDocument
from pedatech.models import Contribution, ContributionFile, Invitation
from pedatech.models.contributions import GROUP
from tests.factories import UserFactory
from tests.files import make_document, make_pdf
from tests.ops.test_starting import start
from tests.pedatech.space_helpers import home_of, space_page
from tests.support import HOSTS, ROOT, PublicClient
from tests.test_worker import wait_for

CLOSED = "127.0.0.1:1"
"""where nothing listens"""


# --- The disk is full ----------------------------------------------------------------------------


@pytest.fixture
def full_disk(tmp_path, settings, monkeypatch) -> Iterator[Path]:
    """The folders of the files lie on a disk of some pages that are all taken: a real one where
    this process may mount it, else each write fails as it would there.
    """
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)],
        capture_output=True, check=False,
    ).returncode  # fmt: skip
    settings.MEDIA_ROOT = settings.PRIVATE_ROOT = settings.PACKAGES_ROOT = disk
    if mounted:
        with contextlib.suppress(OSError), (disk / "full").open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
    else:

        def no_room(*args, **kwargs):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", no_room)
        monkeypatch.setattr(health.tempfile, "TemporaryFile", no_room)
    yield disk
    if mounted:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def forgiving(client) -> Client:
    """A browser that is shown the page of a failure."""
    client.raise_request_exception = False
    return client


def left(disk: Path) -> list[str]:
    return [path.name for path in disk.rglob("*") if path.is_file() and path.name != "full"]


def test_a_full_disk_refuses_files_whole_and_says_so(sites, full_disk, forgiving):
    forgiving.defaults["HTTP_HOST"] = HOSTS["interfede"]
    forgiving.force_login(UserFactory(is_superuser=True))
    root = SiteDocument._meta.get_field("collection").default()
    file = SimpleUploadedFile("étude.pdf", make_pdf(["Un texte. " * 400] * 40))
    data = {"title": "Étude", "file": file, "collection": getattr(root, "pk", root)}
    answer = forgiving.post(reverse("wagtaildocs:add"), data)
    assert answer.status_code == 503
    assert "n’a plus de place" in answer.content.decode()
    assert not SiteDocument.objects.exists()
    assert left(full_disk) == []
    assert PublicClient(HOSTS["cisp"]).get("/").status_code == 200


def test_a_full_disk_keeps_no_half_proposal(sites, full_disk, forgiving):
    forgiving.defaults["HTTP_HOST"] = HOSTS["pedatech"]
    forgiving.force_login(UserFactory(groups=[Group.objects.get(name=GROUP)]))
    files = [SimpleUploadedFile("jeu.pdf", make_pdf(["Un texte. " * 400] * 40))]
    answer = forgiving.post(
        "/proposer/nouvelle/",
        {"title": "Jeu", "organisation": "CE", "kind": "outil", "theme": "x", "summary": "y",
         "link": "", "licence_accepted": "on", "attachments": files},
    )  # fmt: skip
    assert answer.status_code == 503
    assert not Contribution.objects.exists()
    assert not ContributionFile.objects.exists()
    assert left(full_disk) == []


def test_a_full_disk_is_told_by_readyz(db, full_disk):
    said = PublicClient(HOSTS["cisp"]).get("/readyz")
    assert (said.status_code, said.json()["checks"]["media"]) == (200, "failed")


@pytest.mark.parametrize(
    ("url", "starts"),
    [("postgres://u:hush@127.0.0.1:1/x", True), ("sqlite:///{disk}/db.sqlite3", False)],
)
def test_a_server_on_a_full_disk_starts_or_says_why_not(full_disk, url, starts):
    if not (full_disk / "full").exists():
        url, starts = "postgres://u:hush@127.0.0.1:1/x", True  # nothing could be mounted here
    done = start(
        full_disk, "-c", "import config.wsgi", DATABASE_URL=url.format(disk=f"/{full_disk}")
    )
    assert done.returncode == (0 if starts else 1), done.stderr
    assert "Traceback" not in done.stderr
    assert starts or done.stderr.startswith("Le site ne démarre pas. DATABASE_URL"), done.stderr


# --- The mail server is away ---------------------------------------------------------------------


@pytest.fixture
def no_mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = CLOSED.split(":", maxsplit=1)[0], 1
    settings.EMAIL_TIMEOUT = 2


def test_a_forgotten_password_says_the_same_without_the_mail_server(sites, no_mail, caplog):
    known = UserFactory(email="membre@example.org")
    known.set_password("un long mot de passe")
    known.save()
    for path, host in (("/mot-de-passe/", "pedatech"), ("/gestion/password_reset/", "interfede")):
        told = set()
        for address in (known.email, "personne@example.org"):
            answer = Client(headers={"host": HOSTS[host]}).post(path, {"email": address})
            told.add((answer.status_code, answer["Location"]))
        assert len(told) == 1, path
        assert told.pop()[0] == 302
    assert "Failed to send password reset email" in caplog.text


def test_an_invitation_that_was_not_sent_is_not_kept(sites, no_mail, client):
    client.defaults["HTTP_HOST"] = HOSTS["pedatech"]
    client.force_login(UserFactory(is_superuser=True))
    space = space_page(home_of(sites))
    answer = client.post(
        f"{space.get_url()}membres/",
        {"action": "inviter", "addresses": "a@example.org", "role": "participant"},
    )
    assert answer.status_code < 500
    assert not Invitation.objects.exists()


# --- The cache is away ---------------------------------------------------------------------------


@pytest.fixture
def no_cache(settings, monkeypatch):
    """Redis at an address where nothing listens."""
    monkeypatch.setitem(caches._told, "at", -caches.LOG_SECONDS)
    away = caches_of(f"redis://{CLOSED}/0", Path("/nowhere"), on_postgresql=False)
    away["renditions"] = settings.CACHES["default"]
    settings.CACHES = away


def test_readers_and_editors_do_without_redis(sites, no_cache, settings, client, caplog):
    settings.PAGE_CACHE = True
    for theme in HOSTS:
        assert PublicClient(HOSTS[theme]).get("/").status_code == 200
    user = UserFactory(is_superuser=True)
    user.set_password("un long mot de passe")
    user.save()
    answer = client.post(
        "/gestion/login/",
        {"username": user.username, "password": "un long mot de passe"},
        headers={"host": HOSTS["interfede"]},
    )
    assert answer.status_code == 302
    said = PublicClient(HOSTS["cisp"]).get("/readyz").json()
    assert (said["status"], said["checks"]["cache"]) == ("degraded", "failed")
    assert caplog.text.count("The cache does not answer") == 1


def test_a_brake_without_its_cache_lets_people_in(no_cache):
    for _ in range(20):
        throttle.note("login", 60, "a")
    assert throttle.is_blocked("login", 5, "a") is False
    throttle.forget("login", "a")


def test_a_cache_on_a_full_disk_costs_speed_alone(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    cache = caches.ForgivingFiles(str(blocked / "cache"), {})
    assert cache.set("a", 1) is None
    assert cache.get("a", "default") == "default"
    assert cache.add("a", 1) is True


def test_a_key_that_is_not_there_is_no_failure(tmp_path):
    cache = caches.ForgivingFiles(str(tmp_path), {})
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


# --- The worker is killed ------------------------------------------------------------------------


@pytest.fixture
def task(db, settings):
    """A task in the table, as a worker left it."""
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
        "background": {"BACKEND": "django_tasks_db.DatabaseBackend"},
    }
    document = make_document()
    DBTaskResult.objects.all().delete()

    def left_by(name: str, minutes: int = 1, tries: int = 1) -> DBTaskResult:
        found = DBTaskResult.objects.get(pk=process_document.enqueue(document.pk).id)
        for _ in range(tries):
            found.claim(name)
        DBTaskResult.objects.update(started_at=timezone.now() - timedelta(minutes=minutes))
        return found

    return left_by


@pytest.mark.parametrize(
    ("name", "minutes", "tries", "status"),
    [
        (worker.NAME, 1, 1, "READY"),
        ("another-machine", 1, 1, "RUNNING"),
        ("another-machine", 61, 1, "READY"),
        (worker.NAME, 1, worker.TRIES, "FAILED"),
    ],
)
def test_a_task_that_was_cut_off_begins_anew(task, monkeypatch, name, minutes, tries, status):
    monkeypatch.setattr(type(connections), "close_all", lambda self: None)
    found = task(name, minutes, tries)
    worker.take_up()
    found.refresh_from_db()
    assert found.status == status


def test_a_worker_without_its_table_says_so_and_goes_on(db, monkeypatch, caplog):
    monkeypatch.setattr(type(connections), "close_all", lambda self: None)

    def broken(self):
        raise OSError("away")

    monkeypatch.setattr(type(DBTaskResult.objects.all()), "running", broken)
    worker.take_up()
    assert "could not be looked at" in caplog.text


# --- The database goes away and comes back -------------------------------------------------------


class Proxy:
    """Between the server and PostgreSQL: `cut()` ends every connection and takes no other."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.open: list[socket.socket] = []
        self.listener: socket.socket | None = None
        self.mend()

    def mend(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def cut(self) -> None:
        assert self.listener
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for each in self.open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self.open.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection(self.target)
            except OSError:
                return
            self.open += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=pair, daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)


if os.environ.get("DATABASE_URL", "").startswith("postgres"):

    def test_the_database_goes_away_under_the_server_and_comes_back(demo, tmp_path):
        place = connection.settings_dict
        proxy = Proxy(place["HOST"], int(place["PORT"]))
        url = f"postgres://{place['USER']}@127.0.0.1:{proxy.port}/{place['NAME']}"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "DATABASE_URL": url,
            "VAR_DIR": str(tmp_path),
        }
        subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", "collectstatic", "--noinput", "-v", "0"],
            cwd=ROOT, env=environment, check=True,
        )  # fmt: skip
        log = tmp_path / "log"
        with log.open("wb") as errors:
            server = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "gunicorn", "config.wsgi", "--workers", "1",
                 "--bind", f"127.0.0.1:{port}", "--log-level", "error"],
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stderr=errors,
            )  # fmt: skip

        def get(path: str) -> tuple[int, str, str]:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            try:
                asked.request("GET", path, headers={"Host": HOSTS["cisp"]})
                answer = asked.getresponse()
                return answer.status, answer.getheader("X-Cache", ""), answer.read().decode()
            finally:
                asked.close()

        def is_up() -> bool:
            with contextlib.suppress(OSError):
                return get("/healthz")[0] == 200
            return False

        try:
            wait_for(is_up, 40)
            assert get("/")[0] == 200, log.read_text()[-3000:]
            assert get("/")[:2] == (200, "hit")
            proxy.cut()
            status, how, _ = get("/")
            assert (status, how) == (200, "hit")
            status, _, page = get("/est-ce-pour-moi/")
            assert status == 503
            assert "Essayez encore" in page
            status, _, said = get("/readyz")
            assert (status, json.loads(said)["checks"]["database"]) == (503, "failed")
            assert get("/healthz")[0] == 200
            proxy.mend()
            wait_for(lambda: get("/est-ce-pour-moi/")[0] == 200, 15)
            assert get("/readyz")[0] == 200
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)  # gunicorn gives its workers 30
            proxy.cut()
