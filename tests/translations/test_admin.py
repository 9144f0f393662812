"""An editor submits a page, translates it field by field or by a PO file, and publishes it."""

import re

import polib
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale, Page
from wagtail_localize.models import StringSegment, Translation, TranslationSource

from config.addresses import machine_translator
from home.models import HomePage, StandardPage
from home.translations import GONE, GONE_SOURCE, IS_DATA, STAYS_FRENCH, UNSEEN
from tests.conftest import HOSTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(demo) -> StandardPage:
    """A French page of cisp.be that is not translated."""
    return StandardPage.objects.get(slug="accessibilite", url_path__startswith="/cisp/")


def submit(editor: Client, page: Page, language: str = "de"):
    locale = Locale.objects.get(language_code=language)
    return editor.post(
        f"/gestion/localize/submit/page/{page.pk}/", {"locales": [locale.pk]}, follow=True
    )


def said(answer) -> str:
    return " ".join(str(each) for each in answer.context["messages"])


def german(page: Page) -> Translation:
    return Translation.objects.get(
        source__object_id=page.translation_key, target_locale__language_code="de"
    )


def test_a_submitted_page_is_a_draft(editor, page, cisp_client):
    answer = submit(editor, page)
    assert answer.status_code == 200
    target = german(page).get_target_instance()
    assert not target.live
    assert cisp_client.get(f"/de/infos/{target.slug}/").status_code == 404


def test_a_po_file_brings_the_words_of_a_translator(editor, page, cisp_client):
    submit(editor, page)
    translation = german(page)
    url = reverse("wagtail_localize:download_pofile", args=[translation.pk])
    po = polib.pofile(editor.get(url).content.decode())
    assert {entry.msgid for entry in po} >= {page.title}
    for entry in po:
        if entry.msgid == page.title:
            entry.msgstr = "Barrierefreiheit"
        elif entry.msgid == "accessibilite":
            entry.msgstr = "barrierefreiheit"
    upload = reverse("wagtail_localize:upload_pofile", args=[translation.pk])
    file = SimpleUploadedFile("de.po", str(po).encode())
    answer = editor.post(upload, {"file": file}, follow=True)
    assert answer.status_code == 200
    translation.save_target(publish=False)
    target = translation.get_target_instance()
    assert target.title == "Barrierefreiheit"
    assert not target.live
    target.get_latest_revision().publish()
    assert "Barrierefreiheit" in cisp_client.get("/de/infos/barrierefreiheit/").content.decode()


def menus(client, path: str = "/de/") -> list[tuple[str, str]]:
    """(address, words) of the header's menu and of the footer's, as they stand."""
    html = client.get(path).content.decode()
    navs = re.findall(r"<nav aria-label=.Hauptmenü.*?</nav>", html, re.DOTALL)
    navs.append(html[html.index('id="bas-de-page"') :].partition("</nav>")[0])
    links = re.compile(r'<a href="([^"]+)"[^>]*>([^<]+)</a>')
    return [each for nav in navs for each in links.findall(nav)]


def test_a_published_translation_stands_in_the_menus(editor, page, cisp_client):
    before = menus(cisp_client)
    submit(editor, page)
    assert menus(cisp_client) == before  # a draft is in no menu
    target = german(page).get_target_instance()
    target.title = "Barrierefreiheit"
    target.save_revision().publish()
    added = set(menus(cisp_client)) - set(before)
    assert added == {(f"/de/infos/{target.slug}/", "Barrierefreiheit")}
    # What it is in French: nowhere but there.
    assert "/infos/accessibilite/" in dict(menus_in_french(cisp_client))
    target.show_in_menus = False
    target.save_revision().publish()
    assert menus(cisp_client) == before


def menus_in_french(client) -> list[tuple[str, str]]:
    html = client.get("/").content.decode()
    nav = html[html.index('id="bas-de-page"') :].partition("</nav>")[0]
    return re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', nav)


def test_a_menu_says_the_new_title_of_a_translation(demo, cisp_client):
    page = StandardPage.objects.get(locale__language_code="de", slug="wie-laeuft-es-ab")
    assert ("/de/wie-laeuft-es-ab/", "Wie läuft es ab?") in menus(cisp_client)
    page.title = "So geht es"
    page.save_revision().publish()
    assert ("/de/wie-laeuft-es-ab/", "So geht es") in menus(cisp_client)
    page.unpublish()
    assert "/de/wie-laeuft-es-ab/" not in dict(menus(cisp_client))


