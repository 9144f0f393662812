"""An import on its way: received, simulated, confirmed, written; resumable at each step.

What is slow runs in the background. An import that was killed left nothing: either its
transaction ended or it did not, and the file lies in the database, so it can go on from there.
"""

import logging
import os
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone
from django_tasks import task
from wagtail.models import Locale

from cisp_map.listing import reading
from cisp_map.listing.apply import ListingConflict, apply_plan
from cisp_map.listing.checking import check
from cisp_map.listing.columns import guess, missing
from cisp_map.listing.geocoding import Points
from cisp_map.listing.plan import Decisions, Plan, make_plan
from cisp_map.listing.reading import Table, UnreadableListing
from cisp_map.models import FinderPage, ListingImport, ListingLine

State = ListingImport.State
SILENT_AFTER = timedelta(minutes=10)
"""An import on another machine that says nothing for so long is taken to be dead."""
BEGINS_WITHIN = timedelta(seconds=30)
KEPT_FILES = 10
"""Files of older imports are forgotten; their reports stay."""
CHANGED_MEANWHILE = (
    "Des pages ont changé depuis la simulation : rien n’a été importé. "
    "Relisez le nouveau rapport, puis confirmez."
)
NO_FINDER = "Le site cisp.be n’a pas encore de page de recherche : lancez bootstrap_sites."
FAILED = "L’enregistrement a échoué : rien n’a été changé. Essayez encore ; sinon, prévenez l’équipe technique."
UNREADABLE = "La lecture de ce fichier a échoué : rien n’a été changé."
BUSY_DATABASE = "La base est occupée par une autre écriture : rien n’a été changé. Réessayez."

logger = logging.getLogger(__name__)


class Busy(Exception):
    """Another import is being written; the text is a French sentence."""


def receive(content: bytes, name: str, user: Any) -> ListingImport:
    """Keep a file whose columns can be told. Raises UnreadableListing: nothing is kept then."""
    mapping = guess(reading.read(content, name, only_head=True).headers)
    return ListingImport.objects.create(
        created_by=user,
        file_name=name[:255],
        content=content,
        mapping=mapping,
        state=State.MAPPING if missing(mapping) else State.PREPARING,
    )


def table_of(run: ListingImport, only_head: bool = False) -> Table:
    """The file of an import, read again."""
    return reading.read(bytes(run.content), run.file_name, only_head)


def simulate(
    finder: FinderPage,
    table: Table,
    mapping: dict[str, int],
    ask: Callable[[Points], None] | None = None,
    decisions: Decisions | None = None,
) -> Plan:
    """What an import would do; writes nothing but the addresses that `ask` finds."""
    checked = check(table, mapping)
    points = Points(checked.facts)
    if ask:
        ask(points)
    return make_plan(finder, checked, points, decisions)


def finder_page(lock: bool = False) -> FinderPage:
    """The finder whose sites the listing names: that of the first language of the site.

    `lock` holds its row until the end of the transaction, so that one import writes at a time.
    """
    pages = FinderPage.objects.select_for_update() if lock else FinderPage.objects.all()
    own = pages.filter(locale=Locale.get_default()).first()
    if own is None:
        raise UnreadableListing(NO_FINDER)
    return own


# --- Reading and simulating --------------------------------------------------------------------


def prepare(run: ListingImport) -> None:
    """Read the file, look for its addresses and write the report. Never raises."""
    _sign(run)
    try:
        finder = finder_page()
        plan = simulate(finder, table_of(run), run.mapping, ask=lambda points: _ask(run, points))
        with transaction.atomic():
            locked = ListingImport.objects.select_for_update().get(pk=run.pk)
            if locked.state == State.PREPARING:
                _store_report(run, plan)
    except UnreadableListing as error:
        _end(run, State.REFUSED, str(error))
    except Exception:
        logger.exception("Listing %s could not be read", run.pk)
        _end(run, State.REFUSED, UNREADABLE)


def _ask(run: ListingImport, points: Points) -> None:
    """Look for addresses until done, or until somebody says to go on without the rest."""

    def progress(done: int, total: int) -> bool:
        run.points_done, run.points_total = done, total
        run.step_at = timezone.now()
        run.save(update_fields=["points_done", "points_total", "step_at"])
        run.refresh_from_db(fields=["state", "decisions"])
        return run.state == State.PREPARING and not run.decisions.get("skip_points")

    points.ask(progress)


def _store_report(run: ListingImport, plan: Plan) -> None:
    run.lines.all().delete()
    ListingLine.objects.bulk_create(
        [
            ListingLine(
                listing=run,
                position=position,
                kind=line.kind,
                row_number=line.row,
                reference=line.reference,
                title=line.title[:255],
                page_id=line.page_id,
                cells=[cell.as_dict() for cell in line.cells],
            )
            for position, line in enumerate(plan.lines)
        ],
        batch_size=500,
    )
    run.counts = {**plan.counts, "a-changer": plan.changes}
    run.digest = plan.digest()
    run.state = State.READY
    run.process = ""
    run.step_at = timezone.now()
    run.save(update_fields=["counts", "digest", "state", "process", "step_at"])


# --- Writing -----------------------------------------------------------------------------------


