"""What the search of the three sites knows: public pages, their passages, the editors' synonyms."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.search import index

from home.themes import Theme
from search import french

REBUILD_AT_MOST = timedelta(hours=2)


class IndexedPageQuerySet(QuerySet["IndexedPage"]):
    """Who sees what."""

    def visible(self) -> "IndexedPageQuerySet":
        """Live pages in no private section, whatever the index still holds.

        The index follows publishing by itself (search.indexing); this is the second lock.
        """
        private = Q()
        for path in PageViewRestriction.objects.values_list("page__path", flat=True):
            private |= Q(page__path__startswith=path)
        visible = self.filter(page__live=True)
        return visible.exclude(private) if private else visible


class IndexedPage(index.Indexed, models.Model):
    """A public page as the search sees it: what it is, where it stands, what it says.

    Only pages that every visitor may see have one, so that nothing else can be found, counted,
    suggested or quoted. Made by search.indexing, which also writes it into the index.
    """

    page = models.OneToOneField(
        Page, primary_key=True, on_delete=models.CASCADE, related_name="indexed"
    )
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    theme = models.CharField(max_length=12, choices=Theme)
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=60)
    date = models.DateField(null=True)
    date_label = models.CharField(max_length=60, blank=True)
    """The date in words, where it is less exact than a day."""
    year = models.PositiveSmallIntegerField(null=True)
    topics = models.JSONField(default=list)
    """Labels of what the page is about."""
    keywords = models.TextField(blank=True)
    """Words that find the page though it does not show them."""
    text = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = IndexedPageQuerySet.as_manager()

    wagtail_reference_index_ignore = True
    search_auto_update = False  # search.indexing writes the index once the passages are stored
    search_fields = [
        index.SearchField("title", boost=3),
        index.SearchField("description", boost=1),
        index.SearchField("keywords"),
        index.SearchField("text"),
        index.SearchField("passages_text"),
        index.FilterField("theme"),
        index.FilterField("language"),
        index.FilterField("kind"),
        index.FilterField("year"),
        index.FilterField("topics"),
    ]

    class Meta:
        verbose_name = "page de la recherche"
        verbose_name_plural = "pages de la recherche"

    def __str__(self) -> str:
        return self.title

    def passages_text(self) -> str:
        """What the files and recordings of the page say."""
        return "\n".join(self.passages.values_list("text", flat=True))


class PassageQuerySet(QuerySet["Passage"]):
    """Passages by what they say."""

    def holding(self, wanted: Mapping[int, Collection[str]]) -> "PassageQuerySet":
        """Passages of each entry (by key) that hold one of its stems, in their order."""
        any_of = Q()
        for entry_id, stems in wanted.items():
            said = Q()
            for stem in stems:
                said |= Q(words__contains=f" {stem} ")
            any_of |= Q(entry_id=entry_id) & said
        return self.filter(any_of).order_by("entry", "position")


class Passage(models.Model):
    """A part of a page that has an address of its own: a page of a PDF, a moment of a recording."""

    entry = models.ForeignKey(IndexedPage, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=255)
    url = models.CharField(max_length=2000)
    text = models.TextField()
    words = models.TextField()
    """The stems of the text between blanks, one at each end: « word » is looked for inside."""

    objects = PassageQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["entry", "position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="passage_position")
        ]

    def __str__(self) -> str:
        return self.label


def split_words(text: str) -> list[str]:
    """The expressions of a list with commas, semicolons or lines."""
    parts = text.replace(";", ",").replace("\n", ",").split(",")
    return [" ".join(part.split()) for part in parts if part.strip()]


class Synonym(models.Model):
    """Expressions that find each other's pages."""

    class Direction(models.TextChoices):
        BOTH = "deux", "Dans les deux sens"
        ONE = "un", "Dans un sens : les mots tapés trouvent aussi les autres"

    typed = models.CharField(
        "mots tapés",
        max_length=255,
        help_text="Ce que les gens écrivent. Séparez plusieurs expressions par des virgules.",
    )
    found = models.CharField(
        "mots trouvés",
        max_length=255,
        help_text="Ce que disent les pages. Séparez plusieurs expressions par des virgules.",
    )
    direction = models.CharField("sens", max_length=4, choices=Direction, default=Direction.BOTH)
    site = models.ForeignKey(
        Site,
        verbose_name="site",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Vide : les trois sites.",
    )
    updated_at = models.DateTimeField("modifié le", auto_now=True, db_index=True)

    panels = [
        MultiFieldPanel([FieldPanel("typed"), FieldPanel("found")], heading="Mots"),
        FieldPanel(
            "direction",
            help_text="Dans un sens : « resto » trouve « horeca », mais « horeca » ne trouve pas « resto ».",
        ),
        FieldPanel("site"),
    ]

    class Meta:
        verbose_name = "synonyme"
        verbose_name_plural = "synonymes"
        ordering = ["typed", "pk"]

    def __str__(self) -> str:
        arrow = "=" if self.direction == self.Direction.BOTH else "→"
        return f"{self.typed} {arrow} {self.found}"

    def clean(self) -> None:
        """Each side must hold a word that can be searched for."""
        super().clean()
        errors = {
            name: "Écrivez au moins un mot qui porte un sens."
            for name in ("typed", "found")
            if not any(french.stems(part) for part in split_words(getattr(self, name)))
        }
        if errors:
            raise ValidationError(errors)


