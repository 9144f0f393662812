"""Pages of cisp.be: the finder and the training sites below it."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page, PageManager, PageViewRestriction
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail.url_routing import RouteResult

from cisp_map import site_documents
from cisp_map.gazetteer.boundaries import in_area
from cisp_map.panels import LocationPanel
from cisp_map.points import Point, geodesic_km, parse_location
from cisp_map.upkeep.access import TrainingSiteForm, TrainingSitePermissionTester
from home.languages import FRENCH, current, is_french
from home.models import BasePage
from home.phones import phone_uri
from home.templatetags.french_dates import day
from home.themes import Theme
from search.engine import forget

from .gazetteer import Locality
from .vocabulary import Centre, Trade

FURTHEST_FROM_LOCALITY_KM = 10
DATE_STALE_AFTER = timedelta(days=60)


class Method(models.TextChoices):
    """The two kinds of CISP."""

    EFT = "EFT", gettext_lazy("EFT – j’apprends en travaillant")
    DEFI = "DéFI", gettext_lazy("DéFI – j’apprends en formation")


class Schedule(models.TextChoices):
    """When one learns; the values stand in addresses."""

    FULL_TIME = "temps-plein", gettext_lazy("Temps plein")
    PART_TIME = "temps-partiel", gettext_lazy("Temps partiel")
    EVENING = "soir", gettext_lazy("En soirée")


class StartKind(models.TextChoices):
    """How one enters."""

    UNKNOWN = "", gettext_lazy("Non précisé")
    ANY_TIME = "toute-annee", "Entrée toute l’année"
    ON_DATE = "date", "À une date"
    WAITING_LIST = "liste", "Liste d’attente"


def new_token() -> str:
    """A value that no other call has returned."""
    return uuid.uuid4().hex


class FinderPage(RoutablePageMixin, BasePage):
    """The search over all training sites: list and map."""

    kind = "Trouver une formation"
    themes = (Theme.CISP,)

    goes_on_in_every_language = True

    introduction = models.TextField("introduction", blank=True, max_length=300)
    vocabulary_token = models.CharField(max_length=32, editable=False, default=new_token)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["cisp_map.TrainingSitePage"]
    # One on the site; its translations are the same page in another language.
    max_count_per_parent = 1

    class Meta:
        verbose_name = "recherche de formations"
        verbose_name_plural = "recherches de formations"

    def save(self, *args, **kwargs) -> None:
        """A new token, because publishing an old draft would bring an old one back."""
        self.vocabulary_token = new_token()
        super().save(*args, **kwargs)

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """One finder, and its translations."""
        return super().can_create_at(parent) and not cls.in_french().exists()

    @classmethod
    def in_french(cls) -> "models.QuerySet[FinderPage]":
        """The French finder, at most one."""
        return cls.objects.filter(locale__language_code=settings.LANGUAGE_CODE)

    @classmethod
    def source(cls) -> "FinderPage":
        """The French finder, below which the training sites lie. Raises DoesNotExist without one."""
        return cls.in_french().get()

    @classmethod
    def in_current_language(cls) -> "models.QuerySet[FinderPage]":
        """The live finder of the language of this answer, at most one."""
        return cls.objects.live().filter(locale__language_code=current())

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """A translation shows the training sites of the French finder: `/de/kurse/<slug>/`."""
        if (
            self.live
            and path_components
            and path_components[0] != "territoires"
            and not is_french()
        ):
            sites = TrainingSitePage.objects.live().filter(
                slug=path_components[0], locale__language_code=settings.LANGUAGE_CODE
            )
            if site := sites.first():
                request.finder = self  # type: ignore[attr-defined]
                return site.route(request, path_components[1:])
        return super().route(request, path_components)

    @classmethod
    def renew_vocabulary_token(cls) -> None:
        """Tell every worker to read the vocabulary anew."""
        cls.objects.update(vocabulary_token=new_token())

    @path("")
    def search(self, request: HttpRequest) -> HttpResponse:
        """List and map."""
        from cisp_map.views import finder_view

        return finder_view(request, self)

    @path("territoires/", name="territories")
    def territories(self, request: HttpRequest) -> HttpResponse:
        """Every territory with its number of sites."""
        from cisp_map.views import territories_view

        return territories_view(request, self)

    @path("territoires/<slug:slug>/", name="territory")
    def territory(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Everything that one territory offers (C-39)."""
        from cisp_map.views import territory_view

        return territory_view(request, self, slug)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict]:
        """The finder and the pages of the territories."""
        from cisp_map.views import territories_of

        urls = super().get_sitemap_urls(request)
        base = self.get_full_url(request)
        if urls and base:
            slugs = [each.slug for each, _count in territories_of(self)]
            urls.append({"location": f"{base}territoires/"})
            urls += [{"location": f"{base}territoires/{slug}/"} for slug in slugs]
        return urls


