"""`make bench`: the search in figures, on the database and on the engine that SEARCH_URL names.

Prints, beside the bar that each must reach:

- the search page with 5,000 pages, in the server: median and p95, on an engine also without the
  wait for its answers;
- how long it takes to make the index of them anew, with the slowest search meanwhile;
- on an engine: the finder (words + 25 km + facets + 20 hits) with 2,000 and 200,000 fictional
  training sites, which exist in the engine alone.

The database is kept under `var/bench-search` (SQLite), or is the one of DATABASE_URL.
"""

import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = 5000
SITES = (2_000, 200_000)
SEARCHES = 200
HITS = 20
PREFIX = "bench_"
WORDS = (
    "formation", "alphabétisation", "mobilité", "insertion", "numérique", "jardinage", "cuisine",
    "prison", "décret", "stagiaire", "pédagogie", "outil", "essor", "emploi", "femmes", "bois",
    "formation cuisine", "insertion sociale", "outil numérique", "droits des stagiaires",
    "cuisinne", "« insertion sociale »",
)  # fmt: skip
ASKED = ("cuisine", "jardinier", "nettoyage", "menuiserie", "lire et écrire", "soudeur", "vendeuse")
IN_TEXTS = ("atelier", "cuisine atelier", "solidaire", "jardinier solidaire")


def environment() -> dict[str, str]:
    """Environment with a database of its own."""
    return {
        **os.environ,
        "VAR_DIR": os.environ.get("BENCH_DIR", str(ROOT / "var" / "bench-search")),
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "SEARCH_INDEX_PREFIX": PREFIX,
    }


def prepare() -> None:
    """Migrate and load the demo, once."""

    def manage(*args: str) -> None:
        subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", *args],
            cwd=ROOT, env={**environment(), "SEARCH_URL": ""}, check=True,
        )  # fmt: skip

    manage("migrate", "-v", "0")
    manage("load_demo", "--if-empty")
    manage("collectstatic", "--noinput", "-v", "0")


def percentile(times: list[float], share: float = 0.95) -> float:
    """Milliseconds."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1000


def timed(action: Callable[[], object]) -> float:
    """Seconds of a call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


# --- The search page ---------------------------------------------------------------------------


