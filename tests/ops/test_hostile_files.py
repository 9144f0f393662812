"""Every file of the corpus at every door of the three sites: none breaks it, what is refused leaves
nothing behind, what is taken does nothing when somebody opens it, and says nothing of who sent it.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import Collection
from wagtail.users.models import UserProfile

from home import counters
from home.models import SiteDocument, SiteImage
from home.pictures import UnreadablePicture, clean_picture
from pedatech.models import ContributionFile, SpaceFile
from pedatech.models.contributions import GROUP
from podcasts.models import Audio, PodcastPage
from tests.factories import UserFactory
from tests.ops.hostile_files import GPS_MARK, SCRIPT, Hostile, corpus, with_position
from tests.pedatech.space_helpers import home_of, space_page
from tests.podcasts.test_admin import form as episode_form
from tests.support import HOSTS

pytestmark = pytest.mark.any_database

DOORS = (
    *("image", "images", "image of a page", "document", "documents", "document of a page"),
    *("sound", "package", "proposal", "space", "listing", "transcript", "redirects", "portrait"),
)
SAME_RULE = {
    "images": "image",
    "image of a page": "image",
    "documents": "document",
    "document of a page": "document",
}
"""Another form for the same kind of file: it takes and refuses the same."""


@pytest.fixture
def folders(settings, tmp_path) -> list[Path]:
    """Everything that the application may write into."""
    for name in ("MEDIA_ROOT", "PACKAGES_ROOT", "PRIVATE_ROOT"):
        folder = tmp_path / name.lower()
        folder.mkdir()
        setattr(settings, name, folder)
    return [tmp_path]


@pytest.fixture
def staff(admin_user) -> Client:
    client = Client(headers={"host": HOSTS["interfede"]})
    client.force_login(admin_user)
    return client


@pytest.fixture
def send(sites, staff, folders) -> Iterator[Callable]:
    """`send(door, file)` → the answer."""
    contributor = Client(headers={"host": HOSTS["pedatech"]})
    contributor.force_login(UserFactory(groups=[Group.objects.get(name=GROUP)]))
    team = Client(headers={"host": HOSTS["pedatech"]})
    leader = UserFactory(is_superuser=True)
    UserProfile.get_for_user(leader)  # Wagtail makes it with the first page that one sees
    team.force_login(leader)
    root = Collection.get_first_root_node().pk
    space = space_page(home_of(sites))
    show = PodcastPage.objects.get()
    proposal = {
        "title": "Jeu", "organisation": "CE", "kind": "outil", "theme": "x", "summary": "y",
        "link": "", "licence_accepted": "on",
    }  # fmt: skip
    account = {
        f"name_email-{name}": value
        for name, value in (("first_name", "A"), ("last_name", "B"), ("email", "a@example.org"))
    } | {
        "locale-preferred_language": "fr",
        "locale-current_time_zone": "Europe/Brussels",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "theme-keyboard_shortcuts": "on",
    }
    number = itertools.count()
    ajax = {"headers": {"x-requested-with": "XMLHttpRequest"}}

    def post(door: str, hostile: Hostile):
        file = SimpleUploadedFile("x", hostile.content)
        # The form's own encoder sends the name as it is, as a program would.
        file.name = hostile.name
        match door:
            case "image":
                data = {
                    "title": "Image",
                    "description": "Une image",
                    "file": file,
                    "tags": "",
                    "collection": root,
                }
                return staff.post(reverse("wagtailimages:add"), data)
            case "images":
                data = {"title": "Image", "files[]": file, "collection": root}
                return staff.post(reverse("wagtailimages:add_multiple"), data, **ajax)
            case "image of a page":
                prefix = "image-chooser-upload-"
                data = {
                    f"{prefix}title": "Image",
                    f"{prefix}file": file,
                    f"{prefix}collection": root,
                }
                return staff.post(reverse("wagtailimages_chooser:create"), data)
            case "document":
                return staff.post(
                    reverse("wagtaildocs:add"), {"title": "Étude", "file": file, "collection": root}
                )
            case "documents":
                data = {"title": "Étude", "files[]": file, "collection": root}
                return staff.post(reverse("wagtaildocs:add_multiple"), data, **ajax)
            case "document of a page":
                prefix = "document-chooser-upload-"
                data = {
                    f"{prefix}title": "Étude",
                    f"{prefix}file": file,
                    f"{prefix}collection": root,
                }
                return staff.post(reverse("wagtaildocs_chooser:create"), data)
            case "sound":
                data = {"title": "Son", "file": file, "collection": root}
                return staff.post(reverse("wagtailmedia:add", args=["audio"]), data)
            case "package":
                address = reverse("wagtailsnippets_pedatech_interactivepackage:add")
                return staff.post(address, {"title": "Activité", "upload": file})
            case "proposal":
                # The same proposal twice within a minute would be one.
                data = {**proposal, "title": f"Jeu {next(number)}", "attachments": file}
                return contributor.post("/proposer/nouvelle/", data)
            case "space":
                data = {"action": "fichier", "fichier-title": "Notes", "fichier-file": file}
                return team.post(space.get_url(), data)
            case "listing":
                return staff.post("/gestion/listing/", {"file": file})
            case "transcript":
                address = reverse(
                    "wagtailadmin_pages:add", args=["podcasts", "episodepage", show.pk]
                )
                return staff.post(address, episode_form(transcript_file=file))
            case "redirects":
                return staff.post(reverse("wagtailredirects:start_import"), {"import_file": file})
            case "portrait":
                return staff.post(
                    reverse("wagtailadmin_account"), {**account, "avatar-avatar": file}
                )
        raise ValueError(door)

    yield post
    counters.reset()


def kept(folders: list[Path]) -> set[tuple[str, int]]:
    """The files that lie anywhere, with their size."""
    return {
        (str(path.relative_to(folder)), path.stat().st_size)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def rows() -> dict[str, int]:
    """The rows of every table whose model holds a file, and of the drafts."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if any(isinstance(field, models.FileField) for field in model._meta.get_fields())
        or model._meta.label
        in ("cisp_map.ListingImport", "wagtailcore.UploadedFile", "pedatech.InteractivePackage",
            "pedatech.Contribution", "podcasts.EpisodePage")
    }  # fmt: skip


