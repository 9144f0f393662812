"""Sounds: what they are is read, not believed; what is wrong is refused whole, in French."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from podcasts.models import Audio
from podcasts.sound import NotASound, read_sound
from tests.factories import podcasts as make


def read(data: bytes, name: str = "essai.mp3"):
    return read_sound(BytesIO(data), name)


def test_an_mp3_without_tags_is_measured():
    sound = read(make.mp3())
    assert (sound.mime_type, sound.size) == ("audio/mpeg", len(make.mp3()))
    assert abs(sound.seconds - make.spoken().now) < 0.2


def test_an_m4a_is_measured():
    sound = read(make.m4a(42), "essai.M4A")
    assert (sound.mime_type, sound.seconds) == ("audio/x-m4a", 42)


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "essai.mp3", "vide"),
        (b"%PDF-1.7 " * 50, "essai.mp3", "n’est pas un son MP3 ou M4A"),
        (b"RIFF\x24\0\0\0WAVEfmt " + bytes(400), "essai.mp3", "n’est pas un son"),
        (b"ID3\x04\0\0\0\0\0\0" + bytes(4000), "essai.mp3", "abîmé"),
        (b"\xff\xfb" + bytes(300), "essai.mp3", "abîmé"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0" + bytes(40), "essai.m4a", "abîmé"),
        (make.mp3(), "essai.m4a", "contient du MP3"),
        (make.mp3(), "essai", "contient du MP3"),
        (make.m4a(), "essai.mp3", "contient du M4A"),
        (make.m4a(0), "essai.m4a", "moins d’une seconde"),
    ],
)
def test_what_is_wrong_is_refused(data, name, message):
    with pytest.raises(NotASound, match=message):
        read(data, name)


@given(st.binary(max_size=600), st.sampled_from([b"", b"ID3", b"\xff\xfb", b"\0\0\0\x18ftypM4A "]))
def test_no_file_breaks_the_reader(data, start):
    file = BytesIO(start + data)
    with suppress(NotASound):
        read_sound(file, "essai.mp3")
    assert file.tell() == 0


@given(st.integers(0, 2000))
def test_a_cut_m4a_breaks_nothing(length):
    with suppress(NotASound):
        assert read(make.m4a()[:length], "essai.m4a").seconds == 42


@pytest.mark.django_db
def test_the_address_is_made_of_the_content():
    audio = make.audio()
    first = audio.file.name
    assert first == f"podcasts/{audio.sha256[:20]}.mp3"
    assert (audio.type, audio.mime_type, audio.file_size) == (
        "audio",
        "audio/mpeg",
        len(make.mp3()),
    )
    audio.title = "Autre"
    audio.save()
    assert audio.file.name == first
    audio.file = ContentFile(make.mp3(2), name="essai.mp3")
    audio.save()
    assert audio.file.name != first
    assert audio.describe.startswith("MP3, ")


@pytest.mark.django_db
def test_nothing_is_stored_of_a_wrong_file(settings):
    with pytest.raises(ValidationError, match="n’est pas un son"):
        Audio(title="Faux", file=ContentFile(b"du texte", name="faux.mp3")).save()
    assert not Audio.objects.exists()
    assert not list(settings.MEDIA_ROOT.rglob("*.mp3")) if settings.MEDIA_ROOT.exists() else True
