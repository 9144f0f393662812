"""Facts against pages: what an import would do, and why not more.

Three values meet for every fact: what the file says now, what it said the last time
(`ListedSite.values`), and what the page says. When the page still says what the file said, the
file may change it. When it says something else, an editor corrected it: the correction stays, and
is shown as a conflict that a person may decide for the file.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cisp_map.gazetteer.names import fold
from cisp_map.listing.checking import (
    ACTIVE,
    CLOSED,
    UNSURE,
    Checked,
    Facts,
    Finding,
    label_of,
)
from cisp_map.listing.geocoding import Located, Points
from cisp_map.models import FinderPage, ListedSite, ListingLine, Locality, TrainingSitePage
from cisp_map.models.pages import FURTHEST_FROM_LOCALITY_KM
from cisp_map.points import Point, geodesic_km, parse_location

Kind = ListingLine.Kind
SAME_POINT_KM = 0.002
PLAIN = ("name", "address", "phone", "email", "website")
ATTRIBUTES = {"name": "title"}
DETAILS = ("schedule", "duration", "start_kind", "starts_on", "conditions")
"""What an editor adds to a course: one that has some of it is not taken away by a file."""


@dataclass(frozen=True)
class CellReport:
    """One cell of a line of the report, all in text."""

    column: str = ""
    field: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""

    def as_dict(self) -> dict[str, str]:
        """For the database."""
        return self.__dict__.copy()


@dataclass
class Line:
    """A line of the report; see `ListingLine`."""

    kind: str
    row: int | None
    reference: str
    title: str
    cells: list[CellReport]
    page_id: int | None = None


@dataclass
class Creation:
    """A page to be made."""

    facts: Facts
    located: Located
    listed: ListedSite | None = None
    """of a page that was deleted, and that a person wants back"""


@dataclass
class Update:
    """What changes on a page; `values` by name of field, trades apart."""

    page: TrainingSitePage
    facts: Facts
    values: dict[str, str] = field(default_factory=dict)
    locality: Locality | None = None
    located: Located | None = None
    add_trades: tuple[str, ...] = ()
    drop_trades: tuple[str, ...] = ()

    @property
    def changes_page(self) -> bool:
        """False when only what the file said is to be remembered."""
        return bool(
            self.values or self.locality or self.located or self.add_trades or self.drop_trades
        )


@dataclass
class Plan:
    """Everything that an import would do."""

    lines: list[Line] = field(default_factory=list)
    creations: list[Creation] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    remember: list[tuple[ListedSite | None, TrainingSitePage | None, dict[str, Any], Located]] = (
        field(default_factory=list)
    )
    """`(record or None, page, what the file says, point)` of every right row but the creations"""
    withdrawals: dict[str, TrainingSitePage] = field(default_factory=dict)
    """reference → live page that the file no longer has, or calls closed or unsure"""
    unchanged: int = 0
    total: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Kind → number of lines; `identique` and `total` count rows."""
        found = {kind.value: 0 for kind in Kind}
        for line in self.lines:
            found[line.kind] += 1
        return {**found, "identique": self.unchanged, "total": self.total}

    @property
    def changes(self) -> int:
        """Pages that would be made or changed without any tick."""
        return len(self.creations) + sum(each.changes_page for each in self.updates)

    def digest(self) -> str:
        """The same for two plans that say and do the same."""
        said = [
            (
                line.kind,
                line.row,
                line.reference,
                line.page_id,
                [cell.as_dict() for cell in line.cells],
            )
            for line in self.lines
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Decisions:
    """What a person ticked."""

    withdraw: frozenset[str] = frozenset()
    """references of places to unpublish"""
    prefer_file: frozenset[str] = frozenset()
    """«reference field» of conflicts that the file wins"""

    @classmethod
    def from_json(cls, data: dict[str, list[str]]) -> "Decisions":
        """From `ListingImport.decisions`."""
        return cls(frozenset(data.get("withdraw", ())), frozenset(data.get("prefer_file", ())))


def make_plan(
    finder: FinderPage, checked: Checked, points: Points, decisions: Decisions | None = None
) -> Plan:
    """Compare a checked file with the pages below `finder`. Reads only."""
    return _Planner(finder, checked, points, decisions or Decisions()).plan()


class _Planner:
    def __init__(
        self, finder: FinderPage, checked: Checked, points: Points, decisions: Decisions
    ) -> None:
        self.checked, self.points, self.decisions = checked, points, decisions
        self.result = Plan(total=checked.total)
        pages = (
            TrainingSitePage.objects.child_of(finder)
            .select_related("centre__federation", "locality")
            .prefetch_related("offers__trade")
            .order_by("pk")
        )
        self.pages = {page.pk: page for page in pages}
        self.listed = {each.reference: each for each in ListedSite.objects.order_by("pk")}
        taken = {each.page_id for each in self.listed.values()}
        self.by_name: dict[tuple[str, str], list[TrainingSitePage]] = {}
        for page in self.pages.values():
            if page.pk not in taken:
                key = (fold(page.title), page.locality.postal_code)
                self.by_name.setdefault(key, []).append(page)

    def plan(self) -> Plan:
        for remark in self.checked.remarks:
            self._line(Kind.NOTE, remark.row, "", "Le fichier", [_of_finding(remark)])
        for row, reference, name, findings in self.checked.refused:
            cells = [_of_finding(each) for each in findings if each.is_error]
            self._line(Kind.REFUSED, row, reference, name, cells)
            self._remarks(row, reference, name, findings)
        for facts in self.checked.facts:
            self._row(facts)
        said = self.checked.references
        for reference, listed in self.listed.items():
            if reference not in said:
                page = self.pages.get(listed.page_id or 0)
                if page and page.live:
                    self._withdrawal(reference, page, None, "Ce lieu n’est plus dans le fichier.")
        self.result.lines.sort(key=lambda line: (line.row is None, line.row or 0, line.reference))
        return self.result

    # --- One row -------------------------------------------------------------------------------

    def _row(self, facts: Facts) -> None:
        listed = self.listed.get(facts.reference)
        page = self.pages.get(listed.page_id or 0) if listed else self._namesake(facts)
        self._remarks(facts.row, facts.reference, facts.name, facts.findings)
        if listed and page is None:
            self._deleted(facts, listed)
        elif page is None:
            self._new(facts, None)
        else:
            self._compare(facts, listed, page)

    def _namesake(self, facts: Facts) -> TrainingSitePage | None:
        """A page that was made by hand, of the same name and postal code; the only one."""
        found = self.by_name.get((fold(facts.name), facts.locality.postal_code), [])
        return found.pop() if len(found) == 1 else None

    def _new(self, facts: Facts, listed: ListedSite | None) -> None:
        if facts.status == CLOSED:
            reason = "Le fichier dit ce lieu fermé : il n’est pas créé."
            self._line(
                Kind.NOTE, facts.row, facts.reference, facts.name, [_cell("status", reason=reason)]
            )
            return
        located = self.points.locate(facts)
        self.result.creations.append(Creation(facts, located, listed))
        cells = [
            _cell("centre", after=facts.centre),
            _cell("locality", after=str(facts.locality)),
            _cell("point", after=_point_text(located.point), reason=_origin(located)),
        ]
        if facts.trades:
            cells.append(_cell("trades", after=", ".join(facts.trades)))
        if facts.status == UNSURE:
            cells.append(
                _cell("status", after="à vérifier", reason="La page est créée en brouillon.")
            )
        self._line(Kind.ADDED, facts.row, facts.reference, facts.name, cells)

    def _deleted(self, facts: Facts, listed: ListedSite) -> None:
        if f"{facts.reference} page" in self.decisions.prefer_file:
            self._new(facts, listed)
            return
        reason = "Cette page a été supprimée à la main : elle n’est pas recréée."
        cell = _cell("page", before="supprimée", after="dans le fichier", reason=reason)
        self._line(Kind.CONFLICT, facts.row, facts.reference, facts.name, [cell])
        self.result.unchanged += 1

    def _compare(self, facts: Facts, listed: ListedSite | None, page: TrainingSitePage) -> None:
        before = _Page(page)
        base: dict[str, Any] = listed.values if listed else {}
        base = {**base, "reference": facts.reference}
        comparison = _Comparison(facts, base, listed is not None, before, self.decisions)
        located = self.points.locate(facts)
        update = comparison.update(located)
        title = facts.name
        if listed is None:
            reason = "Page déjà là, reconnue par son nom et son code postal : elle est rattachée."
            self._line(
                Kind.NOTE,
                facts.row,
                facts.reference,
                title,
                [_cell("page", before=page.title, reason=reason)],
                page.pk,
            )
        if page.locked and update.changes_page:
            reason = "Cette page est verrouillée : rien n’y est changé."
            self._line(
                Kind.CONFLICT,
                facts.row,
                facts.reference,
                title,
                [_cell("page", reason=reason)],
                page.pk,
            )
            self.result.unchanged += 1
            return
        if comparison.conflicts:
            self._line(
                Kind.CONFLICT, facts.row, facts.reference, title, comparison.conflicts, page.pk
            )
        if update.changes_page:
            self._line(Kind.CHANGED, facts.row, facts.reference, title, comparison.changes, page.pk)
            self.result.updates.append(update)
        else:
            self.result.unchanged += 1
        self.result.remember.append((listed, page, comparison.remembered, located))
        self._publication(facts, page)

    def _publication(self, facts: Facts, page: TrainingSitePage) -> None:
        if facts.status != ACTIVE and page.live:
            said = "fermé" if facts.status == CLOSED else "à vérifier"
            self._withdrawal(
                facts.reference, page, facts.row, f"Le fichier dit ce lieu « {said} »."
            )
        elif facts.status == ACTIVE and not page.live:
            reason = (
                "Ce lieu est dans le fichier, mais sa page est hors ligne : publiez-la à la main."
            )
            self._line(
                Kind.NOTE,
                facts.row,
                facts.reference,
                facts.name,
                [_cell("page", before="hors ligne", reason=reason)],
                page.pk,
            )

    def _withdrawal(
        self, reference: str, page: TrainingSitePage, row: int | None, reason: str
    ) -> None:
        self.result.withdrawals[reference] = page
        cell = _cell("page", before="en ligne", reason=reason)
        self._line(Kind.MISSING, row, reference, page.title, [cell], page.pk)

    # --- Lines ---------------------------------------------------------------------------------

    def _remarks(self, row: int, reference: str, name: str, findings: Iterable[Finding]) -> None:
        cells = [_of_finding(each) for each in findings if not each.is_error]
        if cells:
            self._line(Kind.NOTE, row, reference, name, cells)

    def _line(
        self,
        kind: Kind,
        row: int | None,
        reference: str,
        title: str,
        cells: list[CellReport],
        page_id: int | None = None,
    ) -> None:
        self.result.lines.append(Line(kind.value, row, reference, title, cells, page_id))


class _Page:
    """What a page says, as text; of its draft when an editor has not published yet."""

    def __init__(self, page: TrainingSitePage) -> None:
        self.page = page
        shown: Any = page.get_latest_revision_as_object() if page.has_unpublished_changes else page
        self.shown = shown
        centre = shown.centre
        self.values: dict[str, str] = {
            key: getattr(shown, ATTRIBUTES.get(key, key)) or "" for key in PLAIN
        }
        self.values["centre"] = centre.name
        self.values["federation"] = centre.federation.acronym if centre.federation else ""
        self.values["locality"] = shown.locality.slug
        self.values["prison"] = "oui" if shown.in_prison else ""
        self.offers = list(shown.offers.all())
        self.trades = {offer.trade.name: offer for offer in self.offers}
        methods = {offer.method for offer in self.offers}
        self.values["method"] = methods.pop() if len(methods) == 1 else ""
        self.has_one_method = not methods


class _Comparison:
    """One row against one page."""

    def __init__(
        self,
        facts: Facts,
        base: dict[str, Any],
        was_listed: bool,
        before: _Page,
        decisions: Decisions,
    ) -> None:
        self.facts, self.base, self.was_listed = facts, base, was_listed
        self.before, self.decisions = before, decisions
        self.changes: list[CellReport] = []
        self.conflicts: list[CellReport] = []
        self.remembered: dict[str, Any] = dict(base)

    def update(self, located: Located) -> Update:
        """What the file may change, with `changes`, `conflicts` and `remembered` filled."""
        update = Update(self.before.page, self.facts)
        for key, said in self._said():
            if self._wins(key, said):
                update.values[key] = said
        update.located = self._point(located)
        if self._moves(update.located):
            update.locality = self.facts.locality
        update.add_trades, update.drop_trades = self._trades()
        return update

    def _said(self) -> Iterator[tuple[str, str]]:
        values = dict(self.facts.values)
        if not values["prison"]:
            # A place is hidden by what the file says, and shown again by a person alone.
            self.remembered["prison"] = values.pop("prison")
        if self.facts.centre_is_said:
            values["centre"] = self.facts.centre
        if not self.before.offers or not self.before.has_one_method:
            # A type stands in the courses: without any, or with several types, none is compared.
            self.remembered["method"] = values.pop("method", "")
        yield from values.items()

    def _wins(
        self, key: str, said: str, shown: str | None = None, wanted: str | None = None
    ) -> bool:
        """True when the file changes a value; a conflict is noted on the way."""
        current = self.before.values[key]
        known = self.base.get(key)
        self.remembered[key] = said
        if said == current:
            return False
        cell = _cell(
            key,
            before=current if shown is None else shown,
            after=said if wanted is None else wanted,
        )
        if f"{self.facts.reference} {key}" in self.decisions.prefer_file:
            self.changes.append(cell)
            return True
        # An empty value of a page that was never listed was never corrected by anybody.
        if known == current or (known is None and not current):
            self.changes.append(cell)
            return True
        if said:
            self._conflict(cell)
        return False

    def _moves(self, located: Located | None) -> bool:
        """True when the locality changes: never away from a point that an editor placed."""
        wanted = self.facts.locality
        before, after = str(self.before.shown.locality), str(wanted)
        point = None if located else parse_location(self.before.shown.location)
        if point is not None and self.before.values["locality"] != wanted.slug:
            km = geodesic_km(point, Point(wanted.lat, wanted.lng))
            if km > FURTHEST_FROM_LOCALITY_KM:
                self.remembered["locality"] = wanted.slug
                reason = f"Le point placé à la main est à {km:.0f} km de {wanted.name}."
                self._conflict(_cell("locality", before=before, after=after), reason)
                return False
        return self._wins("locality", wanted.slug, before, after)

    def _conflict(self, cell: CellReport, reason: str = "") -> None:
        if not reason:
            reason = (
                "Corrigé à la main : la page garde sa valeur."
                if self.was_listed
                else "La page dit autre chose : elle garde sa valeur."
            )
        self.conflicts.append(CellReport(**{**cell.as_dict(), "reason": reason}))

    def _point(self, located: Located) -> Located | None:
        current = parse_location(self.before.shown.location)
        known = self.base.get("point")
        said = located.point.to_location()
        self.remembered["point"] = said
        cell = _cell(
            "point",
            before=_point_text(current),
            after=_point_text(located.point),
            reason=_origin(located),
        )
        if current and geodesic_km(current, located.point) <= SAME_POINT_KM:
            return None
        is_own = known is not None and known == (current.to_location() if current else "")
        wanted = f"{self.facts.reference} point" in self.decisions.prefer_file
        if wanted or is_own or (known is None and current is None):
            self.changes.append(cell)
            return located
        if self.facts.point is not None:
            self._conflict(cell)
        return None

    def _trades(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        said = self.facts.trades
        if said is None:
            return (), ()
        known = self.base.get("trades")
        self.remembered["trades"] = list(said)
        current = self.before.trades
        wanted = f"{self.facts.reference} trades" in self.decisions.prefer_file
        added: list[str] = []
        dropped: list[str] = []
        removed_by_hand: list[str] = []
        kept: list[str] = []
        for name in said:
            if name not in current:
                by_hand = (name in known) if known is not None else bool(current)
                (removed_by_hand if by_hand and not wanted else added).append(name)
        for name, offer in current.items():
            if name not in said:
                may_go = known is not None and name in known and not _has_details(offer)
                (dropped if may_go or wanted else kept).append(name)
        if added or dropped:
            self.changes.append(
                _cell(
                    "trades",
                    before=", ".join(dropped),
                    after=", ".join(added),
                    reason=_trade_words(added, dropped),
                )
            )
        if removed_by_hand or kept:
            self._conflict(
                _cell("trades", before=", ".join(kept), after=", ".join(removed_by_hand)),
                _kept_words(removed_by_hand, kept),
            )
        return tuple(added), tuple(dropped)


def _has_details(offer: Any) -> bool:
    return any(getattr(offer, name) for name in DETAILS)


def _trade_words(added: list[str], dropped: list[str]) -> str:
    words = []
    if added:
        words.append("ajouté" if len(added) == 1 else "ajoutés")
    if dropped:
        words.append("retiré" if len(dropped) == 1 else "retirés")
    return f"Métiers {' et '.join(words)}."


def _kept_words(removed: list[str], kept: list[str]) -> str:
    words = []
    if removed:
        words.append("le fichier a un métier que la page n’a pas")
    if kept:
        words.append("la page a un métier que le fichier n’a pas")
    return f"{' et '.join(words).capitalize()} : la page reste comme elle est."


def _cell(key: str, before: str = "", after: str = "", reason: str = "") -> CellReport:
    return CellReport(label_of(key), key, before, after, reason)


def _of_finding(finding: Finding) -> CellReport:
    return CellReport(finding.column, finding.field, "", finding.value, finding.reason)


def _point_text(point: Point | None) -> str:
    return f"{point.lat:.5f}, {point.lng:.5f}" if point else ""


def _origin(located: Located) -> str:
    label = str(ListedSite.Confidence(located.confidence).label)
    return f"{label} ({located.note})." if located.note else f"{label}."
