"""The screens of the listing: send a file, read what would change, confirm, check points."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from cisp_map.listing import reading, runs
from cisp_map.listing.columns import FIELDS
from cisp_map.listing.forms import MappingForm, UploadForm, decisions_of
from cisp_map.listing.reading import UnreadableListing
from cisp_map.listing.report import as_csv, as_xlsx
from cisp_map.models import FinderPage, ListedSite, ListingImport, ListingLine
from home.admin_screens import only, screen

State = ListingImport.State
Kind = ListingLine.Kind
LINES_PER_PAGE = 50
MAX_TICKS = 500
ROOM_FOR_THE_FORM = 10_000
"""Bytes of an upload that are not the file."""
TITLE = "Listing annuel"


def may_import(user: Any) -> bool:
    """True for administrators and for whoever publishes below the finder of cisp.be."""
    finder = FinderPage.in_french().first()
    if finder is None or not user.is_active:
        return False
    permissions = finder.permissions_for_user(user)
    return bool(permissions.can_add_subpage() and permissions.can_publish_subpage())


importers_only = only(may_import)


def _context(title: str, *trail: tuple[str, str], **values: Any) -> dict[str, Any]:
    return screen(title, "table", (reverse("cisp_map_listing"), TITLE), *trail, **values)


# --- Sending a file ----------------------------------------------------------------------------


@csrf_exempt
@importers_only
def index(request: HttpRequest) -> HttpResponseBase:
    """`/gestion/listing/`: the form and the imports so far.

    What is announced as too large is refused before a byte of it is read; that is why the check
    of the form's token comes after.
    """
    size = request.META.get("CONTENT_LENGTH") or "0"
    limit = reading.MAX_BYTES + ROOM_FOR_THE_FORM
    if request.method == "POST" and size.isdigit() and int(size) > limit:
        form = UploadForm()
        form.errors["file"] = form.error_class([reading.TOO_LARGE])
        return _index(request, form, 413)
    return _checked_index(request)


@csrf_protect
def _checked_index(request: HttpRequest) -> HttpResponseBase:
    form = UploadForm(user=request.user)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, user=request.user)
        if form.is_valid() and form.run:
            if form.run.state == State.PREPARING:
                runs.start(form.run)
            return _to(form.run)
    return _index(request, form, 422 if form.errors else 200)


def _index(request: HttpRequest, form: UploadForm, status: int) -> HttpResponse:
    imports = ListingImport.objects.select_related("created_by").defer("content")[:30]
    context = _context(
        TITLE,
        form=form,
        imports=[(each, _state_text(each)) for each in imports],
        doubtful=ListedSite.objects.with_doubtful_point().count(),
        max_size=reading.MAX_BYTES,
    )
    return TemplateResponse(request, "cisp_map/admin/listing_index.html", context, status=status)


def _state_text(run: ListingImport) -> str:
    return "Interrompu" if runs.is_interrupted(run) else run.get_state_display()


def _to(run: ListingImport) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("cisp_map_listing_run", args=[run.pk]))


# --- One import --------------------------------------------------------------------------------


@importers_only
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/gestion/listing/<pk>/`: what this import waits for."""
    run = _run(pk)
    if run.state == State.MAPPING:
        return _mapping_page(request, run, None)
    kind = request.GET.get("genre", "")
    lines = run.lines.all()
    if kind in Kind.values:
        lines = lines.filter(kind=kind)
    else:
        kind = ""
    page = Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("p"))
    is_ready = run.state == State.READY
    context = _context(
        run.file_name,
        ("", run.file_name),
        run=run,
        interrupted=runs.is_interrupted(run),
        late=runs.has_not_begun(run),
        waits=run.state in (State.PREPARING, State.APPLYING) and not runs.is_interrupted(run),
        state_text=_state_text(run),
        kinds=[(each.value, each.label, run.counts.get(each.value, 0)) for each in Kind],
        kind=kind,
        kind_label=dict(Kind.choices).get(kind, "Toutes les lignes"),
        lines=page,
        missing=_tickable(run, Kind.MISSING) if is_ready else [],
        conflicts=_conflict_cells(run) if is_ready else [],
        changes=run.counts.get("a-changer", 0),
        is_partial=_looks_partial(run),
    )
    return TemplateResponse(request, "cisp_map/admin/listing_run.html", context)