def confirm(run: ListingImport, decisions: Decisions) -> None:
    """Note what a person decided; the import may then be written. Raises Busy."""
    with transaction.atomic():
        # One at a time: whoever confirms holds the finder's row until the state is written.
        finder_page(lock=True)
        locked = ListingImport.objects.select_for_update().defer("content").get(pk=run.pk)
        refuse_a_second(locked)
        if locked.state != State.READY:
            raise Busy("Cet import n’attend plus de confirmation. Relisez son état.")
        run.decisions = {
            "withdraw": sorted(decisions.withdraw),
            "prefer_file": sorted(decisions.prefer_file),
        }
        run.state, run.problem = State.APPLYING, ""
        run.process, run.step_at = "", timezone.now()
        run.save(update_fields=["decisions", "state", "problem", "process", "step_at"])


def refuse_a_second(run: ListingImport) -> None:
    """Raise Busy while another import is being written."""
    others = ListingImport.objects.filter(state=State.APPLYING).exclude(pk=run.pk)
    for other in others.select_related("created_by").defer("content"):
        if not is_interrupted(other):
            by = f", par {other.created_by}" if other.created_by else ""
            raise Busy(
                f"Un autre import est en cours : « {other.file_name} »{by}, "
                f"depuis {timezone.localtime(other.step_at):%H:%M}. "
                "Rien n’a été changé. Attendez qu’il finisse, puis relancez la simulation."
            )


def apply(run: ListingImport) -> None:
    """Write a confirmed import, whole or not at all. Never raises; safe to call twice."""
    _sign(run)
    try:
        with transaction.atomic():
            finder = finder_page(lock=True)
            locked = ListingImport.objects.select_for_update().get(pk=run.pk)
            if locked.state != State.APPLYING:
                return
            _write(run, finder)
    except (ListingConflict, UnreadableListing) as error:
        _end(run, State.READY, f"Rien n’a été importé. {error}")
    except OperationalError:
        logger.exception("Listing %s: the database is busy", run.pk)
        _end(run, State.READY, BUSY_DATABASE)
    except Exception:
        logger.exception("Listing %s could not be written", run.pk)
        _end(run, State.READY, FAILED)


def _write(run: ListingImport, finder: FinderPage) -> None:
    """Inside the transaction: the pages must still be those of the simulation."""
    table = table_of(run)
    seen = simulate(finder, table, run.mapping)
    if seen.digest() != run.digest:
        run.problem = CHANGED_MEANWHILE
        run.save(update_fields=["problem"])
        _store_report(run, seen)
        return
    decisions = Decisions.from_json(run.decisions)
    if decisions.prefer_file:
        seen = simulate(finder, table, run.mapping, decisions=decisions)
    apply_plan(finder, seen, decisions, run.created_by)
    run.state, run.applied_at, run.step_at = State.DONE, timezone.now(), timezone.now()
    run.counts = {
        **run.counts,
        "crees": len(seen.creations),
        "changes": sum(each.changes_page for each in seen.updates),
        "retires": len(decisions.withdraw & set(seen.withdrawals)),
    }
    run.process = ""
    run.save(update_fields=["state", "applied_at", "step_at", "counts", "process"])
    old = ListingImport.objects.filter(state__in=(State.DONE, State.CANCELLED, State.REFUSED))
    kept = list(old.order_by("-pk").values_list("pk", flat=True)[:KEPT_FILES])
    old.exclude(pk__in=kept).update(content=b"")


# --- Signs of life -----------------------------------------------------------------------------


def process_name() -> str:
    """How another program of the same machine finds this one."""
    return f"{socket.gethostname()[:100]}:{os.getpid()}"


def is_interrupted(run: ListingImport) -> bool:
    """True for an import that nobody works on any more."""
    if run.state not in (State.PREPARING, State.APPLYING):
        return False
    host, _, number = run.process.rpartition(":")
    if host == socket.gethostname()[:100] and number.isdigit():
        return not _is_alive(int(number))
    return timezone.now() - run.step_at > SILENT_AFTER


def has_not_begun(run: ListingImport) -> bool:
    """True for an import that waits for the background longer than it should."""
    return not run.process and timezone.now() - run.step_at > BEGINS_WITHIN


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sign(run: ListingImport) -> None:
    run.process, run.step_at = process_name(), timezone.now()
    run.save(update_fields=["process", "step_at"])


def _end(run: ListingImport, state: str, problem: str) -> None:
    ListingImport.objects.filter(pk=run.pk).exclude(state=State.DONE).update(
        state=state, problem=problem, process="", step_at=timezone.now()
    )


# --- In the background -------------------------------------------------------------------------


@task(backend="background")
def prepare_in_background(pk: int) -> None:
    """Read an import that waits for it."""
    run = ListingImport.objects.filter(pk=pk, state=State.PREPARING).first()
    if run:
        prepare(run)


@task(backend="background")
def apply_in_background(pk: int) -> None:
    """Write an import that was confirmed."""
    run = ListingImport.objects.filter(pk=pk, state=State.APPLYING).first()
    if run:
        apply(run)


def start(run: ListingImport) -> None:
    """Hand the next step to the background; again after an interruption."""
    ListingImport.objects.filter(pk=run.pk).update(process="", step_at=timezone.now())
    step = prepare_in_background if run.state == State.PREPARING else apply_in_background
    transaction.on_commit(lambda: step.enqueue(run.pk))
