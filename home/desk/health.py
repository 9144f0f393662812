"""«Santé du site»: what wants attention on a site, one list each, with what to do."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Count, Model, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.redirects.permissions import permission_policy as redirect_policy
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import Page, ReferenceIndex, Site

from home.charts import Chart, Row, bar_chart
from home.desk import reviews
from home.desk.links import broken_inside
from home.desk.missing import KEEP_DAYS, MISSING
from home.desk.readability import ASK_BELOW, score_of
from home.models import DailyCount, LinkCheck, SiteBranding, SiteDocument, SiteImage
from home.templatetags.french_dates import day as written_day
from home.themes import Theme
from home.visibility import public_pages

NOTHING_FOUND = "recherche-rien"
"""The kind under which the search counts words without a result (search.recorded)."""
READABLE_ELSEWHERE = 30
"""Below this a page of interfede.be or pedatechcisp.be is listed: their readers are professionals."""
STALE_DAYS = 730
"""A page without a review date that nobody touched for two years is listed too."""
MOST_ROWS = 500


@dataclass(frozen=True)
class Action:
    """What to do about a row: a link, or with `fields` a form that is sent."""

    label: str
    url: str
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Item:
    """One thing that wants attention."""

    title: str
    detail: str = ""
    number: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A number of the dashboard, with the list behind it."""

    key: str
    label: str
    help: str
    number: int
    url: str
    columns: tuple[str, str, str] = ("Page", "Détail", "")


@dataclass
class Desk:
    """What is asked: a site, for somebody, on a day. Reads once what several lists need."""

    site: Site
    user: Any
    today: date = field(default_factory=timezone.localdate)

    @property
    def root(self) -> Page:
        """The home page."""
        return self.site.root_page

    @property
    def pages(self) -> Any:
        """The public pages of the site."""
        return public_pages().filter(path__startswith=self.root.path)

    def edit(self, page_id: int, label: str = "Modifier") -> Action:
        """To the editor of a page."""
        return Action(label, reverse("wagtailadmin_pages:edit", args=[page_id]))


# --- The lists ---------------------------------------------------------------------------------


def broken_links(desk: Desk) -> list[Item]:
    """Pages that name one that is gone, and addresses outside that do not answer."""
    inside = [
        Item(
            each.page.title,
            f"mène à « {each.target} », que personne ne voit",
            "",
            (desk.edit(each.page.pk),),
        )
        for each in broken_inside(desk.root)
    ]
    outside = [
        Item(
            check.page.title,
            f"{check.url} : {check.reason}",
            written_day(timezone.localtime(check.checked_at)) if check.checked_at else "",
            (desk.edit(check.page_id), Action("Ouvrir le lien", check.url)),
        )
        for check in LinkCheck.objects.filter(
            state=LinkCheck.State.BROKEN, page__path__startswith=desk.root.path
        ).select_related("page")
    ]
    return inside + outside


def images_without_text(desk: Desk) -> list[Item]:
    """Images of public pages without a description, the most used first."""
    uses = _uses(desk, SiteImage)
    images = SiteImage.objects.filter(pk__in=uses, description="")
    return _images(images, uses, "aucune description")


def expired_rights(desk: Desk) -> list[Item]:
    """Images of public pages that may no longer be shown."""
    uses = _uses(desk, SiteImage)
    images = SiteImage.objects.filter(pk__in=uses, rights_end__lt=desk.today)
    return [
        Item(
            image.title,
            f"droits échus le {written_day(image.rights_end)}",
            _times(uses[image.pk]),
            (
                Action("Modifier l’image", reverse("wagtailimages:edit", args=[image.pk])),
                Action("Voir où", reverse("wagtailimages:image_usage", args=[image.pk])),
            ),
        )
        for image in images.order_by("rights_end", "pk")
    ]


def stale_pages(desk: Desk) -> list[Item]:
    """Pages whose review date has passed, then those that nobody touched for two years."""
    below = desk.root.path
    dated = [
        Item(
            review.page.title,
            f"à relire depuis le {written_day(review.review_on)}",
            f"{(desk.today - review.review_on).days} jours",
            (desk.edit(review.page_id, "Relire"),),
        )
        for review in reviews.due(desk.today)
        if review.page.path.startswith(below)
    ]
    old = (
        desk.pages.filter(review__isnull=True)
        .filter(latest_revision_created_at__lt=timezone.now() - timedelta(days=STALE_DAYS))
        .order_by("latest_revision_created_at", "pk")
    )
    return dated + [
        Item(
            page.title,
            f"inchangée depuis le {written_day(timezone.localtime(page.latest_revision_created_at))}",
            "",
            (desk.edit(page.pk, "Relire"),),
        )
        for page in old[:MOST_ROWS]
    ]


