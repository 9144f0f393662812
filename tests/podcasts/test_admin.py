"""The admin: an episode is five fields; what is missing or wrong is told in French."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from podcasts.models import Audio, EpisodePage
from tests.factories import UserFactory
from tests.factories import podcasts as make
from tests.support import read_aloud

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = UserFactory(is_superuser=True, is_staff=True)
    client.force_login(user)
    client.defaults["HTTP_HOST"] = "interfede.localhost"
    return client


def form(action: str = "", **fields) -> dict:
    """What the form of an episode sends."""
    base = {
        "title": "La menuiserie",
        "slug": "la-menuiserie",
        "summary": "De quoi parle l’épisode.",
        "date": "2026-01-02 09:00",
        "audio": "",
        "transcript": "",
        "body": streamfield([]),
        "chapters": inline_formset([]),
        "credits": inline_formset([]),
        "related": inline_formset([]),
        "comments": inline_formset([]),
    }
    data = nested_form_data(
        {**base, **{key: value for key, value in fields.items() if key != "transcript_file"}}
    )
    if "transcript_file" in fields:
        data["transcript_file"] = fields["transcript_file"]
    return {**data, **({action: "oui"} if action else {})}


@pytest.fixture
def add(editor, show):
    url = reverse("wagtailadmin_pages:add", args=["podcasts", "episodepage", show.pk])

    def post(action: str = "", **fields):
        return editor.post(url, form(action, **fields))

    return post


def test_the_form_is_french_and_short(editor, show):
    url = reverse("wagtailadmin_pages:add", args=["podcasts", "episodepage", show.pk])
    page = editor.get(url).content.decode()
    for label in ("Transcription", "Résumé", "Chapitres", "Génériques et invités", "Pages liées"):
        assert label in page


def test_a_draft_needs_a_title_alone(add):
    assert add(summary="", date="2026-01-02 09:00").status_code == 302
    episode = EpisodePage.objects.get()
    assert not episode.live
    assert episode.audio is None


def test_publishing_without_a_transcript_is_refused(add):
    answer = add("action-publish", audio=make.audio().pk)
    assert answer.status_code == 200
    assert "Ajoutez la transcription avant de publier" in answer.content.decode()
    assert not EpisodePage.objects.filter(live=True).exists()


def test_five_fields_publish(add):
    answer = add("action-publish", audio=make.audio().pk, transcript=make.vtt())
    assert answer.status_code == 302
    assert EpisodePage.objects.get().live


def test_a_file_of_words_fills_the_transcript(add):
    file = SimpleUploadedFile("mots.vtt", make.vtt().encode())
    answer = add("action-publish", audio=make.audio().pk, transcript_file=file)
    assert answer.status_code == 302
    assert EpisodePage.objects.get().transcript == make.vtt().strip()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"WEBVTT\n\n1 --> 2\nOui", "Ligne 3"),
        (b"\0\0\0", "pas un texte"),
        (b"", "vide"),
    ],
)
def test_a_wrong_file_of_words(add, content, message):
    file = SimpleUploadedFile("mots.vtt", content)
    answer = add(audio=make.audio().pk, transcript_file=file)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not EpisodePage.objects.exists()


def test_chapters_are_checked(add):
    rows = [
        {"start": "0:00", "title": "Un", "url": ""},
        {"start": "0:00", "title": "Deux", "url": ""},
        {"start": "59:00", "title": "Trois", "url": ""},
        {"start": "9h", "title": "Quatre", "url": ""},
    ]
    words = {"audio": make.audio().pk, "transcript": make.vtt()}
    page = add(**words, chapters=inline_formset(rows[:3])).content.decode()
    assert "Deux chapitres commencent au même moment." in page
    assert "Le son ne dure que 0:" in page
    page = add(**words, chapters=inline_formset(rows[3:])).content.decode()
    assert "par exemple 1:35" in page
    assert add(**words, chapters=inline_formset(rows[:1])).status_code == 302


def test_a_former_trainee_without_consent_has_a_first_name_alone(add):
    def guest(name, **fields):
        rows = inline_formset([{"role": "guest", "name": name, "organisation": "", "url": ""}])
        return add(is_testimony="on", credits=rows, **fields)

    assert "écrivez seulement le prénom" in guest("Alix Exemple").content.decode()
    assert guest("Alix", slug="un").status_code == 302
    assert guest("Alix Exemple", slug="deux", consent_on="2026-01-01").status_code == 302


def test_a_credit_is_a_name_or_an_organisation(add):
    rows = inline_formset([{"role": "guest", "name": "", "organisation": "", "url": ""}])
    assert "Écrivez un nom ou choisissez une organisation." in add(credits=rows).content.decode()


def test_taking_down_a_testimony_is_one_action(editor, interfede_client, show):
    episode = make.episode(show, is_testimony=True)
    urls = [
        episode.get_url(),
        episode.audio.url,
        f"/podcasts/transcriptions/{episode.guid}.vtt",
    ]
    edit = editor.get(reverse("wagtailadmin_pages:edit", args=[episode.pk])).content.decode()
    action = reverse("podcasts_withdraw_testimony", args=[episode.pk])
    assert action in edit
    assert "Il ne pourra plus être publié" in editor.get(action).content.decode()
    assert [interfede_client.get(url).status_code for url in urls] == [200] * 3
    assert editor.post(action).status_code == 302
    assert [interfede_client.get(url).status_code for url in urls] == [404] * 3
    assert episode.title not in interfede_client.get("/podcasts/flux.xml").content.decode()
    assert episode.title not in read_aloud(interfede_client.get("/recherche/?q=menuiserie"))
    episode.refresh_from_db()
    assert not episode.live
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="a été retiré"):
        episode.save_revision().publish()
    assert editor.get(action).status_code == 302  # refused: nothing is left to take down


def test_who_may_not_publish_may_not_take_down(client, show, interfede_client):
    episode = make.episode(show)
    client.defaults["HTTP_HOST"] = "interfede.localhost"
    action = reverse("podcasts_withdraw_testimony", args=[episode.pk])
    assert client.post(action).status_code == 302  # to the log-in
    client.force_login(UserFactory(is_staff=True))
    client.post(action)
    episode.refresh_from_db()
    assert episode.live


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("son.mp3", b"", "vide"),
        ("son.mp3", b"du texte", "n’est pas un son MP3 ou M4A"),
        ("son.m4a", make.mp3(), "contient du MP3"),
        ('<script>"x".mp3', b"du texte", "n’est pas un son"),
    ],
)
def test_a_wrong_sound_is_refused_whole(editor, name, content, message):
    file = SimpleUploadedFile(name, content)
    answer = editor.post(
        reverse("wagtailmedia:add", args=["audio"]), {"title": "Son", "file": file}
    )
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not Audio.objects.exists()


def test_a_good_sound_is_stored(editor):
    file = SimpleUploadedFile("son.mp3", make.mp3())
    answer = editor.post(
        reverse("wagtailmedia:add", args=["audio"]), {"title": "Son", "file": file}
    )
    assert answer.status_code == 302
    audio = Audio.objects.get()
    assert audio.file_size == len(make.mp3())
    assert audio.duration == pytest.approx(make.spoken().now, abs=0.2)
    first = audio.url
    again = SimpleUploadedFile("son.mp3", make.mp3(4))
    url = reverse("wagtailmedia:edit", args=[audio.pk])
    assert editor.post(url, {"title": "Son", "file": again}).status_code == 302
    audio.refresh_from_db()
    assert audio.url != first
    assert audio.file.storage.exists(audio.file.name)
    for name in ("wagtailmedia:index", "wagtailmedia:chooser"):
        assert editor.get(reverse(name)).status_code == 200


def test_writers_of_the_site_may_add_sounds(client, sites):
    from django.contrib.auth.models import Group

    from podcasts.models import PodcastPage

    group = next(each for each in Group.objects.all() if "interfede" in each.name.lower())
    client.defaults["HTTP_HOST"] = "interfede.localhost"
    client.force_login(UserFactory(groups=[group]))
    assert client.get(reverse("wagtailmedia:add", args=["audio"])).status_code == 200
    show = PodcastPage.objects.get()
    url = reverse("wagtailadmin_pages:add", args=["podcasts", "episodepage", show.pk])
    assert client.get(url).status_code == 200


def test_dates_of_consent_in_order(add):
    answer = add(
        "action-publish",
        audio=make.audio().pk,
        transcript=make.vtt(),
        consent_on=date(2026, 5, 1).isoformat(),
        consent_until=date(2026, 4, 1).isoformat(),
    )
    assert "La fin de l’accord vient avant son début." in answer.content.decode()
