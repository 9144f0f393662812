"""Trees, packages, contributions and spaces, in the admin."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from home.choosers import PrivateChooserViewSet
from pedatech.contributions import moderation
from pedatech.models import InteractivePackage, Invitation, Membership
from pedatech.packages.checks import check
from pedatech.packages.store import store
from pedatech.trees import report


class PackageForm(WagtailAdminModelForm):
    """A package comes with its file; a new file replaces what is played."""

    upload = forms.FileField(
        label="Paquet",
        required=False,
        help_text="Un fichier .h5p exporté avec ses bibliothèques, ou un .zip avec « index.html » "
        "(page, visite à 360°). Il est vérifié, puis joué dans un cadre isolé.",
        error_messages={"empty": "Ce fichier est vide."},
    )

    class Meta:
        model = InteractivePackage
        fields = ["title"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = "Vide : le titre que dit le contenu H5P."

    def clean(self) -> dict[str, Any]:
        """Check the file, and store it when nothing else is wrong: a refused one leaves nothing."""
        data = super().clean()
        upload = data.get("upload")
        if upload:
            self._check(upload, data)
        elif not self.instance.sha256 and "upload" not in self.errors:
            self.add_error("upload", "Choisissez le fichier du paquet.")
        if not data.get("title") and "upload" not in self.errors:
            self.add_error("title", "Donnez un titre à cette activité.")
        if upload and not self.errors:
            try:
                self.instance.keep(store(upload, upload.size))
            except forms.ValidationError as error:
                self.add_error("upload", error)
        return data

    def _check(self, upload: UploadedFile, data: dict[str, Any]) -> None:
        try:
            checked = check(upload, upload.size or 0)
        except forms.ValidationError as error:
            self.add_error("upload", error)
        else:
            data["title"] = data.get("title") or checked.title

    def save(self, commit: bool = True) -> InteractivePackage:
        """Note who added it."""
        if self.instance.created_by_id is None and self.for_user is not None:
            self.instance.created_by = self.for_user
        return super().save(commit=commit)


InteractivePackage.base_form_class = PackageForm


class PackageViewSet(SnippetViewSet):
    """Interactive packages."""

    model = InteractivePackage
    chooser_viewset_class = PrivateChooserViewSet
    icon = "media"
    menu_label = "Activités interactives"
    list_display = ["title", "kind", "size_label", "created_at"]
    list_filter = ["kind"]
    panels = [FieldPanel("title"), FieldPanel("upload")]


class MembershipViewSet(SnippetViewSet):
    """Who has access to which space, of all spaces at once."""

    model = Membership
    chooser_viewset_class = PrivateChooserViewSet
    icon = "group"
    menu_label = "Accès aux espaces"
    list_display = ["user", "space", "role", "active_until", "removed_at"]
    list_filter = ["space", "role"]
    panels = [
        FieldPanel("space", help_text="L’espace qui s’ouvre à cette personne."),
        FieldPanel("user", help_text="Elle se connecte avec son propre compte."),
        FieldPanel(
            "role", help_text="Ce qu’elle peut y faire : lire, ajouter des fichiers, ou tout gérer."
        ),
        FieldPanel("active_until"),
        FieldPanel(
            "removed_at",
            help_text="À partir de ce moment, l’espace lui est fermé. Vide : il est ouvert.",
        ),
        FieldPanel("origin"),
    ]


class InvitationViewSet(SnippetViewSet):
    """Invitations, to look up; they are sent and taken back on the page of the space."""

    model = Invitation
    chooser_viewset_class = PrivateChooserViewSet
    icon = "mail"
    menu_label = "Invitations"
    list_display = ["email", "space", "role", "sent_at", "accepted_at", "revoked_at"]
    list_filter = ["space", "role"]
    inspect_view_enabled = True
    panels = [
        FieldPanel("email", read_only=True, help_text="À qui l’invitation a été envoyée."),
        FieldPanel("space", read_only=True, help_text="L’espace qu’elle ouvre."),
    ]


class SpacesViewSetGroup(SnippetViewSetGroup):
    """One entry of the menu."""

    items = (PackageViewSet, MembershipViewSet, InvitationViewSet)
    menu_label = "Espaces et activités"
    menu_icon = "group"
    menu_order = 230


register_snippet(SpacesViewSetGroup)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Moderation of proposals, and the report on the trees."""
    return [
        path("propositions/", moderation.waiting, name="pedatech_moderation"),
        path("propositions/<int:pk>/", moderation.review, name="pedatech_moderation_review"),
        path(
            "propositions/<int:pk>/fichiers/<int:file_pk>/",
            moderation.review_file,
            name="pedatech_moderation_file",
        ),
        path("rapports/arbres/", report.trees, name="pedatech_tree_report"),
    ]


class _ModerationItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """For those who read proposals."""
        return moderation.may_moderate(request.user)


@hooks.register("register_admin_menu_item")
def proposals() -> MenuItem:
    """« Propositions »."""
    return _ModerationItem(
        "Propositions", reverse("pedatech_moderation"), icon_name="mail", order=235
    )


@hooks.register("register_reports_menu_item")
def tree_report() -> MenuItem:
    """« Arbres de décision » among the reports."""
    return MenuItem(
        "Arbres de décision", reverse("pedatech_tree_report"), icon_name="help", order=900
    )
