"""A trade and a family are translated in the admin like pages: by field, by a PO file; a translation
that nobody has worded is French, and says so.
"""

import re

import polib
import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, Translation

from cisp_map.models import FinderPage, Offer, Trade, TradeFamily
from cisp_map.vocabulary import current_vocabulary
from home.translations import GONE_RECORD, GONE_SOURCE, TAKEN
from tests.conftest import HOSTS
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

GERMAN_FINDER = "/de/kurse/"


@pytest.fixture
def german() -> Locale:
    return Locale.objects.get(language_code="de")


@pytest.fixture
def trade(demo) -> Trade:
    """A new trade that some place teaches, in French alone."""
    family = TradeFamily.objects.in_french().first()
    trade = Trade.objects.create(
        locale=Locale.objects.get(language_code="fr"),
        name="Ferblanterie",
        slug="ferblanterie",
        family=family,
        category="professionnalisante",
        words="ferblantier\ntôlier : 0,6",
    )
    Offer.objects.create(page=demo.get_children().live().first().specific, trade=trade)
    return trade


def submit(editor: Client, record: Trade | TradeFamily, locale: Locale):
    kind = type(record)._meta.model_name
    return editor.post(
        f"/gestion/localize/submit/snippet/cisp_map/{kind}/{record.pk}/",
        {"locales": [locale.pk]},
        follow=True,
    )


def translation_of(record: Trade | TradeFamily) -> Translation:
    return Translation.objects.get(
        source__object_id=record.translation_key, target_locale__language_code="de"
    )


def write(editor: Client, record: Trade | TradeFamily, french: str, german: str) -> None:
    """What the editor of wagtail-localize sends when a field is saved."""
    translation = translation_of(record)
    segment = StringSegment.objects.get(source=translation.source, string__data=french)
    address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
    answer = editor.put(
        address, f"value={german}", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (200, 201)


def edit_address(record: Trade | TradeFamily) -> str:
    return reverse(type(record).snippet_viewset.get_url_name("edit"), args=[record.pk])


def publish(editor: Client, record: Trade | TradeFamily):
    target = translation_of(record).get_target_instance()
    return editor.post(edit_address(target), {"action": "publish"}, follow=True)


def said(answer) -> str:
    return " ".join(str(each) for each in answer.context["messages"])


def names(language: str) -> set[str]:
    return {each.name for each in current_vocabulary(FinderPage.source(), language).trades.values()}


def understood(client, words: str) -> str:
    html = client.get(GERMAN_FINDER, {"q": words}).content.decode()
    found = re.search(r'<p class="muted">Wir haben verstanden: (.+?)\.</p>', html)
    return found.group(1) if found else ""


# --- By field ----------------------------------------------------------------------------------


def test_a_submitted_trade_stays_french_until_its_name_is_translated(
    editor, trade, german, cisp_client
):
    assert submit(editor, trade, german).status_code == 200
    assert understood(cisp_client, "ferblantier") == '<span lang="fr">Ferblanterie</span>'
    write(editor, trade, "Ferblanterie", "Blechnerei")
    # Typed, and not published yet.
    assert understood(cisp_client, "ferblantier") == '<span lang="fr">Ferblanterie</span>'
    publish(editor, trade)
    assert understood(cisp_client, "ferblantier") == "Blechnerei"


def test_a_translated_trade_is_found_by_its_german_words(editor, trade, german, cisp_client):
    submit(editor, trade, german)
    write(editor, trade, "Ferblanterie", "Blechnerei")
    write(editor, trade, "ferblantier", "Flaschner; Zinngießer")
    publish(editor, trade)
    for words in ("Blechnerei", "Flaschner", "ich will Zinngießer werden"):
        assert "Blechnerei" in understood(cisp_client, words).split(", "), words
    html = cisp_client.get(GERMAN_FINDER, {"q": "Zinngießer"}).content.decode()
    assert 'class="result"' in html
    record = trade.get_translation(german)
    # The weight is that of the French word; what is not translated is left to French.
    assert record.words == "Flaschner\nZinngießer"
    assert record.slug == trade.slug
    assert "Blechnerei" in understood(cisp_client, "tôlier").split(", ")


def test_a_weight_goes_with_its_word(editor, trade, german):
    submit(editor, trade, german)
    write(editor, trade, "tôlier", "Blechschlosser : 0,9")
    publish(editor, trade)
    assert trade.get_translation(german).words == "Blechschlosser : 0,6"


def test_a_name_may_be_the_same_in_both_languages(editor, trade, german, cisp_client):
    submit(editor, trade, german)
    write(editor, trade, "Ferblanterie", "Ferblanterie")
    publish(editor, trade)
    assert understood(cisp_client, "ferblantier") == "Ferblanterie"


def test_a_family_is_translated(editor, trade, german, cisp_client):
    family = TradeFamily.objects.create(
        locale=Locale.objects.get(language_code="fr"), name="Métal en feuilles", slug="tole"
    )
    Trade.objects.filter(pk=trade.pk).update(family=family)
    FinderPage.renew_vocabulary_token()
    place = Offer.objects.get(trade=trade).page.slug
    paths = ("/de/", GERMAN_FINDER, f"{GERMAN_FINDER}{place}/ferblanterie/")

    def shown() -> list[str]:
        return [cisp_client.get(path).content.decode() for path in paths]

    marked = re.compile(r'<(b|span)[^>]* lang="fr">Métal en feuilles</\1>')
    for html in shown():
        assert "Métal en feuilles" in html
        assert len(marked.findall(html)) == html.count("Métal en feuilles")
    submit(editor, family, german)
    for html in shown():
        assert len(marked.findall(html)) == html.count("Métal en feuilles") > 0
    write(editor, family, "Métal en feuilles", "Blech")
    publish(editor, family)
    for html in shown():
        assert "Métal en feuilles" not in html
        assert ">Blech<" in html
    chosen = cisp_client.get(GERMAN_FINDER, {"domaine": "tole"}).content.decode()
    assert "<span>Blech</span>" in chosen


# --- By a PO file ------------------------------------------------------------------------------


def po_addresses(translation: Translation) -> tuple[str, str]:
    return (
        reverse("wagtail_localize:download_pofile", args=[translation.pk]),
        reverse("wagtail_localize:upload_pofile", args=[translation.pk]),
    )


def test_a_po_file_brings_the_words_of_a_translator(editor, trade, german, cisp_client):
    submit(editor, trade, german)
    download, upload = po_addresses(translation_of(trade))
    po = polib.pofile(editor.get(download).content.decode())
    assert [entry.msgid for entry in po] == ["Ferblanterie", "ferblantier", "tôlier"]
    for entry, word in zip(po, ("Blechnerei", "Zinngießer", ""), strict=True):
        entry.msgstr = word
    file = SimpleUploadedFile("de.po", str(po).encode())
    back = edit_address(translation_of(trade).get_target_instance())
    answer = editor.post(upload, {"file": file, "next": back}, follow=True)
    assert answer.redirect_chain[-1][0] == back
    assert "Ferblanterie" in names("de")  # nothing is published unseen
    publish(editor, trade)
    assert understood(cisp_client, "Zinngießer") == "Blechnerei"


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b'msgid "a"\nmsgstr "b"\n'])
def test_a_wrong_file_leads_back_to_the_record(editor, trade, german, content):
    submit(editor, trade, german)
    _download, upload = po_addresses(translation_of(trade))
    answer = editor.post(upload, {"file": SimpleUploadedFile("x.po", content)}, follow=True)
    target = translation_of(trade).get_target_instance()
    assert answer.redirect_chain[-1][0] == edit_address(target)
    assert "fichier" in said(answer)