class TrainingSiteQuerySet(PageQuerySet):
    """Selections of training sites, by the names of the field."""

    def to_be_shown(self) -> "TrainingSiteQuerySet":
        """Live, public sites that one can visit: a prison is not one of them (C-34).

        Only the site's own restriction is asked: one on the finder's page hides the search itself.
        """
        return self.filter(live=True, in_prison=False).exclude(
            pk__in=PageViewRestriction.objects.values("page_id")
        )

    def with_offer(self, **conditions: object) -> "TrainingSiteQuerySet":
        """Sites with one offer that answers all `conditions` (look-ups of Offer).

        A list of keys, not a join: SQLite then starts from the few offers instead of all sites.
        """
        offers = Offer.objects.filter(**conditions).order_by()
        return self.filter(pk__in=offers.values("page_id"))

    def in_communes(self, nis_prefixes: tuple[str, ...]) -> "TrainingSiteQuerySet":
        """Sites in the communes whose NIS code starts with one of `nis_prefixes`; all for none."""
        wanted = models.Q()
        for prefix in nis_prefixes:
            wanted |= models.Q(locality__nis_code__startswith=prefix)
        return self.filter(wanted)

    def inside(self, box: tuple[float, float, float, float]) -> "TrainingSiteQuerySet":
        """Sites inside `(south, west, north, east)`; one without a point counts at its locality."""
        south, west, north, east = box
        return self.filter(near_lat__range=(south, north), near_lng__range=(west, east))


