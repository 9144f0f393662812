"""Playing a package: a door that knows the visitor, and a sandbox that knows nothing.

The frame that shows a package has `sandbox="allow-scripts"` and its documents say the same in
their policy: the origin is opaque, so that no script of a package reaches our cookies, our pages
or our storage. A frame of that kind sends no cookie for its files; the door therefore gives it a
signed address that ends after some hours, and each file asks again whether the visitor may.
"""

import json
import mimetypes
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.exceptions import RequestDataTooBig
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from home.seo import view_seo
from pedatech.audience import may_play
from pedatech.models import ActivityProgress, InteractivePackage
from pedatech.packages.store import folder_of

SALT = "pedatech.packages"
MAX_AGE = 4 * 3600
PLAYER = "vendor/h5p-standalone-3.8.2/"
SANDBOX = "allow-scripts"
SAVE_EVERY = 15
"""Seconds between two messages about where a person stands."""
MAX_MARK = 1_000_000
TYPES = {
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "htm": "text/html; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "webp": "image/webp",
    "avif": "image/avif",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "m4a": "audio/mp4",
    "vtt": "text/vtt; charset=utf-8",
    "pdf": "application/pdf",
    "glb": "model/gltf-binary",
}


def make_token(package: InteractivePackage, user_id: int | None) -> str:
    """A signed part of an address that opens the files of one package for one visitor."""
    return signing.dumps([package.pk, user_id or 0], salt=SALT, compress=False)


def _visitor(token: str, package_id: int) -> "AnonymousUser | object":
    """The visitor of a token. Http404 when it is forged, too old or of another package."""
    try:
        owner, user_id = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404("jeton") from None
    if owner != package_id:
        raise Http404("autre paquet")
    if not user_id:
        return AnonymousUser()
    return get_object_or_404(get_user_model(), pk=user_id, is_active=True)