def test_the_file_of_another_trade_is_refused(editor, trade, german):
    other = Trade.objects.create(
        locale=trade.locale,
        name="Dinanderie",
        slug="dinanderie",
        family=trade.family,
        category=trade.category,
    )
    for each in (trade, other):
        submit(editor, each, german)
    download, _upload = po_addresses(translation_of(other))
    _download, upload = po_addresses(translation_of(trade))
    po = editor.get(download).content.decode().replace('msgstr ""', 'msgstr "Treibarbeit"')
    editor.post(upload, {"file": SimpleUploadedFile("x.po", po.encode())}, follow=True)
    publish(editor, trade)
    assert trade.get_translation(german).name == "Ferblanterie"


# --- The source changes ------------------------------------------------------------------------


@pytest.fixture
def translated(editor, trade, german) -> Trade:
    submit(editor, trade, german)
    write(editor, trade, "Ferblanterie", "Blechnerei")
    write(editor, trade, "ferblantier", "Zinngießer")
    publish(editor, trade)
    return trade


def test_a_new_french_word_leaves_the_german_ones(editor, translated, german):
    translated.words += "\nzingueur"
    translated.save()
    translation = translation_of(translated)
    assert StringSegment.objects.filter(source=translation.source, string__data="zingueur").exists()
    total, done = translation.get_progress()
    assert (total, done) == (4, 2)
    publish(editor, translated)
    assert translated.get_translation(german).words == "Zinngießer"


def test_a_new_french_name_leaves_the_german_one_and_is_reported(editor, translated, german):
    translated.name = "Ferblanterie et zinguerie"
    translated.save()
    assert translated.get_translation(german).name == "Blechnerei"
    assert "Blechnerei" in names("de")
    report = editor.get(reverse("wagtail_localize:translations_report")).content.decode()
    assert "Ferblanterie et zinguerie" in report


