"""Pages of shows and episodes: what they show, to whom, and what they refuse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from home.channels import block_of
from podcasts.home_channel import CHANNEL
from podcasts.models import Chapter, Credit, EpisodePage, PodcastPage, RelatedPage
from tests.factories import StandardPageFactory
from tests.factories import podcasts as make
from tests.support import Html

pytestmark = pytest.mark.django_db


def test_a_show_without_episode_says_so(interfede_client, show):
    page = Html(interfede_client.get("/podcasts/"))
    assert page.one("h2", id="bientot").text == "Bientôt le premier épisode"
    feeds = page.all("link", rel="alternate", type="application/rss+xml")
    assert [each.attrs["href"].endswith("/podcasts/flux.xml") for each in feeds] == [True]


def test_episodes_by_season_the_latest_first(interfede_client, show):
    for seed, season in enumerate((2, 1, 1, None)):
        make.episode(show, f"Titre {seed}", seed, season=season, number=seed or None)
    page = Html(interfede_client.get("/podcasts/"))
    assert [each.text for each in page.all("h2") if each.inside(class_="season")] == [
        "Saison 2",
        "Saison 1",
        "Épisodes",
    ]
    titles = [each.text for each in page.all("h3", "episode-row__title")]
    assert titles == ["Titre 0", "Titre 1", "Titre 2", "Titre 3"]
    assert page.all("p", "episode-row__guests")[0].text == "Avec Alix"
    show.show_type = "serial"
    show.save()
    page = Html(interfede_client.get("/podcasts/"))
    titles = [each.text for each in page.all("h3", "episode-row__title")]
    assert titles == ["Titre 3", "Titre 2", "Titre 1", "Titre 0"]


def test_an_episode_without_javascript(interfede_client, show):
    episode = make.episode(show, season=1, number=3)
    page = Html(interfede_client.get(episode.get_url()))
    assert page.one("p", "kind").text == "Saison 1, épisode 3"
    player = page.one("audio")
    assert player.attrs["preload"] == "none"
    assert "controls" in player.attrs
    assert page.one("source").attrs == {"src": episode.audio.url, "type": "audio/mpeg"}
    chapters = [each for each in page.all("a") if each.inside(class_="chapters")]
    assert [each.attrs["href"] for each in chapters] == [
        f"{episode.audio.url}#t=0",
        f"{episode.audio.url}#t=4",
    ]
    cues = page.all("span", "cue")
    assert len(cues) == 3
    assert float(cues[0].attrs["data-start"]) == pytest.approx(0.4)
    assert page.one("dl", "credits").text == "Invité·e Alix"
    assert not [each for each in page.elements if "style" in each.attrs or "onclick" in each.attrs]


def test_a_text_without_times_offers_no_moments(interfede_client, show):
    episode = make.episode(show, transcript="Alix : Bonjour.\n\nBao : Merci.", chapters=[])
    page = Html(interfede_client.get(episode.get_url()))
    assert [each.text for each in page.all("b", "turn__who")] == ["Alix", "Bao"]
    assert page.all("a", "turn__time") == []
    assert "data-start" not in page.all("span", "cue")[0].attrs
    vtt = interfede_client.get(f"/podcasts/transcriptions/{episode.guid}.vtt").content.decode()
    assert "temps sont estimés" in vtt
    assert interfede_client.get(f"/podcasts/chapitres/{episode.guid}.json").status_code == 404


def test_markup_in_a_transcript_is_text(interfede_client, show):
    episode = make.episode(
        show,
        "Un <b>titre</b>",
        transcript="Alix : <script>alert(1)</script>\n\nBao : </textarea>",
        credits=[Credit(role="guest", name="<img src=x>")],
    )
    for url in (episode.get_url(), "/podcasts/", "/podcasts/flux.xml"):
        content = interfede_client.get(url).content.decode()
        for markup in ("<script>alert", "<img src=x", "<b>titre", "</textarea"):
            assert markup not in content


def test_neighbours(interfede_client, show):
    first, second, third = (make.episode(show, f"Titre {seed}", seed) for seed in (2, 1, 0))
    make.episode(show, "Brouillon", 3, live=False)
    page = Html(interfede_client.get(second.get_url()))
    assert page.one("a", rel="prev").text.endswith("Titre 2")
    assert page.one("a", rel="next").text.endswith("Titre 0")
    assert first.neighbours() == (None, second)
    assert third.neighbours() == (second, None)


def test_related_pages_show_on_both_sides(interfede_client, show):
    first, second = make.episode(show, "Un"), make.episode(show, "Deux", 1)
    page = StandardPageFactory(parent=show.get_parent(), title="Le dossier")
    page.body = [("pages", {"title": "", "pages": [first]})]
    page.save()
    draft = StandardPageFactory(parent=show.get_parent(), title="Caché", live=False)
    second.related.set([RelatedPage(page=first), RelatedPage(page=draft)])
    second.save()
    assert [each.title for each in second.related_pages()] == ["Un"]
    assert {each.title for each in first.related_pages()} == {"Deux", "Le dossier"}
    assert "Le dossier" in interfede_client.get(first.get_url()).content.decode()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"audio": None}, "Choisissez le son"),
        ({"transcript": ""}, "Ajoutez la transcription"),
        ({"transcript": "WEBVTT\n\n0:1 --> 2\nOui"}, "Ligne 3"),
        ({"transcript": "WEBVTT\n\n59:00.000 --> 59:02.000\nOui"}, "est-ce le bon fichier"),
        ({"title": "Épisode 3 : la menuiserie"}, "sans le numéro"),
        ({"title": "12. La menuiserie"}, "sans le numéro"),
        ({"title": "#4 La menuiserie"}, "sans le numéro"),
    ],
)
def test_what_is_not_published(show, fields, message):
    draft = make.episode(show, **{"title": "Titre", **fields}, live=False)
    with pytest.raises(ValidationError, match=message):
        draft.save_revision().publish()
    draft.refresh_from_db()
    assert not draft.live


@pytest.mark.parametrize("title", ["360 degrés", "15 ans de formation", "Le numéro 7"])
def test_titles_with_a_figure_of_their_own(show, title):
    assert make.episode(show, title).live


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        ({"size": (1400, 1500)}, "carrée"),
        ({"size": (900, 900)}, "de 1400 à 3000"),
        ({"size": (3100, 3100)}, "de 1400 à 3000"),
        ({"mode": "RGBA"}, "transparente"),
        ({"mode": "L"}, "couleurs RVB"),
        ({"kind": "WEBP"}, "JPEG et le PNG"),
    ],
)
def test_artwork_that_apps_refuse(show, picture, message):
    show.artwork = make.picture(**picture)
    with pytest.raises(ValidationError, match=message):
        show.full_clean()


def test_artwork_that_cannot_be_read(show):
    show.artwork = make.picture(kind="JPEG")
    show.full_clean()
    show.artwork.file.storage.delete(show.artwork.file.name)
    with pytest.raises(ValidationError, match="ne peut pas être lue"):
        show.full_clean()


def test_a_description_of_4001_bytes(show):
    show.description = "é" * 2000
    show.full_clean()
    show.description += "x"
    with pytest.raises(ValidationError, match="4001 octets"):
        show.full_clean()


def test_a_future_date_waits(interfede_client, show):
    soon = timezone.now() + timedelta(days=2)
    episode = make.episode(show, live=False, date=soon)
    episode.clean()
    episode.save_revision().publish()
    episode.refresh_from_db()
    assert (episode.live, episode.go_live_at) == (False, soon)
    EpisodePage.objects.filter(pk=episode.pk).update(live=True)
    assert interfede_client.get(episode.get_url()).status_code == 404


def test_a_consent_ends(interfede_client, show):
    today = timezone.localdate()
    episode = make.episode(
        show, is_testimony=True, consent_on=today - timedelta(days=9), consent_until=today
    )
    assert timezone.localdate(episode.expire_at) == today + timedelta(days=1)
    assert interfede_client.get(episode.get_url()).status_code == 200
    EpisodePage.objects.filter(pk=episode.pk).update(consent_until=today - timedelta(days=1))
    for url in (episode.get_url(), f"/podcasts/transcriptions/{episode.guid}.vtt"):
        assert interfede_client.get(url).status_code == 404
    assert episode.title not in interfede_client.get("/podcasts/flux.xml").content.decode()
    assert episode.title not in interfede_client.get("/podcasts/").content.decode()


def test_the_card_follows_the_summary(show):
    episode = make.episode(show, summary="Avant.")
    assert episode.search_description == "Avant."
    episode.summary = "Après."
    episode.save_revision().publish()
    assert EpisodePage.objects.get(pk=episode.pk).search_description == "Après."
    episode.search_description = "À la main."
    episode.save()
    episode.summary = "Encore."
    episode.save()
    assert episode.search_description == "À la main."


def test_where_shows_and_episodes_may_stand(sites, show):
    homes = {theme: site.root_page.specific for theme, site in sites.items()}
    may = {theme: PodcastPage.can_create_at(home) for theme, home in homes.items()}
    assert may == {"cisp": False, "interfede": True, "pedatech": False}
    assert EpisodePage.can_create_at(show)
    assert not EpisodePage.can_create_at(homes["interfede"])


def test_the_home_page_gets_the_newest(rf, show, django_assert_max_num_queries):
    for seed in range(5):
        make.episode(show, f"Titre {seed}", seed)
    make.episode(show, "Brouillon", 6, live=False)
    request = rf.get("/", headers={"host": "interfede.localhost"})
    home = show.get_parent().specific
    with django_assert_max_num_queries(5):
        block, _ = block_of(CHANNEL, home, request)
    assert [each.title for each in block.entries] == ["Titre 0", "Titre 1", "Titre 2"]
    assert block.index_url.endswith("/podcasts/")


def test_chapters_outside_the_sound_are_not_shown(show):
    episode = make.episode(show)
    episode.chapters.add(Chapter(start="55:00", title="Trop loin"))
    episode.save()
    assert [each.title for each in EpisodePage.objects.get(pk=episode.pk).marks] == [
        "Bonjour",
        "Suite",
    ]


def test_a_hit_in_the_transcript_leads_to_its_moment(interfede_client, show):
    episode = make.episode(show)
    cue = next(each for each in episode.cues if "permis" in each.text)
    page = Html(interfede_client.get("/recherche/", {"q": "permis de conduire"}))
    (link,) = (each for each in page.all("a", data_result="") if "Transcription" in each.text)
    assert link.attrs["href"] == f"{episode.get_url_parts()[2]}#t={int(cue.start)}"
    assert link.text == f"Transcription, à 0:{int(cue.start):02d}"
    assert "permis" in [each.text for each in page.all("mark")]
    # Words of the title need no moment.
    page = Html(interfede_client.get("/recherche/", {"q": "menuiserie"}))
    assert not page.all("p", "search-passage")


def test_a_transcript_without_times_leads_to_the_text(interfede_client, show):
    episode = make.episode(show, transcript="Nous parlons du permis de conduire.\n\nPuis du jury.")
    page = Html(interfede_client.get("/recherche/", {"q": "permis de conduire"}))
    (link,) = (each for each in page.all("a", data_result="") if "Transcription" in each.text)
    assert link.attrs["href"] == f"{episode.get_url_parts()[2]}#transcription"


def test_a_moved_episode_takes_its_moments_along(interfede_client, show):
    episode = make.episode(show)
    episode.slug = "ailleurs"
    episode.save_revision().publish()
    page = Html(interfede_client.get("/recherche/", {"q": "permis de conduire"}))
    (link,) = (each for each in page.all("a", data_result="") if "Transcription" in each.text)
    assert link.attrs["href"].startswith("/podcasts/ailleurs/#t=")
