"""What the catalogue holds: resources, kits, référentiels."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    TabbedInterface,
)
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Orderable, Page, PageManager, Site
from wagtail.query import PageQuerySet
from wagtail.search import index

from home.desk.reviews import BasePageForm
from home.models import BasePage, BodyPageMixin, Organisation
from home.themes import Theme
from pedatech import licences
from pedatech.embeds import WRONG_HOST, Frame, frame_for
from pedatech.models.catalogue import Rubric, Term, Vocabulary

RESERVED_SLUGS = {"rubriques", "reperes", "liste"}
FIRST_YEAR = 1950


class ResourceKind(models.TextChoices):
    """What a resource is; the values stand in addresses."""

    TOOL = "outil", "Outil pédagogique"
    DIGITAL_TOOL = "outil-numerique", "Outil numérique"
    SHEET = "fiche", "Fiche outil"
    GUIDE = "guide", "Guide"
    KIT = "kit", "Kit de formation"
    REFERENTIAL = "referentiel", "Référentiel"
    COURSE = "formation", "Formation en ligne"
    ARTICLE = "article", "Article"
    BOOK = "livre", "Livre ou revue"
    GAME = "jeu", "Jeu"
    VIDEO = "video", "Vidéo ou audio"
    IMMERSIVE = "immersif", "Expérience immersive"


OWN_TYPES = {ResourceKind.KIT, ResourceKind.REFERENTIAL}
"""Kinds that have a page type of their own."""


class Language(models.TextChoices):
    """Languages of a resource; the values are those of schema.org's inLanguage."""

    FRENCH = "fr", "Français"
    DUTCH = "nl", "Néerlandais"
    GERMAN = "de", "Allemand"
    ENGLISH = "en", "Anglais"
    SEVERAL = "mul", "Plusieurs langues"
    NONE = "zxx", "Sans paroles"


UNKNOWN = ("ne-sait-pas", "Ne sait pas")
COST = [
    ("gratuit", "Gratuit"),
    ("mixte", "Gratuit, avec des options payantes"),
    ("payant", "Payant"),
    UNKNOWN,
]
ACCOUNT = [
    ("non", "Sans compte"),
    ("facultatif", "Compte possible, pas obligatoire"),
    ("formateur", "Compte pour la formatrice ou le formateur"),
    ("tous", "Compte pour chaque personne"),
    UNKNOWN,
]
DATA = [
    ("appareil", "Elles restent sur l’appareil"),
    ("ue", "Dans l’Union européenne"),
    ("hors-ue", "Hors de l’Union européenne"),
    UNKNOWN,
]
AGE = [
    ("sans", "Sans limite d’âge"),
    ("13", "À partir de 13 ans"),
    ("16", "À partir de 16 ans"),
    ("18", "À partir de 18 ans"),
    UNKNOWN,
]
ACCESSIBILITY = [
    ("bonne", "Utilisable au clavier et avec un lecteur d’écran"),
    ("partielle", "Utilisable en partie"),
    ("faible", "Difficile à utiliser avec une aide technique"),
    UNKNOWN,
]
OFFLINE = [
    ("oui", "Fonctionne sans connexion"),
    ("partie", "Une partie fonctionne sans connexion"),
    ("non", "Une connexion est nécessaire"),
    UNKNOWN,
]
MARKS = [(1, "À améliorer"), (2, "Correct"), (3, "Bon"), (4, "Très bon")]

DURATIONS = (
    ("moins-de-30-min", "Moins de 30 minutes", 0, 30),
    ("30-a-60-min", "De 30 minutes à 1 heure", 30, 61),
    ("1-a-3-h", "De 1 à 3 heures", 61, 181),
    ("demi-journee", "Une demi-journée", 181, 271),
    ("journee", "Une journée", 271, 481),
    ("plus-d-un-jour", "Plus d’une journée", 481, 10**9),
)
"""Value in addresses, label, from (minutes), below (minutes)."""


def duration_class(minutes: int | None) -> str:
    """The value of DURATIONS in which `minutes` falls; "" without a duration."""
    if not minutes:
        return ""
    return next(key for key, _label, low, high in DURATIONS if low <= minutes < high)


