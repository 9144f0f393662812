"""Shows, episodes and sounds for the tests."""

from __future__ import annotations

import struct
from datetime import timedelta
from functools import cache
from io import BytesIO

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from home.models import SiteImage
from podcasts.demo_sound import Speaker
from podcasts.models import Audio, Chapter, Credit, EpisodePage, PodcastPage
from podcasts.transcripts import Cue, to_vtt

WORDS = (
    ("Présentation", "Bonjour et bienvenue dans cet épisode d’essai."),
    ("Invitée", "Merci, je parle de la menuiserie et du permis de conduire."),
    ("Présentation", "À bientôt pour un autre épisode."),
)


@cache
def spoken(seed: int = 0) -> Speaker:
    """A few seconds of speech; another seed gives other bytes."""
    speaker = Speaker(seed)
    for name, text in WORDS:
        speaker.say(name, text)
    return speaker


@cache
def mp3(seed: int = 0) -> bytes:
    """An MP3 file of some seconds, without tags."""
    return spoken(seed).mp3()


def vtt(seed: int = 0) -> str:
    """The words of `mp3(seed)` with their times."""
    return to_vtt(
        [Cue(each.start, each.end, each.speaker, each.text) for each in spoken(seed).spoken]
    )


def _box(kind: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack(">I", len(data) + 8) + kind + data


def m4a(seconds: int = 42) -> bytes:
    """The skeleton of an M4A file: every box that tells what it is, and no sound."""
    esds = bytes.fromhex(
        "00000000 0319 0000 00 0411 40 15 000000 0000bb80 0000bb80 0502 1210 060102"
    )
    entry = _box(
        b"mp4a",
        bytes(6)
        + struct.pack(">H", 1)
        + bytes(8)
        + struct.pack(">HHHHI", 1, 16, 0, 0, 44100 << 16),
        _box(b"esds", esds),
    )
    table = _box(b"stbl", _box(b"stsd", struct.pack(">II", 0, 1), entry))
    header = _box(b"mdhd", struct.pack(">IIIIIHH", 0, 0, 0, 1000, seconds * 1000, 0, 0))
    handler = _box(b"hdlr", bytes(8) + b"soun" + bytes(13))
    media = _box(b"mdia", header, handler, _box(b"minf", table))
    moov = _box(b"moov", _box(b"trak", media))
    return _box(b"ftyp", b"M4A \0\0\0\0M4A ") + moov + _box(b"mdat", bytes(64))


def audio(seed: int = 0, title: str = "Son d’essai") -> Audio:
    """A stored sound."""
    made = Audio(title=title, file=ContentFile(mp3(seed), name="essai.mp3"))
    made.save()
    return made


def picture(
    size: tuple[int, int] = (1400, 1400), mode: str = "RGB", kind: str = "PNG"
) -> SiteImage:
    """An image of this size, mode and format."""
    file = BytesIO()
    Image.new(mode, size).save(file, kind)
    return stored_picture(file.getvalue(), f"essai.{kind.lower()}")


def stored_picture(data: bytes, name: str = "essai.png") -> SiteImage:
    """An image with this content."""
    return SiteImage.objects.create(title="Essai", file=ContentFile(data, name=name))


def episode(
    show: PodcastPage, title: str = "La menuiserie", seed: int = 0, **fields
) -> EpisodePage:
    """A published episode; `live=False` leaves a draft."""
    live = fields.pop("live", True)
    credits_ = fields.pop("credits", [Credit(role="guest", name="Alix")])
    chapters = fields.pop(
        "chapters", [Chapter(start="0:00", title="Bonjour"), Chapter(start="0:04", title="Suite")]
    )
    values = {
        "date": timezone.now() - timedelta(days=1 + seed),
        "summary": "De quoi parle l’épisode.",
        "transcript": vtt(seed),
        "audio": fields.pop("audio") if "audio" in fields else audio(seed),
        **fields,
    }
    page = EpisodePage(title=title, live=live, **values)
    page.credits = credits_
    page.chapters = chapters
    show.add_child(instance=page)
    if live:
        page.save_revision().publish()
    return page
