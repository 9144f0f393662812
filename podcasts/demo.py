"""Demo content of the room `podcasts`. Safe to run again: what exists stays."""

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from home.models import HomePage, Organisation, SiteImage
from podcasts.bootstrap import SLUG
from podcasts.demo_artwork import BARS, draw
from podcasts.demo_sound import Speaker
from podcasts.models import Audio, Chapter, Credit, EpisodePage, PlatformLink, PodcastPage
from podcasts.times import clock
from podcasts.transcripts import Cue, to_vtt

DATA = Path(__file__).parent / "data" / "episodes.json"
PUBLISHED_AT = 9  # o'clock
SPOTIFY = "https://open.spotify.com/show/0oTr6DpeSlcx2S4GJFiGdO"
DESCRIPTION = (
    "Des voix du secteur de l’insertion socioprofessionnelle en Wallonie. La première série parle "
    "de la validation des compétences : faire reconnaître ce que l’on sait faire, avec ou sans "
    "diplôme.\n\n"
    "Sur ce site d’essai, les sons sont fabriqués par l’ordinateur et les textes sont écrits pour "
    "la démonstration."
)


def load(home: HomePage) -> int:
    """Fill the show under the home page of its site; returns the number of pages made."""
    show = PodcastPage.objects.child_of(home).get(slug=SLUG)
    if show.artwork is None:
        _dress(show)
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    return sum(_add(show, row, position) for position, row in enumerate(rows))


def _image(title: str, description: str, data: bytes) -> SiteImage:
    return SiteImage.objects.create(
        title=title,
        description=description,
        credit="Interfédé (dessin de démonstration)",
        file=ContentFile(data, name="pochette.png"),
    )


def _dress(show: PodcastPage) -> None:
    """What the bare show of `bootstrap_sites` lacks."""
    outline = [0.5 + 0.5 * math.sin(3 + at * 0.9) * math.cos(at * 0.37) for at in range(BARS)]
    show.artwork = _image(
        "Pochette des podcasts",
        "Le mot Podcasts au-dessus d’une onde sonore",
        draw("Podcasts", "Interfédé des CISP", outline),
    )
    show.description = DESCRIPTION
    show.search_description = DESCRIPTION.partition("\n")[0]
    show.platforms.add(PlatformLink(name="Spotify", url=SPOTIFY))
    show.save_revision().publish()


def _add(show: PodcastPage, row: dict[str, Any], position: int) -> bool:
    """One episode with its sound, words, chapters, credits and old address; False if it exists."""
    if show.get_children().filter(slug=row["slug"]).exists():
        return False
    speaker = Speaker(seed=position)
    chapters: list[Chapter] = []
    for title, sentences in row["chapters"]:
        chapters.append(Chapter(start=clock(speaker.now), title=title, sort_order=len(chapters)))
        for name, text in sentences:
            speaker.say(name, text)
    cues = [Cue(each.start, each.end, each.speaker, each.text) for each in speaker.spoken]
    audio = Audio(title=row["title"], file=ContentFile(speaker.mp3(), name="episode.mp3"))
    audio.save()
    published = datetime.fromisoformat(row["date"]).replace(hour=PUBLISHED_AT)
    episode = EpisodePage(
        title=row["title"],
        slug=row["slug"],
        date=timezone.make_aware(published),
        summary=row["summary"],
        audio=audio,
        transcript=to_vtt(cues, "Texte de démonstration."),
        season=row["season"],
        number=row["number"],
        is_testimony=row["testimony"],
        artwork=_image(
            f"Pochette : {row['title']}",
            f"Le chiffre {row['number']} au-dessus d’une onde sonore",
            draw(
                f"{row['season']}.{row['number']}",
                "Interfédé des CISP",
                speaker.loudness(BARS),
                position + 1,
            ),
        ),
    )
    episode.chapters.set(chapters)
    episode.credits.set(_credits(row))
    show.add_child(instance=episode)
    episode.save_revision().publish()
    if row["old_path"]:
        Redirect.objects.get_or_create(
            old_path=Redirect.normalise_path(row["old_path"]),
            site=show.get_site(),
            defaults={"redirect_page": episode, "is_permanent": True},
        )
    return True


def _credits(row: dict[str, Any]) -> list[Credit]:
    """Nobody is named: roles and organisations alone."""
    made = [Credit(role=Credit.Role.PRODUCER, organisation=_organisation("Interfédé"))]
    if row.get("guest_production"):
        students = "Étudiantes et étudiants en journalisme"
        made.insert(0, Credit(role=Credit.Role.AUTHOR, name=students))
    if row["testimony"]:
        made.insert(0, Credit(role=Credit.Role.GUEST, name="une voix anonyme"))
    if federation := row.get("federation"):
        made.append(Credit(role=Credit.Role.COPRODUCER, organisation=_organisation(federation)))
    for order, credit in enumerate(made):
        credit.sort_order = order
    return made


def _organisation(acronym: str) -> Organisation:
    """An organisation of the shared vocabulary (`home.demo.load_organisations` made it)."""
    return Organisation.objects.get(acronym=acronym)
