"""What the search starts with."""

import csv
from pathlib import Path

from search.models import Synonym

DATA = Path(__file__).parent / "data"


def load_synonyms() -> int:
    """The first synonyms, when there are none; the number made. Afterwards they are the editors'."""
    if Synonym.objects.exists():
        return 0
    with (DATA / "synonymes.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            Synonym(typed=row["tapes"], found=row["trouves"], direction=row["sens"])
            for row in csv.DictReader(file)
        ]
    Synonym.objects.bulk_create(rows)
    return len(rows)