class TrainingSitePage(RoutablePageMixin, BasePage):
    """A place where a centre teaches, with what one learns there."""

    kind = "Lieu de formation"
    themes = (Theme.CISP,)
    # Names and addresses: one page for all languages, shown below each language's finder.
    read_below_parent = True
    goes_on_in_every_language = False

    centre = models.ForeignKey(
        Centre, verbose_name="centre", on_delete=models.PROTECT, related_name="sites"
    )
    address = models.CharField("rue et numéro", max_length=200, blank=True)
    locality = models.ForeignKey(
        Locality, verbose_name="localité", on_delete=models.PROTECT, related_name="sites"
    )
    location = models.CharField(
        "point sur la carte",
        max_length=80,
        blank=True,
        help_text="Sans point, le lieu reste dans la liste, mais pas sur la carte.",
    )
    # The point as numbers, read from `location` on save.
    lat = models.FloatField("latitude", null=True, editable=False)
    lng = models.FloatField("longitude", null=True, editable=False)
    # Where the site counts in a search: its own point, else the centre of its locality.
    near_lat = models.FloatField(editable=False)
    near_lng = models.FloatField(editable=False)

    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("e-mail", blank=True)
    website = models.URLField("site web", blank=True)
    opening_hours = models.TextField("heures d’accueil", blank=True, max_length=400)
    access_notes = RichTextField(
        "comment venir", blank=True, features=["bold", "link", "ul"], max_length=2000
    )
    audience = models.CharField("pour qui", max_length=200, blank=True)
    wheelchair = models.BooleanField("accessible en fauteuil roulant", default=False)
    in_prison = models.BooleanField(
        "dans une prison",
        default=False,
        help_text="Le lieu n’apparaît alors ni dans la recherche, ni sur la carte.",
    )
    verified_on = models.DateField("vérifié le", null=True, blank=True)

    objects = PageManager.from_queryset(TrainingSiteQuerySet)()

    content_panels = [
        *Page.content_panels,
        FieldPanel("centre"),
        MultiFieldPanel(
            [
                FieldPanel("locality"),
                FieldPanel("address"),
                LocationPanel("location", address_field="address"),
                FieldPanel("in_prison"),
            ],
            heading="Où",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
                FieldPanel("website"),
                FieldPanel("opening_hours"),
                FieldPanel("access_notes"),
                FieldPanel("audience"),
                FieldPanel("wheelchair"),
                FieldPanel("verified_on"),
            ],
            heading="Contact et accès",
        ),
        InlinePanel("offers", heading="Formations", label="Formation"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("address"),
        index.SearchField("audience"),
        index.SearchField("access_notes"),
        index.RelatedFields("centre", [index.SearchField("name")]),
        index.RelatedFields(
            "locality",
            [
                index.SearchField("name"),
                index.SearchField("commune"),
                index.SearchField("postal_code"),
            ],
        ),
        index.SearchField("trade_names"),
        index.FilterField("in_prison"),
    ]
    # Nothing to translate: see read_below_parent.
    translatable_fields: list = []
    search_properties = site_documents.PROPERTIES
    base_form_class = TrainingSiteForm
    parent_page_types = ["cisp_map.FinderPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "lieu de formation"
        verbose_name_plural = "lieux de formation"
        indexes = [models.Index(fields=["near_lat", "near_lng"], name="site_near")]

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple | None:
        """Below the finder of the language of this answer; French where it has none."""
        parts = super().get_url_parts(request)
        if parts is None or is_french():
            return parts
        base = _finder_path(request)
        return (parts[0], parts[1], f"{base}{self.slug}/") if base else parts

    def get_breadcrumbs(self, request: HttpRequest) -> list[dict[str, str]]:
        """Through the finder in whose language the page is read."""
        finder = getattr(request, "finder", None)
        if finder is None:
            return super().get_breadcrumbs(request)
        url = self.get_url(request) or ""
        return [
            *finder.get_breadcrumbs(request),
            {"title": self.title, "url": url, "language": FRENCH},
        ]

    @property
    def point(self) -> Point | None:
        """The site's own point."""
        return Point(self.lat, self.lng) if self.lat is not None and self.lng is not None else None

    @property
    def point_is_approximate(self) -> bool:
        """True while the point is only the centre of the locality."""
        return self.point == Point(self.locality.lat, self.locality.lng)

    @property
    def near(self) -> Point:
        """Where the site counts in a search."""
        return Point(self.near_lat, self.near_lng)

    @property
    def robots(self) -> str:
        """A site in a prison is not for search engines."""
        return "noindex" if self.in_prison else ""

    @property
    def phone_uri(self) -> str:
        """The number to call: the site's, else its centre's."""
        return phone_uri(self.phone or self.centre.phone)

    @property
    def trade_names(self) -> str:
        """Names of the trades, for the search index."""
        return " ".join(offer.trade.name for offer in self.offers.select_related("trade"))

    @property
    def search_keywords(self) -> list[str]:
        """Words that find this place though no text says them: how one learns, the federation."""
        federation = self.centre.federation
        methods = {str(offer.method) for offer in self.offers.all()}
        return [*sorted(methods), federation.acronym if federation else ""]

    def full_clean(self, *args, **kwargs) -> None:
        """A new page carries its town in its address (C-14)."""
        if not self.pk and self.locality_id and self.title:
            slug, town = self.slug or slugify(self.title), slugify(self.locality.name)  # type: ignore[has-type]
            if town not in slug:
                slug = f"{slug[:170]}-{town}"
            if slug != self.slug:  # type: ignore[has-type]
                self.slug = self._get_autogenerated_slug(slug)
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        """A point must lie in Wallonia or Brussels, and near its locality (C-27)."""
        super().clean()
        if not self.location:
            return
        point = parse_location(self.location)
        if point is None:
            raise ValidationError(
                {"location": "Ce point n’est pas lisible. Placez le repère sur la carte."}
            )
        if in_area(point.lat, point.lng) is None:
            raise ValidationError(
                {"location": "Ce point n’est ni en Wallonie ni à Bruxelles. Déplacez le repère."}
            )
        if self.locality_id:
            centre = Point(self.locality.lat, self.locality.lng)
            km = geodesic_km(point, centre)
            if km > FURTHEST_FROM_LOCALITY_KM:
                raise ValidationError(
                    {
                        "location": f"Ce point est à {km:.0f} km de {self.locality.name} : "
                        f"{FURTHEST_FROM_LOCALITY_KM} km au plus. Vérifiez le point ou la localité."
                    }
                )

    def save(self, *args, **kwargs) -> None:
        """Keep the numbers of the point beside the text of the widget."""
        point = parse_location(self.location)
        self.lat, self.lng = (point.lat, point.lng) if point else (None, None)
        near = point or Point(self.locality.lat, self.locality.lng)
        self.near_lat, self.near_lng = near.lat, near.lng
        super().save(*args, **kwargs)
        if self.in_prison:
            # It was found until now, and an index keeps what nobody takes out.
            forget(self)

    def permissions_for_user(self, user: Any) -> TrainingSitePermissionTester:
        """A centre edits its own sites (see upkeep/access.py)."""
        return TrainingSitePermissionTester(user, self)

    @path("")
    def show(self, request: HttpRequest) -> HttpResponse:
        """Everything that one needs to call and to get there."""
        from cisp_map.views import training_site_view

        return training_site_view(request, self)

    @path("signaler/", name="report_error")
    def report_error(self, request: HttpRequest) -> HttpResponse:
        """« Signaler une erreur » (C-31)."""
        from cisp_map.upkeep.reports import report_view

        if self.in_prison:
            raise Http404
        return report_view(request, self)

    @path("<slug:slug>/", name="course")
    def course(self, request: HttpRequest, slug: str) -> HttpResponse:
        """One course at this site (C-15)."""
        from cisp_map.views import course_view

        return course_view(request, self, slug)

    def search_document(self) -> dict[str, Any]:
        """What a search engine holds for the finder (see site_documents.py)."""
        return site_documents.document(
            site_id=self.pk,
            title=self.title,
            near=self.near,
            nis=self.locality.nis_code,
            federation=self.centre.federation_id,
            digistart=self.centre.digistart,
            wheelchair=self.wheelchair,
            offers=[(each.trade_id, each.method, each.schedule) for each in self.offers.all()],
        )

    @classmethod
    def get_indexed_objects(cls) -> "TrainingSiteQuerySet":
        """A site in a prison is in no search index."""
        return super().get_indexed_objects().filter(in_prison=False)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict]:
        """The site and its courses; nothing for a site in a prison."""
        if self.in_prison:
            return []
        urls = super().get_sitemap_urls(request)
        base = self.get_full_url(request)
        if urls and base:
            slugs = self.offers.values_list("trade__slug", flat=True).distinct().order_by("trade")
            urls += [{**urls[0], "location": f"{base}{slug}/"} for slug in slugs]
        return urls


