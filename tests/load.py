"""`make load`: 50 visitors for a minute on the ten main pages of the three sites, as production
serves them (gunicorn, settings of production, PostgreSQL when DATABASE_URL names one).

Warm and cold: one request in ten is a search with words, and where the page takes one a place, drawn from so
many that its answer has to be made; and every ten seconds an editor changes something, after which every
page is made anew. The rest is kept. Before and after, the same visitors ask for the empty view: what is
printed beside the figures is the ratio, because a figure depends on the machine. Ends with 1 on any
error; p95 and requests a second are printed beside their bars.

CLIENTS, SECONDS and PORT change the run; the database is kept (`var/load`, or the one that is named).
"""

import asyncio
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import django

ROOT = Path(__file__).resolve().parents[1]
VAR = ROOT / "var" / "load"
CLIENTS = int(os.environ.get("CLIENTS", "50"))
SECONDS = float(os.environ.get("SECONDS", "60"))
EMPTY_SECONDS = 5.0
COLD = 0.1
CHANGE_SECONDS = 10.0
SITES = 300
BAR_P95, BAR_RATE = 0.300, 150.0
HOSTS = {"cisp": "cisp.example", "interfede": "interfede.example", "pedatech": "pedatech.example"}
EMPTY = ("cisp", "/healthz")
PAGES = (
    ("cisp", "/"),
    ("cisp", "/formations/"),
    ("cisp", "/formations/?q=cuisine&lieu=Namur"),
    ("cisp", "/api/localites/?q=nam"),
    ("interfede", "/"),
    ("interfede", "/publications/"),
    ("interfede", "/publications/lessor/"),
    ("interfede", "/recherche/?q=insertion"),
    ("pedatech", "/"),
    ("pedatech", "/catalogue/"),
)
WORDS = [
    "cuisine", "bois", "jardin", "vente", "soudure", "ménage", "informatique", "bâtiment", "couture",
    "français", "calcul", "permis", "horeca", "nettoyage", "bureau", "logistique", "maraîchage", "accueil",
    "insertion", "numérique", "orientation", "handicap", "logement", "emploi", "base", "jeunes",
]  # fmt: skip
PLACES = [
    "Namur", "Liège", "Charleroi", "Mons", "Tournai", "Arlon", "Wavre", "Huy", "Dinant", "Verviers", "Ath",
    "Mouscron", "Bastogne", "Nivelles", "Seraing", "Ciney", "Couvin", "Marche-en-Famenne", "Enghien",
]  # fmt: skip
SEARCHES = (
    ("cisp", "/formations/", True),
    ("interfede", "/recherche/", False),
    ("interfede", "/publications/", False),
    ("pedatech", "/catalogue/", False),
)
"""Site, path, whether it takes a place."""
NEW_SEARCH = "recherches nouvelles"


def environment() -> dict[str, str]:
    """Production, without the redirection to https."""
    return {
        **os.environ,
        "VAR_DIR": str(VAR),
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "only-for-the-load-test-" * 3,
        "SECURE_SSL_REDIRECT": "false",
        "LOG_LEVEL": "ERROR",
        **{f"{name.upper()}_HOST": host for name, host in HOSTS.items()},
    }


def prepare() -> None:
    """Fill the database, when it is empty."""

    def manage(*arguments: str) -> None:
        command = [sys.executable, "-W", "ignore", "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=environment(), check=True, stdout=subprocess.DEVNULL)

    VAR.mkdir(parents=True, exist_ok=True)
    manage("collectstatic", "--noinput", "-v", "0")
    manage("release", "-v", "0")
    manage("load_demo", "--if-empty", "--sites", str(SITES), "--port", "80")


@dataclass
class Tally:
    """What the visitors saw: seconds of each answer by page, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    warm: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[float]:
        """Every answer."""
        return [each for times in self.seconds.values() for each in times]


async def ask(port: int, site: str, path: str) -> tuple[int, bool]:
    """`(status, whether the page was kept)`, the answer read to its end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {HOSTS[site]}\r\nAccept-Encoding: gzip\r\n"
            "X-Forwarded-Proto: https\r\nConnection: close\r\n\r\n".encode()
        )
        answer = await asyncio.wait_for(reader.read(), 30)
        return int(answer[9:12]), b"\r\nX-Cache: hit" in answer[:3000]
    finally:
        writer.close()


def new_search(draw: random.Random) -> tuple[str, str]:
    """Site and address of a search that hardly anybody asked for in the last minute."""
    site, path, has_place = draw.choice(SEARCHES)
    words = " ".join(draw.sample(WORDS, 2))
    place = {"lieu": draw.choice(PLACES)} if has_place else {}
    return site, f"{path}?{urlencode({'q': words, **place})}"


