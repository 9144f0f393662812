"""The address of a document: `/documents/<id>/<name>`."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.documents.models import document_served
from wagtail.documents.permissions import permission_policy
from wagtail.models import Site

from home import counters, visits
from home.media import PRIVATE_CACHE, is_staff, send_file
from home.models import SiteDocument
from home.visibility import is_public, public_pages_using

DOWNLOAD = "telechargement"
"""The kind of DailyCount; its key is the primary key of the document."""
PUBLIC_CACHE = "public, no-cache"
"""Ask each time: the file may be another one tomorrow."""


@require_safe
def serve_document(request: HttpRequest, document_id: str, name: str) -> HttpResponseBase:
    """The file of a document; 404 for a visitor unless something public uses it."""
    document = get_object_or_404(SiteDocument.objects.select_related("collection"), pk=document_id)
    if document.filename != name or not document.file:
        raise Http404("Aucun document à cette adresse.")
    page = public_pages_using(document).first()
    by_staff = is_staff(request)
    if by_staff and permission_policy.user_has_any_permission_for_instance(
        request.user, ["add", "change", "choose"], document
    ):
        restricted = True
    else:
        if not page and not is_public(document):
            raise Http404("Aucun document à cette adresse.")
        # The privacy of the collection: a log-in, a group.
        for refuse in hooks.get_hooks("before_serve_document"):
            answer = refuse(document, request)
            if isinstance(answer, HttpResponse):
                return answer
        restricted = bool(document.collection.get_view_restrictions())
    headers = [
        ("Cache-Control", PRIVATE_CACHE if restricted else PUBLIC_CACHE),
        (
            "Content-Disposition",
            content_disposition_header(
                document.content_type != "application/pdf", document.filename
            )
            or "inline",
        ),
        ("Content-Security-Policy", "sandbox"),
    ]
    if page and document.content_type == "application/pdf":
        headers.append(("Link", f'<{page.full_url}>; rel="canonical"'))
    response = send_file(
        request, document.file.name, headers, document.content_type, etag=document.sha256
    )
    document_served.send(sender=SiteDocument, instance=document, request=request)
    if not by_staff and begins_download(request, response) and not visits.is_left_out(request):
        site = Site.find_for_request(request)
        counters.count(DOWNLOAD, str(document.pk), site.pk if site else None)
    return response


def begins_download(request: HttpRequest, response: HttpResponseBase) -> bool:
    """True for a GET that sends a file from its first byte: not a HEAD, a 304 or a continuation."""
    if request.method != "GET" or response.status_code not in (200, 206):
        return False
    asked = request.headers.get("Range", "").replace(" ", "")
    return response.status_code == 200 or asked.startswith("bytes=0-")
