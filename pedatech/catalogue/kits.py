"""Kits as one zip: made when somebody asks, kept until a part changes (P-05)."""

import hashlib
import os
import tempfile
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.utils.text import slugify
from wagtail.models import CollectionViewRestriction

from home.models import SiteDocument
from pedatech.models import KitPage, ResourceFile, ResourcePage

MAX_FILES = 80
MAX_BYTES = 300 * 1000 * 1000
"""Heaviest sum of the files of a kit; a phone's plan would not survive more either."""
CHUNK = 1 << 16
LIST_NAME = "LISEZ-MOI.txt"


@dataclass(frozen=True)
class KitFile:
    """A file in the zip, with what must be known to use it."""

    document: SiteDocument
    name: str
    """inside the zip"""
    resource: ResourcePage


def kit_contents(page: KitPage, request: HttpRequest) -> dict[str, Any]:
    """Steps, parts that anybody may read, and the zip when there is one to make."""
    parts = public_parts(page)
    files = kit_files(page, [part.resource for part in parts])
    weight = sum(each.document.file_size or 0 for each in files)
    fits = bool(files) and len(files) <= MAX_FILES and weight <= MAX_BYTES
    return {
        "steps": list(page.steps.all()),
        "parts": [
            {"resource": part.resource, "note": part.note, "kind": part.resource.kind_label}
            for part in parts
        ],
        "zip_url": f"{page.get_url(request)}kit.zip" if fits and page.pk else "",
        "file_count": len(files),
        "weight": weight,
        "is_too_heavy": bool(files) and not fits,
    }


def public_parts(page: KitPage) -> list:
    """The parts whose resource is live and in no private section."""
    parts = list(page.parts.select_related("resource"))
    public = set(
        ResourcePage.objects.listed()
        .filter(pk__in=[part.resource_id for part in parts])
        .values_list("pk", flat=True)
    )
    return [part for part in parts if part.resource_id in public]


def kit_files(page: KitPage, resources: list[ResourcePage]) -> list[KitFile]:
    """Files of the kit itself and of its public parts, each once, with a name of its own.

    A file of a public page is public, unless its collection is kept for some.
    """
    by_page: dict[int, list[SiteDocument]] = {}
    rows = (
        ResourceFile.objects.filter(page_id__in=[page.pk, *(each.pk for each in resources)])
        .select_related("document__collection")
        .order_by("sort_order", "pk")
    )
    private = tuple(CollectionViewRestriction.objects.values_list("collection__path", flat=True))
    for row in rows:
        if row.document.file and not row.document.collection.path.startswith(private):
            by_page.setdefault(row.page_id, []).append(row.document)
    files: list[KitFile] = []
    seen: set[int] = set()
    names: set[str] = {LIST_NAME.lower()}
    for number, resource in enumerate([page, *resources]):
        folder = "" if number == 0 else f"{number:02}-{slugify(resource.title)[:50]}/"
        for document in by_page.get(resource.pk, ()):
            if document.pk not in seen:
                seen.add(document.pk)
                name = _free_name(f"{folder}{os.path.basename(document.filename)}", names)
                files.append(KitFile(document, name, resource))
    return files


def _free_name(name: str, taken: set[str]) -> str:
    stem, extension = os.path.splitext(name)
    number = 2
    while name.lower() in taken:
        name = f"{stem}-{number}{extension}"
        number += 1
    taken.add(name.lower())
    return name


def listing(page: KitPage, files: list[KitFile], request: HttpRequest) -> str:
    """The text that lies in the zip: what it holds, from whom, under which licence."""
    lines = [page.title, page.get_full_url(request) or "", "", page.introduction, ""]
    steps = list(page.steps.all())
    if steps:
        lines.append("Déroulement")
        for number, step in enumerate(steps, 1):
            time = f" ({step.duration_label})" if step.duration_label else ""
            lines.append(f"{number}. {step.title}{time}")
            if step.text:
                lines.append(f"   {step.text}")
        lines.append("")
    lines.append("Fichiers et licences")
    for each in files:
        licence = each.resource.licence_info
        lines += [
            f"- {each.name}",
            f"  {each.document.title}, de « {each.resource.title} »",
            f"  {each.resource.get_full_url(request) or ''}",
        ]
        if licence:
            lines.append(f"  Licence : {licence.label}. {licence.sentence}")
            if licence.url:
                lines.append(f"  {licence.url}")
    return "\r\n".join(lines) + "\r\n"


def kits_folder() -> Path:
    """Where the zips lie: outside the media, so that only `zip_response` hands them out."""
    return Path(getattr(settings, "KITS_DIR", "") or Path(settings.VAR_DIR) / "kits")


def zip_response(request: HttpRequest, page: KitPage) -> FileResponse:
    """The zip of a kit, streamed from the disk; 404 when there is nothing to give."""
    parts = public_parts(page)
    files = kit_files(page, [part.resource for part in parts])
    weight = sum(each.document.file_size or 0 for each in files)
    if not files or len(files) > MAX_FILES or weight > MAX_BYTES:
        raise Http404("Ce kit n’a pas de fichier à télécharger.")
    text = listing(page, files, request)
    path = kept_zip(page.pk, files, text)
    response = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{page.slug}.zip",
        content_type="application/zip",
    )
    response["Cache-Control"] = "no-cache"
    response["ETag"] = f'"{path.stem}"'
    return response


def kept_zip(pk: int, files: list[KitFile], text: str) -> Path:
    """The file of the zip; made anew when a file, its name or the text changed.

    Written aside and put in place at once; the older zip of the kit is removed.
    """
    digest = hashlib.sha256(text.encode())
    for each in files:
        mark = each.document.sha256 or f"{each.document.file.name}:{each.document.file_size}"
        digest.update(f"{each.name}\0{mark}\0".encode())
    folder = kits_folder()
    path = folder / f"kit-{pk}-{digest.hexdigest()[:24]}.zip"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=f".kit-{pk}-", suffix=".part", dir=folder)
    try:
        with (
            os.fdopen(handle, "wb") as raw,
            zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            # A mark of order: some programs for Windows read names without it as another code.
            archive.writestr(_entry(LIST_NAME), "\ufeff" + text)
            for each in files:
                with (
                    each.document.open_file() as source,
                    archive.open(_entry(each.name), "w") as to,
                ):
                    while chunk := source.read(CHUNK):
                        to.write(chunk)
        os.replace(aside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(aside)
        raise
    for old in folder.glob(f"kit-{pk}-*.zip"):
        if old != path:
            with suppress(OSError):
                old.unlink()
    return path


def _entry(name: str) -> zipfile.ZipInfo:
    """The same bytes for the same content: no date of the day."""
    info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
