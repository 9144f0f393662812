"""An episode: its sound, its words, and who made it."""

import re
import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.models import Orderable, Page, PageManager, PageQuerySet
from wagtail.search import index
from wagtailmedia.edit_handlers import MediaChooserPanel

from home.models import BasePage, BodyPageMixin, Organisation, SiteImage
from home.themes import Theme
from podcasts.artwork import validate_artwork
from podcasts.episode_form import NO_AUDIO, NO_TRANSCRIPT, EpisodePageForm
from podcasts.models.shows import PodcastPage
from podcasts.times import clock, iso_duration, parse_clock, spoken, validate_clock
from podcasts.transcripts import BadTranscript, Cue, Section, in_sections, is_timed, parse, plain
from search.indexing import Part

SLACK = 1.0  # seconds that a transcript may outlast its sound: rounding of the tools
_NUMBERED = re.compile(r"(?:(?:[ée]pisode|[ée]p\.?|n[°o]|#)\s*\d+|\d+\s*[.:)–-]\s)", re.IGNORECASE)


def with_guests() -> models.Prefetch:
    """The guests of episodes, with the bodies they speak for, in one query."""
    guests = Credit.objects.filter(role=Credit.Role.GUEST).select_related("organisation")
    return models.Prefetch("credits", queryset=guests.order_by("sort_order", "pk"))


class EpisodeQuerySet(PageQuerySet):
    """Selections of episodes."""

    def available(self) -> "EpisodeQuerySet":
        """What is out now: live, dated, with a sound, its consent still given."""
        today = timezone.localdate()
        return (
            self.live()
            .filter(date__lte=timezone.now(), audio__isnull=False, withdrawn_on__isnull=True)
            .filter(models.Q(consent_until__isnull=True) | models.Q(consent_until__gte=today))
        )

    def listenable(self) -> "EpisodeQuerySet":
        """What everybody may hear: available, and neither it nor a page above is private."""
        return self.available().public()

    def of_show(self, show: PodcastPage) -> "EpisodeQuerySet":
        """Episodes of one show."""
        return self.child_of(show)

    def listed_by(self, show: PodcastPage) -> "EpisodeQuerySet":
        """What the page of a show lists, newest first: whoever sees the show may see these.

        The sound and the guests come along: two queries, however many episodes.
        """
        return (
            self.of_show(show)
            .available()
            .filter(view_restrictions__isnull=True)
            .select_related("audio")
            .prefetch_related(with_guests())
            .order_by("-date", "-pk")
        )

    def for_feed(self) -> "EpisodeQuerySet":
        """Newest first, with all that a feed prints: three queries, however many episodes."""
        return (
            self.listenable()
            .select_related("audio", "artwork")
            .prefetch_related("credits__organisation", "chapters")
            .order_by("-date", "-pk")
        )


