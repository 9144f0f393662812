"""A show: what its page and its feed say of it."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import Resolver404
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page
from wagtail.search import index

from home.models import BasePage, SiteImage
from home.themes import Theme
from podcasts.artwork import give_artwork, validate_artwork
from podcasts.categories import category_choices

FEED_NAME = "flux.xml"
DESCRIPTION_BYTES = 4000  # Apple's limit, in bytes
KEEP_MOVED_FEED_DAYS = 28
PODCAST_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def podcast_guid(feed_url: str) -> uuid.UUID:
    """UUIDv5 of a feed address without scheme and trailing slash (namespace podcast, «guid»)."""
    return uuid.uuid5(PODCAST_NAMESPACE, feed_url.partition("://")[2].rstrip("/"))


class PodcastPage(BasePage):
    """A show and its list of episodes. Its feed is at its own address, then `flux.xml`."""

    kind = "Podcast"
    themes = (Theme.INTERFEDE,)

    class Type(models.TextChoices):
        EPISODIC = "episodic", "Épisodes indépendants"
        SERIAL = "serial", "Série à écouter dans l’ordre"

    description = models.TextField(
        "description",
        help_text="De quoi parle ce podcast, pour qui ? S’affiche sur la page et dans les "
        "applications de podcast.",
    )
    artwork = models.ForeignKey(
        "home.SiteImage",
        verbose_name="pochette",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Carrée, de 1400 à 3000 pixels, JPEG ou PNG, sans transparence. "
        "Sans elle, la pochette de l’Interfédé sert.",
    )
    author = models.CharField("auteur", max_length=120, default="Interfédé des CISP")
    category = models.CharField(
        "catégorie",
        max_length=80,
        choices=category_choices,
        default="Society & Culture › Documentary",
        help_text="Le rayon où les applications rangent le podcast (noms d’Apple, en anglais).",
    )
    second_category = models.CharField(
        "deuxième catégorie",
        max_length=80,
        choices=category_choices,
        blank=True,
        default="Education › Self-Improvement",
    )
    show_type = models.CharField("genre", max_length=8, choices=Type, default=Type.EPISODIC)
    explicit = models.BooleanField("contenu réservé aux adultes", default=False)
    copyright = models.CharField("droits", max_length=120, default="© Interfédé des CISP")
    owner_name = models.CharField("responsable", max_length=120, blank=True)
    owner_email = models.EmailField("e-mail du responsable", blank=True)
    show_owner = models.BooleanField(
        "publier le responsable dans le flux",
        default=False,
        help_text="Apple et Spotify écrivent à cette adresse pour vérifier le podcast. "
        "Une fois la vérification faite, elle peut rester cachée.",
    )
    feed_locked = models.BooleanField(
        "empêcher l’import ailleurs",
        default=True,
        help_text="Interdit à un autre hébergeur de reprendre le podcast.",
    )
    new_feed_url = models.URLField(
        "nouvelle adresse du flux",
        blank=True,
        help_text="Remplie seule quand l’adresse de la page change : à garder quatre semaines au "
        "moins. Une adresse hors du site y redirige les applications.",
    )
    feed_moved_on = models.DateField(null=True, editable=False)
    podcast_guid = models.UUIDField(null=True, unique=True, editable=False)

    # A copy of the page is another show.
    exclude_fields_in_copy = ["podcast_guid", "feed_moved_on", "new_feed_url"]

    content_panels = [
        *Page.content_panels,
        FieldPanel("description"),
        FieldPanel("artwork"),
        InlinePanel("platforms", heading="Aussi sur", label="Plateforme"),
        MultiFieldPanel(
            [
                FieldPanel("author"),
                FieldRowPanel([FieldPanel("category"), FieldPanel("second_category")]),
                FieldRowPanel([FieldPanel("show_type"), FieldPanel("explicit")]),
                FieldPanel("copyright"),
                FieldRowPanel([FieldPanel("owner_name"), FieldPanel("owner_email")]),
                FieldPanel("show_owner"),
                FieldPanel("feed_locked"),
                FieldPanel("new_feed_url"),
            ],
            heading="Flux pour les applications",
            classname="collapsed",
        ),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("description")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["podcasts.EpisodePage"]

    class Meta:
        verbose_name = "podcast"
        verbose_name_plural = "podcasts"

    def save(self, *args, **kwargs) -> None:
        """Give the show its GUID once, as soon as its address is known."""
        if not self.search_description:  # type: ignore[has-type]
            self.search_description = self.description[:300]
        super().save(*args, **kwargs)
        if self.podcast_guid is None and (url := self.get_feed_url()):
            self.podcast_guid = podcast_guid(url)
            if type(self).objects.filter(podcast_guid=self.podcast_guid).exists():
                # A show once stood at this address: directories know it by that GUID.
                self.podcast_guid = uuid.uuid4()
            type(self).objects.filter(pk=self.pk).update(podcast_guid=self.podcast_guid)

    def clean(self) -> None:
        """Keep to what directories accept."""
        super().clean()
        if len(self.description.encode()) > DESCRIPTION_BYTES:
            raise ValidationError(
                {
                    "description": f"La description pèse {len(self.description.encode())} octets ; "
                    f"les applications en acceptent {DESCRIPTION_BYTES}. Raccourcissez-la."
                }
            )
        validate_artwork(self.artwork, "artwork")
        if self.show_owner and not self.owner_email:
            raise ValidationError(
                {"owner_email": "Écrivez l’e-mail à publier, ou cachez le responsable."}
            )
        self._keep_moved_feed()

    def _keep_moved_feed(self) -> None:
        """Apps that were away for some weeks must still learn the new address."""
        if self.new_feed_url or not self.feed_moved_on:
            return
        until = self.feed_moved_on + timedelta(days=KEEP_MOVED_FEED_DAYS)
        if timezone.localdate() < until:
            raise ValidationError(
                {
                    "new_feed_url": "Le flux a changé d’adresse : gardez celle-ci jusqu’au "
                    f"{until:%d/%m/%Y}."
                }
            )

    def with_content_json(self, content: dict) -> "PodcastPage":
        """An old revision brings back a text, never another identity of the feed."""
        show = super().with_content_json(content)
        show.podcast_guid = self.podcast_guid
        show.feed_moved_on = self.feed_moved_on
        # A revision from before the move does not know the new address.
        show.new_feed_url = show.new_feed_url or self.new_feed_url
        return show

    # --- Addresses -----------------------------------------------------------------------------

    def get_route_paths(self) -> list[str]:
        """The feed moves with the page: Wagtail makes a redirect for each of these."""
        return ["/", f"/{FEED_NAME}"]

    def resolve_subpage(self, path: str) -> tuple[object, tuple, dict]:
        """Tell Wagtail's redirects that the feed exists. Raises Resolver404 for anything else."""
        if path != f"/{FEED_NAME}":
            raise Resolver404({"path": path})
        return self.serve, (), {}

    def move_feed(self) -> None:
        """Tell the apps the address that the feed has now; Wagtail redirects the old one."""
        self.new_feed_url = self.get_feed_url()
        self.feed_moved_on = timezone.localdate()
        type(self).objects.filter(pk=self.pk).update(
            new_feed_url=self.new_feed_url, feed_moved_on=self.feed_moved_on
        )

    def get_feed_url(self, request: HttpRequest | None = None) -> str:
        """Whole address of the feed; "" while the page lies outside every site."""
        url = self.get_full_url(request)
        return f"{url}{FEED_NAME}" if url else ""

    # --- What the page and the feed show ---------------------------------------------------------

    def social_picture(self) -> SiteImage | None:
        """The image for a shared link, or None."""
        return self.social_image or self.teaser_image or self.artwork

    @property
    def categories(self) -> list[str]:
        """One or two categories."""
        return [each for each in (self.category, self.second_category) if each]

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """Add the episodes by season, the latest season first."""
        from podcasts.models.episodes import EpisodePage
        from podcasts.structured import show_json_ld

        episodes = list(EpisodePage.objects.listed_by(self))
        give_artwork([self, *episodes])
        context = super().get_context(request, *args, **kwargs)
        context["seasons"] = by_season(episodes, serial=self.show_type == self.Type.SERIAL)
        context["feed_url"] = self.get_feed_url(request)
        context["json_ld"] = show_json_ld(self, request)
        return context


def by_season(episodes: Sequence, *, serial: bool) -> list[dict]:
    """`[{"number", "episodes"}]` from episodes, newest first; a serial is told from its start."""
    seasons: dict[int | None, list] = {}
    for episode in episodes:
        seasons.setdefault(episode.season, []).append(episode)
    order = sorted(seasons, key=lambda number: number or 0, reverse=not serial)
    return [
        {"number": number, "episodes": seasons[number][::-1] if serial else seasons[number]}
        for number in order
    ]


class PlatformLink(Orderable):
    """Where else one can listen: a plain link, nothing of it is loaded here."""

    show = ParentalKey(PodcastPage, on_delete=models.CASCADE, related_name="platforms")
    name = models.CharField("nom", max_length=40, help_text="Spotify, Apple Podcasts…")
    url = models.URLField("adresse")

    panels = [FieldRowPanel([FieldPanel("name"), FieldPanel("url")])]

    class Meta(Orderable.Meta):
        verbose_name = "plateforme"
        verbose_name_plural = "plateformes"

    def __str__(self) -> str:
        return self.name