def _finder_path(request: HttpRequest | None) -> str:
    """Path of the finder in the language of this answer, "" when it is not translated; asked once
    per request.
    """
    known: str | None = getattr(request, "_finder_path", None)
    if known is None:
        finder = getattr(request, "finder", None) or FinderPage.in_current_language().first()
        parts = finder.get_url_parts(request) if finder else None
        known = parts[2] if parts else ""
        if request is not None:
            request._finder_path = known  # type: ignore[attr-defined]
    return known


class Offer(Orderable):
    """A course at a training site."""

    page = ParentalKey(TrainingSitePage, on_delete=models.CASCADE, related_name="offers")
    trade = models.ForeignKey(
        Trade, verbose_name="métier", on_delete=models.PROTECT, related_name="offers"
    )
    method = models.CharField("type de centre", max_length=4, choices=Method, blank=True)
    schedule = models.CharField("horaire", max_length=16, choices=Schedule, blank=True)
    duration = models.CharField("durée", max_length=80, blank=True)
    start_kind = models.CharField("entrée", max_length=16, choices=StartKind, blank=True)
    starts_on = models.DateField("prochaine entrée", null=True, blank=True)
    start_confirmed_on = models.DateField("date confirmée le", null=True, blank=True)
    conditions = models.CharField("conditions d’entrée", max_length=300, blank=True)

    panels = [
        FieldPanel("trade"),
        FieldRowPanel([FieldPanel("method"), FieldPanel("schedule")]),
        FieldPanel("duration"),
        FieldRowPanel(
            [FieldPanel("start_kind"), FieldPanel("starts_on"), FieldPanel("start_confirmed_on")]
        ),
        FieldPanel("conditions"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "formation"
        verbose_name_plural = "formations"
        constraints = [
            models.UniqueConstraint(
                fields=["page", "trade", "method", "schedule"], name="one_offer_per_trade"
            )
        ]

    def __str__(self) -> str:
        return self.trade.name

    def clean(self) -> None:
        """An entry at a date needs the date."""
        super().clean()
        if self.start_kind == StartKind.ON_DATE and not self.starts_on:
            raise ValidationError({"starts_on": "Donnez la date de la prochaine entrée."})

    @cached_property
    def next_start(self) -> str:
        """When one can start, as a sentence; "" when nothing is known (C-40).

        A past date vanishes; a date that nobody confirmed for 60 days asks to call.
        """
        return describe_start(
            self.start_kind, self.starts_on, self.start_confirmed_on, timezone.localdate()
        )


def describe_start(
    kind: str, starts_on: date | None, confirmed_on: date | None, today: date
) -> str:
    """The sentence of `Offer.next_start` on a given day."""
    if kind == StartKind.ANY_TIME:
        return _("Entrée toute l’année")
    if kind == StartKind.WAITING_LIST:
        return _("Liste d’attente : appelez")
    if kind == StartKind.ON_DATE and starts_on and starts_on >= today:
        if confirmed_on is None or today - confirmed_on > DATE_STALE_AFTER:
            return _("Date à confirmer : appelez")
        return _("Prochaine entrée : %(date)s") % {"date": day(starts_on)}
    return ""