def is_taken(door: str, hostile: Hostile) -> bool:
    return SAME_RULE.get(door, door) in hostile.taken_by


@pytest.mark.parametrize("door", DOORS)
def test_every_file_at_the_door(door, send, folders, staff):
    wrong = []
    for attack, hostile in corpus().items():
        before = kept(folders), rows()
        try:
            said = _problems(door, hostile, send(door, hostile), before, folders)
        except Exception as error:
            said = [f"{type(error).__name__}: {error}"[:300]]
        wrong += [f"{attack}: {each}" for each in said]
    assert not wrong, "\n".join(wrong)
    _open_everything(staff)


def _problems(door: str, hostile: Hostile, answer, before, folders: list[Path]) -> list[str]:
    """What is wrong with what a door did, in words."""
    found = []
    if answer.status_code not in (200, 302, 422):
        found.append(f"{answer.status_code}")
    body = answer.getvalue()
    if SCRIPT in body or b"<img src=x onerror" in body:
        found.append("comes back as markup")
    if not is_taken(door, hostile):
        if (kept(folders), rows()) != before:
            found.append(f"leaves behind {kept(folders) - before[0]}, {changed(before[1])}")
    elif door not in ("transcript", "listing") and kept(folders) == before[0]:
        found.append(f"is not kept: {_said(answer)}")
    for path in folders[0].rglob("*"):
        if folders[0] not in path.resolve().parents:
            found.append(f"{path} leads elsewhere")
        if path.suffix in (".jpg", ".png", ".webp", ".gif", ".avif"):
            content = path.read_bytes()
            if GPS_MARK in content or SCRIPT in content or b"<?php" in content:
                found.append(f"{path.name} holds more than a picture")
    return found


def changed(before: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in rows().items() if count != before[name]}


