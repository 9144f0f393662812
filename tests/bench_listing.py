"""The import of a listing of 10,000 rows: seconds and memory, on SQLite.

`python -m tests.bench_listing [number]`: makes a workbook from the fictional sites, simulates and
imports it in this process, once more, then with every tenth row changed, and prints seconds and the peak of memory. The empty
database is kept under `var/bench-listing`.
"""

import os
import resource
import shutil
import sys
import time
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADERS = [
    "site_id",
    "name",
    "centre",
    "address",
    "postal_code",
    "locality",
    "municipality",
    "phone",
    "website",
    "federation",
    "type",
    "filieres",
    "lat",
    "lon",
    "status",
]


def prepare(ready: Path) -> None:
    """An empty database with places, sites and vocabulary, made once."""
    from django.core.management import call_command

    from cisp_map.demo import load_vocabulary
    from home.demo import load_organisations

    if ready.exists():
        return
    call_command("migrate", verbosity=0)
    call_command("load_gazetteer", stdout=StringIO())
    call_command("bootstrap_sites", stdout=StringIO())
    load_organisations()
    load_vocabulary()
    ready.touch()


def write_listing(path: Path, number: int, next_year: bool = False) -> None:
    """A workbook of fictional sites in the layout of the listing; every second one has a point.

    `next_year` gives every tenth place another telephone number.
    """
    from django.utils import timezone
    from openpyxl import Workbook

    from cisp_map.demo import fictional_sites

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Listing")
    sheet.append(HEADERS)
    for index, page in enumerate(fictional_sites(number, timezone.localdate())):
        offers = page.offers.all()
        federation = page.centre.federation
        has_point = index % 2
        sheet.append(
            [
                f"B{index + 1:05}",
                page.title,
                f"Centre de démonstration {index // 2 + 1}",
                page.address,
                int(page.locality.postal_code),
                page.locality.name,
                page.locality.commune,
                "081 09 99 99" if next_year and index % 10 == 0 else page.phone,
                "",
                federation.acronym if federation and index % 2 == 0 else "",
                offers[0].method,
                "|".join(offer.trade.name for offer in offers),
                float(page.location[:-1].split()[-1]) if has_point else None,
                float(page.location.split("(")[1].split()[0]) if has_point else None,
                "présumé actif",
            ]
        )
    book.save(path)


def peak() -> float:
    """Memory of this process at its highest, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the figures."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    var = ROOT / "var" / "bench-listing"
    var.mkdir(parents=True, exist_ok=True)
    os.environ["VAR_DIR"] = str(var)
    os.environ["DATABASE_URL"] = f"sqlite:///{var / 'empty.sqlite3'}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    prepare(var / "ready")
    path = var / f"listing-{number}.xlsx"
    changed = var / f"listing-{number}-changed.xlsx"
    write_listing(path, number)
    write_listing(changed, number, next_year=True)
    connection.close()
    shutil.copy(var / "empty.sqlite3", var / "bench.sqlite3")
    connection.settings_dict["NAME"] = str(var / "bench.sqlite3")
    before = peak()
    print(f"{number} lignes, {path.stat().st_size / 1e6:.1f} Mo ; {before:.0f} Mo avant l’import")
    for title, file, arguments in (
        ("simulation", path, []),
        ("import", path, ["--confirm"]),
        ("le même", path, ["--confirm"]),
        ("un sur dix", changed, ["--confirm"]),
    ):
        output = StringIO()
        start, cpu = time.perf_counter(), time.process_time()
        call_command("import_listing", str(file), *arguments, "--quiet", stdout=output)
        seconds = time.perf_counter() - start
        print(
            f"{title:<14} {seconds:6.1f} s  (processeur {time.process_time() - cpu:.1f} s)  "
            f"pic {peak():.0f} Mo  {output.getvalue().splitlines()[-1]}"
        )


if __name__ == "__main__":
    main()
