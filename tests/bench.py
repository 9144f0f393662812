"""`make bench`: speed of the finder as ratios of one run, on real gunicorn workers.

Prints requests per second and the median answer of an empty view (`/healthz`), of a StandardPage as
visitors get it (kept) and made anew, and of the finder side by side, with 300 and with 30,000 training sites. Nothing is asserted: a
figure depends on the machine, the ratio much less. Databases are kept under `var/bench-N`.
"""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKERS = os.cpu_count() or 2
ROUNDS = 7
REQUESTS = 40
HOST = "cisp.localhost"
FINDER = (
    "/formations/?q=cuisine&lieu=Namur&domaine=horeca-et-alimentation&categorie=professionnalisante"
)
EMPTY, KEPT = "vue vide (/healthz)", "page gardée (StandardPage)"
PATHS = {
    EMPTY: "/healthz",
    KEPT: "/est-ce-pour-moi/",
    # A parameter that no page knows: made anew each time.
    "StandardPage": "/est-ce-pour-moi/?sans-cache=1",
    "recherche : texte + lieu + filtres": FINDER,
    "recherche : lieu": "/formations/?lieu=Namur",
    "recherche : tout": "/formations/?q=",
    "suggestions": "/api/suggestions/?q=menuis",
}


def environment(sites: int) -> dict[str, str]:
    """Environment of a process that works on the database with `sites` sites."""
    return {
        **os.environ,
        "VAR_DIR": str(ROOT / "var" / f"bench-{sites}"),
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    }


def prepare(sites: int) -> None:
    """Make the database once."""
    env = environment(sites)
    ready = Path(env["VAR_DIR"]) / "ready"
    if ready.exists():
        return

    def manage(*args: str) -> None:
        subprocess.run([sys.executable, "manage.py", *args], cwd=ROOT, env=env, check=True)

    ready.parent.mkdir(parents=True, exist_ok=True)
    manage("migrate", "-v", "0")
    manage("collectstatic", "--noinput", "-v", "0")
    manage("load_demo", "--sites", str(min(sites, 300)))
    if sites > 300:
        subprocess.run(
            [sys.executable, "-m", "tests.synthetic", str(sites)], cwd=ROOT, env=env, check=True
        )
    ready.touch()


class Server:
    """Gunicorn with one sync worker per core, on a free port."""

    def __init__(self, sites: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "config.wsgi"),
                *("--bind", f"127.0.0.1:{self.port}", "--workers", str(WORKERS)),
                *("--log-level", "error"),
            ],
            cwd=ROOT,
            env=environment(sites),
        )
        for _ in range(200):
            try:
                self.get("/healthz")
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("gunicorn ne répond pas")

    def get(self, path: str) -> float:
        """Seconds of one request; anything but 200 ends the run."""
        start = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={"Host": HOST, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise SystemExit(f"{path} : {answer.status}")
        return time.perf_counter() - start

    def throughput(self, path: str) -> float:
        """Requests per second of as many clients as there are workers."""

        def client() -> None:
            for _ in range(REQUESTS // WORKERS):
                self.get(path)

        clients = [threading.Thread(target=client) for _ in range(WORKERS)]
        start = time.perf_counter()
        for each in clients:
            each.start()
        for each in clients:
            each.join()
        return REQUESTS / (time.perf_counter() - start)

    def stop(self) -> None:
        """End the process that was started here."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)


def measure(sites: int) -> dict[str, tuple[float, float]]:
    """`{name: (requests per second, median seconds)}`; the paths take turns in every round."""
    prepare(sites)
    server = Server(sites)
    rates: dict[str, list[float]] = {name: [] for name in PATHS}
    times: dict[str, list[float]] = {name: [] for name in PATHS}
    try:
        for path in PATHS.values():
            for _ in range(2 * WORKERS):
                server.get(path)
        for _ in range(ROUNDS):
            for name, path in PATHS.items():
                rates[name].append(server.throughput(path))
                times[name] += [server.get(path) for _ in range(8)]
    finally:
        server.stop()
    return {
        name: (statistics.median(rates[name]), statistics.median(times[name])) for name in PATHS
    }


def main() -> None:
    """Print the table."""
    results = {sites: measure(sites) for sites in (300, 30_000)}
    page = results[300]["StandardPage"][0]
    for sites, figures in results.items():
        print(f"\n{sites} lieux, {WORKERS} processus, SQLite")
        for name, (rate, seconds) in figures.items():
            print(f"  {name:38} {rate:8.1f} req/s   médiane {seconds * 1000:7.1f} ms")
    search = "recherche : texte + lieu + filtres"
    print(
        f"\npage gardée / vue vide (300 lieux)          {results[300][KEPT][0] / results[300][EMPTY][0]:.2f}"
    )
    print(f"recherche / StandardPage (300 lieux)        {results[300][search][0] / page:.2f}")
    for name in list(PATHS)[3:]:
        ratio = results[30_000][name][1] / results[300][name][1]
        print(f"médiane 30 000 / 300 : {name:38} × {ratio:.1f}")


if __name__ == "__main__":
    main()
