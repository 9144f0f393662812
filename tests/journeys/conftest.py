"""A real server, a real browser.

gunicorn serves a database filled by `load_demo` (and seed.py) with static files as in production,
hashed and compressed by whitenoise; Debian's Chromium visits it. The tests of this folder never
open a database themselves: playwright's event loop would forbid it, and `live_server` would leave
emptied tables behind.

Environment: `CHROMIUM` names another browser; `CI=true` turns its absence into a failure;
`SHOTS_DIR` keeps a picture of every state.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.migrated import migrated_database

ROOT = Path(__file__).resolve().parents[2]
HOSTS = {
    "cisp": "cisp.localhost",
    "interfede": "interfede.localhost",
    "pedatech": "pedatech.localhost",
}
ROOMS = ("cisp_map", "home", "search", "essor", "podcasts", "pedatech", "site")
KEEP_SECONDS = 24 * 3600
WORKERS = 2
SERVER_START_SECONDS = 60
STEP_MILLISECONDS = 15_000  # two cores, shared with the server

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything here drives the browser; without one a single test stays, to say so once."""
    here = Path(__file__).parent
    journeys = [item for item in items if here in item.path.parents]
    for item in journeys:
        item.add_marker(pytest.mark.journey)
    if journeys and not CHROMIUM:
        unable = set(journeys[1:])
        config.hook.pytest_deselected(items=journeys[1:])
        items[:] = [item for item in items if item not in unable]


# --- The server ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """Where the three sites answer, and what seed.py made."""

    port: int
    manifest: dict
    log: Path

    def url(self, site: str, path: str = "/", **parameters: object) -> str:
        """Address of `path` on "cisp", "interfede" or "pedatech"."""
        query = f"?{urlencode(parameters, doseq=True)}" if parameters else ""
        return f"http://{HOSTS[site]}:{self.port}{path}{query}"

    def finder(self, **parameters: object) -> str:
        """Address of a search."""
        return self.url("cisp", "/formations/", **parameters)

    def geojson(self, **parameters: object) -> dict:
        """What the API answers to the same search, the whole list at once."""
        path = f"/api/formations.geojson?{urlencode({**parameters, 'par_page': 500}, doseq=True)}"
        return json.loads(self.fetch("cisp", path))

    def fetch(self, site: str, path: str) -> bytes:
        """The body of an answer, without a browser; HTTPError from 400 on."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Host": f"{HOSTS[site]}:{self.port}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()


def _environment(var: Path, port: int = 8000) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", str(var)),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
        "PYTHONWARNINGS": "ignore",
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "VAR_DIR": str(var),
        "PORT": str(port),
    }


def _run(var: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=_environment(var),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _fingerprint(*sources: Path) -> str:
    """Of the content of files and folders, templates left out, and of the day."""
    digest = hashlib.sha256(date.today().isoformat().encode())
    for source in sources:
        for path in sorted(source.rglob("*") if source.is_dir() else [source]):
            if path.is_file() and path.suffix not in (".html", ".pyc"):
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Built:
    """What takes long to make: a folder with the database and one with the static files."""

    data: Path
    static: Path


@pytest.fixture(scope="package")
def built(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A filled database with its manifest, and the collected static files.

    Kept between runs beside pytest's own temporary folders, under the fingerprint of their
    sources: content that is older than the code would be a trap. Each is made aside and put in
    place at once, and only what nobody touched for a day is removed: other runs, of other
    branches, may stand beside this one.
    """
    cache = tmp_path_factory.getbasetemp().parent
    if "PYTEST_XDIST_WORKER" in os.environ:  # its folder lies in that of the run
        cache = cache.parent
    lock = ROOT / "requirements.lock"
    seeds = [each for each in Path(__file__).parent.glob("*.py") if "test_" not in each.name]
    sources = (lock, *sorted(seeds), *(ROOT / each for each in ROOMS))
    data = cache / f"journeys-data-{_fingerprint(*sources)}"
    static = cache / f"journeys-static-{_fingerprint(lock, ROOT / 'static')}"
    # Two processes of one run wait for each other: both cores are busy with content and static files.
    with (cache / "journeys.lock").open("w") as building:
        fcntl.flock(building, fcntl.LOCK_EX)
        for old in {*cache.glob("journeys-data-*"), *cache.glob("journeys-static-*")}:
            if time.time() - old.stat().st_mtime > KEEP_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
        _build(data, static, tmp_path_factory)
        for folder in (data, static):
            os.utime(folder)
    return Built(data, static)


