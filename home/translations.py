"""Translations with wagtail-localize: what may be submitted, what is still in French, what is new.

- Pages of the sites in settings.TRANSLATED_SITES are translated field by field; a page of data
  (`read_below_parent`) exists once, for all languages.
- Nothing is published unseen: a submitted page is a draft, a machine's words cannot be published
  in the same step.
- When a French page is published, its translations learn the new texts at once: the report and
  the translation itself show what is missing. Visitors read the translation as it was.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.models import GroupPagePermission, Page, Revision, TranslatableMixin
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.views import edit_translation
from wagtail_localize.views.report import TranslationsReportView
from wagtail_localize.views.submit_translations import (
    SubmitPageTranslationView,
    SubmitTranslationForm,
)
from wagtail_localize.views.update_translations import (
    UpdateTranslationsView,
)

GONE = "Cette page n’existe plus : elle a été supprimée. Rien n’est traduit."
GONE_SOURCE = "La page française n’existe plus. Sa traduction reste une page ordinaire."
IS_DATA = (
    "Un lieu de formation ne se traduit pas : ses données sont les mêmes dans toutes les langues. "
    "Traduisez plutôt les métiers."
)
STAYS_FRENCH = "Cette page est sur un site qui reste en français."
MAX_PO_BYTES = 2 * 1024 * 1024
UNSEEN = (
    "Relisez une traduction automatique avant de la publier : cochez l’un ou l’autre, pas les deux."
)


class PageTranslationView(SubmitPageTranslationView):
    """Submit one page: its subtree would take all training sites along."""

    def get_form(self) -> SubmitTranslationForm:
        """Without « toutes les pages filles »."""
        form = super().get_form()
        form.fields["include_subtree"].disabled = True
        form.fields["include_subtree"].widget = forms.HiddenInput()
        form.fields["locales"].label = "Langues"
        return form


class TranslationsUpdateView(UpdateTranslationsView):
    """Bring the translations up to date; a machine's words are read before they are published."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Refuse the machine and the publication together."""
        if request.POST.get("use_machine_translation") and request.POST.get("publish_translations"):
            messages.error(request, UNSEEN)
            return redirect(request.get_full_path())
        return super().post(request, **kwargs)


class OrderedReportView(TranslationsReportView):
    """The report of translations, in an order: two pages of it never show the same line."""

    def get_queryset(self) -> QuerySet[Translation]:
        """The last submitted first."""
        return super().get_queryset().order_by("-pk")


def submit_page(request: HttpRequest, page_id: int) -> HttpResponse:
    """`/gestion/localize/submit/page/<id>/`: refuse in French what is not translated."""
    page = Page.objects.filter(pk=page_id).first()
    reason = GONE if page is None else refusal(page)
    if reason:
        messages.error(request, reason)
        if page is None:
            return redirect("wagtailadmin_explore_root")
        return redirect("wagtailadmin_explore", page.pk)
    return PageTranslationView.as_view()(request, page_id=page_id)


def refusal(page: Page) -> str:
    """Why a page is not translated, in French; "" for one that is."""
    from home.models.base import theme_of

    if getattr(page.specific_class, "read_below_parent", False):
        return IS_DATA
    theme = theme_of(page)
    return "" if theme and theme.value in settings.TRANSLATED_SITES else STAYS_FRENCH


def update_translations(request: HttpRequest, translation_source_id: int) -> HttpResponse:
    """`/gestion/localize/update/<id>/`; a message when the source is gone."""
    source = TranslationSource.objects.filter(pk=translation_source_id).first()
    if source is None or not _has_source(source):
        messages.error(request, GONE_SOURCE)
        return redirect("wagtail_localize:translations_report")
    return TranslationsUpdateView.as_view()(request, translation_source_id=translation_source_id)


def _has_source(source: TranslationSource) -> bool:
    model = source.specific_content_type.model_class()
    return (
        model is not None
        and model._base_manager.filter(
            translation_key=source.object_id, locale_id=source.locale_id
        ).exists()
    )


def pofile(request: HttpRequest, translation_id: int, step: str) -> HttpResponse:
    """Download or upload of a PO file; a message when the translation is gone."""
    if not Translation.objects.filter(pk=translation_id).exists():
        messages.error(request, GONE_SOURCE)
        return redirect("wagtail_localize:translations_report")
    if step == "download":
        return edit_translation.download_pofile(request, translation_id)
    file = request.FILES.get("file")
    if request.method == "POST" and (reason := _unfit(file)):
        messages.error(request, reason)
        translation = Translation.objects.get(pk=translation_id)
        return redirect("wagtailadmin_pages:edit", translation.get_target_instance().pk)
    return edit_translation.upload_pofile(request, translation_id)


def _unfit(file: UploadedFile | None) -> str:
    """Why an uploaded file cannot be a PO file of ours, in French; "" when it may be one."""
    if file is None or not file.size:
        return "Choisissez un fichier PO."
    if file.size > MAX_PO_BYTES:
        return "Ce fichier est trop lourd pour un fichier PO : 2 Mo au plus."
    head = file.read(4000)
    file.seek(0)
    if b"X-WagtailLocalize-TranslationID" not in head:
        return "Ce fichier n’est pas celui de cette traduction. Téléchargez d’abord le fichier PO."
    return ""


def learn_changes(sender: Any, instance: Page, **kwargs: Any) -> None:  # noqa: ARG001
    """A French page was published: its translations know what is new."""
    if not isinstance(instance, TranslatableMixin) or instance.alias_of_id:
        return
    source = TranslationSource.objects.filter(
        object_id=instance.translation_key, locale_id=instance.locale_id
    ).first()
    if source is not None:
        source.update_from_db()


def share_rights(sender: Any, source_obj: Any, target_obj: Any, **kwargs: Any) -> None:  # noqa: ARG001
    """Who edits a site edits its other languages: their home pages stand beside the first one."""
    if not isinstance(target_obj, Page) or target_obj.depth != 2:
        return
    for right in GroupPagePermission.objects.filter(page_id=source_obj.pk):
        GroupPagePermission.objects.get_or_create(
            group=right.group, page_id=target_obj.pk, permission=right.permission
        )


def still_french(page: Page) -> frozenset[str]:
    """The parts of a translated page that are in French yet: names of fields, keys of blocks.

    One query.
    """
    missing = (
        StringSegment.objects.filter(
            source__object_id=page.translation_key,
            source__translations__target_locale_id=page.locale_id,
            source__translations__enabled=True,
        )
        .exclude(
            Exists(
                StringTranslation.objects.filter(
                    translation_of_id=OuterRef("string_id"),
                    context_id=OuterRef("context_id"),
                    locale_id=page.locale_id,
                    has_error=False,
                )
            )
        )
        .values_list("context__path", flat=True)
    )
    parts = set()
    for path in missing:
        field, _, rest = path.partition(".")
        parts.add(rest.partition(".")[0] or field)
    return frozenset(parts)


def checked_on(page: Page) -> Any:
    """When a person published this translation; None while nobody has."""
    seen = Revision.objects.filter(pk=page.live_revision_id, user__isnull=False)
    return page.last_published_at if page.live_revision_id and seen.exists() else None
