"""A file of redirects: what it would change, row by row, then all of it at once.

CSV in UTF-8 or Windows-1252, with commas, semicolons or tabs. Columns by their names (« ancienne
adresse », « nouvelle adresse », « site », « type »), or the first two of a file without names.
Rows may lead to one another: each gets the end of its chain.
"""

import csv
import io
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.db import transaction
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log
from wagtail.models import Site

from home.desk.redirects import (
    MOST_STEPS,
    RedirectError,
    Target,
    at,
    checked,
    flatten_behind,
    next_redirect,
    normal_path,
    read_old,
    read_target,
    site_of_host,
)

MOST_BYTES = 1_000_000
MOST_ROWS = 5_000

COLUMNS = {
    "old": ("ancienne adresse", "ancienne", "old_path", "old path", "from", "de", "source"),
    "new": ("nouvelle adresse", "nouvelle", "redirect_link", "link", "to", "vers", "cible"),
    "site": ("site",),
    "kind": ("type", "permanente", "permanent"),
}
TEMPORARY = ("temporaire", "temporary", "302", "non", "false", "0")


class FileError(ValueError):
    """Why a file cannot be read at all, in French."""


class Row(NamedTuple):
    """A row as it stands in the file."""

    number: int
    old: str
    new: str
    site: str = ""
    kind: str = ""


class Effect(StrEnum):
    """What a row does."""

    ADD = "nouvelle"
    CHANGE = "changée"
    SAME = "inchangée"
    REFUSE = "refusée"


@dataclass
class Planned:
    """A row and what it would do."""

    row: Row
    effect: Effect
    reason: str = ""
    path: str = ""
    site: Site | None = None
    target: Target = field(default_factory=Target)
    is_permanent: bool = True


def read(content: bytes) -> list[Row]:
    """The rows of a file. FileError when it is too large, no text, or has not two columns."""
    if len(content) > MOST_BYTES:
        raise FileError("Le fichier dépasse 1 Mo.")
    if b"\0" in content or content[:2] == b"PK":
        raise FileError("Ce fichier n’est pas un fichier CSV. Enregistrez-le en « CSV UTF-8 ».")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    lines = _lines(text)
    if not lines:
        raise FileError("Le fichier est vide.")
    columns = _columns(lines[0][1])
    body = lines[1:] if columns else lines
    columns = columns or {"old": 0, "new": 1}
    if len(body) > MOST_ROWS:
        raise FileError(f"Le fichier a plus de {MOST_ROWS} lignes.")
    if all(len(cells) < 2 for _number, cells in body):
        raise FileError("Il faut deux colonnes : l’ancienne adresse et la nouvelle.")
    return [
        Row(number, *(_cell(cells, columns.get(key)) for key in ("old", "new", "site", "kind")))
        for number, cells in body
    ]


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """`(number, cells)` of the rows that hold something."""
    head = text.lstrip().partition("\n")[0]
    delimiter = max((";", ",", "\t"), key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise FileError("Ce fichier CSV ne se lit pas.") from error
    return [
        (number, [cell.strip() for cell in cells])
        for number, cells in enumerate(rows, start=1)
        if any(cell.strip() for cell in cells)
    ]


def _columns(cells: list[str]) -> dict[str, int]:
    """Positions by the names of the first row; empty when it has none."""
    names = [unicodedata.normalize("NFC", cell).lower() for cell in cells]
    found = {
        key: next((position for position, name in enumerate(names) if name in wanted), None)
        for key, wanted in COLUMNS.items()
    }
    if found["old"] is None or found["new"] is None:
        return {}
    return {key: position for key, position in found.items() if position is not None}


def _cell(cells: list[str], position: int | None) -> str:
    return cells[position] if position is not None and position < len(cells) else ""


def plan(rows: list[Row], site: Site | None) -> list[Planned]:
    """What each row would do; `site` is for addresses that name none. Nothing is written."""
    planned = [_read_row(row, site) for row in rows]
    by_place: dict[tuple[int, str], Planned] = {}
    for each in planned:
        if each.effect is Effect.REFUSE:
            continue
        place = (each.site.pk if each.site else 0, each.path)
        if place in by_place:
            each.effect = Effect.REFUSE
            each.reason = f"La même ancienne adresse que la ligne {by_place[place].row.number}."
        else:
            by_place[place] = each
    ends = {}
    for each in by_place.values():
        try:
            ends[each.row.number] = _end_within(each, by_place)
        except RedirectError as error:
            each.effect, each.reason = Effect.REFUSE, str(error)
    for each in by_place.values():
        if each.effect is not Effect.REFUSE:
            each.target = ends[each.row.number]
            each.effect = _effect(each)
    return planned


def _read_row(row: Row, site: Site | None) -> Planned:
    each = Planned(row, Effect.ADD, is_permanent=row.kind.lower() not in TEMPORARY)
    try:
        if row.site:
            site = site_of_host(row.site)
            if site is None:
                raise RedirectError("Le site n’est pas un des trois sites.")
        each.path, each.site = read_old(row.old, site)
        each.target = read_target(row.new, each.site)
    except RedirectError as error:
        each.effect, each.reason = Effect.REFUSE, str(error)
    return each


def _end_within(each: Planned, by_place: dict[tuple[int, str], Planned]) -> Target:
    """Follow the file's own rows before those of the table."""
    target, seen = each.target, {(each.site.pk if each.site else 0, each.path)}
    for _ in range(MOST_STEPS * 5):
        following = _within(target, by_place)
        if following is None:
            break
        place = (following.site.pk if following.site else 0, following.path)
        if place in seen:
            raise RedirectError("Cette redirection mène à elle-même.")
        seen.add(place)
        target = following.target
    else:
        raise RedirectError("Trop de redirections se suivent.")
    stands = at(each.path, each.site)
    after = next_redirect(target)
    # A row of the table that the file itself replaces is no end.
    if after is not None and (after.site_id or 0, after.old_path) in seen:
        raise RedirectError("Cette redirection mène à elle-même.")
    return checked(each.path, each.site, target, stands)


def _within(target: Target, by_place: dict[tuple[int, str], Planned]) -> Planned | None:
    if target.page is not None:
        return None
    parts = urlsplit(target.link)
    site = site_of_host(parts.netloc)
    if site is None:
        return None
    for path in (normal_path(target.link), normal_path(parts.path)):
        for key in (site.pk, 0):
            if (found := by_place.get((key, path))) is not None:
                return found
    return None


def _effect(each: Planned) -> Effect:
    stands = Redirect.objects.filter(old_path=each.path, site=each.site).first()
    if stands is None:
        return Effect.ADD
    same = each.target.is_same(stands) and stands.is_permanent == each.is_permanent
    return Effect.SAME if same else Effect.CHANGE


@transaction.atomic
def apply(planned: list[Planned], user: Any) -> int:
    """Write the rows that add or change something; all of them or none. How many."""
    written = []
    for each in planned:
        if each.effect not in (Effect.ADD, Effect.CHANGE):
            continue
        redirect = Redirect.objects.filter(old_path=each.path, site=each.site).first()
        is_new = redirect is None
        redirect = redirect or Redirect(old_path=each.path, site=each.site)
        redirect.is_permanent = each.is_permanent
        redirect.automatically_created = False
        each.target.write(redirect)
        redirect.save()
        log(redirect, "wagtail.create" if is_new else "wagtail.edit", user=user)
        written.append(redirect)
    for redirect in written:
        flatten_behind(redirect)
    return len(written)
