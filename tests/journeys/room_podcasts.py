"""States of the pages of `podcasts`, and what they need beyond `load_demo`."""

from playwright.sync_api import Page, expect

from tests.journeys.state import State

NAME = "podcasts"
LONG_TITLE = (
    "Accompagner, former, reconnaître : l’interminable et anticonstitutionnellement passionnante "
    "histoire des centres d’insertion socioprofessionnelle de Wallonie"
)


def seed(home) -> dict:
    """A show without episode, and an episode of text alone with a very long title."""
    from datetime import datetime

    from django.core.files.base import ContentFile
    from django.utils import timezone

    from home.models import Organisation
    from podcasts.demo_sound import Speaker
    from podcasts.models import Audio, Credit, EpisodePage, PodcastPage, RelatedPage

    show = PodcastPage.objects.child_of(home).get(slug="podcasts")
    demo = EpisodePage.objects.child_of(show).get(slug="temoignage-electricien-residentiel")
    empty = PodcastPage(title="Podcast à venir", slug="podcast-a-venir", description="À venir.")
    home.add_child(instance=empty)
    speaker = Speaker(seed=99)
    words = "Un texte simple, sans aucun moment, pour une histoire sans fin."
    speaker.say("Présentation", words)
    audio = Audio(title="Sans moments", file=ContentFile(speaker.mp3(), name="texte.mp3"))
    audio.save()
    long = EpisodePage(
        title=LONG_TITLE,
        slug="titre-interminable",
        date=datetime(2018, 5, 1, 9, tzinfo=timezone.get_current_timezone()),
        summary="Un épisode dont la transcription n’a pas de moments.",
        audio=audio,
        transcript=f"Présentation : {words}\n\nInvitée : Merci à vous.",
    )
    organisations = list(Organisation.objects.order_by("pk")[:4])
    long.credits = [Credit(role="coproducer", organisation=each) for each in organisations]
    long.related = [RelatedPage(page=demo)]
    show.add_child(instance=long)
    long.save_revision().publish()
    return {
        "show": show.get_url(),
        "empty": empty.get_url(),
        "episode": demo.get_url(),
        "sound": demo.audio.url,
        "long": long.get_url(),
    }


def jump(page: Page) -> None:
    """A moment asked by the address: its sentence is marked."""
    page.goto(f"{page.url}#t=12")
    page.reload()
    expect(page.locator(".cue[aria-current]")).to_be_visible()


def states(manifest: dict) -> list[State]:
    """Every state of the room's pages."""
    return [
        State("podcasts", "interfede", str(manifest["show"])),
        State("podcast-vide", "interfede", str(manifest["empty"])),
        State("episode", "interfede", str(manifest["episode"])),
        State("episode-moment", "interfede", str(manifest["episode"]), prepare=jump),
        State("episode-texte", "interfede", str(manifest["long"])),
    ]
