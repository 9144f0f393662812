"""Translations with wagtail-localize: what may be submitted, what is still in French, what is new.

- Pages of the sites in settings.TRANSLATED_SITES are translated field by field; a page of data
  (`read_below_parent`) exists once, for all languages.
- Nothing is published unseen: a submitted page is a draft, a machine's words cannot be published
  in the same step.
- When a French page is published, its translations learn the new texts at once: the report and
  the translation itself show what is missing. Visitors read the translation as it was.
- A record (a trade, a family) has no draft: its translation exists as soon as it is submitted. Until
  somebody translates its name it counts as missing, and the French name is shown, marked.
"""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from wagtail.models import GroupPagePermission, Page, Revision, TranslatableMixin
from wagtail.snippets.permissions import get_permission_name
from wagtail.snippets.views.snippets import get_snippet_model_from_url_params
from wagtail_localize.fields import SynchronizedField
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationLog,
    TranslationSource,
)
from wagtail_localize.strings import StringValue
from wagtail_localize.views import edit_translation
from wagtail_localize.views.report import TranslationsReportView
from wagtail_localize.views.snippets_api import SnippetViewSet
from wagtail_localize.views.submit_translations import (
    SubmitPageTranslationView,
    SubmitSnippetTranslationView,
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
GONE_RECORD = "Cette fiche n’existe plus : elle a été supprimée. Rien n’est traduit."
TAKEN = "Une autre fiche porte déjà ce nom dans cette langue. Changez d’abord son nom, puis recommencez."
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


class RecordTranslationView(SubmitSnippetTranslationView):
    """Submit a record. Its translation is made at once, under the French name."""

    def form_valid(self, form: SubmitTranslationForm) -> HttpResponse:
        """Say in French when a language already has a record of this name: nothing is kept then."""
        with transaction.atomic():
            response = self._submit(form)
            if response is None:
                transaction.set_rollback(True)
        if response is not None:
            return response
        messages.error(self.request, TAKEN)
        return redirect(self.request.get_full_path())

    def _submit(self, form: SubmitTranslationForm) -> HttpResponse | None:
        """None when a translation could not be made: wagtail-localize keeps silent about it."""
        try:
            response = super().form_valid(form)
        except self.object.DoesNotExist:
            return None
        # A list: the form's choices leave out what is translated by now.
        wanted = list(form.cleaned_data["locales"])
        made = self.object.get_translations().filter(locale__in=wanted).count()
        return response if made == len(wanted) else None


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


def submit_record(
    request: HttpRequest, app_label: str, model_name: str, pk: str
) -> HttpResponseBase:
    """`/gestion/localize/submit/snippet/…`: for those who may add such a record, for it adds one."""
    model = get_snippet_model_from_url_params(app_label, model_name)
    if not request.user.has_perm(get_permission_name("add", model)):
        raise PermissionDenied
    if not pk.isdecimal() or not model.objects.filter(pk=pk).exists():
        messages.error(request, GONE_RECORD)
        return redirect(model.snippet_viewset.get_url_name("list"))
    return RecordTranslationView.as_view()(
        request, app_label=app_label, model_name=model_name, pk=pk
    )


def records(
    request: HttpRequest, app_label: str, model_name: str, pk: str | None = None
) -> HttpResponseBase:
    """`/gestion/localize/api/snippets/…`: names of records, for those who may change them alone."""
    model = get_snippet_model_from_url_params(app_label, model_name)
    if not request.user.has_perm(get_permission_name("change", model)):
        raise PermissionDenied
    parameters = {"app_label": app_label, "model_name": model_name}
    if pk is None:
        return SnippetViewSet.as_view({"get": "list"})(request, **parameters)
    return SnippetViewSet.as_view({"get": "retrieve"})(request, **parameters, pk=pk)


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
    translation = Translation.objects.filter(pk=translation_id).first()
    edit_url = _edit_url(translation) if translation else ""
    if not edit_url:
        messages.error(request, GONE_SOURCE)
        return redirect("wagtail_localize:translations_report")
    if step == "download":
        return edit_translation.download_pofile(request, translation_id)
    file = request.FILES.get("file")
    if request.method == "POST" and (reason := _unfit(file)):
        messages.error(request, reason)
        return redirect(edit_url)
    return edit_translation.upload_pofile(request, translation_id)


def _edit_url(translation: Translation) -> str:
    """Where the translated page or record is edited; "" when it is gone."""
    try:
        return translation.get_target_instance_edit_url()
    except ObjectDoesNotExist:
        return ""


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


def learn_record(record: Any) -> None:
    """A French record was saved: what is the same in every language follows in its translations.

    Words that were translated stay as they are; a name that nobody has translated stays French.
    """
    source = TranslationSource.objects.filter(
        object_id=record.translation_key, locale_id=record.locale_id
    ).first()
    if source is None:
        return
    before = json.loads(source.content_json)["name"]
    source.update_from_db()
    waiting = untranslated(type(record), name=before, key=record.translation_key)
    for target in record.get_translations().select_related("locale"):
        for field in record.translatable_fields:
            if isinstance(field, SynchronizedField):
                attribute = field.get_field(type(record)).attname
                setattr(target, attribute, getattr(record, attribute))
        if (target.translation_key, target.locale_id) in waiting:
            target.name = record.name
        try:
            target.full_clean()
        except ValidationError:
            continue  # another record of that language has the name: an editor sees to it
        target.save()


def untranslated(
    model: type[Model], *, name: str | None = None, key: UUID | None = None, language: str = ""
) -> set[tuple[UUID, int]]:
    """(translation key, locale) of submitted records whose name is in French yet.

    The French name is that of the French record, or `name`. `key` and `language` keep one record
    or one language. A query, and another where a name is the French one.
    """
    manager = model._default_manager
    french: Any = manager.filter(
        translation_key=OuterRef("translation_key"), locale__language_code=settings.LANGUAGE_CODE
    )
    submitted = Translation.objects.filter(
        source__object_id=OuterRef("translation_key"), target_locale_id=OuterRef("locale_id")
    )
    found: QuerySet[Any] = manager.exclude(locale__language_code=settings.LANGUAGE_CODE).filter(
        Exists(submitted)
    )
    if name is None:
        found = found.filter(Exists(french.filter(name=OuterRef("name"))))
    else:
        found = found.filter(name=name)
    if key:
        found = found.filter(translation_key=key)
    if language:
        found = found.filter(locale__language_code=language)
    names = {(each, locale): said for each, locale, said in found.values_list(*RECORD_ROW)}
    if not names:
        return set()
    # «Horeca» may be said so in Dutch too: somebody typed it.
    typed = StringTranslation.objects.filter(
        context__object_id__in={each for each, _ in names}, context__path="name", has_error=False
    ).values_list("context__object_id", "locale_id", "data")
    said = {(each, locale, StringValue(data).render_text()) for each, locale, data in typed}
    return {which for which, text in names.items() if (*which, text) not in said}


RECORD_ROW = ("translation_key", "locale_id", "name")


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

    What was translated, and has another French text since, is shown as it was until the
    translation is saved again: it is not French. One query.
    """
    saved_since = TranslationLog.objects.filter(
        source_id=OuterRef("source_id"),
        locale_id=page.locale_id,
        created_at__gte=OuterRef("source__last_updated_at"),
    )
    of_an_older_text = StringTranslation.objects.filter(
        ~Exists(
            StringSegment.objects.filter(
                string_id=OuterRef("translation_of_id"), context_id=OuterRef("context_id")
            )
        ),
        context_id=OuterRef("context_id"),
        locale_id=page.locale_id,
        has_error=False,
    )
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
        .exclude(~Exists(saved_since) & Exists(of_an_older_text))
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