class PromotionQuerySet(QuerySet["Promotion"]):
    """Promotions by where and when they count."""

    def in_force(self, site_id: int, day: date) -> "PromotionQuerySet":
        """Those of a site on a day; both ends are included. In the order that editors gave."""
        return self.filter(
            Q(starts_on=None) | Q(starts_on__lte=day),
            Q(ends_on=None) | Q(ends_on__gte=day),
            site_id=site_id,
        ).order_by("rank", "pk")

    def with_state(self) -> "PromotionQuerySet":
        """Each with `is_findable`: its page can be found by everybody."""
        findable = IndexedPage.objects.visible().filter(pk=OuterRef("page_id"))
        return self.select_related("page", "site").annotate(is_findable=Exists(findable))


class Promotion(models.Model):
    """What editors want of a page when certain words are searched for on a site."""

    class Effect(models.TextChoices):
        FIRST = "premier", "La montrer en premier"
        LAST = "dernier", "La montrer en dernier"
        HIDDEN = "cache", "Ne pas la montrer"

    class Match(models.TextChoices):
        EXACT = "exact", "Ces mots seuls"
        WITHIN = "parmi", "Ces mots, seuls ou avec d’autres"

    words = models.CharField(
        "mots tapés",
        max_length=255,
        help_text=(
            "Ce que les gens écrivent. Séparez plusieurs expressions par des virgules. Accents, "
            "pluriels, féminins et synonymes comptent d’eux-mêmes."
        ),
    )
    match = models.CharField(
        "quand",
        max_length=8,
        choices=Match,
        default=Match.EXACT,
        help_text=(
            "« Ces mots seuls » : « stage » ne vaut pas pour « stage en cuisine ». "
            "L’ordre des mots ne compte pas."
        ),
    )
    page = models.ForeignKey(
        Page,
        verbose_name="page",
        on_delete=models.CASCADE,
        related_name="+",
        help_text=(
            "Une page de l’un des trois sites. Celle d’un autre site vient en tête de "
            "« Aussi sur… ». Une page dépubliée ou privée n’est jamais montrée."
        ),
    )
    effect = models.CharField(
        "que faire de la page",
        max_length=8,
        choices=Effect,
        default=Effect.FIRST,
        help_text="En premier, elle porte la mention « Choisi par l’équipe ».",
    )
    site = models.ForeignKey(
        Site,
        verbose_name="site",
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Le site où les gens cherchent.",
    )
    rank = models.PositiveSmallIntegerField(
        "rang",
        default=1,
        help_text="Quand plusieurs pages sont choisies pour les mêmes mots : 1 vient d’abord.",
    )
    starts_on = models.DateField(
        "du", null=True, blank=True, help_text="Premier jour. Vide : dès maintenant."
    )
    ends_on = models.DateField(
        "au", null=True, blank=True, help_text="Dernier jour compris. Vide : sans fin."
    )
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    objects = PromotionQuerySet.as_manager()

    panels = [
        MultiFieldPanel([FieldPanel("words"), FieldPanel("match")], heading="Mots"),
        MultiFieldPanel(
            [FieldPanel("page"), FieldPanel("effect"), FieldPanel("rank")], heading="Page"
        ),
        FieldPanel("site"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")])], heading="Dates"
        ),
    ]

    class Meta:
        verbose_name = "mise en avant"
        verbose_name_plural = "mises en avant"
        ordering = ["words", "rank", "pk"]

    def __str__(self) -> str:
        return f"{self.words} : {self.page}"

    def clean(self) -> None:
        """Every expression can be searched for; dates in order; a page that a site shows."""
        super().clean()
        errors = {}
        parts = split_words(self.words)
        empty = [part for part in parts if not french.stems(part)]
        if empty or not parts:
            named = " ; ".join(f"« {part} »" for part in empty)
            errors["words"] = "Écrivez des mots qui portent un sens" + (
                f", ce que ne fait pas : {named}." if named else "."
            )
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            errors["ends_on"] = "La fin vient avant le début."
        if self.page_id and not any(
            self.page.path.startswith(path)
            for path in Page.objects.filter(
                translation_key__in=Site.objects.values("root_page__translation_key")
            ).values_list("path", flat=True)
        ):
            errors["page"] = "Cette page n’est sur aucun site."
        if errors:
            raise ValidationError(errors)

    def state(self) -> str:
        """Whether visitors feel it today, in words; wants `with_state`."""
        today = timezone.localdate()
        if self.ends_on and self.ends_on < today:
            return "Terminée"
        if self.starts_on and self.starts_on > today:
            return "À venir"
        return "En vigueur" if getattr(self, "is_findable", True) else "Page non visible"

    state.short_description = "État"  # type: ignore[attr-defined]


class PendingWrite(models.Model):
    """An object that the search engine has yet to hear of."""

    label = models.CharField(max_length=120)
    """Model, as «app.model»."""
    key = models.CharField(max_length=60)
    noted_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["label", "key"], name="pending_once")]

    def __str__(self) -> str:
        return f"{self.label} {self.key}"


class RebuildQuerySet(QuerySet["Rebuild"]):
    """Rebuilds by their state."""

    def running(self) -> "RebuildQuerySet":
        """Those that may still be at work: one that broke off is forgotten after a while."""
        return self.filter(started_at__gt=timezone.now() - REBUILD_AT_MOST)


class Rebuild(models.Model):
    """The search engine's index is being made anew: writes are noted, to be repeated on it."""

    started_at = models.DateTimeField(auto_now_add=True)

    objects = RebuildQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