def duration_label(minutes: int | None) -> str:
    """«45 min», «1 h 30», «7 h»; "" without a duration."""
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}\u00a0min"
    return f"{hours}\u00a0h\u00a0{rest:02}" if rest else f"{hours}\u00a0h"


class TermIterator(forms.models.ModelChoiceIterator):
    """Terms under the name of their vocabulary."""

    def __iter__(self) -> Iterable:  # type: ignore[override]
        groups: dict[str, list] = {}
        for term in self.queryset:
            label = term.get_vocabulary_display()
            groups.setdefault(label, []).append((self.field.prepare_value(term), term.label))
        yield from groups.items()


class TermsField(forms.ModelMultipleChoiceField):
    """Check boxes, one group a vocabulary."""

    iterator = TermIterator
    widget = forms.CheckboxSelectMultiple


class ResourceForm(BasePageForm):
    """The form of a resource: a draft may have holes, what is published may not."""

    terms = TermsField(
        queryset=Term.objects.all(), required=False, label="Thèmes, publics, niveaux, repères"
    )

    def clean(self) -> dict:
        """Say beside each field what is missing before a publication."""
        data = super().clean()
        if not self.is_deferred_validation:
            for name, message in self.instance.missing(self).items():
                if name in self.fields and not self.has_error(name):
                    self.add_error(name, message)
                elif name not in self.fields:
                    self.add_error(None, message)
        return data


class ResourceQuerySet(PageQuerySet):
    """Selections of resources."""

    def listed(self) -> "ResourceQuerySet":
        """What everybody may find: live and in no private section."""
        return self.live().public()

    def to_complete(self) -> "ResourceQuerySet":
        """Digital tools of which something is not known yet (P-30)."""
        unknown = models.Q()
        for name in ResourcePage.TOOL_FIELDS:
            unknown |= models.Q(**{name: UNKNOWN[0]})
        return self.filter(unknown, resource_kind=ResourceKind.DIGITAL_TOOL)


class TeamReviewMixin(models.Model):
    """What the team thinks of a resource (P-15). No stars, no average."""

    review_relevance = models.PositiveSmallIntegerField(
        "pertinence", choices=MARKS, null=True, blank=True
    )
    review_pedagogy = models.PositiveSmallIntegerField(
        "pédagogie", choices=MARKS, null=True, blank=True
    )
    review_form = models.PositiveSmallIntegerField("forme", choices=MARKS, null=True, blank=True)
    review_ease = models.PositiveSmallIntegerField(
        "prise en main", choices=MARKS, null=True, blank=True
    )
    review_text = models.TextField("avis de l’équipe", blank=True, max_length=1200)
    is_favourite = models.BooleanField("coup de cœur de l’équipe", default=False)

    review_panels = [
        FieldRowPanel([FieldPanel("review_relevance"), FieldPanel("review_pedagogy")]),
        FieldRowPanel([FieldPanel("review_form"), FieldPanel("review_ease")]),
        FieldPanel("review_text"),
        FieldPanel("is_favourite"),
    ]

    class Meta:
        abstract = True

    @property
    def review(self) -> list[tuple[str, str]]:
        """`[("Pertinence", "Bon"), …]`: what was looked at; empty before."""
        names = ("review_relevance", "review_pedagogy", "review_form", "review_ease")
        return [
            (str(self._meta.get_field(name).verbose_name).capitalize(), label)  # type: ignore[union-attr]
            for name in names
            if (label := dict(MARKS).get(getattr(self, name)))
        ]


