"""What the search starts with."""

import csv
from pathlib import Path

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from search.models import Synonym

DATA = Path(__file__).parent / "data"
GROUP = "Recherche (trois sites)"
# What its members add, change and delete; who edits synonyms also reads the report.
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


def make_group() -> Group:
    """The group of those who steer the search of the three sites; made once, then the admins'."""
    group, is_new = Group.objects.get_or_create(name=GROUP)
    if is_new:
        wanted = Q(content_type__app_label="wagtailadmin", codename="access_admin")
        for app, model in STEERED:
            names = [f"{verb}_{model}" for verb in ("add", "change", "delete")]
            wanted |= Q(content_type__app_label=app, codename__in=names)
        group.permissions.set(Permission.objects.filter(wanted))
    return group