@require_safe
@xframe_options_exempt
def play(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/activites/<pk>/`: the door. Sends who may to the sandbox, under a fresh token."""
    package = get_object_or_404(InteractivePackage, pk=pk)
    if not may_play(package, request.user):
        raise Http404("réservé")
    if _is_alone(request):
        return HttpResponseRedirect(reverse("pedatech_package_page", args=[pk]))
    token = make_token(package, request.user.pk)
    target = reverse("pedatech_package_file", args=[pk, token, package.entry or "_lecteur.html"])
    response = HttpResponseRedirect(target)
    add_never_cache_headers(response)
    return response


@require_safe
def alone(request: HttpRequest, pk: int) -> HttpResponse:
    """`/activites/<pk>/page/`: the activity by itself, in a page of ours that holds its frame."""
    package = get_object_or_404(InteractivePackage, pk=pk)
    if not may_play(package, request.user):
        raise Http404("réservé")
    context = {
        "package": package,
        "seo": view_seo(request, package.title),
        "breadcrumbs": [],
        "keeping": keeping(package, request),
    }
    response = TemplateResponse(request, "pedatech/package_page.html", context)
    add_never_cache_headers(response)
    return response


def progress_of(package: InteractivePackage, user: Any) -> ActivityProgress | None:
    """Where this person stands in what the package holds today; None for who is not signed in."""
    if not getattr(user, "is_authenticated", False):
        return None
    return ActivityProgress.objects.filter(
        user=user, package=package, sha256=package.sha256
    ).first()


def keeping(package: InteractivePackage, request: HttpRequest) -> dict[str, object] | None:
    """`{"progress", "token"}` for who is signed in, None else: only their progress is kept."""
    if not request.user.is_authenticated:
        return None
    return {"progress": progress_of(package, request.user), "token": get_token(request)}


@require_POST
def keep_progress(request: HttpRequest, pk: int) -> JsonResponse:
    """`/activites/<pk>/avancement/`: JSON `{"state"?: str, "score"?: int, "most"?: int}` of the
    person who is signed in. 403 without an account, 400 for what is no progress.
    """
    package = get_object_or_404(InteractivePackage, pk=pk)
    if not request.user.is_authenticated:
        return _said("Connectez-vous pour garder votre avancement.", 403)
    if not may_play(package, request.user):
        raise Http404("réservé")
    try:
        told = _read_progress(request.body)
    except (ValueError, RecursionError, RequestDataTooBig):
        return _said("Cet avancement ne se lit pas.", 400)
    if "score" in told:
        told["finished_at"] = timezone.now()
    progress, is_new = ActivityProgress.objects.get_or_create(
        user=request.user, package=package, defaults={**told, "sha256": package.sha256}
    )
    if not is_new:
        if progress.sha256 != package.sha256:
            told = {"state": "", "score": None, "most": None, "finished_at": None, **told}
        for name, value in told.items():
            setattr(progress, name, value)
        progress.sha256 = package.sha256
        progress.save()
    return JsonResponse({})


def _read_progress(body: bytes) -> dict[str, Any]:
    """The known keys of the message. ValueError for anything else than what they may hold."""
    data = json.loads(body)
    if not isinstance(data, dict):
        raise ValueError("no object")
    told: dict[str, Any] = {}
    if "state" in data:
        state = data["state"]
        if not isinstance(state, str) or len(state) > ActivityProgress.MAX_STATE or "\0" in state:
            raise ValueError("state")
        json.loads(state)
        told["state"] = state
    if "score" in data:
        told["score"], told["most"] = _mark(data["score"]), _mark(data.get("most"))
    if not told:
        raise ValueError("nothing")
    return told


def _mark(value: object) -> int:
    """A score as a whole number. ValueError for what is none or out of bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_MARK:
        raise ValueError("mark")
    return round(value)


def _said(message: str, status: int) -> JsonResponse:
    return JsonResponse({"erreur": message}, status=status)


def _is_alone(request: HttpRequest) -> bool:
    """True when a browser opens a document of a package as its page: nothing would hold it back
    from leading the visitor elsewhere.
    """
    return request.headers.get("Sec-Fetch-Dest", "") == "document"


@require_safe
@csrf_exempt
@xframe_options_exempt
def package_file(request: HttpRequest, pk: int, token: str, path: str) -> HttpResponseBase:
    """`/activites/<pk>/<token>/<path>`: one file of a package, in its sandbox."""
    if _is_alone(request):
        return HttpResponseRedirect(reverse("pedatech_package_page", args=[pk]))
    visitor = _visitor(token, pk)
    package = get_object_or_404(InteractivePackage, pk=pk)
    if not may_play(package, visitor):
        raise Http404("réservé")
    base = request.build_absolute_uri(reverse("pedatech_package_file", args=[pk, token, "x"]))[:-1]
    response: HttpResponseBase
    if package.kind == InteractivePackage.Kind.H5P and path == "_lecteur.html":
        response = _player(package, base, progress_of(package, visitor))
    else:
        response = _file(package, path)
    _isolate(request, response, base)
    return response


def _player(
    package: InteractivePackage, base: str, progress: ActivityProgress | None
) -> HttpResponse:
    """The page that plays an H5P content with the vendored player, from where the person was."""
    state = progress.state if progress and progress.finished_at is None else ""
    context = {
        "package": package,
        "options": {
            "h5pJsonPath": base.rstrip("/"),
            "frameJs": static(f"{PLAYER}frame.bundle.js"),
            "frameCss": static(f"{PLAYER}styles/h5p.css"),
            "embedType": "div",
            "icon": False,
            "title": package.title,
            "assetsRequestFetchOptions": {"credentials": "omit"},
            "saveFreq": SAVE_EVERY,
            "contentUserData": [{"state": state}] if state else [],
        },
        "script": static(f"{PLAYER}main.bundle.js"),
    }
    return HttpResponse(render_to_string("pedatech/package_player.html", context))


def _file(package: InteractivePackage, path: str) -> FileResponse:
    folder = folder_of(package.sha256).resolve()
    try:
        wanted = (folder / path).resolve()
        is_there = wanted.is_relative_to(folder) and wanted.is_file()
    except (ValueError, OSError):
        is_there = False
    if not is_there:
        raise Http404("fichier")
    return FileResponse(wanted.open("rb"), content_type=_content_type(wanted))


def _content_type(path: Path) -> str:
    """By a table of ours: what it does not know is no document and runs nowhere."""
    extension = path.suffix.lower().lstrip(".")
    if extension in TYPES:
        return TYPES[extension]
    guessed = mimetypes.guess_type(path.name)[0] or ""
    if guessed.startswith(("image/", "audio/", "video/", "font/")):
        return guessed
    return "text/plain; charset=utf-8"


def policy(request: HttpRequest, base: str) -> str:
    """The policy of everything in the sandbox: its own files and the player, nothing else of ours.

    `base` is the address under which the files of this package lie, with its token.
    """
    player = request.build_absolute_uri("/static/vendor/")
    own = f"{base} {player}"
    return "; ".join(
        [
            f"sandbox {SANDBOX}",
            "default-src 'none'",
            f"script-src {own} 'unsafe-inline' 'unsafe-eval' blob:",
            f"style-src {own} 'unsafe-inline'",
            f"img-src {own} data: blob:",
            f"media-src {own} data: blob:",
            f"font-src {own} data:",
            f"connect-src {base} data: blob:",
            "worker-src blob:",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-src 'none'",
            "frame-ancestors 'self'",
        ]
    )


def _isolate(request: HttpRequest, response: HttpResponseBase, base: str) -> None:
    """The headers that make the sandbox hold even when a file is opened without its frame."""
    response["Content-Security-Policy"] = policy(request, base)
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Robots-Tag"] = "noindex"
    # The origin of a sandboxed document is opaque ("null"): its scripts and fonts are asked
    # across origins. The address itself is the key; cookies are never looked at here.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Permissions-Policy"] = (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()"
    )