class EpisodePage(BodyPageMixin, BasePage):
    """One episode. Title, sound, transcript, summary and date are enough."""

    kind = "Épisode de podcast"
    in_feed = True
    themes = (Theme.INTERFEDE,)

    date = models.DateTimeField(
        "date",
        default=timezone.now,
        help_text="Un épisode daté dans le futur attend cette date pour paraître.",
    )
    summary = models.TextField(
        "résumé", max_length=600, help_text="Deux ou trois phrases : de quoi parle l’épisode ?"
    )
    # Null and yet not blank: a draft may wait for its sound, a published episode may not.
    audio = models.ForeignKey(
        "podcasts.Audio",
        verbose_name="son",
        null=True,
        on_delete=models.SET_NULL,
        related_name="episodes",
        help_text="Un fichier MP3 ou M4A.",
        error_messages={"blank": NO_AUDIO},
    )
    transcript = models.TextField(
        "transcription",
        help_text="Ce qui est dit, pour qui n’entend pas ou préfère lire. Un fichier VTT (avec les "
        "moments) permet de cliquer sur une phrase pour l’écouter ; un texte simple convient aussi. "
        "« Nom : … » en début de ligne dit qui parle.",
        error_messages={"blank": NO_TRANSCRIPT},
    )
    season = models.PositiveSmallIntegerField("saison", null=True, blank=True)
    number = models.PositiveSmallIntegerField("numéro dans la saison", null=True, blank=True)
    artwork = models.ForeignKey(
        "home.SiteImage",
        verbose_name="pochette de l’épisode",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Carrée, de 1400 à 3000 pixels. Sans elle, la pochette du podcast sert.",
    )
    explicit = models.BooleanField("contenu réservé aux adultes", default=False)
    is_testimony = models.BooleanField(
        "témoignage d’une personne formée",
        default=False,
        help_text="Sans accord écrit, seul le prénom peut paraître.",
    )
    consent_on = models.DateField("accord donné le", null=True, blank=True)
    consent_until = models.DateField(
        "accord valable jusqu’au",
        null=True,
        blank=True,
        help_text="Après cette date, l’épisode n’est plus en ligne.",
    )
    withdrawn_on = models.DateField("retiré le", null=True, editable=False)
    guid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    base_form_class = EpisodePageForm
    exclude_fields_in_copy = ["guid", "withdrawn_on"]

    objects = PageManager.from_queryset(EpisodeQuerySet)()

    content_panels = [
        *Page.content_panels,
        MediaChooserPanel("audio", media_type="audio"),
        FieldPanel("summary"),
        FieldPanel("date"),
        MultiFieldPanel(
            [FieldPanel("transcript_file"), FieldPanel("transcript")], heading="Transcription"
        ),
        InlinePanel("chapters", heading="Chapitres", label="Chapitre"),
        InlinePanel("credits", heading="Génériques et invités", label="Personne ou organisation"),
        FieldRowPanel(
            [FieldPanel("season"), FieldPanel("number")], heading="Place dans le podcast"
        ),
        FieldPanel("artwork"),
        FieldPanel("body"),
        InlinePanel("related", heading="Pages liées", label="Page"),
        MultiFieldPanel(
            [
                FieldPanel("is_testimony"),
                FieldRowPanel([FieldPanel("consent_on"), FieldPanel("consent_until")]),
                FieldPanel("explicit"),
            ],
            heading="Accord et public",
            classname="collapsed",
        ),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("spoken_text"),
        index.RelatedFields("credits", [index.SearchField("name")]),
        *BodyPageMixin.body_search_fields,
        index.FilterField("date"),
    ]
    parent_page_types = ["podcasts.PodcastPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "épisode de podcast"
        verbose_name_plural = "épisodes de podcast"

    def save(self, *args, **kwargs) -> None:
        """The card of an episode is its summary unless somebody wrote another."""
        before = EpisodePage.objects.filter(pk=self.pk).values_list("summary", flat=True)
        if self.search_description in ("", *before):  # type: ignore[has-type]
            self.search_description = self.summary
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """What podcast apps, the law and the listener ask for."""
        super().clean()
        errors: dict[str, str] = {}
        if self.title and _NUMBERED.match(self.title):
            errors["title"] = (
                "Écrivez le titre sans le numéro : saison et numéro ont leur propre champ."
            )
        if self.withdrawn_on:
            errors["title"] = (
                f"Cet épisode a été retiré le {self.withdrawn_on:%d/%m/%Y} à la demande de la "
                "personne : il ne peut plus paraître."
            )
        if self.transcript and (problem := self._transcript_problem()):
            errors["transcript"] = problem
        if self.consent_until and self.consent_on and self.consent_until < self.consent_on:
            errors["consent_until"] = "La fin de l’accord vient avant son début."
        if errors:
            raise ValidationError(errors)
        validate_artwork(self.artwork, "artwork")
        self._wait_for_the_date()
        self._end_with_the_consent()

    def _transcript_problem(self) -> str:
        try:
            cues = parse(self.transcript, self.seconds)
        except BadTranscript as error:
            return str(error)
        if not cues:
            return "La transcription est vide."
        if self.seconds and cues[-1].start > self.seconds + SLACK:
            return (
                f"La transcription va jusqu’à {clock(cues[-1].start)}, mais le son dure "
                f"{clock(self.seconds)} : est-ce le bon fichier ?"
            )
        return ""

    def _wait_for_the_date(self) -> None:
        if self.date and self.date > timezone.now() and not self.live:
            self.go_live_at = max(self.go_live_at or self.date, self.date)  # type: ignore[has-type]

    def _end_with_the_consent(self) -> None:
        if self.consent_until:
            after = datetime.combine(self.consent_until + timedelta(days=1), time())
            end = timezone.make_aware(after)
            self.expire_at = min(self.expire_at or end, end)  # type: ignore[has-type]

    def with_content_json(self, content: dict) -> "EpisodePage":
        """An old revision brings back a text, never another identity, nor a testimony taken down."""
        episode = super().with_content_json(content)
        episode.guid = self.guid
        episode.withdrawn_on = self.withdrawn_on
        return episode

    # --- Who may see it --------------------------------------------------------------------------

    @property
    def is_over(self) -> bool:
        """True when the page must not be shown although it is live: its date or its consent."""
        ended = bool(self.consent_until and self.consent_until < timezone.localdate())
        return self.date > timezone.now() or ended or bool(self.withdrawn_on)

    def serve(self, request: HttpRequest, *args, **kwargs) -> TemplateResponse:
        """404 before the date and after the consent, even before the clock of Wagtail ticks."""
        if self.is_over:
            raise Http404("épisode hors ligne")
        return super().serve(request, *args, **kwargs)

    # --- Sound and words -------------------------------------------------------------------------

    @property
    def seconds(self) -> float:
        """Length of the sound; 0.0 without one."""
        return self.audio.duration if self.audio else 0.0

    @property
    def length_label(self) -> str:
        """«12 min»; "" without a sound."""
        return spoken(self.seconds) if self.audio else ""

    @property
    def length_iso(self) -> str:
        """«PT12M»."""
        return iso_duration(self.seconds)

    @cached_property
    def cues(self) -> list[Cue]:
        """The sentences; [] when the transcript cannot be read (a draft)."""
        try:
            return parse(self.transcript, self.seconds)
        except BadTranscript:
            return []

    @property
    def has_times(self) -> bool:
        """True when the times of the transcript are real, not estimated."""
        return is_timed(self.transcript)

    @property
    def spoken_text(self) -> str:
        """Everything said, for the search index."""
        return plain(self.cues)

    def search_passages(self) -> Iterator[Part]:
        """What is said, sentence by sentence, each at the address of its moment."""
        parts = self.get_url_parts()
        path = parts[2] if parts else ""
        if not self.has_times:
            yield Part("Transcription", f"{path}#transcription", self.spoken_text)
            return
        for cue in self.cues:
            label = f"Transcription, à {clock(cue.start)}"
            yield Part(label, f"{path}#t={int(cue.start)}", cue.text)

    @cached_property
    def marks(self) -> list["Chapter"]:
        """Chapters in order, those inside the sound alone."""
        return sorted(
            (each for each in self.chapters.all() if each.seconds < self.seconds),
            key=lambda chapter: chapter.seconds,
        )

    @property
    def sections(self) -> list[Section]:
        """The transcript under its chapters; without real times, in one piece."""
        marks = [(float(each.seconds), each.title) for each in self.marks]
        return in_sections(self.cues, marks if self.has_times else [])

    # --- Who made it -----------------------------------------------------------------------------

    @cached_property
    def people(self) -> list["Credit"]:
        """Credits in the editor's order."""
        return list(self.credits.all())

    @property
    def guests(self) -> list["Credit"]:
        """Who is heard."""
        return [each for each in self.people if each.role == Credit.Role.GUEST]

    # --- Around it -------------------------------------------------------------------------------

    def social_picture(self) -> SiteImage | None:
        """The image for a shared link, or None."""
        return self.social_image or self.teaser_image or self.artwork or self.show.artwork

    @cached_property
    def show(self) -> PodcastPage:
        """The show of the episode."""
        return PodcastPage.objects.select_related("artwork").get(path=self.path[: -self.steplen])

    def neighbours(self) -> tuple["EpisodePage | None", "EpisodePage | None"]:
        """The episodes before and after this one, by date; None at the ends."""
        others = EpisodePage.objects.sibling_of(self, inclusive=False).listenable()
        same = models.Q(date=self.date)
        before = others.filter(models.Q(date__lt=self.date) | same & models.Q(pk__lt=self.pk))
        after = others.filter(models.Q(date__gt=self.date) | same & models.Q(pk__gt=self.pk))
        return before.order_by("-date", "-pk").first(), after.order_by("date", "pk").first()

    def related_pages(self) -> list[Page]:
        """Pages tied to this one, whichever of the two says so: chosen here first, then others."""
        chosen = list(dict.fromkeys(each.page_id for each in self.related.all()))
        found = Page.objects.live().public().filter(pk__in=chosen).exclude(pk=self.pk).specific()
        pages = {page.pk: page for page in found}
        named = [page for page in self.named_by if page.pk not in pages]
        return [*(pages[pk] for pk in chosen if pk in pages), *named]

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Add show, transcript, chapters, credits, related pages and neighbours."""
        from podcasts.structured import episode_json_ld

        context = super().get_context(request, *args, **kwargs)
        previous, following = self.neighbours() if self.pk and self.path else (None, None)
        return {
            **context,
            "show": self.show,
            "sections": self.sections,
            "chapters": self.marks,
            "credits": self.people,
            "related": self.related_pages(),
            "previous": previous,
            "next": following,
            "feed_url": self.show.get_feed_url(request),
            "json_ld": episode_json_ld(self, request),
        }


class Chapter(Orderable):
    """A moment one may want to jump to."""

    episode = ParentalKey(EpisodePage, on_delete=models.CASCADE, related_name="chapters")
    start = models.CharField(
        "début", max_length=8, validators=[validate_clock], help_text="Par exemple 1:35"
    )
    title = models.CharField("titre", max_length=120)
    url = models.URLField("lien", blank=True)

    panels = [
        FieldRowPanel([FieldPanel("start"), FieldPanel("title")]),
        FieldPanel("url"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "chapitre"
        verbose_name_plural = "chapitres"

    def __str__(self) -> str:
        return f"{self.start} {self.title}"

    @property
    def seconds(self) -> int:
        """Where it starts."""
        return parse_clock(self.start)

    @property
    def clock(self) -> str:
        """«1:35»."""
        return clock(self.seconds)


class Credit(Orderable):
    """Who is heard, made or paid an episode: a person by name, or an organisation."""

    class Role(models.TextChoices):
        GUEST = "guest", "Invité·e"
        HOST = "host", "Présentation"
        REPORTER = "reporter", "Reportage"
        PRODUCER = "producer", "Production"
        COPRODUCER = "coproducer", "Coproduction"
        DIRECTOR = "director", "Réalisation"
        AUTHOR = "author", "Écriture"
        EDITOR = "editor", "Montage"
        MUSIC = "music", "Musique"

    TAXONOMY = {
        "guest": ("guest", "cast"),
        "host": ("host", "cast"),
        "reporter": ("reporter", "cast"),
        "producer": ("producer", "creative direction"),
        "coproducer": ("producer", "creative direction"),
        "director": ("director", "creative direction"),
        "author": ("author", "writing"),
        "editor": ("audio editor", "audio production"),
        "music": ("composer", "audio production"),
    }
    """role → (role, group) of the podcast taxonomy"""

    episode = ParentalKey(EpisodePage, on_delete=models.CASCADE, related_name="credits")
    role = models.CharField("rôle", max_length=12, choices=Role, default=Role.GUEST)
    name = models.CharField("nom", max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="ou organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    url = models.URLField("site web", blank=True)

    panels = [
        FieldPanel("role"),
        FieldRowPanel([FieldPanel("name"), FieldPanel("organisation")]),
        FieldPanel("url"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "crédit"
        verbose_name_plural = "crédits"

    def __str__(self) -> str:
        return f"{self.get_role_display()} : {self.label}"

    def clean(self) -> None:
        """A name or an organisation, one of the two."""
        super().clean()
        if bool(self.name) == bool(self.organisation_id):
            raise ValidationError({"name": "Écrivez un nom ou choisissez une organisation."})

    @property
    def label(self) -> str:
        """Who it is."""
        return self.organisation.name if self.organisation else self.name

    @property
    def link(self) -> str:
        """Their site, "" without one."""
        return self.url or (self.organisation.website if self.organisation else "")

    @property
    def taxonomy(self) -> tuple[str, str]:
        """Role and group as podcast apps know them."""
        return self.TAXONOMY[self.role]


class RelatedPage(Orderable):
    """A page that goes with an episode; the link shows on both when the other is an episode."""

    episode = ParentalKey(EpisodePage, on_delete=models.CASCADE, related_name="related")
    page = models.ForeignKey(
        "wagtailcore.Page", verbose_name="page", on_delete=models.CASCADE, related_name="+"
    )

    panels = [PageChooserPanel("page")]

    class Meta(Orderable.Meta):
        verbose_name = "page liée"
        verbose_name_plural = "pages liées"

    def __str__(self) -> str:
        return str(self.page)
