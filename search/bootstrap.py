"""What the search starts with."""

import csv
from pathlib import Path

from search.models import Synonym

DATA = Path(__file__).parent / "data"
GROUP = "Recherche (trois sites)"
# The group of those who steer the search, and what they add, change and delete (config.roles).
# Who edits synonyms also reads the report.
STEERED = (("search", "synonym"), ("search", "promotion"), ("wagtailredirects", "redirect"))


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
