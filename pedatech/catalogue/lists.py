"""Lists of resources: in the address and the browser without account, in the account with one.

The address is the list: `/catalogue/liste/?ids=3,8,12`. Whoever gets it sees the same list.
"""

import segno
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString, mark_safe

from pedatech.catalogue.forms import MAX_LIST, CatalogueForm, IdsField
from pedatech.catalogue.search import CatalogueSearch
from pedatech.catalogue.table import Table, current_table
from pedatech.models import CataloguePage, SavedResource


def list_view(request: HttpRequest, page: CataloguePage) -> HttpResponse:
    """The list of the address; without one, that of the account of a signed-in person."""
    table = current_table(page)
    base = page.get_url(request) or "/"
    form = CatalogueForm(request.GET.copy(), table)
    ids, error = read_ids(request.GET.get("ids", ""))
    saved = saved_ids(request)
    is_own = "ids" not in request.GET and bool(saved)
    if is_own:
        ids = saved
    search = CatalogueSearch(form, page, table, request)
    entries = []
    for pk in ids:
        number = table.row_of.get(pk)
        others = [other for other in ids if other != pk]
        entries.append(
            {
                "pk": pk,
                "card": search.cards([number])[0] if number is not None else None,
                "remove_url": _url(base, others),
            }
        )
    url = request.build_absolute_uri(_url(base, ids))
    context = page.get_context(request)
    title = "Ma liste de ressources"
    context["breadcrumbs"] = [*context["breadcrumbs"], {"title": title, "url": request.path}]
    context["seo"] |= {
        "title": title,
        "description": "Une liste de ressources à garder et à partager.",
        "canonical": request.build_absolute_uri(request.path),
        "robots": "noindex, follow",
    }
    context.update(
        title=title,
        error=error,
        entries=entries,
        ids=ids,
        ids_text=",".join(str(pk) for pk in ids),
        gone=sum(entry["card"] is None for entry in entries),
        share_url=url if ids else "",
        qr=qr_code(url) if ids else "",
        more_url=f"{base}?liste={','.join(str(pk) for pk in ids)}" if ids else base,
        is_own=is_own,
        is_saved=bool(saved) and set(ids) <= set(saved),
        has_saved=bool(saved),
        save_url=f"{base}liste/enregistrer/",
        own_url=f"{base}liste/",
        max_list=MAX_LIST,
    )
    return TemplateResponse(request, "pedatech/list.html", context)


def read_ids(text: str) -> tuple[list[int], str]:
    """`(numbers, French message)` of the parameter `ids`; the message is "" when all is well."""
    try:
        return IdsField(required=False).clean(text), ""
    except Exception as problem:  # a ValidationError, said above the list
        return [], " ".join(getattr(problem, "messages", ["Cette adresse de liste est abîmée."]))


def _url(base: str, ids: list[int]) -> str:
    return f"{base}liste/?ids={','.join(str(pk) for pk in ids)}"


def saved_ids(request: HttpRequest) -> list[int]:
    """Resources of the account, the oldest first; empty for a visitor."""
    user = getattr(request, "user", AnonymousUser())
    if not user.is_authenticated:
        return []
    return list(SavedResource.objects.filter(user=user).values_list("resource_id", flat=True))  # type: ignore[misc]


def qr_code(url: str) -> SafeString:
    """The address as an inline SVG, for a phone held before the screen or the printed page."""
    code = segno.make(url, error="m", micro=False)
    return mark_safe(  # noqa: S308 (made of squares by segno, which escapes the title)
        code.svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr")
    )


def save_list_view(request: HttpRequest, page: CataloguePage) -> HttpResponse:
    """POST `ids` and `action` (garder, vider): the list of the account, as a whole."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    base = page.get_url(request) or "/"
    if not request.user.is_authenticated:
        return HttpResponse("Connectez-vous pour garder une liste.", status=403)
    ids, error = read_ids(request.POST.get("ids", ""))
    if error:
        return HttpResponse(error, status=400)
    table: Table = current_table(page)
    known = [pk for pk in ids if pk in table.row_of]
    with transaction.atomic():
        if request.POST.get("action") == "vider":
            SavedResource.objects.filter(user=request.user).delete()
        else:
            have = set(saved_ids(request))
            SavedResource.objects.bulk_create(
                [
                    SavedResource(user=request.user, resource_id=pk)
                    for pk in known
                    if pk not in have
                ][: max(0, MAX_LIST - len(have))],
                ignore_conflicts=True,
            )
    return HttpResponseRedirect(f"{base}liste/")
