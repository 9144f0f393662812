"""Interactive packages: an H5P content, a virtual visit, a small site made elsewhere."""

from django.conf import settings
from django.db import models, transaction
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable, Page, ReferenceIndex
from wagtail.search import index

from home.models.documents import size_label
from home.templatetags.french_dates import day
from pedatech.models.resources import ResourcePage
from pedatech.packages import store


class InteractivePackage(index.Indexed, models.Model):
    """A package that was checked and unpacked; pages show it by the block « Activité »."""

    class Kind(models.TextChoices):
        H5P = "h5p", "Contenu H5P"
        HTML = "html", "Page ou visite à 360°"

    title = models.CharField("titre", max_length=120)
    kind = models.CharField("genre", max_length=4, choices=Kind, editable=False)
    sha256 = models.CharField("empreinte", max_length=64, editable=False)
    entry = models.CharField("première page", max_length=200, blank=True, editable=False)
    size = models.PositiveBigIntegerField("poids", default=0, editable=False)
    files = models.PositiveIntegerField("fichiers", default=0, editable=False)
    created_at = models.DateTimeField("ajouté le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ajouté par",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]

    class Meta:
        verbose_name = "activité interactive"
        verbose_name_plural = "activités interactives"
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs) -> None:
        """The files of a replaced package go when nothing else plays them."""
        before = InteractivePackage.objects.filter(pk=self.pk).values_list("sha256", flat=True)
        old = before.first() if self.pk else None
        super().save(*args, **kwargs)
        if old and old != self.sha256:
            _forget_unused(old)

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        """The files go with the last record that needs them."""
        result = super().delete(*args, **kwargs)
        _forget_unused(self.sha256)
        return result

    @property
    def size_label(self) -> str:
        """« 1,2 Mo »."""
        return size_label(self.size)

    def keep(self, stored: store.Stored) -> None:
        """Take over what was stored (the record is not saved)."""
        self.kind, self.sha256, self.entry = stored.kind, stored.sha256, stored.entry
        self.size, self.files = stored.size, stored.files
        self.title = self.title or stored.title

    def pages(self) -> "models.QuerySet[Page]":
        """The pages that show this package."""
        references = ReferenceIndex.get_references_to(self)
        ids = {
            int(each.object_id)
            for each in references.select_related("base_content_type")
            if issubclass(each.base_content_type.model_class() or object, Page)
        }
        return Page.objects.filter(pk__in=ids)


class ResourceActivity(Orderable):
    """A package that a resource of the catalogue offers: an online training, a visit."""

    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="activities")
    package = models.ForeignKey(
        InteractivePackage, verbose_name="activité", on_delete=models.PROTECT, related_name="+"
    )

    panels = [FieldPanel("package")]

    class Meta(Orderable.Meta):
        verbose_name = "activité"
        verbose_name_plural = "activités"

    def __str__(self) -> str:
        return self.package.title


class ActivityProgress(models.Model):
    """Where a signed-in person stands in an activity. What the activity tells is data of a
    stranger: bounded in size, never shown as it is.
    """

    MAX_STATE = 64 * 1024

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="activity_progress"
    )
    package = models.ForeignKey(
        InteractivePackage, on_delete=models.CASCADE, related_name="progress"
    )
    sha256 = models.CharField(max_length=64)
    """The content that the state belongs to: a replaced package starts anew."""
    state = models.TextField(blank=True)
    score = models.PositiveIntegerField(null=True)
    most = models.PositiveIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "avancement dans une activité"
        verbose_name_plural = "avancements dans une activité"
        constraints = [
            models.UniqueConstraint(fields=["user", "package"], name="one_progress_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.package}"

    @property
    def sentence(self) -> str:
        """« Terminée le 24 novembre 2026 : 3 sur 3. », or that it was begun."""
        if self.finished_at is None:
            return f"Commencée le {day(self.updated_at)} : elle reprend où vous étiez."
        score = f" : {self.score} sur {self.most}" if self.most else ""
        return f"Terminée le {day(self.finished_at)}{score}."


def _forget_unused(sha256: str) -> None:
    """Take the files of a content off the disk once the change is certain."""

    def forget() -> None:
        if not InteractivePackage.objects.filter(sha256=sha256).exists():
            store.remove(sha256)

    transaction.on_commit(forget)