def test_what_is_the_same_everywhere_follows(translated, german):
    family = TradeFamily.objects.in_french().exclude(pk=translated.family_id).first()
    translated.slug, translated.family, translated.category = "tolerie", family, "base"
    translated.save()
    record = translated.get_translation(german)
    assert (record.slug, record.family, record.category) == ("tolerie", family, "base")


def test_an_untranslated_name_follows(editor, trade, german, cisp_client):
    submit(editor, trade, german)
    trade.name = "Zinguerie"
    trade.save()
    assert trade.get_translation(german).name == "Zinguerie"
    assert understood(cisp_client, "ferblantier") == '<span lang="fr">Zinguerie</span>'


def test_updating_publishes_nothing_in_french(editor, translated, german):
    """«Synchroniser» with «publier»: what is not translated falls back, and is marked."""
    translated.name = "Zinguerie"
    translated.save()
    source = translation_of(translated).source
    editor.post(
        reverse("wagtail_localize:update_translations", args=[source.pk]),
        {"publish_translations": "on"},
    )
    assert trade_record(translated).is_french
    assert trade_record(translated).name == "Zinguerie"


def trade_record(trade: Trade):
    return current_vocabulary(FinderPage.source(), "de").trades[trade.pk]


# --- Records that go ---------------------------------------------------------------------------


def test_a_deleted_trade_takes_its_translations_along(editor, translated, german):
    translation = translation_of(translated)
    gone, key = translated.pk, translated.translation_key
    Offer.objects.filter(trade=translated).delete()
    translated.delete()
    assert not Trade.objects.filter(translation_key=key).exists()
    address = f"/gestion/localize/submit/snippet/cisp_map/trade/{gone}/"
    assert GONE_RECORD in said(editor.get(address, follow=True))
    for step in po_addresses(translation):
        assert GONE_SOURCE in said(editor.post(step, follow=True))
    update = reverse("wagtail_localize:update_translations", args=[translation.source_id])
    assert GONE_SOURCE in said(editor.get(update, follow=True))
    assert editor.get(reverse("wagtail_localize:translations_report")).status_code == 200


def test_a_deleted_translation_may_be_submitted_again(editor, translated, german):
    translated.get_translation(german).delete()
    assert "Ferblanterie" in names("de")
    assert submit(editor, translated, german).status_code == 200
    assert translated.get_translation(german).name == "Blechnerei"  # what was typed is kept


def test_a_name_that_is_taken_in_german_is_said(editor, trade, german):
    taken = Trade.objects.in_language("de").first()
    taken.name = "Ferblanterie"
    taken.save()
    assert TAKEN in said(submit(editor, trade, german))
    assert not trade.has_translation(german)
    assert not Translation.objects.filter(source__object_id=trade.translation_key).exists()


@pytest.mark.parametrize("pk", ["0", "x", "99999999", "1_2F"])
def test_a_record_that_is_not_there(editor, demo, pk):
    address = f"/gestion/localize/submit/snippet/cisp_map/trade/{pk}/"
    assert GONE_RECORD in said(editor.get(address, follow=True))


@pytest.mark.parametrize("model", ["centre", "siteaccess"])
def test_a_record_that_is_the_same_in_every_language(editor, demo, model):
    record = demo.get_children().first().specific.centre
    address = f"/gestion/localize/submit/snippet/cisp_map/{model}/{record.pk}/"
    assert editor.get(address, follow=True).status_code in (200, 404)
    assert not Translation.objects.filter(source__object_repr=str(record)).exists()


# --- Who ---------------------------------------------------------------------------------------


def person_of(group: str) -> Client:
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(UserFactory(groups=[Group.objects.get(name=group)]))
    return client


@pytest.mark.parametrize(
    ("group", "may"), [("Publication cisp.be", True), ("Rédaction cisp.be", False)]
)
def test_who_may_submit_a_trade(trade, german, group, may):
    """A submission adds a record: for those who may add one."""
    submit(person_of(group), trade, german)
    assert trade.has_translation(german) is may


@pytest.mark.parametrize("group", ["Centres", "Rédaction interfede.be"])
def test_names_of_records_are_not_told_to_everybody(trade, group):
    for kind in ("trade", "siteaccess"):
        address = f"/gestion/localize/api/snippets/cisp_map/{kind}/"
        answer = person_of(group).get(address, follow=True)
        assert "Ferblanterie" not in answer.content.decode()
        assert answer.headers["Content-Type"] != "application/json"


def test_names_of_records_are_told_to_who_edits_them(trade, editor):
    address = "/gestion/localize/api/snippets/cisp_map/trade/"
    assert "Ferblanterie" in editor.get(address).content.decode()
    assert editor.get(f"{address}{trade.pk}/").json()["title"] == "Ferblanterie"