async def edit(end: float) -> None:
    """An editor who changes something now and then."""
    from home import content

    while time.perf_counter() + CHANGE_SECONDS < end:
        await asyncio.sleep(CHANGE_SECONDS)
        await asyncio.to_thread(content.changed)


async def visit(port: int, pages: tuple, end: float, tally: Tally, seed: int) -> None:
    """One visitor, without a pause."""
    draw = random.Random(seed)
    while time.perf_counter() < end:
        site, path = draw.choice(pages)
        asked, name = path, f"{site} {path}"
        if len(pages) > 1 and draw.random() < COLD:
            (site, asked), name = new_search(draw), NEW_SEARCH
        start = time.perf_counter()
        try:
            status, is_kept = await ask(port, site, asked)
        except (OSError, TimeoutError, ValueError) as error:
            tally.errors.append(f"{site} {asked}: {type(error).__name__} {error}")
            continue
        took = time.perf_counter() - start
        if status != 200:
            tally.errors.append(f"{site} {asked}: {status}")
            continue
        tally.seconds[name].append(took)
        (tally.warm if is_kept else tally.cold).append(took)


async def crowd(port: int, pages: tuple, seconds: float) -> tuple[Tally, float]:
    """All visitors at once; the tally and its requests a second."""
    tally = Tally()
    start = time.perf_counter()
    end = start + seconds
    await asyncio.gather(
        *(visit(port, pages, end, tally, number) for number in range(CLIENTS)), edit(end)
    )
    return tally, len(tally.all) / (time.perf_counter() - start)


def p95(times: list[float]) -> float:
    """Seconds in which 95 of 100 answers were there."""
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else sum(times)


def line(name: str, times: list[float]) -> str:
    """One line of the table."""
    if not times:
        return f"{name:<45} {0:>7}"
    middle = statistics.median(times)
    return f"{name:<45} {len(times):>7} {middle * 1000:>8.0f} {p95(times) * 1000:>8.0f}"


def main() -> int:
    """Run and print; 0 without an error."""
    prepare()
    os.environ.update(environment())  # `edit` writes into the database of the server
    django.setup()
    with socket.socket() as free:
        free.bind(("127.0.0.1", int(os.environ.get("LOAD_PORT", "0"))))
        port = free.getsockname()[1]
    workers = os.environ.get("WORKERS", str(os.cpu_count() or 2))
    server = subprocess.Popen(
        [
            *(sys.executable, "-W", "ignore", "-m", "gunicorn", "config.wsgi", "--backlog", "512"),
            *("--bind", f"127.0.0.1:{port}", "--workers", workers, "--log-level", "error"),
        ],
        cwd=ROOT,
        env=environment(),
    )
    try:
        for _ in range(300):
            try:
                asyncio.run(ask(port, *EMPTY))
                break
            except OSError:
                time.sleep(0.1)
        before = asyncio.run(crowd(port, (EMPTY,), EMPTY_SECONDS))[1]
        tally, rate = asyncio.run(crowd(port, PAGES, SECONDS))
        after = asyncio.run(crowd(port, (EMPTY,), EMPTY_SECONDS))[1]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    return report(tally, rate, (before + after) / 2, workers)


def report(tally: Tally, rate: float, empty: float, workers: str) -> int:
    """Print the table; 0 without an error."""
    engine = os.environ.get("DATABASE_URL", "sqlite").partition(":")[0]
    print(f"{CLIENTS} visiteurs, {SECONDS:.0f} s, {workers} processus, {engine}")
    print(f"{'page':<45} {'n':>7} {'p50 ms':>8} {'p95 ms':>8}")
    for site, path in PAGES:
        print(line(f"{site} {path}", tally.seconds[f"{site} {path}"]))
    print(line(NEW_SEARCH, tally.seconds[NEW_SEARCH]))
    print(line("gardées (chaudes)", tally.warm))
    print(line("faites (froides)", tally.cold))
    print(line("toutes", tally.all))
    ratio = rate / empty if empty else 0.0
    print(f"{rate:.0f} requêtes/s ; vue vide {empty:.0f} requêtes/s ; rapport {ratio:.2f}")
    print(f"{len(tally.errors)} erreurs")
    for each in sorted(set(tally.errors))[:10]:
        print(f"  {each}")
    for name, holds in (
        (f"p95 ≤ {BAR_P95 * 1000:.0f} ms", p95(tally.all) <= BAR_P95),
        (f"≥ {BAR_RATE:.0f} requêtes/s", rate >= BAR_RATE),
    ):
        print(f"{name} : {'oui' if holds else 'non'}")
    return int(bool(tally.errors) or not tally.all)


if __name__ == "__main__":
    sys.exit(main())