def _build(data: Path, static: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Make what is not there yet, side by side."""
    collecting = None
    if not static.exists():
        collected = tmp_path_factory.mktemp("static")
        collecting = subprocess.Popen(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"],
            cwd=ROOT,
            env=_environment(collected),
        )
    try:
        if not data.exists():
            filled = tmp_path_factory.mktemp("data")
            shutil.copyfile(migrated_database(), filled / "db.sqlite3")
            _run(filled, "manage.py", "migrate", "-v", "0")
            _run(filled, "manage.py", "load_demo")
            (filled / "manifest.json").write_text(_run(filled, "-m", "tests.journeys.seed"))
            _put(filled, data)
    finally:
        if collecting:
            assert collecting.wait() == 0, "collectstatic"
            _put(collected, static)


def _put(made: Path, place: Path) -> None:
    """Move a finished folder; the one that another run was quicker to put there is as good."""
    with contextlib.suppress(OSError):
        made.rename(place)
    assert place.exists()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="package")
def server(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The three sites on a free port of the loopback, on a copy of the built database."""
    var = tmp_path_factory.mktemp("journeys") / "var"
    shutil.copytree(built.data, var)
    (var / "static").symlink_to(built.static / "static")
    port = _free_port()
    _run(var, "manage.py", "bootstrap_sites", "--port", str(port))
    log = var / "gunicorn.log"
    arguments = ["-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments, "--workers", str(WORKERS)],
            cwd=ROOT,
            env={**_environment(var, port), "RUN_WORKER": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    running = Server(port, json.loads((var / "manifest.json").read_text()), log)
    try:
        _wait_for(running, process)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(server: Server, process: subprocess.Popen) -> None:
    end = time.monotonic() + SERVER_START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, server.log.read_text()
        with contextlib.suppress(OSError, urllib.error.URLError):
            server.fetch("cisp", "/healthz")
            return
        time.sleep(0.2)
    raise AssertionError(f"The server does not answer.\n{server.log.read_text()}")


# --- The browser -----------------------------------------------------------------------------


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all; each visit gets a context of its own: no cookie, a cold cache."""
    if not CHROMIUM:
        reason = "Chromium est absent (paquet Debian « chromium ») : pas de parcours au navigateur."
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=CHROMIUM_ARGS, chromium_sandbox=False
        )
        yield browser
        browser.close()


@dataclass
class Visit:
    """A visitor with an empty browser, who is watched.

    `finish` fails when the browser asked a third party, kept a cookie or met an error in a script
    or in the content security policy.
    """

    context: BrowserContext
    server: Server
    may_keep_cookies: bool = False
    expected_statuses: tuple[int, ...] = ()
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(STEP_MILLISECONDS)
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.page = self.context.new_page()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        if any(f"status of {status}" in message.text for status in self.expected_statuses):
            return
        self.errors.append(message.text)

    def go(self, site: str, path: str = "/", **parameters: object) -> Page:
        """Open an address of a site."""
        self.page.goto(self.server.url(site, path, **parameters))
        return self.page

    def find(self, **parameters: object) -> Page:
        """Open a search."""
        return self.go("cisp", "/formations/", **parameters)

    def foreign_requests(self) -> list[str]:
        """Requests to anybody else than our three hosts."""
        own = {f"{host}:{self.server.port}" for host in HOSTS.values()}
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc not in own
        ]

    def finish(self) -> None:
        """Close, and tell what the visitor should never meet."""
        cookies = [] if self.may_keep_cookies else self.context.cookies()
        self.context.close()
        assert not self.foreign_requests()
        assert not cookies
        assert not self.errors


NewVisit = Callable[..., Visit]


@pytest.fixture
def visit(chromium: Browser, server: Server) -> Iterator[NewVisit]:
    """Make a visit: `visit(width=360, height=640, js=False, …options of new_context)`."""
    with contextlib.ExitStack() as stack:

        def new_visit(
            width: int = 1280,
            height: int = 800,
            js: bool = True,
            may_keep_cookies: bool = False,
            expected_statuses: tuple[int, ...] = (),
            **options: object,
        ) -> Visit:
            context = chromium.new_context(
                viewport={"width": width, "height": height},
                java_script_enabled=js,
                locale="fr-BE",
                timezone_id="Europe/Brussels",
                reduced_motion="reduce",
                **options,
            )
            made = Visit(context, server, may_keep_cookies, expected_statuses)
            stack.callback(made.finish)
            return made

        yield new_visit


@pytest.fixture
def desktop(visit: NewVisit) -> Visit:
    """A wide screen."""
    return visit()


@pytest.fixture
def phone(visit: NewVisit) -> Visit:
    """A cheap phone."""
    return visit(width=360, height=640, has_touch=True, is_mobile=True)
