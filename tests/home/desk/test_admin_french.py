"""The admin speaks French: labels, help texts, blocks, the screens that editors use (S-21)."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import models
from django.forms import HiddenInput
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.blocks import ListBlock, StreamBlock
from wagtail.contrib.settings.registry import registry as settings_models
from wagtail.contrib.settings.views import get_setting_edit_handler
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models
from wagtail.snippets.models import get_snippet_models

from home.models import BasePage
from tests.support import Html

pytestmark = pytest.mark.any_database

ROOMS = ("home", "search", "cisp_map", "essor", "podcasts", "pedatech")
TYPES = [each for each in get_page_models() if issubclass(each, BasePage)]
UNSEEN = {"DELETE", "ORDER", "id", "comment_notifications"}
WITHOUT_PREVIEW = {"network", "document", "activity"}
"""Lines of the footer, and files of a private space: nothing of them may be shown to try."""
ENGLISH = re.compile(
    r"\b(?:the|and|with|your|you|this|that|from|page has|are|edit|delete|save|search|settings|"
    r"publish|draft|more|actions?s|add|home|view|filter by|choose|select|close|back|next)\b",
    re.IGNORECASE,
)
FRENCH_TOO = re.compile(r"\b(?:actions?|filter|page)\b", re.IGNORECASE)


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.__name__)
def test_every_field_of_a_page_has_a_label_and_a_help_text(db, model):
    form_class = model.get_edit_handler().get_form_class()
    form = form_class(instance=model())
    forms = [(model.__name__, form.fields)]
    forms += [
        (formset.model.__name__, formset.form.base_fields) for formset in form.formsets.values()
    ]
    missing = [
        f"{name}.{key}"
        for name, fields in forms
        for key, field in fields.items()
        if key not in UNSEEN
        and not isinstance(field.widget, HiddenInput)
        and not (field.label and field.help_text)
        and name not in ("Comment", "CommentReply")
    ]
    assert missing == []


def fields_of(panel):
    """The panels of single fields in a bound panel, rows of a table included."""
    for child in getattr(panel, "children", []):
        yield from fields_of(child)
    if isinstance(panel, InlinePanel.BoundPanel):
        yield from fields_of(panel.empty_child)
    if isinstance(panel, FieldPanel.BoundPanel):
        yield panel


RECORDS = [model for model in get_snippet_models() if model._meta.app_label in ROOMS]
SETTINGS = [model for model in settings_models if model._meta.app_label in ROOMS]


@pytest.mark.parametrize("model", [*RECORDS, *SETTINGS], ids=lambda model: model._meta.label)
def test_every_field_of_a_record_has_a_label_and_a_help_text(db, rf, admin_user, model):
    """In the forms of the vocabularies and of the settings, as they are shown (S-21)."""
    if model in SETTINGS:
        handler = get_setting_edit_handler(model)
    else:
        handler = model.snippet_viewset.get_edit_handler()
    request = rf.get("/gestion/")
    request.user = admin_user
    instance = model()
    form = handler.get_form_class()(instance=instance, for_user=admin_user)
    bound = handler.get_bound_panel(instance=instance, request=request, form=form)
    fields = list(fields_of(bound))
    assert {each.field_name for each in fields} >= set(form.fields) - UNSEEN
    missing = [
        f"{type(each.instance).__name__}.{each.field_name}"
        for each in fields
        if not (each.heading and each.help_text) or ENGLISH.search(str(each.help_text))
    ]
    assert missing == []


@pytest.mark.parametrize("model", [*TYPES, *get_snippet_models()], ids=lambda m: m.__name__)
def test_every_field_of_ours_is_named_in_french(model):
    """A field without a `verbose_name` is called by its English name."""
    if model._meta.app_label not in ROOMS:
        return
    same = {
        "page",
        "code",
        "date",
        "note",
        "description",
        "introduction",
        "audience",
        "public",
        "centre",
        "site",
        "position",
        "programme",
        "documents",
        "questions",
        "logo",
        "licence",
        "image",
        "document",
        "source",
        "type",
        "role",
        "question",
    }
    unnamed = [
        field.name
        for field in model._meta.local_fields
        if field.editable
        and not field.auto_created
        and not (isinstance(field, models.OneToOneField) and field.remote_field.parent_link)
        and field.verbose_name == field.name.replace("_", " ")
        and field.name not in same
    ]
    assert unnamed == []


def blocks_of(block, path):
    for name, child in getattr(block, "child_blocks", {}).items():
        if isinstance(block, StreamBlock):
            yield f"{path}/{name}", name, child
        yield from blocks_of(child, f"{path}/{name}")
    if isinstance(block, ListBlock):
        yield from blocks_of(block.child_block, path)


BLOCKS = [
    each
    for model in apps.get_models()
    if model._meta.app_label in ROOMS
    for field in model._meta.local_fields
    if isinstance(field, StreamField)
    for each in blocks_of(field.stream_block, f"{model.__name__}.{field.name}")
]


@pytest.mark.parametrize(
    ("name", "block"), [each[1:] for each in BLOCKS], ids=[each[0] for each in BLOCKS]
)
def test_every_block_says_what_it_is(name, block):
    assert block.meta.icon not in ("", "placeholder")
    assert block.label
    if name not in WITHOUT_PREVIEW:
        assert block.get_description()
        assert block.is_previewable


@pytest.mark.parametrize("path", [each[0] for each in BLOCKS if each[1] not in WITHOUT_PREVIEW])
def test_every_preview_opens(demo, admin, path):
    block = next(each[2] for each in BLOCKS if each[0] == path)
    response = admin.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert response.status_code == 200


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model._meta.label)
def test_the_list_of_the_records_shows_no_codes(demo, admin, model):
    """Neither Python's «True» nor what the database holds of a choice."""
    codes = {
        str(value)
        for field in model._meta.fields
        for value, label in field.flatchoices
        if str(value) != str(label)
    }
    response = admin.get(reverse(model.snippet_viewset.get_url_name("list")))
    assert response.status_code == 200
    cells = {cell.text for cell in Html(response).all("td")}
    assert not cells & ({"True", "False", "None"} | codes)


