"""Training spaces: private pages for the people of one training.

Who sees what: a space and all that hangs on it (files, messages, pictures, zip) is seen by its
active members and by the staff who may edit the page; by nobody else, signed in or not. The page
has a view restriction, so that `.public()` leaves spaces out of every list, search, feed and
sitemap; the restriction asks for a log-in, and `SpacePage.serve` asks for a membership.
"""

import calendar
import secrets
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager, PageViewRestriction
from wagtail.query import PageQuerySet
from wagtail.snippets.blocks import SnippetChooserBlock

from home.models import BasePage
from home.themes import Theme
from pedatech.models.packages import InteractivePackage
from pedatech.storage import private_storage


def add_months(day: date, months: int) -> date:
    """The same day some months later; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class SessionBlock(blocks.StructBlock):
    """One day of a training."""

    day = blocks.DateBlock(label="Jour")
    hours = blocks.CharBlock(label="Heures", required=False, max_length=40)
    place = blocks.CharBlock(label="Lieu", required=False, max_length=160)
    subject = blocks.CharBlock(label="Sujet", required=False, max_length=200)

    class Meta:
        icon = "date"
        label = "Séance"
        description = "Un jour de formation : date, heures, lieu, sujet."
        template = "pedatech/blocks/session.html"
        preview_value = {
            "day": date(2026, 1, 15),
            "hours": "9 h – 16 h",
            "place": "Namur",
            "subject": "Premiers pas",
        }


class SpaceResourceBlock(blocks.StructBlock):
    """A page of the sites that the participants need."""

    page = blocks.PageChooserBlock(label="Page")
    note = blocks.CharBlock(label="À quoi elle sert", required=False, max_length=200)

    class Meta:
        icon = "doc-full"
        label = "Page"
        description = "Une ressource du catalogue ou une page d’un des sites."
        template = "pedatech/blocks/space_resource.html"

    def get_preview_value(self) -> Any:
        """The first page that everybody may read."""
        from home.visibility import public_pages

        page = public_pages().filter(depth__gt=2).order_by("path").first()
        return self.normalize({"page": page, "note": "À lire avant le premier jour."})


class SpaceContentBlock(blocks.StreamBlock):
    """What the team puts in a space."""

    text = blocks.RichTextBlock(
        label="Texte",
        icon="pilcrow",
        features=["h3", "bold", "italic", "ol", "ul", "link"],
        template="home/blocks/text.html",
        description="Un ou plusieurs paragraphes.",
        preview_value="<p>Bienvenue dans l’espace de la formation.</p>",
    )
    resource = SpaceResourceBlock()
    document = DocumentChooserBlock(
        label="Fichier",
        icon="doc-empty",
        template="pedatech/blocks/space_document.html",
        description="Un fichier réservé aux membres de l’espace.",
    )
    activity = SnippetChooserBlock(
        InteractivePackage,
        label="Activité",
        icon="media",
        template="pedatech/blocks/activity.html",
        description="Une activité H5P ou une visite, jouée dans la page.",
    )


class SpaceIndexPage(BasePage):
    """« Mes espaces »: the spaces of the person who is signed in."""

    kind = "Espaces de formation"
    themes = (Theme.PEDATECH,)
    max_count_per_parent = 1

    introduction = models.TextField("introduction", blank=True, max_length=400)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["pedatech.SpacePage"]

    class Meta:
        verbose_name = "liste des espaces de formation"
        verbose_name_plural = "listes des espaces de formation"

    def save(self, *args, **kwargs) -> None:
        """The list is private from its first moment, and all that lies below it."""
        super().save(*args, **kwargs)
        close_to_public(self)

    @property
    def robots(self) -> str:
        """Never in a search engine."""
        return "noindex, nofollow"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        """The spaces of the visitor, those under way first."""
        context = super().get_context(request, *args, **kwargs)
        spaces = list(SpacePage.objects.live().child_of(self).seen_by(request.user))
        roles = {
            each.space_id: each.get_role_display()
            for each in Membership.objects.active().filter(user_id=request.user.pk or 0)
        }
        context["spaces"] = [
            {"page": space, "state": space.state, "role": roles.get(space.pk, "Équipe")}
            for space in spaces
        ]
        return context


class SpaceQuerySet(PageQuerySet):
    """Selections of spaces."""

    def _archive_limit(self) -> date:
        months = settings.SPACE_READ_ONLY_MONTHS + settings.SPACE_ARCHIVE_MONTHS
        return add_months(timezone.localdate(), -months)

    def seen_by(self, user: object) -> "SpaceQuerySet":
        """The spaces that a user may enter, the latest first. Nobody but staff sees archives."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        ordered = self.order_by("-ends_on", "title", "pk")
        if is_team(user):
            return ordered
        memberships = Membership.objects.active().filter(user_id=user.pk)  # type: ignore[attr-defined]
        return ordered.filter(
            pk__in=memberships.values("space_id"), ends_on__gt=self._archive_limit()
        )