def unused_files(desk: Desk) -> list[Item]:
    """Images and documents of the site that no page and no record uses."""
    others = [site.site_name for site in Site.objects.exclude(pk=desk.site.pk)]
    items = []
    for model, policy, edit, delete in (
        (SiteImage, image_policy, "wagtailimages:edit", "wagtailimages:delete"),
        (SiteDocument, document_policy, "wagtaildocs:edit", "wagtaildocs:delete"),
    ):
        used = (
            ReferenceIndex.objects.filter(to_content_type=ContentType.objects.get_for_model(model))
            .annotate(key=Cast("to_object_id", BigIntegerField()))
            .values("key")
        )
        files = policy.instances_user_has_any_permission_for(desk.user, ["change", "delete"])
        unused = files.exclude(pk__in=used).exclude(collection__name__in=others)
        for each in unused.order_by("created_at", "pk")[:MOST_ROWS]:
            items.append(
                Item(
                    each.title,
                    f"{model._meta.verbose_name}, du {written_day(timezone.localtime(each.created_at))}",
                    "",
                    (
                        Action("Modifier", reverse(edit, args=[each.pk])),
                        Action("Supprimer", reverse(delete, args=[each.pk])),
                    ),
                )
            )
    return items


def lost_addresses(desk: Desk) -> list[Item]:
    """Addresses that led nowhere in the last thirty days and have no redirect, the most asked first."""
    from home.desk.redirects import normal_path

    since = desk.today - timedelta(days=KEEP_DAYS)
    rows = list(
        DailyCount.objects.filter(kind=MISSING, site=desk.site.pk, day__gte=since)
        .exclude(key="")
        .values("key")
        .annotate(total=Sum("count"))
        .order_by("-total", "key")[:MOST_ROWS]
    )
    redirected = set(
        Redirect.objects.filter(Q(site=desk.site) | Q(site=None)).values_list("old_path", flat=True)
    )
    may_add = redirect_policy.user_has_permission(desk.user, "add")
    by_slug = _by_slug(desk) if may_add and rows else {}
    items = []
    for row in rows:
        if normal_path(row["key"]) in redirected:
            continue
        items.append(
            Item(
                row["key"],
                "",
                _times(row["total"]),
                tuple(_redirect_actions(desk, row["key"], by_slug)) if may_add else (),
            )
        )
    return items


def _by_slug(desk: Desk) -> dict[str, tuple[int, str]]:
    """Slug → page of the site, for slugs that only one page has."""
    found: dict[str, list[tuple[int, str]]] = {}
    for pk, slug, title in desk.pages.values_list("pk", "slug", "title"):
        found.setdefault(slug, []).append((pk, title))
    return {slug: pages[0] for slug, pages in found.items() if len(pages) == 1}


def _redirect_actions(desk: Desk, path: str, by_slug: dict[str, tuple[int, str]]) -> list[Action]:
    """One click when a page of that name is found, else the form with the address filled in."""
    asked = {"old_path": path, "site": str(desk.site.pk)}
    form = Action("Rediriger…", f"{reverse('wagtailredirects:add')}?{urlencode(asked)}")
    match = by_slug.get(path.rstrip("/").rpartition("/")[2].lower())
    if match is None:
        return [form]
    pk, title = match
    fields = (*asked.items(), ("page", str(pk)))
    return [Action(f"Rediriger vers « {title} »", reverse("home_redirect_lost"), fields), form]


def hard_pages(desk: Desk) -> list[Item]:
    """Public pages that are hard to read, the hardest first."""
    branding = SiteBranding.objects.filter(site=desk.site).first()
    limit = ASK_BELOW if branding and branding.theme == Theme.CISP else READABLE_ELSEWHERE
    scored = [(score_of(page), page) for page in desk.pages.specific()]
    hard = sorted(
        ((found, page) for found, page in scored if found.flesch < limit),
        key=lambda each: (each[0].flesch, each[1].pk),
    )
    return [
        Item(
            page.title,
            f"{found.words} mots, {found.words / found.sentences:.0f} mots par phrase",
            f"{found.rounded} sur 100",
            (desk.edit(page.pk),),
        )
        for found, page in hard
    ]


def unanswered_words(desk: Desk) -> int:
    """Searches of the last thirty days that found nothing; their list is the search report's."""
    since = desk.today - timedelta(days=29)
    counted = DailyCount.objects.filter(kind=NOTHING_FOUND, site=desk.site.pk, day__gte=since)
    return counted.aggregate(total=Sum("count"))["total"] or 0


@dataclass(frozen=True)
class ListOf:
    """A list of the dashboard."""

    key: str
    label: str
    help: str
    read: Callable[[Desk], list[Item]]
    columns: tuple[str, str, str] = ("Page", "Détail", "")


