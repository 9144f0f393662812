"""The rules that Apple, Spotify and Podcasting 2.0 set for a feed: one test each, in their order."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from urllib.parse import urlsplit

import feedparser
import pytest
import webvtt
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone
from lxml import etree
from mutagen.mp3 import MP3
from PIL import Image

from home.models import Organisation
from podcasts.categories import CATEGORIES
from podcasts.models import Chapter, Credit, EpisodePage, PlatformLink, PodcastPage
from tests.factories import podcasts as make
from tests.support import read_aloud

pytestmark = pytest.mark.django_db
NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
FEED = "/podcasts/flux.xml"


@pytest.fixture
def two(show) -> list[EpisodePage]:
    """Two episodes, the newest first."""
    return [
        make.episode(show, "La menuiserie", 0, season=1, number=2),
        make.episode(show, "Le permis de conduire", 1, season=1, number=1),
    ]


def read(client):
    """The channel as lxml reads it."""
    answer = client.get(FEED)
    assert answer.status_code == 200
    return etree.fromstring(answer.content).find("channel")


def text(element, path: str) -> str | None:
    found = element.find(path, NAMES)
    return None if found is None else found.text


def path_of(url: str) -> str:
    parts = urlsplit(url)
    assert parts.scheme == "http"
    assert parts.netloc.split(":")[0] == "interfede.localhost"
    assert not parts.query
    return parts.path


def test_rule_01_well_formed_rss_with_its_own_address(interfede_client, two):
    answer = interfede_client.get(FEED)
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    parsed = feedparser.parse(BytesIO(answer.content))
    assert parsed.bozo == 0, parsed.get("bozo_exception")
    assert parsed.version == "rss20"
    assert [entry.title for entry in parsed.entries] == [each.title for each in two]
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    own = read(interfede_client).find("atom:link[@rel='self']", NAMES)
    assert path_of(own.get("href")) == FEED


def test_rule_02_what_a_channel_must_say(interfede_client, two, show):
    channel = read(interfede_client)
    assert text(channel, "title") == show.title
    assert 0 < len(text(channel, "description").encode()) <= 4000
    assert text(channel, "language") == "fr-be"
    assert text(channel, "itunes:explicit") == "false"
    assert channel.find("itunes:image", NAMES).get("href").endswith((".png", ".jpg"))
    for category in channel.findall("itunes:category", NAMES):
        parts = [part.get("text") for part in category]
        assert set(parts) <= set(CATEGORIES[category.get("text")][1])


def test_rule_03_what_a_channel_should_say(interfede_client, two, show):
    channel = read(interfede_client)
    assert text(channel, "itunes:author") == show.author
    assert path_of(text(channel, "link")) == "/podcasts/"
    assert text(channel, "itunes:type") == "episodic"
    assert text(channel, "copyright") == show.copyright
    assert channel.find("itunes:owner", NAMES) is None
    assert channel.find("podcast:locked", NAMES).attrib == {}
    show.owner_name, show.owner_email, show.show_owner = "L’équipe", "audio@example.org", True
    show.save()
    channel = read(interfede_client)
    assert text(channel, "itunes:owner/itunes:email") == "audio@example.org"
    assert channel.find("podcast:locked", NAMES).get("owner") == "audio@example.org"


def test_rule_04_artwork(interfede_client, two, show):
    show.artwork = make.picture()
    show.save_revision().publish()
    first = read(interfede_client).find("itunes:image", NAMES).get("href")
    answer = interfede_client.head(path_of(first))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    with Image.open(BytesIO(interfede_client.get(path_of(first)).getvalue())) as image:
        assert (image.mode, image.size, image.format) == ("RGB", (1400, 1400), "PNG")
    replaced = show.artwork
    file = BytesIO()
    Image.new("RGB", (1500, 1500), "red").save(file, "PNG")
    replaced.file = ContentFile(file.getvalue(), name="essai.png")
    replaced.save()
    assert read(interfede_client).find("itunes:image", NAMES).get("href") != first


def test_rule_04_the_artwork_of_a_bare_show_fits_too(interfede_client, two, settings):
    url = read(interfede_client).find("itunes:image", NAMES).get("href")
    assert url.endswith("/static/img/podcast-artwork.png")
    with Image.open(settings.BASE_DIR / "static" / "img" / "podcast-artwork.png") as image:
        assert (image.mode, image.size, image.format) == ("RGB", (1400, 1400), "PNG")


def test_rule_05_one_enclosure_that_tells_the_truth(interfede_client, two):
    items = read(interfede_client).findall("item")
    for item, episode in zip(items, two, strict=True):
        assert text(item, "title") == episode.title
        (enclosure,) = item.findall("enclosure")
        content = interfede_client.get(path_of(enclosure.get("url"))).getvalue()
        assert int(enclosure.get("length")) == len(content)
        assert enclosure.get("type") == "audio/mpeg"
        assert MP3(BytesIO(content)).info.length > 1


def test_rule_06_guids_never_change(interfede_client, two, show):
    def guids():
        found = read(interfede_client).findall("item/guid")
        assert {each.get("isPermaLink") for each in found} == {"false"}
        return {each.text for each in found}

    before = guids()
    assert before == {str(each.guid) for each in two}
    site = show.get_site()
    old = two[0].revisions.first()
    episode = EpisodePage.objects.get(pk=two[0].pk)
    episode.title, episode.slug, episode.audio = "Un autre titre", "autre", make.audio(7)
    episode.save_revision().publish()
    assert guids() == before
    old.publish()
    site.port = 8443
    site.save()
    assert guids() == before


def test_rule_06_a_copy_is_another_episode(show, two):
    copy = two[0].copy(update_attrs={"slug": "copie", "title": "Copie"})
    assert copy.guid != two[0].guid
    assert copy.get_latest_revision_as_object().guid == copy.guid
    assert two[0].revisions.first().as_object().guid == two[0].guid


def test_rule_07_dates_with_a_zone_and_nothing_of_the_future(interfede_client, two, show):
    make.episode(show, "Demain", 3, date=timezone.now() + timedelta(days=1))
    make.episode(show, "Un brouillon", 4, live=False)
    items = read(interfede_client).findall("item")
    assert [text(each, "title") for each in items] == [each.title for each in two]
    dates = [parsedate_to_datetime(text(each, "pubDate")) for each in items]
    assert all(each.tzinfo for each in dates)
    assert dates == sorted(dates, reverse=True)
    assert abs(dates[0] - two[0].date) < timedelta(seconds=1)


def test_rule_08_duration_is_measured(interfede_client, two):
    for item in read(interfede_client).findall("item"):
        content = interfede_client.get(path_of(item.find("enclosure").get("url"))).getvalue()
        measured = MP3(BytesIO(content)).info.length
        assert abs(int(text(item, "itunes:duration")) - measured) <= 1


def test_rule_09_byte_ranges(interfede_client, two):
    path = path_of(read(interfede_client).find("item/enclosure").get("url"))
    size = two[0].audio.file_size
    head = interfede_client.head(path)
    assert (head.status_code, head["Accept-Ranges"]) == (200, "bytes")
    assert int(head["Content-Length"]) == size
    part = interfede_client.get(path, headers={"range": "bytes=0-1"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 0-1/{size}")
    assert part.getvalue() == make.mp3(0)[:2]
    hundred = interfede_client.get(path, headers={"range": "bytes=0-99"})
    assert (hundred.status_code, len(hundred.getvalue())) == (206, 100)
    beyond = interfede_client.get(path, headers={"range": f"bytes={size}-"})
    assert beyond.status_code == 416


def test_rule_10_no_enclosure_twice(interfede_client, two, show):
    make.episode(show, "Le même son", 0)
    urls = [each.get("url") for each in read(interfede_client).findall("item/enclosure")]
    assert len(urls) == len(set(urls)) == 3


def test_rule_11_the_address_of_a_sound_is_stable_and_public(interfede_client, two):
    before = read(interfede_client).find("item/enclosure").get("url")
    episode = EpisodePage.objects.get(pk=two[0].pk)
    episode.title, episode.slug = "Titre neuf", "titre-neuf"
    episode.audio.title = "Autre nom de son"
    episode.audio.save()
    episode.save_revision().publish()
    assert read(interfede_client).find("item/enclosure").get("url") == before
    answer = interfede_client.get(path_of(before))
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer
    assert not interfede_client.cookies
    episode.audio.file = ContentFile(make.mp3(9), name="neuf.mp3")
    episode.audio.save()
    assert read(interfede_client).find("item/enclosure").get("url") != before


def test_rule_12_podcast_guid_is_computed_once(interfede_client, two, show):
    namespace = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
    address = show.get_feed_url().partition("://")[2]
    expected = str(uuid.uuid5(namespace, address))
    assert text(read(interfede_client), "podcast:guid") == expected
    show.slug = "emissions"
    show.save_revision().publish()
    answer = interfede_client.get("/emissions/flux.xml")
    assert text(etree.fromstring(answer.content).find("channel"), "podcast:guid") == expected


def test_rule_12_the_example_of_the_specification():
    from podcasts.models.shows import podcast_guid

    url = "https://mp3s.nashownotes.com/pc20rss.xml"
    assert str(podcast_guid(url)) == "917393e3-1b1e-5cef-ace4-edaa54e1f810"


def test_rule_13_transcript(interfede_client, two):
    for item in read(interfede_client).findall("item"):
        tag = item.find("podcast:transcript", NAMES)
        assert tag.get("type") == "text/vtt"
        answer = interfede_client.get(path_of(tag.get("url")))
        assert answer["Content-Type"] == "text/vtt; charset=utf-8"
        assert answer["Access-Control-Allow-Origin"] == "*"
        captions = list(webvtt.from_string(answer.content.decode()))
        assert [each.voice for each in captions] == ["Présentation", "Invitée", "Présentation"]
        assert max(map(len, answer.content.decode().splitlines())) <= 65


def test_rule_14_chapters(interfede_client, two):
    two[0].chapters.add(Chapter(start="59:00", title="Après la fin"))
    two[0].save()
    item = read(interfede_client).find("item")
    tag = item.find("podcast:chapters", NAMES)
    assert tag.get("type") == "application/json+chapters"
    answer = interfede_client.get(path_of(tag.get("url")))
    assert answer["Content-Type"] == "application/json+chapters"
    chapters = json.loads(answer.content)
    starts = [each["startTime"] for each in chapters["chapters"]]
    assert chapters["version"] == "1.2.0"
    assert starts == sorted(starts) == [0, 4]
    assert starts[-1] < two[0].seconds
    assert all(each["title"] for each in chapters["chapters"])


def test_rule_15_people_lock_season_and_number(interfede_client, show):
    body = Organisation.objects.create(
        acronym="FED", slug="fed", name="Fédération d’essai", website="https://example.org/"
    )
    credits_ = [Credit(role="guest", name="Alix"), Credit(role="coproducer", organisation=body)]
    make.episode(show, season=2, number=5, credits=credits_)
    channel = read(interfede_client)
    assert text(channel, "podcast:locked") == "yes"
    item = channel.find("item")
    assert (text(item, "itunes:season"), text(item, "itunes:episode")) == ("2", "5")
    people = [(each.text, dict(each.attrib)) for each in item.findall("podcast:person", NAMES)]
    assert people == [
        ("Alix", {"role": "guest", "group": "cast"}),
        (
            "Fédération d’essai",
            {"role": "producer", "group": "creative direction", "href": "https://example.org/"},
        ),
    ]


def test_rule_16_transcript_on_the_page_and_in_the_search(interfede_client, two):
    page = interfede_client.get(two[0].get_url()).content.decode()
    assert "Merci, je parle de la menuiserie et du permis de conduire." in page
    found = interfede_client.get("/recherche/", {"q": "conduire menuiserie"})
    assert two[0].title in read_aloud(found)


def move(show: PodcastPage, slug: str, committed) -> None:
    """Another address; Wagtail tells of it once the change is committed."""
    show.slug = slug
    with committed(execute=True):
        show.save_revision().publish()


def test_rule_17_a_moved_feed(interfede_client, two, show, django_capture_on_commit_callbacks):
    move(show, "emissions", django_capture_on_commit_callbacks)
    answer = interfede_client.get(FEED)
    assert answer.status_code == 301
    assert path_of(answer["Location"]) == "/emissions/flux.xml"
    show = PodcastPage.objects.get(pk=show.pk)
    move(show, "sons", django_capture_on_commit_callbacks)
    answer = interfede_client.get(FEED)
    assert answer.status_code == 301
    assert path_of(answer["Location"]) == "/sons/flux.xml"  # one hop, from every old address
    channel = etree.fromstring(interfede_client.get("/sons/flux.xml").content).find("channel")
    assert path_of(text(channel, "itunes:new-feed-url")) == "/sons/flux.xml"


def test_rule_17_the_new_address_is_kept_four_weeks(show, django_capture_on_commit_callbacks):
    move(show, "emissions", django_capture_on_commit_callbacks)
    show = PodcastPage.objects.get(pk=show.pk)
    assert show.get_latest_revision_as_object().new_feed_url == show.new_feed_url != ""
    show.new_feed_url = ""
    with pytest.raises(ValidationError, match="gardez celle-ci"):
        show.full_clean()
    show.feed_moved_on = timezone.localdate() - timedelta(days=28)
    show.full_clean()


def test_rule_17_a_feed_that_moves_to_another_host(interfede_client, two, show):
    show.new_feed_url = "https://sons.example.org/flux.xml"
    show.save_revision().publish()
    answer = interfede_client.get(FEED)
    assert (answer.status_code, answer["Location"]) == (301, show.new_feed_url)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "/podcast-sur-les-candidats-cisp-a-la-validation-des-competences/",
            "/podcasts/temoignage-assistante-administrative/",
        ),
        (
            "/podcast-temoignage-remo-spezza-regisseur-chez-t-event/",
            "/podcasts/temoignage-regisseur/",
        ),
        ("/podcast-electricien-vdc/", "/podcasts/temoignage-electricien-residentiel/"),
        (
            "/podcast-yousra-belaaguid-commis-de-cuisine-et-aide-formatrice/",
            "/podcasts/temoignage-commis-de-cuisine/",
        ),
    ],
)
def test_rule_18_old_addresses(interfede_client, demo, old, new):
    answer = interfede_client.get(old)
    assert answer.status_code == 301
    assert urlsplit(answer["Location"]).path == new
    assert interfede_client.get(new).status_code == 200


# --- What the rules do not say ---------------------------------------------------------------------


def test_conditional_get(interfede_client, two):
    answer = interfede_client.get(FEED)
    assert "Set-Cookie" not in answer
    assert interfede_client.head(FEED).status_code == 200
    for headers in (
        {"if-none-match": answer["ETag"]},
        {"if-modified-since": answer["Last-Modified"]},
    ):
        again = interfede_client.get(FEED, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
    two[1].title = "Autre titre"
    two[1].save_revision().publish()
    changed = interfede_client.get(FEED, headers={"if-none-match": answer["ETag"]})
    assert changed.status_code == 200


def test_the_number_of_queries_does_not_grow(interfede_client, show):
    show.artwork = make.picture()
    show.save()
    body = Organisation.objects.create(acronym="FED", slug="fed", name="Fédération d’essai")
    counts = []
    for number in (1, 20):
        for seed in range(len(counts) and 1, number):
            people = [Credit(role="guest", name="Alix"), Credit(role="guest", organisation=body)]
            make.episode(
                show,
                f"Essai {seed}",
                audio=make.audio(0),
                artwork=show.artwork if seed % 2 else make.picture(),
                credits=people,
                season=seed % 3 + 1,
            )
        assert interfede_client.get(FEED).status_code == 200
        feed = len(interfede_client.queries)
        assert interfede_client.get("/podcasts/").status_code == 200
        counts.append((feed, len(interfede_client.queries)))
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 12, counts


def test_an_empty_feed_is_a_feed(interfede_client, show):
    answer = interfede_client.get(FEED)
    assert answer.status_code == 200
    assert feedparser.parse(BytesIO(answer.content)).bozo == 0
    assert interfede_client.get(FEED, headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_a_private_show_has_no_feed(interfede_client, two, show):
    from wagtail.models import PageViewRestriction

    urls = [
        FEED,
        two[0].audio.url,
        f"/podcasts/transcriptions/{two[0].guid}.vtt",
        f"/podcasts/chapitres/{two[0].guid}.json",
    ]
    assert [interfede_client.get(url).status_code for url in urls] == [200] * 4
    PageViewRestriction.objects.create(page=show, restriction_type="login")
    assert [interfede_client.get(url).status_code for url in urls] == [404] * 4


def test_before_its_hour_nothing_of_an_episode_is_there(interfede_client, show):
    episode = make.episode(show, live=False)
    urls = [
        episode.get_url(),
        episode.audio.url,
        f"/podcasts/transcriptions/{episode.guid}.vtt",
        f"/podcasts/chapitres/{episode.guid}.json",
    ]
    assert [interfede_client.get(url).status_code for url in urls] == [404] * 4
    assert episode.title not in interfede_client.get(FEED).content.decode()
    episode.save_revision().publish()
    assert [interfede_client.get(url).status_code for url in urls] == [200] * 4


def test_the_feed_stands_on_its_site_alone(cisp_client, two):
    assert cisp_client.get(FEED).status_code == 404
    assert cisp_client.get(f"/podcasts/transcriptions/{two[0].guid}.vtt").status_code == 404


def test_several_shows(interfede_client, show, two):
    other = PodcastPage(title="Autre", slug="autre", description="Une autre émission.")
    show.get_parent().add_child(instance=other)
    make.episode(other, "Ailleurs", 5)
    other.platforms.add(PlatformLink(name="Spotify", url="https://open.spotify.com/"))
    content = interfede_client.get("/autre/flux.xml").content.decode()
    assert "Ailleurs" in content
    assert "La menuiserie" not in content
    assert "Ailleurs" not in interfede_client.get(FEED).content.decode()
    assert other.podcast_guid != show.podcast_guid
    assert interfede_client.get("/inconnu/flux.xml").status_code == 404
