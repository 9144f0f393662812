"""Who teaches and what is taught: federations, centres, trades, help points."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import quote_path_component

from cisp_map.trade_words import format_synonyms, parse_synonyms
from home.phones import phone_uri


class Category(models.TextChoices):
    """The three kinds of course of the CISP decree; the values stand in addresses."""

    ORIENTATION = "orientation", gettext_lazy("Orientation")
    BASIC = "base", gettext_lazy("Formation de base")
    VOCATIONAL = "professionnalisante", gettext_lazy("Formation à un métier")


class Centre(index.Indexed, models.Model):
    """An approved operator. It teaches at one or several training sites."""

    name = models.CharField("nom", max_length=160, unique=True)
    federation = models.ForeignKey(
        "home.Federation",
        verbose_name="fédération",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="centres",
    )
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("e-mail", blank=True)
    website = models.URLField("site web", blank=True)
    digistart = models.BooleanField(
        "propose Digistart", default=False, help_text="Formation numérique de base, gratuite."
    )
    is_demo = models.BooleanField(
        "centre de démonstration",
        default=False,
        help_text="Un centre inventé, pour montrer le site. Ses pages le disent.",
    )

    panels = [
        FieldPanel("name", help_text="Le nom officiel du centre agréé."),
        FieldPanel("federation", help_text="Sert de filtre dans « Trouver une formation »."),
        FieldRowPanel(
            [
                FieldPanel(
                    "phone", help_text="Le numéro du centre. Chaque lieu peut avoir le sien."
                ),
                FieldPanel("email", help_text="Le centre reçoit ici son lien de mise à jour."),
            ]
        ),
        FieldPanel("website", help_text="L’adresse entière, qui commence par « https:// »."),
        FieldRowPanel([FieldPanel("digistart"), FieldPanel("is_demo")]),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = "centre"
        verbose_name_plural = "centres"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TranslatedVocabularyQuerySet(models.QuerySet):
    """Selections of words that exist once in French and once in each language."""

    def in_language(self, language: str) -> "TranslatedVocabularyQuerySet":
        """The records in a language."""
        return self.filter(locale__language_code=language)

    def in_french(self) -> "TranslatedVocabularyQuerySet":
        """The records themselves: courses, imports and addresses name these."""
        return self.in_language(settings.LANGUAGE_CODE)


class TradeFamily(TranslatableMixin, models.Model):
    """A family of trades: the pictograms of the home page, the filter `domaine`."""

    name = models.CharField("nom", max_length=80)
    slug = models.SlugField("identifiant", max_length=60)
    sort_order = models.PositiveSmallIntegerField("ordre", default=0)

    objects = TranslatedVocabularyQuerySet.as_manager()

    panels = [
        FieldPanel("name", help_text="Le mot sous le dessin de l’accueil, en un ou deux mots."),
        FieldPanel(
            "slug", help_text="Se trouve dans les adresses : ne le changez plus une fois publié."
        ),
        FieldPanel("sort_order", help_text="Le plus petit nombre vient en premier."),
    ]
    translatable_fields = [
        TranslatableField("name"),
        SynchronizedField("slug", overridable=False),
        SynchronizedField("sort_order", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = "famille de métiers"
        verbose_name_plural = "familles de métiers"
        ordering = ["sort_order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "name"], name="family_name_by_language"),
            models.UniqueConstraint(fields=["locale", "slug"], name="family_slug_by_language"),
        ]

    def __str__(self) -> str:
        return self.name


class RomeCode(models.Model):
    """A code of the ROME V3 nomenclature (France Travail, used by Forem)."""

    code = models.CharField(
        "code",
        max_length=5,
        primary_key=True,
        validators=[RegexValidator(r"^[A-N]\d{4}$", "Un code ROME : une lettre, quatre chiffres.")],
    )
    label = models.CharField("intitulé", max_length=160)

    panels = [
        FieldPanel("code", help_text="Une lettre et quatre chiffres : « G1602 »."),
        FieldPanel("label", help_text="Le nom du métier dans la nomenclature ROME V3."),
    ]

    class Meta:
        verbose_name = "code ROME"
        verbose_name_plural = "codes ROME"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class WordsField(models.TextField):
    """Words with their weights, one a line; each is translated alone.

    As one text, a word that is added in French would bring all words of the translation back to
    French. A word that is not translated is left out: what German does not know is tried in French.
    """

    def deconstruct(self) -> Any:
        """A plain text for the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def get_translatable_segments(self, value: str) -> list[StringSegmentValue]:
        """Each word without its weight (called by wagtail-localize)."""
        return [
            StringSegmentValue(quote_path_component(phrase), phrase)
            for phrase, _weight in parse_synonyms(value)
        ]

    def restore_translated_segments(self, value: str, segments: list[StringSegmentValue]) -> str:
        """The translated words with the weights of the French ones; several stand between «;»."""
        french = {
            quote_path_component(phrase): (phrase, weight)
            for phrase, weight in parse_synonyms(value)
        }
        found: list[tuple[str, float]] = []
        for segment in sorted(segments, key=lambda each: each.order):
            phrase, weight = french.get(segment.path, ("", 1.0))
            said = segment.render_text()
            if said == phrase:
                continue
            for word in re.split(r"[;\n]", said):
                # A weight that was typed along is that of the French word anyway.
                plain = (word.rpartition(" : ")[0] or word).strip()
                if plain:
                    found.append((plain, weight))
        return format_synonyms(found)


