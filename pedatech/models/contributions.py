"""Resources proposed by federations and centres, until the team takes or refuses them."""

import secrets

from django.conf import settings
from django.db import models
from wagtail.models import Page

from pedatech.storage import private_storage

GROUP = "Contributions pedatechcisp.be"
"""Members of this group may propose resources; made by the room's bootstrap."""


class ContributionQuerySet(models.QuerySet["Contribution"]):
    """Selections of proposals."""

    def of(self, user: object) -> "ContributionQuerySet":
        """The proposals of one person: a contributor sees no other."""
        return self.filter(author_id=getattr(user, "pk", None) or 0)

    def waiting(self) -> "ContributionQuerySet":
        """Those that the team has to read, the oldest first."""
        return self.filter(state=Contribution.State.SENT).order_by("sent_at", "pk")


class Contribution(models.Model):
    """A proposal: what a contributor typed, what the team answered."""

    class State(models.TextChoices):
        SENT = "envoyee", "À lire"
        RETURNED = "a-revoir", "À revoir"
        ACCEPTED = "acceptee", "Acceptée"
        REFUSED = "refusee", "Refusée"

    class Kind(models.TextChoices):
        TOOL = "outil", "Outil pédagogique"
        GUIDE = "guide", "Guide ou méthode"
        COURSE = "formation", "Formation en ligne"
        VIDEO = "video", "Vidéo ou audio"
        ARTICLE = "article", "Article ou étude"
        OTHER = "autre", "Autre"

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="proposé par",
        on_delete=models.CASCADE,
        related_name="contributions",
    )
    organisation = models.CharField("centre ou fédération", max_length=120)
    title = models.CharField("titre", max_length=160)
    summary = models.TextField("résumé", max_length=1200)
    kind = models.CharField("genre", max_length=10, choices=Kind)
    theme = models.CharField("thème", max_length=120, blank=True)
    link = models.URLField("lien", blank=True, max_length=400)
    licence_accepted = models.BooleanField("licence acceptée", default=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.SENT)
    remark = models.TextField("remarque de l’équipe", blank=True, max_length=2000)
    sent_at = models.DateTimeField("envoyée le")
    decided_at = models.DateTimeField("lue le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="lue par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    page = models.ForeignKey(
        Page,
        verbose_name="page",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition de ressource"
        verbose_name_plural = "propositions de ressources"
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def may_be_edited(self) -> bool:
        """True while the author may change it: not read yet, or sent back."""
        return self.state in (self.State.SENT, self.State.RETURNED)


def contribution_upload_path(instance: "ContributionFile", filename: str) -> str:
    """A name that cannot be guessed, in a folder that no web server publishes."""
    extension = filename.rsplit(".", 1)[-1].lower()[:8]
    return f"propositions/{instance.contribution_id}/{secrets.token_hex(12)}.{extension}"


class ContributionFile(models.Model):
    """A file of a proposal."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to=contribution_upload_path, storage=private_storage)
    original_name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "fichier d’une proposition"
        verbose_name_plural = "fichiers des propositions"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.original_name

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        """The file goes with its record."""
        storage, name = self.file.storage, self.file.name
        result = super().delete(*args, **kwargs)
        if name:
            storage.delete(name)
        return result