class ResourcePage(RoutablePageMixin, TeamReviewMixin, BodyPageMixin, BasePage):  # noqa: DJ008 (the title, from Page)
    """One teaching resource. Kits and référentiels are resources with more to tell."""

    TOOL_FIELDS = (
        "tool_cost",
        "tool_account",
        "tool_data",
        "tool_age",
        "tool_accessibility",
        "tool_offline",
    )

    kind = "Ressource"
    themes = (Theme.PEDATECH,)

    resource_kind = models.CharField("genre", max_length=16, choices=ResourceKind)
    introduction = models.TextField(
        "en bref",
        max_length=600,
        help_text="Deux ou trois phrases : à quoi sert la ressource, avec qui, comment.",
    )
    rubrics = ParentalManyToManyField(
        Rubric, verbose_name="rubriques", blank=True, related_name="resources"
    )
    terms = ParentalManyToManyField(
        Term, verbose_name="thèmes, publics, niveaux, repères", blank=True, related_name="resources"
    )
    duration = models.PositiveIntegerField(
        "durée (minutes)", null=True, blank=True, help_text="Le temps qu’il faut avec le groupe."
    )
    language = models.CharField("langue", max_length=3, choices=Language, default=Language.FRENCH)
    year = models.PositiveSmallIntegerField(
        "année",
        null=True,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(2100)],
        help_text="L’année de la ressource ; pour une fiche outil, celle du GEP.",
    )
    producer = models.ForeignKey(
        Organisation,
        verbose_name="producteur",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="L’organisation qui a fait la ressource.",
    )
    authors = models.CharField(
        "auteurs",
        max_length=200,
        blank=True,
        help_text="« Nom, Prénom », un point-virgule entre deux personnes.",
    )
    source_title = models.CharField(
        "revue, livre ou site", max_length=200, blank=True, help_text="D’où vient un article."
    )
    licence = models.CharField(
        "licence",
        max_length=16,
        choices=licences.CHOICES,
        help_text="Sans licence, personne ne sait s’il peut utiliser la ressource.",
    )
    can_be_borrowed = models.BooleanField(
        "à emprunter", default=False, help_text="L’Interfédé prête cette ressource."
    )
    accessibility_notes = models.TextField(
        "accessibilité",
        blank=True,
        max_length=600,
        help_text="Sous-titres, gros caractères, lecture au clavier… et ce qui manque.",
    )
    preparation = models.TextField("matériel et préparation", blank=True, max_length=800)
    is_demo = models.BooleanField(
        "exemple", default=False, help_text="La page dit alors que c’est une démonstration."
    )

    tool_cost = models.CharField("prix", max_length=12, choices=COST, blank=True)
    tool_account = models.CharField("compte", max_length=12, choices=ACCOUNT, blank=True)
    tool_data = models.CharField("où vont les données", max_length=12, choices=DATA, blank=True)
    tool_age = models.CharField("âge", max_length=12, choices=AGE, blank=True)
    tool_accessibility = models.CharField(
        "accessibilité de l’outil", max_length=12, choices=ACCESSIBILITY, blank=True
    )
    tool_offline = models.CharField("sans connexion", max_length=12, choices=OFFLINE, blank=True)

    objects = PageManager.from_queryset(ResourceQuerySet)()
    base_form_class = ResourceForm

    kind_panels = [FieldPanel("resource_kind")]
    own_panels: list = []
    describe_panels = [
        FieldPanel("introduction"),
        *BodyPageMixin.body_panels,
        FieldPanel("preparation"),
    ]
    file_panels = [
        InlinePanel("files", heading="Fichiers", label="Fichier"),
        InlinePanel("links", heading="Liens", label="Lien"),
        InlinePanel("embeds", heading="Contenus d’autres sites", label="Contenu", max_num=6),
        InlinePanel("activities", heading="Activités interactives", label="Activité", max_num=3),
    ]
    class_panels = [
        FieldPanel("rubrics", widget=forms.CheckboxSelectMultiple),
        FieldPanel("terms"),
        FieldRowPanel([FieldPanel("duration"), FieldPanel("language")]),
    ]
    origin_panels = [
        FieldPanel("licence"),
        FieldRowPanel([FieldPanel("producer"), FieldPanel("year")]),
        FieldPanel("authors"),
        FieldPanel("source_title"),
        FieldPanel("can_be_borrowed"),
        FieldPanel("is_demo"),
    ]
    more_panels = [
        FieldPanel("accessibility_notes"),
        MultiFieldPanel(
            [
                HelpPanel(
                    "Obligatoire pour un outil numérique. « Ne sait pas » est une réponse : "
                    "l’outil paraît alors dans la liste « Outils à compléter »."
                ),
                FieldRowPanel([FieldPanel("tool_cost"), FieldPanel("tool_account")]),
                FieldRowPanel([FieldPanel("tool_data"), FieldPanel("tool_age")]),
                FieldRowPanel([FieldPanel("tool_accessibility"), FieldPanel("tool_offline")]),
            ],
            heading="Outil numérique",
        ),
        MultiFieldPanel(TeamReviewMixin.review_panels, heading="Avis de l’équipe"),
        InlinePanel("versions", heading="Historique", label="Version"),
        InlinePanel("related", heading="À voir aussi", label="Page", max_num=8),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        *BodyPageMixin.body_search_fields,
        index.SearchField("authors"),
        index.SearchField("source_title"),
        index.SearchField("words"),
        index.SearchField("files_text"),
        index.FilterField("resource_kind"),
    ]
    parent_page_types = ["pedatech.CataloguePage"]
    subpage_types: list[str] = []
    template = "pedatech/resource_page.html"

    class Meta:
        verbose_name = "ressource"
        verbose_name_plural = "ressources"

    def clean(self) -> None:
        """Three words of the address belong to the catalogue itself."""
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": "Le catalogue se sert déjà de cette adresse."})
        if self.resource_kind in OWN_TYPES and type(self) is ResourcePage:
            raise ValidationError(
                {"resource_kind": "Les kits et les référentiels ont leur propre type de page."}
            )

    def save(self, clean: bool = True, **kwargs) -> None:
        """What is live is complete; the card text comes from the introduction.

        Files, links and contents are saved after the page: a form or `publish` has them at hand.
        """
        if clean and self.live and (missing := self.missing()):
            raise ValidationError(
                {
                    name if name != "files" else NON_FIELD_ERRORS: [text]
                    for name, text in missing.items()
                }
            )
        if not self.search_description:  # type: ignore[has-type]
            self.search_description = shorten(self.introduction, 200)
        super().save(clean=clean, **kwargs)  # type: ignore[call-arg]

    def missing(self, form: forms.ModelForm | None = None) -> dict[str, str]:
        """`{field: French message}` of what a publication still needs.

        Fields that are always obligatory say so themselves; here are those that depend on others.
        `form` gives what was typed in its sets of files, links and contents.
        """
        missing = {}
        if self.resource_kind == ResourceKind.DIGITAL_TOOL:
            for name in self.TOOL_FIELDS:
                if not getattr(self, name):
                    label = self._meta.get_field(name).verbose_name  # type: ignore[union-attr]
                    missing[name] = (
                        f"Pour un outil numérique, dites : {label}. "
                        "« Ne sait pas » est une réponse."
                    )
        if self.resource_kind == ResourceKind.ARTICLE and not self.source_title:
            missing["source_title"] = "D’où vient l’article ? Donnez la revue, le livre ou le site."
        if not self._leads_somewhere(form):
            missing["files"] = (
                "Il n’y a rien à ouvrir : ajoutez un fichier, un lien, un contenu ou un texte, "
                "ou cochez « à emprunter »."
            )
        return missing

    def _leads_somewhere(self, form: forms.ModelForm | None) -> bool:
        """True when there is something to read, to open or to borrow."""
        if self.can_be_borrowed or self.body:
            return True
        for name in ("files", "links", "embeds"):
            if form is not None:
                formset = form.formsets.get(name)  # type: ignore[attr-defined]
                forms_left = [
                    each
                    for each in (formset.forms if formset else [])
                    if getattr(each, "cleaned_data", None) and not each.cleaned_data.get("DELETE")
                ]
                if forms_left:
                    return True
            elif getattr(self, name).exists():
                return True
        return False

    # --- What the page tells ------------------------------------------------------------------

    @property
    def kind_label(self) -> str:
        """«Fiche outil»."""
        return ResourceKind(self.resource_kind).label if self.resource_kind else self.kind

    @property
    def licence_info(self) -> licences.Licence | None:
        """The licence with its sentence."""
        return licences.BY_KEY.get(self.licence)

    @property
    def duration_label(self) -> str:
        """«1 h 30»."""
        return duration_label(self.duration)

    @property
    def tool_card(self) -> list[tuple[str, str]]:
        """`[("Prix", "Gratuit"), …]` of a digital tool, else empty."""
        if self.resource_kind != ResourceKind.DIGITAL_TOOL:
            return []
        return [
            (
                str(self._meta.get_field(name).verbose_name).capitalize(),  # type: ignore[union-attr]
                getattr(self, f"get_{name}_display")() or UNKNOWN[1],
            )
            for name in self.TOOL_FIELDS
        ]

    @property
    def files_text(self) -> str:
        """The text of the files, for the search."""
        documents = [each.document for each in self.files.select_related("document")]
        return "\n".join(filter(None, (getattr(each, "text", "") for each in documents)))

    @property
    def search_topics(self) -> list[str]:
        """Its themes, by which results are narrowed."""
        return [term.label for term in self.terms.all() if term.vocabulary == Vocabulary.THEME]

    @property
    def words(self) -> str:
        """Kind, producer, rubrics and terms, for the search."""
        return " ".join(
            [
                self.kind_label,
                str(self.producer or ""),
                *(rubric.name for rubric in self.rubrics.all()),
                *(term.label for term in self.terms.all()),
            ]
        )

    @property
    def citation(self) -> str:
        """«Nom, P. (2023). Titre. Revue.»: how to quote the resource."""
        who = self.authors.replace(";", ",") or (str(self.producer.name) if self.producer else "")
        year = f" ({self.year})" if self.year else ""
        parts = [f"{who}{year}".strip(), self.title, self.source_title]
        return " ".join(f"{part.rstrip('.')}." for part in parts if part)

    @cached_property
    def term_list(self) -> list[Term]:
        """The terms, read once."""
        return list(self.terms.all())

    @cached_property
    def version_list(self) -> list["ResourceVersion"]:
        """The versions, newest first, read once."""
        return sorted(self.versions.all(), key=lambda each: (each.date, each.pk or 0), reverse=True)

    def terms_of(self, *vocabularies: str) -> list[Term]:
        """The terms of some vocabularies."""
        return [each for each in self.term_list if each.vocabulary in vocabularies]

    @path("")
    def show(self, request: HttpRequest) -> HttpResponse:
        """The notice of the resource."""
        from pedatech.catalogue.views import resource_view

        return resource_view(request, self)