SCREENS = (
    "/gestion/", "/gestion/pages/", "/gestion/images/", "/gestion/documents/", "/gestion/media/",
    "/gestion/images/add/", "/gestion/documents/multiple/add/", "/gestion/redirects/",
    "/gestion/redirects/add/", "/gestion/redirects/import/", "/gestion/corbeille/",
    "/gestion/sante/", "/gestion/sante/introuvables/", "/gestion/users/",
    "/gestion/groups/", "/gestion/collections/", "/gestion/reports/locked/",
    "/gestion/reports/workflow/", "/gestion/reports/site-history/", "/gestion/reports/aging-pages/",
    "/gestion/reports/page-types-usage/", "/gestion/reports/droits/", "/gestion/rapports/recherches/",
    "/gestion/account/", "/gestion/pages/search/?q=formation",
    "/gestion/mode-d-emploi/",
)  # fmt: skip


def english(html: Html) -> list[str]:
    """Short texts of buttons, labels, headings and links with English words.

    Titles of pages are in the language of their page.
    """
    found = set()
    titles = set(Page.objects.exclude(locale__language_code="fr").values_list("title", flat=True))
    for tag in ("a", "button", "label", "h1", "h2", "h3", "th", "p", "option", "legend", "title"):
        for each in html.all(tag):
            text = " ".join(each.text.split())
            # Rubrics of podcast directories have English names, which are codes.
            if (
                text
                and text not in titles
                and "›" not in text
                and ENGLISH.search(FRENCH_TOO.sub("", text))
            ):
                found.add(text[:100])
    return sorted(found)


@pytest.mark.parametrize("path", SCREENS)
def test_the_screens_that_editors_use_are_in_french(demo, admin, path):
    response = admin.get(path)
    assert response.status_code == 200
    assert english(Html(response)) == []


def test_the_editors_of_each_type_are_in_french(demo, admin):
    found = {}
    for model in TYPES:
        page = model.objects.first()
        if page is None:
            continue
        html = Html(admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
        words = [text for text in english(html) if text not in titles()]
        if words:
            found[model.__name__] = words
    assert found == {}


def titles():
    return set(Page.objects.values_list("title", flat=True))
