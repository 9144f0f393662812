"""Files below MEDIA_ROOT, one view for all: public while a public page uses them.

A room whose files live elsewhere than images says once which record a file belongs to:
`register("media/", resolve)`. A path of no registered prefix does not exist for anybody.
"""

import mimetypes
import posixpath
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import NotARegularFileError, Response, SlicedFile, StaticFile

from home.models import SiteImage, SiteRendition
from home.visibility import is_public

PUBLIC_CACHE = "public, max-age=300, s-maxage=0, must-revalidate"
"""A browser keeps a picture for five minutes; a shared cache asks each time, so that what is
taken off the site is gone."""
PRIVATE_CACHE = "private, no-store"

Resolve = Callable[[str], Model | None]
_resolvers: dict[str, Resolve] = {}


def register(prefix: str, resolve: Resolve) -> None:
    """Serve MEDIA_ROOT/<prefix>…: `resolve(path)` returns the record a file belongs to, or None.

    `prefix` ends in «/»; `path` is the name that the storage knows, prefix included.
    """
    if not prefix.endswith("/"):
        raise ValueError(f"{prefix!r} does not end in «/»")
    _resolvers[prefix] = resolve


def image_of(path: str) -> SiteImage | None:
    """The image whose original is `path`."""
    return SiteImage.objects.filter(file=path).first()


def image_of_rendition(path: str) -> SiteImage | None:
    """The image of which `path` is a size."""
    rendition = SiteRendition.objects.filter(file=path).select_related("image").first()
    return rendition.image if rendition else None


register("original_images/", image_of)
register("images/", image_of_rendition)
register("avatar_images/", lambda path: None)  # noqa: ARG005 (of the staff, for the staff)


@require_safe
def serve_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """The file `path` below MEDIA_ROOT; 404 for a visitor unless a public page uses it."""
    resolve = next((each for prefix, each in _resolvers.items() if path.startswith(prefix)), None)
    if resolve is None or not is_plain(path):
        raise Http404("Aucun fichier à cette adresse.")
    owner = resolve(path)
    public = owner is not None and is_public(owner)
    if not public and not is_staff(request):
        raise Http404("Aucun fichier à cette adresse.")
    headers = [("Cache-Control", PUBLIC_CACHE if public else PRIVATE_CACHE)]
    return send_file(request, path, headers)


def is_plain(path: str) -> bool:
    """False for a path that could lead elsewhere: `..`, `//`, backslashes, NUL."""
    return posixpath.normpath(path) == path and not set(path) & {"\\", "\0"} and path[:1] != "/"


def is_staff(request: HttpRequest) -> bool:
    """True for somebody who may enter the admin. Without a session cookie, nobody is asked."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return request.user.has_perm("wagtailadmin.access_admin")


class _File(StaticFile):
    """WhiteNoise's file, with what a player or a download manager asks beside: If-Range, lists of
    tags, a range of one byte.
    """

    def get_response(self, method: str, request_headers: dict) -> Response:
        """The answer to a GET or HEAD with these headers (keys as in WSGI)."""
        asked = dict(request_headers)
        if tags := asked.get("HTTP_IF_NONE_MATCH"):
            known = {tag.removeprefix("W/") for tag in parse_etags(tags)}
            if known & {self.etag, "*"}:
                asked["HTTP_IF_NONE_MATCH"] = self.etag
        fresh = asked.get("HTTP_IF_RANGE")
        if fresh and fresh not in (self.etag, self.last_modified_text):
            asked.pop("HTTP_RANGE", None)
        return super().get_response(method, asked)

    @property
    def last_modified_text(self) -> str:
        """The header `Last-Modified`."""
        return dict(self.alternatives[0][2]).get("Last-Modified", "")

    def get_range_response(
        self, range_header: str, base_headers: list[tuple[str, str]], file_handle: BinaryIO | None
    ) -> Response:
        """206 or 416; ValueError for a range that is to be ignored."""
        size = int(dict(base_headers)["Content-Length"])
        first, last = self.parse_byte_range(range_header)
        if last is not None and 0 <= first > last:
            raise ValueError(range_header)
        start, end = self.get_byte_range(range_header, size)
        if start > end or range_header.strip() == "bytes=-0":
            return self.get_range_not_satisfiable_response(file_handle, size)
        headers = [header for header in base_headers if header[0] != "Content-Length"]
        headers.append(("Content-Range", f"bytes {start}-{end}/{size}"))
        headers.append(("Content-Length", str(end - start + 1)))
        part = SlicedFile(file_handle, start, end) if file_handle else None
        return Response(HTTPStatus.PARTIAL_CONTENT, headers, part)


def send_file(
    request: HttpRequest,
    path: str,
    headers: Sequence[tuple[str, str]],
    content_type: str = "",
    etag: str = "",
) -> HttpResponseBase:
    """The stored file `path` with byte ranges, HEAD and conditions; 404 when it is missing.

    With MEDIA_ACCEL the web server in front sends the file, and knows all that by itself.
    """
    content_type = content_type or mimetypes.guess_type(path)[0] or "application/octet-stream"
    sent = [
        ("Content-Type", content_type),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ("Accept-Ranges", "bytes"),
        *headers,
    ]
    if settings.MEDIA_ACCEL:
        response = HttpResponse(headers=dict(sent))
        response["X-Accel-Redirect"] = settings.MEDIA_ACCEL + quote(path)
        return response
    if etag:
        sent.append(("ETag", f'"{etag}"'))
    try:
        local = default_storage.path(path)
    except NotImplementedError:  # object storage: whole files only
        return FileResponse(default_storage.open(path), headers=dict(sent))
    except SuspiciousFileOperation as error:
        raise Http404("Aucun fichier à cette adresse.") from error
    try:
        file = _File(local, sent)
    except (NotARegularFileError, ValueError) as error:
        raise Http404("Aucun fichier à cette adresse.") from error
    return WhiteNoiseMiddleware.serve(file, request)