def make_edit_handler(model: type[ResourcePage]) -> TabbedInterface:
    """Three tabs: what it is, how it is classed, what else is known."""
    return TabbedInterface(
        [
            ObjectList(
                [
                    *Page.content_panels,
                    *model.kind_panels,
                    *model.own_panels,
                    *model.describe_panels,
                    *model.file_panels,
                ],
                heading="Contenu",
            ),
            ObjectList([*model.origin_panels, *model.class_panels], heading="Classement et droits"),
            ObjectList(model.more_panels, heading="Pour aller plus loin"),
            ObjectList(BasePage.promote_panels, heading="Promotion"),
            ObjectList(BasePage.settings_panels, heading="Paramètres"),
        ]
    )


class ResourceFile(Orderable):
    """A file of a resource."""

    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="files")
    document = models.ForeignKey(
        "home.SiteDocument", verbose_name="fichier", on_delete=models.PROTECT, related_name="+"
    )
    label = models.CharField(
        "nom à afficher", max_length=120, blank=True, help_text="Vide : le titre du fichier."
    )

    panels = [FieldPanel("document"), FieldPanel("label")]

    class Meta(Orderable.Meta):
        verbose_name = "fichier"
        verbose_name_plural = "fichiers"

    def __str__(self) -> str:
        return self.label or self.document.title