def _said(answer) -> str:
    try:
        return json.dumps(json.loads(answer.content))[:400]
    except ValueError:
        context = answer.context or {}
        return str(context["form"].errors) if "form" in context else ""


def _open_everything(staff: Client) -> None:
    """Nothing that was taken is shown as a page of ours."""
    addresses = [each.url for each in SiteDocument.objects.all()]
    addresses += [each.file.url for each in SiteImage.objects.all()]
    addresses += [
        each.file.url for image in SiteImage.objects.all() for each in image.renditions.all()
    ]
    addresses += [each.url for each in Audio.objects.all()]
    addresses += [
        f"/gestion/propositions/{each.contribution_id}/fichiers/{each.pk}/"
        for each in ContributionFile.objects.all()
    ]
    for each in SpaceFile.objects.select_related("space"):
        base = each.space.get_url()
        addresses.append(f"{base.partition(HOSTS['pedatech'])[2] or base}depots/{each.pk}/")
    for address in addresses:
        answer = staff.get(address, headers={"host": HOSTS["pedatech"]})
        answer.getvalue()
        assert answer.status_code == 200, address
        assert answer["X-Content-Type-Options"] == "nosniff", address
        assert "sandbox" in answer["Content-Security-Policy"], address
        kind = answer["Content-Type"].partition(";")[0]
        assert kind not in ("text/html", "image/svg+xml", "application/xhtml+xml"), address
        disposition = answer.get("Content-Disposition", "")
        assert "\n" not in disposition
        if not kind.startswith(("image/", "audio/", "application/pdf")):
            assert disposition.startswith("attachment"), (address, kind)


def test_the_corpus_is_large_and_each_door_takes_something():
    files = corpus()
    assert len(files) >= 40
    # The other two are looked at in the tests of their rooms.
    taken = {door for each in files.values() for door in each.taken_by}
    assert taken >= {"image", "document", "sound", "package", "proposal", "space", "transcript"}


def test_a_door_that_a_file_field_opens_is_in_the_list():
    """A new model with a file, a new door: it belongs into the tests above."""
    ours = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.FileField)
    }
    assert ours == {
        "home.SiteImage.file", "home.SiteRendition.file", "home.SiteDocument.file",
        "podcasts.Audio.file", "podcasts.Audio.thumbnail", "wagtailmedia.Media.file",
        "wagtailmedia.Media.thumbnail", "pedatech.ContributionFile.file", "pedatech.SpaceFile.file",
        "wagtailcore.UploadedFile.file", "wagtailusers.UserProfile.avatar",
        "wagtailimages.Image.file", "wagtailimages.Rendition.file", "wagtaildocs.Document.file",
    }  # fmt: skip


# --- Pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_its_look_and_loses_its_story(kind):
    before = with_position(kind)
    assert GPS_MARK in before
    after = clean_picture(io.BytesIO(before))
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(after)) as new:
        assert GPS_MARK not in after
        assert not new.getexif()
        assert new.format == kind
        assert new.size == old.size[::-1], "turned as the camera says"
        was, now = (each.convert("RGB").resize((1, 1)).getpixel((0, 0)) for each in (old, new))
        assert all(abs(a - b) <= 3 for a, b in zip(was, now, strict=True))


def test_colours_frames_and_transparency_stay():
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = io.BytesIO()
    Image.new("RGBA", (9, 9), (1, 2, 3, 0)).save(out, "PNG", icc_profile=profile)
    with Image.open(io.BytesIO(clean_picture(out))) as new:
        assert new.info["icc_profile"] == profile
        assert new.getpixel((0, 0)) == (1, 2, 3, 0)
    out = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), (90 * n, 0, 0)) for n in range(3)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    with Image.open(io.BytesIO(clean_picture(out))) as new:
        assert (new.n_frames, new.info["duration"]) == (3, 100)


def test_a_broken_picture_says_so_in_french():
    with pytest.raises(UnreadablePicture, match="abîmée"):
        clean_picture(io.BytesIO(b"GIF89a"))
    with pytest.raises(UnreadablePicture, match="trop grande"):
        clean_picture(io.BytesIO(corpus()["picture of 60 megapixels"].content))
