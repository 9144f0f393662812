"""Reading a draft issue with a link and no account (I-25).

The link opens one issue: its page, its articles, the pictures and the PDF that they use. Every
answer is `noindex`, is kept in no cache and sends no referrer
to another site, because the address is the key. (To none at all, the form would lose its origin and
Django would refuse it.)
A link that was revoked or is too old answers 410.
"""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from essor.models import ArticlePage, IssuePage, ReviewComment, ReviewLink
from essor.models.issues import images_of
from home import media, throttle

COMMENTS_AN_HOUR = 30
PRIVATE = {
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "same-origin",
}


class Closed(Exception):
    """A link that is no longer open."""


class CommentForm(forms.ModelForm):
    """What a reader says; `site` is for machines, a person does not see it."""

    site = forms.CharField(required=False)

    class Meta:
        model = ReviewComment
        fields = ["name", "paragraph", "text"]
        labels = {
            "name": "Votre nom",
            "paragraph": "Numéro du paragraphe",
            "text": "Votre commentaire",
        }
        help_texts = {"paragraph": "Facultatif. Comptez depuis le début du texte."}
        error_messages = {
            "name": {"required": "Écrivez votre nom."},
            "text": {
                "required": "Écrivez votre commentaire.",
                "max_length": "Votre commentaire est trop long : 3 000 signes au plus.",
            },
            "paragraph": {
                "invalid": "Écrivez un nombre.",
                "min_value": "Écrivez un nombre positif.",
                "max_value": "Ce nombre est trop grand.",
            },
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}

    def clean(self) -> dict[str, Any]:
        """A machine that fills everything is told nothing more."""
        cleaned = super().clean() or {}
        if cleaned.get("site"):
            raise forms.ValidationError("Ce commentaire n’a pas pu être envoyé.")
        return cleaned


# --- Views -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, token: str) -> HttpResponseBase:
    """The draft issue."""
    try:
        link = open_link(token)
    except Closed:
        return closed(request)
    return _show(request, link, draft_of(link), reverse("essor_review", args=[token]))


@require_http_methods(["GET", "HEAD", "POST"])
def article(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    """One draft article of the issue."""
    try:
        link = open_link(token)
    except Closed:
        return closed(request)
    page = next((each for each in draft_of(link).contents(drafts=True) if each.pk == pk), None)
    if page is None:
        raise Http404("Cet article n’est pas dans ce numéro.")
    return _show(request, link, page, reverse("essor_review_article", args=[token, pk]))


@require_safe
def image(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """A picture of the draft issue, in any of its sizes."""
    try:
        link = open_link(token)
    except Closed:
        return closed(request)
    found = media.image_of_rendition(name) or media.image_of(name)
    if found is None or not media.is_plain(name) or found.pk not in images_in(draft_of(link)):
        raise Http404("Cette image n’est pas dans ce numéro.")
    return media.send_file(request, name, list(PRIVATE.items()))


@require_safe
def pdf(request: HttpRequest, token: str) -> HttpResponseBase:
    """The PDF of the draft issue."""
    try:
        link = open_link(token)
    except Closed:
        return closed(request)
    document = draft_of(link).pdf
    if document is None:
        raise Http404("Ce numéro n’a pas de PDF.")
    return media.send_file(request, document.file.name, list(PRIVATE.items()))


# --- What a link opens ---------------------------------------------------------------------------


def open_link(token: str) -> ReviewLink:
    """The link of an address; Http404 for one that never was, Closed for one that is over."""
    link = ReviewLink.from_token(token)
    if link is None:
        raise Http404("Ce lien n’existe pas.")
    if not link.is_open:
        raise Closed
    return link


def draft_of(link: ReviewLink) -> IssuePage:
    """The issue as it is being written."""
    return link.issue.get_latest_revision_as_object()


def images_in(draft: IssuePage) -> set[int]:
    """Keys of the pictures of an issue and of its articles, drafts included."""
    found = {each.pk for each in images_of(draft)}
    if cover := draft.shown_cover:
        found.add(cover.pk)
    for page in draft.contents(drafts=True):
        found |= {each.pk for each in page.images()}
    return found


def closed(request: HttpRequest) -> HttpResponse:
    """The page of a link that was revoked or is too old."""
    response = TemplateResponse(request, "essor/magazine/review_closed.html", status=410)
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, found by nobody."""
    for name, value in PRIVATE.items():
        response[name] = value
    return response


# --- Showing -------------------------------------------------------------------------------------


def _show(
    request: HttpRequest, link: ReviewLink, page: IssuePage | ArticlePage, here: str
) -> HttpResponse:
    form = CommentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not _may_comment(link):
            form.add_error(None, "Trop de commentaires en une heure. Réessayez plus tard.")
        else:
            form.instance.link, form.instance.page_id = link, page.pk
            form.save()
            answer = HttpResponseRedirect(f"{here}?merci=1#relecture")
            return _private(answer)
    request.is_preview = True  # type: ignore[attr-defined]
    context = page.get_context(request)
    context["seo"] = {**context["seo"], "robots": "noindex, nofollow", "image_url": None}
    context["breadcrumbs"] = []
    context["review"] = {
        "link": link,
        "form": form,
        "action": f"{here}#relecture",
        "issue_url": reverse("essor_review", args=[link.token]),
        "is_issue": isinstance(page, IssuePage),
        "thanks": "merci" in request.GET,
        "comments": list(link.comments.filter(page_id=page.pk).order_by("pk")),
    }
    response = TemplateResponse(
        request, page.get_template(request), context, status=400 if form.errors else 200
    )
    response.render()
    response.content = _inside(request, response.content.decode(), link).encode()
    return _private(response)


def _may_comment(link: ReviewLink) -> bool:
    if throttle.is_blocked("essor-review", COMMENTS_AN_HOUR, str(link.pk)):
        return False
    throttle.note("essor-review", 3600, str(link.pk))
    return True


def _inside(request: HttpRequest, html: str, link: ReviewLink) -> str:
    """Lead the addresses of the draft, closed to visitors, through the link."""
    token, draft = link.token, draft_of(link)
    base = reverse("essor_review", args=[token])
    media_url = re.escape(settings.MEDIA_URL)
    html = re.sub(rf'(["\s,]){media_url}((?:original_)?images/)', rf"\g<1>{base}image/\g<2>", html)
    if draft.pdf:
        html = html.replace(f'"{draft.pdf.url}"', f'"{base}pdf/"')
    for page in draft.contents(drafts=True):
        target = f'href="{reverse("essor_review_article", args=[token, page.pk])}"'
        for address in {page.get_url(request), page.get_full_url(request)} - {None}:
            html = html.replace(f'href="{address}"', target)
    for address in {link.issue.get_url(request), link.issue.get_full_url(request)} - {None}:
        html = html.replace(f'href="{address}"', f'href="{base}"')
    return html
