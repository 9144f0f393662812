"""Speed of the catalogue with 5,000 resources and three facets, in the server, on SQLite.

`python -m tests.bench_catalogue [number]`: prints the median of one worker that is warm, with the
number of queries; the first answer after a publication, which reads the table anew; and the first
answer of all. The database is kept under `var/bench-catalogue-N`.
"""

import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST = "pedatech.localhost"
ROUNDS = 40
PATHS = {
    "tout": "/catalogue/",
    "trois facettes": "/catalogue/?theme=orientation&public=stagiaires&niveau=premiers-pas",
    "trois facettes et un mot": "/catalogue/?theme=orientation&public=stagiaires&genre=fiche&q=orientation",
    "rubrique et facettes": "/catalogue/rubriques/outils-pedagogiques/?genre=outil&annee=2020&langue=fr",
}


def prepare(number: int) -> None:
    """Make the database once."""
    from django.core.management import call_command

    from pedatech.demo import load_many

    ready = Path(os.environ["VAR_DIR"]) / "ready"
    if ready.exists():
        return
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_demo", sites=5, port=80, verbosity=0)
    load_many(number)
    call_command("update_index", verbosity=0)
    ready.touch()


def measure(path: str) -> tuple[float, float, int]:
    """`(median, median of the processor's time, queries)` of warm answers, seconds.

    The second leaves out what other programs of the machine take.
    """
    from django.core.signals import request_started
    from django.db import connection, reset_queries
    from django.test import Client

    client = Client(headers={"host": HOST})
    for _ in range(3):
        assert client.get(path).status_code == 200
    request_started.disconnect(reset_queries)
    connection.force_debug_cursor = True
    before = len(connection.queries_log)
    client.get(path)
    queries = len(connection.queries_log) - before
    connection.force_debug_cursor = False
    request_started.connect(reset_queries)
    times, busy = [], []
    for _ in range(ROUNDS):
        start, cpu = time.perf_counter(), time.process_time()
        client.get(path)
        times.append(time.perf_counter() - start)
        busy.append(time.process_time() - cpu)
    return statistics.median(times), statistics.median(busy), queries


def main(number: int = 5000) -> None:
    """Print the table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    os.environ["PAGE_CACHE"] = "0"
    os.environ["VAR_DIR"] = str(ROOT / "var" / f"bench-catalogue-{number}")
    Path(os.environ["VAR_DIR"]).mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    prepare(number)
    from django.test import Client

    from pedatech.models import CataloguePage, ResourcePage

    print(f"{ResourcePage.objects.live().count()} ressources, SQLite, un processus, sans cache")
    for name, path in PATHS.items():
        median, busy, queries = measure(path)
        print(
            f"  {name:26} médiane {median * 1000:6.1f} ms   "
            f"(processeur {busy * 1000:5.1f} ms)   {queries} requêtes SQL"
        )
    client = Client(headers={"host": HOST})
    times = []
    for _ in range(5):
        CataloguePage.renew_token()
        start = time.perf_counter()
        client.get(PATHS["trois facettes"])
        times.append(time.perf_counter() - start)
    print(f"  après une publication      médiane {statistics.median(times) * 1000:6.1f} ms")


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
