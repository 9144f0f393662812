"""The screens of «Santé du site»."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.redirects.permissions import permission_policy as redirect_policy
from wagtail.log_actions import log
from wagtail.models import Site

from home.desk import health
from home.desk.bin_views import may_enter
from home.desk.redirects import RedirectError, Target, checked, flatten_behind, read_old
from home.spreadsheets import csv_file
from home.visibility import public_pages

PAGE_SIZE = 50
VERBS = {"add", "change", "publish"}


def sites_of(user: Any) -> list[Site]:
    """The sites whose pages somebody edits."""
    return [
        site
        for site in Site.objects.select_related("root_page").order_by("pk")
        if user.is_superuser or VERBS & set(site.root_page.permissions_for_user(user).permissions)
    ]


def _desk(request: HttpRequest) -> tuple[health.Desk, list[Site]]:
    """The site that is asked for, among those of the user; 403 for another, 404 for none at all."""
    mine = sites_of(request.user)
    if not mine:
        raise PermissionDenied
    asked = request.GET.get("site", "")
    if not asked:
        here = Site.find_for_request(request)
        chosen = next((site for site in mine if site == here), mine[0])
    else:
        chosen = next((site for site in mine if str(site.pk) == asked), None)
        if chosen is None:
            raise PermissionDenied
    return health.Desk(chosen, request.user), mine


@may_enter
def index(request: HttpRequest) -> HttpResponse:
    """`/gestion/sante/?site=`: all numbers of a site."""
    desk, mine = _desk(request)
    figures = health.figures(desk)
    context = {
        "site": desk.site,
        "sites": mine,
        "figures": figures,
        "chart": health.overview(figures),
        "is_asked": _asks_outside(),
    }
    return TemplateResponse(request, "home/desk/health.html", context)


@may_enter
def listing(request: HttpRequest, key: str) -> HttpResponse:
    """`/gestion/sante/<list>/?site=&p=`: one list, with what to do."""
    desk, mine = _desk(request)
    chosen = health.BY_KEY.get(key)
    if chosen is None:
        raise Http404
    items = chosen.read(desk)
    query = urlencode({"site": desk.site.pk})
    context = {
        "site": desk.site,
        "sites": mine,
        "list": chosen,
        "count": len(items),
        "page": Paginator(items, PAGE_SIZE).get_page(request.GET.get("p")),
        "query": f"{query}&",
        "csv_url": f"{reverse('home_health_csv', args=[key])}?{query}",
        "back_url": f"{reverse('home_health')}?{query}",
        "chart": health.lost_by_week(desk) if key == "introuvables" else None,
        "is_asked": _asks_outside(),
    }
    return TemplateResponse(request, "home/desk/health_list.html", context)


@may_enter
def listing_csv(request: HttpRequest, key: str) -> HttpResponse:
    """`/gestion/sante/<list>.csv?site=`."""
    desk, _mine = _desk(request)
    chosen = health.BY_KEY.get(key)
    if chosen is None:
        raise Http404
    name = f"{key}-{slugify(desk.site.site_name)}-{desk.today:%Y-%m-%d}.csv"
    columns = [column or "Nombre" for column in chosen.columns]
    rows = [(item.title, item.detail, item.number) for item in chosen.read(desk)]
    return csv_file(name, columns, rows)


@may_enter
@require_POST
def redirect_lost(request: HttpRequest) -> HttpResponse:
    """One click: a lost address leads to the page that was proposed."""
    if not redirect_policy.user_has_permission(request.user, "add"):
        raise PermissionDenied
    asked: dict[str, Any] = {
        name: request.POST.get(name, "") for name in ("old_path", "site", "page")
    }
    site = Site.objects.filter(pk=_key(asked["site"])).first()
    page = public_pages().filter(pk=_key(asked["page"])).first()
    if site is None or page is None:
        messages.error(request, "Cette page n’est plus publiée : choisissez-en une autre.")
        return redirect("home_health_list", "introuvables")
    try:
        path, site = read_old(asked["old_path"], site)
        target = checked(path, site, Target(page=page))
        if Redirect.objects.filter(old_path=path, site=site).exists():
            raise RedirectError("Cette adresse est déjà redirigée.")
    except RedirectError as error:
        messages.error(request, str(error))
    else:
        made = Redirect(old_path=path, site=site)
        target.write(made)
        made.save()
        log(made, "wagtail.create", user=request.user)
        flatten_behind(made)
        messages.success(request, f"« {path} » mène maintenant à « {page.title} ».")
    back = reverse("home_health_list", args=["introuvables"])
    return redirect(f"{back}?{urlencode({'site': site.pk if site else ''})}")


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _asks_outside() -> bool:
    from django.conf import settings

    return bool(settings.EXTERNAL_LINKS)