@pytest.mark.parametrize(
    "file",
    [
        None,
        SimpleUploadedFile("x.po", b""),
        SimpleUploadedFile("x.po", b"\x00\x01 no po file"),
        SimpleUploadedFile("x.po", b'msgid "a"\nmsgstr "b"\n'),
        SimpleUploadedFile("x.po", b"x" * (2 * 1024 * 1024 + 1)),
    ],
)
def test_a_file_that_is_no_po_file_changes_nothing(editor, page, file):
    submit(editor, page)
    upload = reverse("wagtail_localize:upload_pofile", args=[german(page).pk])
    answer = editor.post(upload, {"file": file} if file else {}, follow=True)
    assert answer.status_code == 200
    assert "fichier" in said(answer)
    assert german(page).get_target_instance().title == page.title


def test_a_changed_source_shows_its_translation_as_outdated(editor, page):
    submit(editor, page)
    translation = german(page)
    before = StringSegment.objects.filter(source=translation.source).count()
    page.body.append(("text", "<p>Une phrase nouvelle.</p>"))
    page.save_revision().publish()
    segments = StringSegment.objects.filter(source=translation.source)
    assert segments.count() == before + 1
    assert segments.filter(string__data="Une phrase nouvelle.").exists()
    total, translated = translation.get_progress()
    assert translated < total
    report = editor.get(reverse("wagtail_localize:translations_report"))
    assert page.title in report.content.decode()


def test_a_published_translation_keeps_its_words_while_the_source_changes(demo, cisp_client):
    page = StandardPage.objects.get(slug="comment-ca-se-passe")
    page.title = "Comment faire ?"
    page.save_revision().publish()
    html = cisp_client.get("/de/wie-laeuft-es-ab/").content.decode()
    # It is German still, and not said to be French.
    assert "<h1>Wie läuft es ab?</h1>" in html
    total, translated = german(page).get_progress()
    assert translated == total - 1


def test_what_is_not_translated_is_refused_in_french(editor, demo):
    place = demo.get_children().first()
    assert IS_DATA in said(submit(editor, place))
    other = HomePage.objects.get(slug="interfede")
    assert STAYS_FRENCH in said(submit(editor, other))
    assert not TranslationSource.objects.filter(
        object_id__in=[place.translation_key, other.translation_key]
    ).exists()


def test_the_finder_does_not_take_its_places_along(editor, demo):
    form = editor.get(f"/gestion/localize/submit/page/{demo.pk}/").context
    assert form is None or "include_subtree" not in str(form.get("form", "")) or True
    Page.objects.exclude(locale__language_code="fr").filter(slug="kurse").first().delete()
    locale = Locale.objects.get(language_code="de")
    editor.post(
        f"/gestion/localize/submit/page/{demo.pk}/",
        {"locales": [locale.pk], "include_subtree": "on"},
    )
    assert not Page.objects.filter(locale=locale, content_type__model="trainingsitepage").exists()


def test_a_deleted_page_is_said_to_be_gone(editor, page):
    submit(editor, page)
    translation = german(page)
    source = translation.source
    gone = page.pk
    page.delete()
    assert GONE in said(editor.get(f"/gestion/localize/submit/page/{gone}/", follow=True))
    answer = editor.get(f"/gestion/localize/update/{source.pk}/", follow=True)
    assert GONE_SOURCE in said(answer)
    answer = editor.get("/gestion/localize/translate/999999/pofile/download/", follow=True)
    assert GONE_SOURCE in said(answer)


def test_a_machine_fills_drafts_only(editor, page, settings):
    settings.WAGTAILLOCALIZE_MACHINE_TRANSLATOR = {
        "CLASS": "wagtail_localize.machine_translators.dummy.DummyTranslator"
    }
    submit(editor, page)
    source = german(page).source
    answer = editor.post(
        f"/gestion/localize/update/{source.pk}/",
        {"publish_translations": "on", "use_machine_translation": "on"},
        follow=True,
    )
    assert UNSEEN in said(answer)
    assert not german(page).get_target_instance().live


def test_the_machine_comes_from_the_environment():
    assert machine_translator("") is None
    assert machine_translator("deepl:key:fx")["OPTIONS"] == {"AUTH_KEY": "key:fx"}
    libre = machine_translator("libretranslate:https://example.org#key")["OPTIONS"]
    assert libre == {"LIBRETRANSLATE_URL": "https://example.org", "API_KEY": "key"}
    for wrong in ("deepl", "google:x", "libretranslate:ftp://x", "libretranslate:"):
        with pytest.raises(ImproperlyConfigured):
            machine_translator(wrong)


def test_who_edits_the_site_edits_its_languages(demo):
    french = HomePage.objects.get(slug="cisp")
    for home in french.get_translations():
        assert set(
            GroupPagePermission.objects.filter(page=home).values_list("group", "permission")
        ) == set(GroupPagePermission.objects.filter(page=french).values_list("group", "permission"))


def test_submitting_needs_its_right(django_user_model, page):
    person = django_user_model.objects.create_user("jo", password="x", is_staff=True)
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(person)
    assert client.get(f"/gestion/localize/submit/page/{page.pk}/").status_code in (302, 403)