SpaceManager = PageManager.from_queryset(SpaceQuerySet)


class SpacePage(RoutablePageMixin, BasePage):
    """The private space of one training."""

    class State(models.TextChoices):
        OPEN = "ouvert", "Ouvert"
        READ_ONLY = "lecture", "En lecture seule"
        ARCHIVED = "archive", "Archivé"

    kind = "Espace de formation"
    themes = (Theme.PEDATECH,)

    introduction = models.TextField("introduction", blank=True, max_length=600)
    starts_on = models.DateField("premier jour")
    ends_on = models.DateField("dernier jour")
    place = models.CharField("lieu", max_length=160, blank=True)
    programme = StreamField(
        [("session", SessionBlock())], verbose_name="programme", blank=True, max_num=60
    )
    content = StreamField(SpaceContentBlock(), verbose_name="contenu", blank=True)

    objects = SpaceManager()

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                FieldPanel("place"),
            ],
            heading="Quand et où",
        ),
        FieldPanel("programme"),
        HelpPanel(
            "<p>Les formatrices et formateurs ajoutent leurs fichiers et leurs messages sur la page "
            "de l’espace. Les membres et les invitations se gèrent là aussi, sous « Membres ».</p>"
        ),
        FieldPanel("content"),
    ]
    # Nothing of a space is in the index beyond what every page has; `.public()` keeps it out.
    parent_page_types = ["pedatech.SpaceIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "espace de formation"
        verbose_name_plural = "espaces de formation"

    def clean(self) -> None:
        """A training cannot end before it starts."""
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "Le dernier jour vient avant le premier."})

    def save(self, *args, **kwargs) -> None:
        """Private from its first moment, whatever happens to the list above it."""
        super().save(*args, **kwargs)
        close_to_public(self)

    @property
    def robots(self) -> str:
        """Never in a search engine."""
        return "noindex, nofollow"

    @property
    def read_only_from(self) -> date:
        """The day from which members read without writing."""
        return add_months(self.ends_on, settings.SPACE_READ_ONLY_MONTHS)

    @property
    def archived_from(self) -> date:
        """The day from which the space is closed to its members."""
        return add_months(self.read_only_from, settings.SPACE_ARCHIVE_MONTHS)

    @property
    def state(self) -> "SpacePage.State":
        """Open, read-only or archived: by the date alone, no job has to run."""
        today = timezone.localdate()
        if today >= self.archived_from:
            return self.State.ARCHIVED
        return self.State.READ_ONLY if today >= self.read_only_from else self.State.OPEN

    def role_of(self, user: object) -> "Membership.Role | None":
        """What a user is here; None for an outsider, also once a space is archived."""
        if not getattr(user, "is_authenticated", False):
            return None
        if is_team(user):
            return Membership.Role.TEAM
        if self.state is self.State.ARCHIVED:
            return None
        membership = Membership.objects.active().filter(space_id=self.pk, user_id=user.pk).first()  # type: ignore[attr-defined]
        return Membership.Role(membership.role) if membership else None

    def document_ids(self) -> set[int]:
        """Keys of the documents that the team put in the content."""
        return {
            block.value.pk
            for block in self.content
            if block.block_type == "document" and block.value
        }

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        """Every address of the space, the page and what hangs on it, asks for a membership."""
        from pedatech.spaces.views import serve_space

        return serve_space(self, request, super().serve, *args, **kwargs)

    @path("")
    def main(self, request: HttpRequest) -> HttpResponseBase:
        """The space itself."""
        from pedatech.spaces import views

        return views.space(self, request)

    @path("fichiers/<int:pk>/")
    def document(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """A document of the content."""
        from pedatech.spaces import views

        return views.document(self, request, pk)

    @path("depots/<int:pk>/")
    def shared_file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """A file that a trainer added."""
        from pedatech.spaces import views

        return views.shared_file(self, request, pk)

    @path("depots/<int:pk>/retirer/")
    def remove_file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Take a trainer's file away."""
        from pedatech.spaces import views

        return views.remove_file(self, request, pk)

    @path("zip/")
    def archive(self, request: HttpRequest) -> HttpResponseBase:
        """All files of the space."""
        from pedatech.spaces import views

        return views.archive(self, request)

    @path("membres/")
    def members(self, request: HttpRequest) -> HttpResponseBase:
        """Members and invitations, for the team."""
        from pedatech.spaces import views

        return views.members(self, request)


def is_team(user: object) -> bool:
    """True for staff who look after the spaces: they may change memberships in the admin."""
    return bool(
        getattr(user, "is_active", False)
        and user.has_perm("wagtailadmin.access_admin")  # type: ignore[attr-defined]
        and user.has_perm("pedatech.change_membership")  # type: ignore[attr-defined]
    )


def close_to_public(page: Page) -> None:
    """Give a page the restriction that keeps it out of everything public."""
    if not page.view_restrictions.exists():
        PageViewRestriction.objects.create(
            page_id=page.pk, restriction_type=PageViewRestriction.LOGIN
        )


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Selections of memberships."""

    def active(self) -> "MembershipQuerySet":
        """Neither removed nor past their last day, of a user who may sign in."""
        return self.filter(
            Q(active_until__isnull=True) | Q(active_until__gte=timezone.localdate()),
            removed_at__isnull=True,
            user__is_active=True,
        )


class Membership(models.Model):
    """Somebody's access to a space. Made by an accepted invitation, by the team or by a registration."""

    class Role(models.TextChoices):
        PARTICIPANT = "participant", "Participant·e"
        TRAINER = "formateur", "Formatrice ou formateur"
        TEAM = "equipe", "Équipe"

    space = models.ForeignKey(
        SpacePage, verbose_name="espace", on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        on_delete=models.CASCADE,
        related_name="space_memberships",
    )
    role = models.CharField("rôle", max_length=12, choices=Role, default=Role.PARTICIPANT)
    active_until = models.DateField(
        "dernier jour d’accès",
        null=True,
        blank=True,
        help_text="Vide : aussi longtemps que l’espace.",
    )
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)
    origin = models.CharField(
        "origine",
        max_length=40,
        blank=True,
        help_text="D’où vient cet accès : une invitation, une inscription…",
    )
    created_at = models.DateTimeField("ajouté le", auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "accès à un espace"
        verbose_name_plural = "accès aux espaces"
        ordering = ["space_id", "role", "pk"]
        constraints = [
            models.UniqueConstraint(fields=("space", "user"), name="unique_space_membership")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.space}"

    @property
    def is_active(self) -> bool:
        """True while it opens the space."""
        ended = self.active_until is not None and self.active_until < timezone.localdate()
        return self.removed_at is None and not ended


def new_nonce() -> str:
    """What makes a link unguessable and usable once."""
    return secrets.token_urlsafe(16)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Selections of invitations."""

    def pending(self) -> "InvitationQuerySet":
        """Neither used nor taken back."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)


class Invitation(models.Model):
    """A mail that offers access to a space. Its link works once, and for a time."""

    space = models.ForeignKey(
        SpacePage, verbose_name="espace", on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField("adresse e-mail")
    role = models.CharField(
        "rôle", max_length=12, choices=Membership.Role, default=Membership.Role.PARTICIPANT
    )
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="invité par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    sent_at = models.DateTimeField("envoyée le", default=timezone.now)
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=("space", "email"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="one_pending_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} – {self.space}"

    @property
    def expires_at(self):  # noqa: ANN201 (datetime)
        """When the link ends."""
        return self.sent_at + timedelta(days=settings.SPACE_INVITATION_DAYS)

    @property
    def is_expired(self) -> bool:
        """True once the link is too old."""
        return timezone.now() >= self.expires_at


def space_upload_path(instance: "SpaceFile", filename: str) -> str:
    """A folder that no web server publishes (see `store`), a name that cannot be guessed."""
    extension = filename.rsplit(".", 1)[-1].lower()[:8]
    return f"{instance.space_id}/{secrets.token_hex(12)}.{extension}"


class SpaceFile(models.Model):
    """A file that a trainer added from the page of the space."""

    space = models.ForeignKey(
        SpacePage, verbose_name="espace", on_delete=models.CASCADE, related_name="shared_files"
    )
    title = models.CharField("titre", max_length=160)
    file = models.FileField("fichier", upload_to=space_upload_path, storage=private_storage)
    original_name = models.CharField(max_length=200, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "fichier d’un espace"
        verbose_name_plural = "fichiers des espaces"
        ordering = ["-added_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        """The file goes with its record."""
        storage, name = self.file.storage, self.file.name
        result = super().delete(*args, **kwargs)
        if name:
            storage.delete(name)
        return result

    @property
    def format_label(self) -> str:
        """« PDF »."""
        return self.original_name.rsplit(".", 1)[-1].upper()


class SpaceMessage(models.Model):
    """A message to all members of a space."""

    space = models.ForeignKey(
        SpacePage, verbose_name="espace", on_delete=models.CASCADE, related_name="messages"
    )
    text = models.TextField("message", max_length=2000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "message d’un espace"
        verbose_name_plural = "messages des espaces"
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]