LISTS = (
    ListOf(
        "liens",
        "Liens cassés",
        "Des pages qui mènent à une page retirée, ou à un autre site qui ne répond plus.",
        broken_links,
        ("Page", "Lien", "Vérifié"),
    ),
    ListOf(
        "images",
        "Images sans description",
        "Des images publiées que l’on ne peut pas écouter. Décrivez ce que l’on voit.",
        images_without_text,
        ("Image", "Détail", "Utilisée"),
    ),
    ListOf(
        "droits",
        "Droits d’images échus",
        "Des images publiées que l’on ne peut plus montrer. Remplacez-les ou prolongez les droits.",
        expired_rights,
        ("Image", "Détail", "Utilisée"),
    ),
    ListOf(
        "a-relire",
        "Pages à relire",
        "Leur date de révision est passée, ou personne ne les a touchées depuis deux ans.",
        stale_pages,
        ("Page", "Détail", "Retard"),
    ),
    ListOf(
        "lisibilite",
        "Textes difficiles",
        "Des pages à réécrire avec des phrases plus courtes et des mots plus simples.",
        hard_pages,
        ("Page", "Détail", "Lisibilité"),
    ),
    ListOf(
        "introuvables",
        "Adresses introuvables",
        "Ce que l’on demande et qui n’existe pas (30 derniers jours). Redirigez ce qui a changé de nom.",
        lost_addresses,
        ("Adresse", "Détail", "Demandée"),
    ),
    ListOf(
        "fichiers",
        "Fichiers inutilisés",
        "Des images et des documents que rien n’utilise.",
        unused_files,
        ("Fichier", "Détail", ""),
    ),
)
BY_KEY = {each.key: each for each in LISTS}


def figures(desk: Desk) -> list[Figure]:
    """All numbers of a site."""
    query = urlencode({"site": desk.site.pk})
    found = [
        Figure(
            each.key,
            each.label,
            each.help,
            len(each.read(desk)),
            f"{reverse('home_health_list', args=[each.key])}?{query}",
            each.columns,
        )
        for each in LISTS
    ]
    found.append(
        Figure(
            "mots",
            "Recherches sans résultat",
            "Ce que l’on cherche et ne trouve pas (30 derniers jours). Ajoutez un synonyme ou une page.",
            unanswered_words(desk),
            f"{reverse('search_report')}?{query}",
        )
    )
    return found


def overview(found: list[Figure]) -> Chart:
    """The numbers beside one another."""
    rows = [Row(each.label, Decimal(each.number), str(each.number)) for each in found]
    return bar_chart("sante", "Ce qui demande votre attention", rows)


def lost_by_week(desk: Desk) -> Chart:
    """How often an address led nowhere, those without a kept path included."""
    since = desk.today - timedelta(days=27)
    counts: Counter[int] = Counter()
    for when, total in (
        DailyCount.objects.filter(kind=MISSING, site=desk.site.pk, day__gte=since)
        .values_list("day")
        .annotate(Sum("count"))
        .order_by("day")
    ):
        counts[(when - since).days // 7] += total
    rows = []
    for week in range(4):
        start = since + timedelta(days=7 * week)
        end = start + timedelta(days=6)
        label = f"du {written_day(start, 'j F')} au {written_day(end, 'j F')}"
        rows.append(Row(label, Decimal(counts[week]), str(counts[week])))
    return bar_chart("introuvables", "Adresses introuvables par semaine", rows)


# --- Shared ------------------------------------------------------------------------------------


def _uses(desk: Desk, model: type[Model]) -> dict[int, int]:
    """Primary key → number of public pages of the site that use it themselves."""
    pages = ContentType.objects.get_for_model(Page)
    rows = (
        ReferenceIndex.objects.filter(
            base_content_type=pages, to_content_type=ContentType.objects.get_for_model(model)
        )
        .annotate(source=Cast("object_id", BigIntegerField()))
        .filter(source__in=desk.pages.values("pk"))
        .values_list("to_object_id")
        .annotate(Count("object_id", distinct=True))
        .order_by("to_object_id")
    )
    return {int(key): number for key, number in rows}


def _images(images: QuerySet[SiteImage], uses: dict[int, int], detail: str) -> list[Item]:
    found = sorted(images, key=lambda image: (-uses[image.pk], image.pk))
    return [
        Item(
            image.title,
            detail,
            _times(uses[image.pk]),
            (
                Action("Décrire l’image", reverse("wagtailimages:edit", args=[image.pk])),
                Action("Voir où", reverse("wagtailimages:image_usage", args=[image.pk])),
            ),
        )
        for image in found
    ]


def _times(number: int) -> str:
    return f"{number} fois"