def _run(pk: int) -> ListingImport:
    found = ListingImport.objects.select_related("created_by").defer("content")
    return get_object_or_404(found, pk=pk)


def _tickable(run: ListingImport, kind: Kind) -> list[ListingLine]:
    return list(run.lines.filter(kind=kind)[:MAX_TICKS])


def _conflict_cells(run: ListingImport) -> list[tuple[ListingLine, dict[str, str], str]]:
    """Every conflict that a person may decide for the file, with the value of its tick."""
    found = []
    for line in _tickable(run, Kind.CONFLICT):
        for cell in line.cells:
            if cell["field"] != "page" or cell["after"]:
                found.append((line, cell, f"{line.reference} {cell['field']}"))
    return found


def _looks_partial(run: ListingImport) -> bool:
    """True when so many known places are missing that half a file was sent, perhaps."""
    gone = run.counts.get(Kind.MISSING.value, 0)
    return gone > 3 and gone * 5 > run.counts.get("total", 0)


@importers_only
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`…/etat/`: the part of the page that moves, for the script."""
    run = _run(pk)
    context = {
        "run": run,
        "interrupted": runs.is_interrupted(run),
        "late": runs.has_not_begun(run),
    }
    return TemplateResponse(request, "cisp_map/admin/listing_progress.html", context)


def _mapping_page(
    request: HttpRequest, run: ListingImport, form: MappingForm | None
) -> HttpResponse:
    table = runs.table_of(ListingImport.objects.get(pk=run.pk), only_head=True)
    samples = [
        (header, table.column(position), [_sample(cells, position) for _, cells in table.rows[:3]])
        for position, header in enumerate(table.headers)
        if header
    ]
    context = _context(
        "Colonnes du fichier",
        ("", run.file_name),
        run=run,
        form=form or MappingForm(table, run.mapping),
        samples=samples,
    )
    status = 422 if form is not None else 200
    return TemplateResponse(request, "cisp_map/admin/listing_mapping.html", context, status=status)


def _sample(cells: list[reading.Cell], position: int) -> str:
    return cells[position].text[:60] if position < len(cells) else ""


# --- Actions -----------------------------------------------------------------------------------


@importers_only
@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponseBase:
    """`…/<action>/`: one step of an import, by a button."""
    run = _run(pk)
    step = ACTIONS.get(action)
    if step is None:
        raise Http404
    return step(request, run)


def _set_columns(request: HttpRequest, run: ListingImport) -> HttpResponseBase:
    if run.state not in (State.MAPPING, State.READY):
        return _refuse(request, run)
    try:
        table = runs.table_of(ListingImport.objects.get(pk=run.pk), only_head=True)
    except UnreadableListing as error:
        messages.error(request, str(error))
        return _to(run)
    form = MappingForm(table, run.mapping, request.POST)
    if not form.is_valid():
        return _mapping_page(request, run, form)
    run.mapping = form.mapping
    return _simulate_anew(run)


def _simulate_anew(run: ListingImport) -> HttpResponseBase:
    run.state, run.problem = State.PREPARING, ""
    run.decisions, run.points_done, run.points_total = {}, 0, 0
    run.save(
        update_fields=["mapping", "state", "problem", "decisions", "points_done", "points_total"]
    )
    runs.start(run)
    return _to(run)


def _change_columns(request: HttpRequest, run: ListingImport) -> HttpResponseBase:
    if run.state != State.READY:
        return _refuse(request, run)
    ListingImport.objects.filter(pk=run.pk).update(state=State.MAPPING)
    return _to(run)


def _simulate(request: HttpRequest, run: ListingImport) -> HttpResponseBase:
    return _simulate_anew(run) if run.state == State.READY else _refuse(request, run)


def _confirm(request: HttpRequest, run: ListingImport) -> HttpResponseBase:
    try:
        runs.confirm(run, decisions_of(request.POST))
    except runs.Busy as error:
        messages.error(request, str(error))
        return _to(run)
    runs.start(run)
    return _to(run)


def _resume(request: HttpRequest, run: ListingImport) -> HttpResponseBase:
    if not runs.is_interrupted(run):
        return _refuse(request, run)
    runs.start(run)
    return _to(run)


def _cancel(request: HttpRequest, run: ListingImport) -> HttpResponseBase:
    with transaction.atomic():
        locked = ListingImport.objects.select_for_update().defer("content").get(pk=run.pk)
        if locked.state in (State.DONE, State.CANCELLED) or (
            locked.state == State.APPLYING and not runs.is_interrupted(locked)
        ):
            return _refuse(request, run)
        ListingImport.objects.filter(pk=run.pk).update(state=State.CANCELLED, process="")
    messages.success(request, "Import abandonné : rien n’a été changé.")
    return HttpResponseRedirect(reverse("cisp_map_listing"))


def _skip_points(request: HttpRequest, run: ListingImport) -> HttpResponseBase:  # noqa: ARG001
    if run.state == State.PREPARING:
        ListingImport.objects.filter(pk=run.pk).update(decisions={"skip_points": True})
    return _to(run)


def _refuse(request: HttpRequest, run: ListingImport) -> HttpResponseBase:
    messages.warning(request, "L’état de cet import a changé entre-temps : relisez-le.")
    return _to(run)


ACTIONS: dict[str, Callable[[HttpRequest, ListingImport], HttpResponseBase]] = {
    "colonnes": _set_columns,
    "changer-colonnes": _change_columns,
    "simuler": _simulate,
    "confirmer": _confirm,
    "reprendre": _resume,
    "abandonner": _cancel,
    "sans-attendre": _skip_points,
}


# --- Report, points, help ----------------------------------------------------------------------


@importers_only
@require_safe
def report(request: HttpRequest, pk: int, extension: str) -> HttpResponseBase:  # noqa: ARG001
    """`…/rapport.xlsx` or `.csv`: every line of the report."""
    run = _run(pk)
    lines = run.lines.all()
    if extension == "xlsx":
        body = as_xlsx(lines)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        body, kind = as_csv(lines), "text/csv; charset=utf-8"
    name = f"rapport-{slugify(run.file_name.rsplit('.', 1)[0])[:60] or 'listing'}.{extension}"
    return HttpResponse(
        body,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@importers_only
@require_safe
def points(request: HttpRequest) -> HttpResponseBase:
    """`/gestion/listing/points/`: places whose point is to be checked, with the map beside."""
    confidence = request.GET.get("fiabilite", "")
    doubtful = ListedSite.objects.with_doubtful_point()
    numbers = [
        (each.value, each.label, doubtful.filter(confidence=each).count())
        for each in ListedSite.DOUBTFUL
    ]
    if confidence in ListedSite.DOUBTFUL:
        doubtful = doubtful.filter(confidence=confidence)
    found = doubtful.select_related("page__locality")
    page = Paginator(found, LINES_PER_PAGE).get_page(request.GET.get("p"))
    context = _context(
        "Points à vérifier",
        ("", "Points à vérifier"),
        sites=page,
        numbers=numbers,
        confidence=confidence,
        markers=[
            {"id": each.pk, "title": each.page.title, "lat": each.page.lat, "lng": each.page.lng}
            for each in page
            if each.page and each.page.lat is not None
        ],
    )
    return TemplateResponse(request, "cisp_map/admin/listing_points.html", context)


@importers_only
@require_POST
def accept_point(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A person says that a point is right: it leaves the list."""
    site = get_object_or_404(ListedSite.objects.with_doubtful_point(), pk=pk)
    site.point_checked_on = timezone.localdate()
    site.save(update_fields=["point_checked_on"])
    messages.success(request, f"Point vérifié : {site.page}.")
    return HttpResponseRedirect(reverse("cisp_map_listing_points"))


@importers_only
@require_safe
def help_page(request: HttpRequest) -> HttpResponseBase:
    """`/gestion/listing/aide/`."""
    context = _context("Aide", ("", "Aide"), fields=FIELDS)
    return TemplateResponse(request, "cisp_map/admin/listing_help.html", context)