class ResourceLink(Orderable):
    """A page of another site."""

    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="links")
    url = models.URLField("adresse", max_length=400)
    label = models.CharField("nom à afficher", max_length=120)

    panels = [FieldPanel("url"), FieldPanel("label")]

    class Meta(Orderable.Meta):
        verbose_name = "lien"
        verbose_name_plural = "liens"

    def __str__(self) -> str:
        return self.label


class ResourceEmbed(Orderable):
    """A content of another host that shows inside the page, once the visitor asks for it."""

    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="embeds")
    url = models.URLField("adresse", max_length=400, help_text="Genially, YouTube ou Vimeo.")
    title = models.CharField("titre", max_length=120)
    still = models.ForeignKey(
        "home.SiteImage",
        verbose_name="image d’attente",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="S’affiche avant le clic : rien n’est demandé à l’autre site.",
    )
    is_360 = models.BooleanField("vidéo à 360°", default=False)

    panels = [
        FieldPanel("url"),
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("still"), FieldPanel("is_360")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "contenu d’un autre site"
        verbose_name_plural = "contenus d’autres sites"

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Only hosts that we know."""
        super().clean()
        if self.url and self.frame is None:
            raise ValidationError({"url": WRONG_HOST})

    @property
    def frame(self) -> Frame | None:
        """How it shows in a frame."""
        return frame_for(self.url)


class ResourceVersion(Orderable):
    """What changed for those who use the resource."""

    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="versions")
    number = models.CharField("version", max_length=20)
    date = models.DateField("date", default=timezone.localdate)
    changes = models.CharField("ce qui a changé", max_length=300)

    panels = [FieldRowPanel([FieldPanel("number"), FieldPanel("date")]), FieldPanel("changes")]

    class Meta:
        verbose_name = "version"
        verbose_name_plural = "versions"
        ordering = ["-date", "-pk"]

    def __str__(self) -> str:
        return self.number


class RelatedPage(Orderable):
    """A page to see as well, of any of the three sites."""

    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="related")
    target = models.ForeignKey(
        Page, verbose_name="page", on_delete=models.CASCADE, related_name="+"
    )

    panels = [PageChooserPanel("target")]

    class Meta(Orderable.Meta):
        verbose_name = "page à voir aussi"
        verbose_name_plural = "pages à voir aussi"

    def __str__(self) -> str:
        return str(self.target)


# --- Kits -----------------------------------------------------------------------------------------


class KitPage(ResourcePage):  # noqa: DJ008 (the title, from Page)
    """Several files and the steps to use them, downloadable as one zip (P-05)."""

    kind = "Kit de formation"

    kind_panels: list = []
    own_panels = [
        InlinePanel("steps", heading="Déroulement", label="Étape"),
        InlinePanel("parts", heading="Ressources du catalogue dans ce kit", label="Ressource"),
    ]
    parent_page_types = ["pedatech.CataloguePage"]
    subpage_types: list[str] = []
    template = "pedatech/resource_page.html"

    class Meta:
        verbose_name = "kit de formation"
        verbose_name_plural = "kits de formation"

    def full_clean(self, *args, **kwargs) -> None:
        """A kit is a kit."""
        self.resource_kind = ResourceKind.KIT
        super().full_clean(*args, **kwargs)

    def missing(self, form: forms.ModelForm | None = None) -> dict[str, str]:
        """A kit may live from the resources it gathers."""
        missing = super().missing(form)
        if (form is None and self.parts.exists()) or (
            form is not None
            and any(
                getattr(each, "cleaned_data", None) and not each.cleaned_data.get("DELETE")
                for each in form.formsets["parts"].forms  # type: ignore[attr-defined]
            )
        ):
            missing.pop("files", None)
        return missing

    @path("kit.zip", name="zip")
    def zip(self, request: HttpRequest) -> HttpResponseBase:
        """All public files, the list and the licences."""
        from pedatech.catalogue.kits import zip_response

        return zip_response(request, self)


class KitStep(Orderable):
    """A step of a kit."""

    page = ParentalKey(KitPage, on_delete=models.CASCADE, related_name="steps")
    title = models.CharField("étape", max_length=120)
    text = models.TextField("ce qu’on y fait", max_length=800, blank=True)
    duration = models.PositiveIntegerField("durée (minutes)", null=True, blank=True)

    panels = [FieldRowPanel([FieldPanel("title"), FieldPanel("duration")]), FieldPanel("text")]

    class Meta(Orderable.Meta):
        verbose_name = "étape"
        verbose_name_plural = "étapes"

    def __str__(self) -> str:
        return self.title

    @property
    def duration_label(self) -> str:
        """«45 min»."""
        return duration_label(self.duration)


class KitPart(Orderable):
    """A resource of the catalogue that the kit gathers."""

    page = ParentalKey(KitPage, on_delete=models.CASCADE, related_name="parts")
    resource = models.ForeignKey(
        ResourcePage, verbose_name="ressource", on_delete=models.CASCADE, related_name="+"
    )
    note = models.CharField("à quoi elle sert ici", max_length=200, blank=True)

    panels = [PageChooserPanel("resource", "pedatech.ResourcePage"), FieldPanel("note")]

    class Meta(Orderable.Meta):
        verbose_name = "ressource du kit"
        verbose_name_plural = "ressources du kit"

    def __str__(self) -> str:
        return str(self.resource)


# --- Référentiels ---------------------------------------------------------------------------------


class ReferentialPage(ResourcePage):  # noqa: DJ008 (the title, from Page)
    """What a trade asks, as SFMQ or Interfédé wrote it down (P-06)."""

    class Source(models.TextChoices):
        SFMQ = "sfmq", "SFMQ"
        INTERFEDE = "interfede", "Interfédé"

    kind = "Référentiel"

    trade = models.CharField(
        "métier ou filière",
        max_length=160,
        help_text="Comme sur cisp.be : le lien vers les lieux de formation cherche ce mot.",
    )
    source = models.CharField("source", max_length=12, choices=Source)
    edition = models.CharField("édition", max_length=40, help_text="Par exemple « 2024 ».")
    replaced_by = models.ForeignKey(
        "self",
        verbose_name="remplacé par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replaces",
        help_text="L’édition qui remplace celle-ci.",
    )

    kind_panels: list = []
    own_panels = [
        FieldPanel("trade"),
        FieldRowPanel([FieldPanel("source"), FieldPanel("edition")]),
        PageChooserPanel("replaced_by", "pedatech.ReferentialPage"),
    ]
    search_fields = [
        *ResourcePage.search_fields,
        index.SearchField("trade"),
        index.SearchField("edition"),
    ]
    parent_page_types = ["pedatech.CataloguePage"]
    subpage_types: list[str] = []
    template = "pedatech/resource_page.html"

    class Meta:
        verbose_name = "référentiel"
        verbose_name_plural = "référentiels"

    def full_clean(self, *args, **kwargs) -> None:
        """A référentiel is one; it needs no file while its text tells what it is."""
        self.resource_kind = ResourceKind.REFERENTIAL
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        """An edition does not replace itself, even by detours."""
        super().clean()
        seen = {self.pk}
        newer = self.replaced_by
        while newer is not None:
            if newer.pk in seen:
                raise ValidationError(
                    {"replaced_by": "Ces éditions se remplacent l’une l’autre : choisissez-en une."}
                )
            seen.add(newer.pk)
            newer = newer.replaced_by

    def get_meta_title(self) -> str:
        """With the edition: the editions of a trade have one title."""
        return self.seo_title or f"{self.title}, édition {self.edition}"

    def places_url(self, request: HttpRequest) -> str:
        """The finder of cisp.be, asked for this trade; "" without that site."""
        site = Site.objects.filter(sitebranding__theme=Theme.CISP).first()
        if site is None:
            return ""
        root = site.root_url
        port = request.get_port()
        if site.port not in (80, 443) and port == str(site.port):
            root = f"{request.scheme}://{site.hostname}:{site.port}"
        return f"{root}/formations/?{urlencode({'q': self.trade})}"


class SavedResource(models.Model):
    """A resource in the list of a signed-in person."""

    user = models.ForeignKey("home.User", on_delete=models.CASCADE, related_name="saved_resources")
    resource = models.ForeignKey(ResourcePage, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "ressource gardée"
        verbose_name_plural = "ressources gardées"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "resource"], name="saved_resource_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} : {self.resource_id}"


for _model in (ResourcePage, KitPage, ReferentialPage):
    _model.edit_handler = make_edit_handler(_model)


def shorten(text: str, limit: int) -> str:
    """`text` on one line, cut at a word, at most `limit` signs."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"
