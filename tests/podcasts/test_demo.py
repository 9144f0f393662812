"""The demo: five episodes, real titles, nobody named, the same bytes each time."""

from __future__ import annotations

import json

import pytest

from podcasts import demo
from podcasts.artwork import artwork_problem
from podcasts.demo_artwork import BARS, SCHEMES, draw
from podcasts.demo_sound import Speaker
from podcasts.models import EpisodePage, PodcastPage
from tests.factories import podcasts as make


def test_the_same_text_gives_the_same_sound():
    assert Speaker(1).samples == Speaker(1).samples
    again = Speaker(0)
    for name, text in make.WORDS:
        again.say(name, text)
    assert again.mp3() == make.mp3(0)
    assert make.mp3(0) != make.mp3(1)


def test_the_outline_of_a_sound():
    outline = make.spoken().loudness(20)
    assert len(outline) == 20
    assert max(outline) == 1.0
    assert min(outline) >= 0


@pytest.mark.django_db
def test_drawn_pictures_are_what_apps_accept():
    outline = make.spoken().loudness(BARS)
    for scheme in range(len(SCHEMES)):
        data = draw("1.2", "Interfédé", outline, scheme)
        assert data == draw("1.2", "Interfédé", outline, scheme)
        assert artwork_problem(make.stored_picture(data)) == ""


@pytest.mark.usefixtures("demo")
class TestLoaded:
    def test_five_episodes_with_all_that_apps_ask(self):
        show = PodcastPage.objects.get(slug="podcasts")
        episodes = list(EpisodePage.objects.of_show(show).listenable())
        assert len(episodes) == 5
        for episode in episodes:
            episode.artwork = None  # its file lies in the folder of another test
            episode.full_clean()
            assert 20 <= episode.seconds <= 60
            assert episode.has_times
            assert len(episode.marks) == 3
            assert [each.title for each in episode.sections] == [m.title for m in episode.marks]
            assert "démonstration" in episode.spoken_text + episode.summary

    def test_nobody_is_named(self):
        names = ("remo", "spezza", "yousra", "belaaguid")
        for episode in EpisodePage.objects.all():
            credits_ = " ".join(each.label for each in episode.people)
            shown = (
                f"{episode.title} {episode.slug} {episode.summary} {episode.spoken_text} {credits_}"
            )
            assert not [name for name in names if name in shown.lower()]

    def test_loading_again_changes_nothing(self):
        show = PodcastPage.objects.get(slug="podcasts")
        assert demo.load(show.get_parent().specific) == 0

    def test_the_data_hold_every_old_address(self):
        rows = json.loads(demo.DATA.read_text(encoding="utf-8"))
        assert len([row for row in rows if row["old_path"]]) == 4