def fill_pages() -> None:
    """Write pages in bulk until the search knows PAGES of them."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import transaction
    from django.utils import timezone
    from wagtail.models import Page, Site

    from home.models import StandardPage
    from search.models import IndexedPage

    missing = PAGES - IndexedPage.objects.count()
    if missing <= 0:
        return
    said = [
        text
        for text in IndexedPage.objects.order_by("pk").values_list("text", flat=True)
        if len(text) > 200
    ]
    words = " ".join(said).split()
    draw = random.Random(6)
    now = timezone.now()
    site = Site.objects.select_related("root_page").get(sitebranding__theme="interfede")
    parent = StandardPage(title="Textes d’essai", slug="textes-d-essai")
    site.root_page.add_child(instance=parent)
    content_type = ContentType.objects.get_for_model(StandardPage)
    with transaction.atomic():
        entries = []
        for number in range(1, missing + 1):
            title = f"{' '.join(draw.choices(words, k=4))} {number}"[:200]
            page = StandardPage(title=title, slug=f"essai-{number}", draft_title=title, live=True)
            page.path = Page._get_path(parent.path, parent.depth + 1, number)
            page.depth = parent.depth + 1
            page.url_path = f"{parent.url_path}essai-{number}/"
            page.locale, page.content_type = parent.locale, content_type
            base = Page(
                **{
                    field.attname: getattr(page, field.attname)
                    for field in Page._meta.concrete_fields
                    if field.attname != "id"
                }
            )
            base.save_base(raw=True)
            page.pk = page.page_ptr_id = base.pk
            page.save_base(raw=True)
            start = draw.randrange(max(len(words) - 300, 1))
            entries.append(
                IndexedPage(
                    page_id=page.pk, site=site, theme=draw.choice(("interfede", "pedatech")),
                    language="fr", title=title, kind=draw.choice(("Page", "Étude", "Article")),
                    description=" ".join(draw.choices(words, k=15)), year=draw.randint(2010, 2026),
                    text=" ".join(words[start : start + 300]), updated_at=now,
                )
            )  # fmt: skip
        IndexedPage.objects.bulk_create(entries, batch_size=500)
        Page.objects.filter(pk=parent.pk).update(numchild=missing)


def search_page() -> None:
    """Speed of the page, and of making its index anew while it answers."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from home.themes import Theme
    from search.engine import is_incomplete
    from search.models import IndexedPage

    host = os.environ.get("INTERFEDE_HOST", f"{Theme.INTERFEDE.value}.localhost")
    client = Client(headers={"host": host})

    def ask(words: str) -> None:
        response = client.get("/recherche/", {"q": words, "sites": "tous"})
        if response.status_code != 200:
            raise SystemExit(f"{words} : {response.status_code}")

    rebuilt = threading.Event()
    meanwhile: list[float] = []

    def visitor() -> None:
        try:
            while not rebuilt.is_set():
                meanwhile.append(timed(lambda: ask("formation")))
                time.sleep(0.2)
        finally:
            connection.close()

    call_command("update_index", verbosity=0)
    thread = threading.Thread(target=visitor)
    thread.start()
    seconds = timed(lambda: call_command("update_index", verbosity=0))
    rebuilt.set()
    thread.join()
    print(
        f"  index de {IndexedPage.objects.count()} pages refait en {seconds:.1f} s (≤ 60 s) ; "
        f"{len(meanwhile)} recherches pendant ce temps, la plus lente {max(meanwhile):.2f} s"
    )
    for words in WORDS:
        ask(words)
    times, waits = [], []
    for words in WORDS * (SEARCHES // len(WORDS) + 1):
        with engine_waits() as waited:
            seconds = timed(lambda words=words: ask(words))
        times.append(seconds)
        waits.append(sum(waited))
    own = [seconds - wait for seconds, wait in zip(times, waits, strict=True)]
    answered = " – LA BASE A RÉPONDU" if is_incomplete() else ""
    print(
        f"  page de recherche                médiane {statistics.median(times) * 1000:6.1f} ms   "
        f"p95 {percentile(times):6.1f} ms (base de données : ≤ 60 ms){answered}"
    )
    if any(waits):
        print(
            f"  dont sans l’attente du moteur    médiane {statistics.median(own) * 1000:6.1f} ms   "
            f"p95 {percentile(own):6.1f} ms (≤ 40 ms) ; le moteur : médiane "
            f"{statistics.median(waits) * 1000:.1f} ms, p95 {percentile(waits):.1f} ms"
        )


@contextmanager
def engine_waits() -> Iterator[list[float]]:
    """Seconds of each answer of the engine: both clients speak through urllib3."""
    from unittest.mock import patch

    from urllib3 import HTTPConnectionPool

    waited: list[float] = []
    urlopen = HTTPConnectionPool.urlopen

    def measured(*args: object, **options: object) -> object:
        start = time.perf_counter()
        try:
            return urlopen(*args, **options)
        finally:
            waited.append(time.perf_counter() - start)

    with patch.object(HTTPConnectionPool, "urlopen", measured):
        yield waited


# --- The finder on an engine -------------------------------------------------------------------


def fictional_documents(number: int, locale_id: int) -> Iterator[dict]:
    """Documents of training sites, in proportion to the people of their communes."""
    from cisp_map.models import Locality, Method, Schedule, Trade
    from cisp_map.points import Point
    from cisp_map.site_documents import document
    from home.models import Federation
    from search.backends.terms import index_words

    draw = random.Random(number)
    localities = list(Locality.objects.filter(region=Locality.Region.WALLONIA).order_by("slug"))
    chosen = draw.choices(localities, [each.population or 3000 for each in localities], k=number)
    trades = list(Trade.objects.in_french().order_by("pk").values_list("pk", flat=True))
    federations = list(Federation.objects.order_by("pk").values_list("pk", flat=True))
    for key, locality in enumerate(chosen, start=1):
        title = f"Centre {key} – {locality.name}"
        said = draw.choices(("atelier", "solidaire", "chantier", "accueil", "projet"), k=2)
        offers = [
            (trade, draw.choice(Method.values), draw.choice(Schedule.values))
            for trade in draw.sample(trades, draw.choice((1, 2, 2, 3)))
        ]
        point = Point(
            locality.lat + draw.uniform(-0.03, 0.03), locality.lng + draw.uniform(-0.04, 0.04)
        )
        yield {
            "_id": str(key),
            "pk": str(key),
            "_django_content_type": ["cisp_map.TrainingSitePage", "wagtailcore.Page"],
            "live_filter": True,
            "locale_id_filter": locale_id,
            "_words_title": index_words(title),
            "_words_body": index_words(f"{' '.join(said)} {locality.name} {locality.commune}"),
            **document(
                site_id=key, title=title, near=point, nis=locality.nis_code,
                federation=draw.choice(federations), digistart=draw.random() < 0.3,
                wheelchair=draw.random() < 0.5, offers=offers,
            ),
        }  # fmt: skip


def finder(sites: int) -> tuple[float, float]:
    """Median and p95 in ms; the index is removed at the end."""
    from itertools import islice

    from cisp_map.engine_finder import EngineHits
    from cisp_map.finder import FinderQuery, find, sites_of, understand
    from cisp_map.models import FinderPage, Locality, TrainingSitePage
    from cisp_map.places import place_of
    from cisp_map.vocabulary import current_vocabulary
    from search.engine import backend

    page = FinderPage.source()
    vocabulary = current_vocabulary(page)
    engine = backend()
    alias = engine.get_index_for_model(TrainingSitePage)
    rebuilder = engine.atomic_rebuilder_class(alias)
    index = rebuilder.start()
    try:
        for model in (TrainingSitePage,):
            index.add_model(model)
        documents = fictional_documents(sites, page.locale_id)
        start = time.perf_counter()
        while chunk := list(islice(documents, 2000)):
            engine.bulk(engine.es, chunk, index=index.name)
        rebuilder.finish()
        seconds = time.perf_counter() - start
        draw = random.Random(25)
        places = list(Locality.objects.filter(region=Locality.Region.WALLONIA).order_by("slug"))
        peopled = [each.population or 3000 for each in places]
        origins = [place_of(each) for each in draw.choices(places, peopled, k=SEARCHES)]
        found: list[int] = []

        def ask(words: str, origin: object) -> None:
            understood = understand(words, vocabulary, sites_of(page), page)
            query = FinderQuery(words=words, origin=origin, radius_km=25)
            answer = find(query, page, understood, vocabulary)
            if not isinstance(answer.hits, EngineHits):
                raise SystemExit(f"{words} : la base a répondu")
            found.append(answer.total)
            if len(answer.hits[:HITS]) != min(HITS, answer.total) or not answer.facets:
                raise SystemExit(f"{words} : liste incomplète")

        times = []
        for number, origin in enumerate(origins):
            words = draw.choice(IN_TEXTS if number % 3 == 0 else ASKED)
            seconds_taken = timed(lambda words=words, origin=origin: ask(words, origin))
            if number >= 20:  # the first ones warm up
                times.append(seconds_taken)
        print(
            f"  {sites:7} lieux, mots + 25 km + facettes + {HITS} résultats   "
            f"médiane {statistics.median(times) * 1000:6.1f} ms   p95 {percentile(times):6.1f} ms   "
            f"({statistics.median(found):.0f} lieux trouvés en médiane, {max(found)} au plus ; "
            f"index écrit en {seconds:.0f} s)"
        )
        return statistics.median(times) * 1000, percentile(times)
    finally:
        remove_indices()


def remove_indices() -> None:
    """Nothing of a bench stays on the engine."""
    from search.engine import backend

    client = backend().es
    for each in dict(client.indices.get_alias(index=f"{PREFIX}*")):
        client.indices.delete(index=each)


def main() -> None:
    """Print the figures; `pages` or `lieux` for one half."""
    prepare()
    os.environ.update(environment())
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS.append("testserver")
    engine = settings.WAGTAILSEARCH_BACKENDS["default"]["BACKEND"].rsplit(".", 1)[-1]
    print(f"\nRecherche : {engine if engine != 'database' else connection.vendor}")
    parts = sys.argv[1:] or ["pages", "lieux"]
    if "pages" in parts:
        fill_pages()
        search_page()
        if engine != "database":
            remove_indices()
    if "lieux" in parts and engine != "database":
        small, large = (finder(sites) for sites in SITES)
        print(
            f"  p95 à {SITES[1]} lieux {large[1]:.0f} ms (≤ 100 ms) ; "
            f"médiane {SITES[1]} / {SITES[0]} : × {large[0] / small[0]:.1f} (≤ 3)"
        )


if __name__ == "__main__":
    main()