class Trade(TranslatableMixin, index.Indexed, models.Model):
    """What one learns (« filière »), with the words that people use for it."""

    name = models.CharField("nom", max_length=120)
    slug = models.SlugField("identifiant", max_length=120)
    family = models.ForeignKey(
        TradeFamily, verbose_name="famille", on_delete=models.PROTECT, related_name="trades"
    )
    category = models.CharField("catégorie", max_length=20, choices=Category)
    rome_codes = models.ManyToManyField(RomeCode, verbose_name="codes ROME", blank=True)
    words = WordsField(
        "mots de tous les jours",
        blank=True,
        help_text="Ce que les gens tapent pour ce métier. Un mot ou une phrase par ligne. "
        "« serveuse : 0,6 » dit que le mot est proche, « : 0,3 » qu’il est éloigné.",
    )
    neighbours = models.TextField(
        "métiers voisins",
        blank=True,
        help_text="Montrés après ce métier. Un nom de métier par ligne, avec sa proximité : "
        "« Commis de cuisine : 0,5 ».",
    )

    objects = TranslatedVocabularyQuerySet.as_manager()

    panels = [
        FieldPanel("name", help_text="Le métier que l’on apprend, en mots simples."),
        FieldRowPanel(
            [
                FieldPanel(
                    "slug",
                    help_text="Se trouve dans les adresses : ne le changez plus une fois publié.",
                ),
                FieldPanel(
                    "category",
                    help_text="Sert de filtre : orientation, formation de base ou métier.",
                ),
            ]
        ),
        FieldPanel("family", help_text="La famille de l’accueil où le métier se range."),
        FieldPanel("rome_codes", help_text="Les codes proposés aux centres pour ce métier."),
        MultiFieldPanel(
            [FieldPanel("words"), FieldPanel("neighbours")], heading="Mots pour la recherche"
        ),
    ]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("locale"),
    ]
    # A translation has a name and words of its own; what it is, and its address, stay the same.
    translatable_fields = [
        TranslatableField("name"),
        TranslatableField("words"),
        SynchronizedField("slug", overridable=False),
        SynchronizedField("category", overridable=False),
        SynchronizedField("family", overridable=False),
        SynchronizedField("neighbours", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = "métier (filière)"
        verbose_name_plural = "métiers (filières)"
        ordering = ["family__sort_order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "name"], name="trade_name_by_language"),
            models.UniqueConstraint(fields=["locale", "slug"], name="trade_slug_by_language"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Weights are numbers, and a neighbour is a trade."""
        super().clean()
        for field in ("words", "neighbours"):
            try:
                parse_synonyms(getattr(self, field))
            except ValueError as error:
                raise ValidationError({field: str(error)}) from error
        named = {name for name, _ in parse_synonyms(self.neighbours)}
        known = set(Trade.objects.in_french().filter(name__in=named).values_list("name", flat=True))
        if unknown := sorted(named - known):
            raise ValidationError({"neighbours": f"Métier inconnu : {', '.join(unknown)}."})


class HelpPoint(models.Model):
    """A Carrefour or Cité des Métiers: people who help for nothing."""

    class Kind(models.TextChoices):
        CARREFOUR = "carrefour", gettext_lazy("Carrefour des Métiers")
        CITE = "cite", gettext_lazy("Cité des Métiers")

    kind = models.CharField("genre", max_length=10, choices=Kind)
    locality = models.ForeignKey(
        "cisp_map.Locality", verbose_name="localité", on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField("adresse", max_length=200, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    website = models.URLField("site web", blank=True)

    panels = [
        FieldPanel("kind", help_text="Le mot qui s’affiche devant la localité."),
        FieldPanel("locality", help_text="La localité : tapez son nom ou son code postal."),
        FieldPanel("address", help_text="La rue et le numéro."),
        FieldRowPanel(
            [
                FieldPanel("phone", help_text="Le numéro que les visiteurs peuvent appeler."),
                FieldPanel(
                    "website", help_text="L’adresse entière, qui commence par « https:// »."
                ),
            ]
        ),
    ]

    class Meta:
        verbose_name = "Carrefour ou Cité des Métiers"
        verbose_name_plural = "Carrefours et Cités des Métiers"
        ordering = ["locality__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "locality"], name="one_help_point_per_place")
        ]

    def __str__(self) -> str:
        return _("%(kind)s de %(place)s") % {
            "kind": self.get_kind_display(),
            "place": self.locality.name,
        }

    @property
    def phone_uri(self) -> str:
        """The number as a `tel:` address."""
        return phone_uri(self.phone)
