"""Training spaces: nobody but their members sees anything of them, channel by channel."""

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from home.models import SiteDocument, SiteImage
from pedatech.models import Invitation, Membership, SpaceFile, SpaceMessage, SpacePage
from pedatech.models.spaces import add_months
from pedatech.spaces import invitations
from tests.factories import UserFactory
from tests.pedatech.space_helpers import home_of, member, space_page, text_page
from tests.support import HOSTS, Html, PublicClient

SECRET = "Xylophone"
"""A word that stands in the space alone."""
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def private_root(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def document(db) -> SiteDocument:
    made = SiteDocument(title=f"{SECRET} document", file=ContentFile(b"secret", name="secret.txt"))
    made.file_size = 6
    made.save()
    return made


@pytest.fixture
def picture(db) -> SiteImage:
    from PIL import Image

    png = io.BytesIO()
    Image.new("RGB", (1300, 800), "#34319a").save(png, "PNG")
    return SiteImage.objects.create(
        title=f"{SECRET} image",
        description="Un fond uni",
        file=ContentFile(png.getvalue(), name=f"{SECRET}.png"),
    )


@pytest.fixture
def space(sites, document, picture) -> SpacePage:
    page = space_page(
        home_of(sites),
        f"Formation {SECRET}",
        search_description=f"Une description {SECRET}",
        introduction=f"Bienvenue {SECRET}",
        show_in_menus=True,
        teaser_image=picture,
        social_image=picture,
        content=[("document", document)],
    )
    SpaceFile.objects.create(
        space=page,
        title=f"{SECRET} du formateur",
        file=ContentFile(PDF, name="cours.pdf"),
        original_name="cours.pdf",
        size=len(PDF),
    )
    SpaceMessage.objects.create(space=page, text=f"Message {SECRET}")
    return page


@pytest.fixture
def insider(space):
    return member(space)


def visitor(user=None) -> PublicClient:
    client = PublicClient(HOSTS["pedatech"])
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def outsiders(space, sites) -> dict[str, PublicClient]:
    """Everybody who must see nothing, signed in where they can be."""
    removed, ended, closed = (member(space) for _ in range(3))
    clients = {
        "anonymous": visitor(),
        "signed in": visitor(UserFactory()),
        "other space": visitor(member(space_page(home_of(sites), "Un autre espace"))),
        "removed": visitor(removed),
        "ended": visitor(ended),
        "closed account": visitor(closed),
    }
    invitations.withdraw(space, removed)
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=ended).update(active_until=yesterday)
    closed.is_active = False
    closed.save()
    return clients


def shut_to(outsiders, path: str, method: str = "get", data: dict | None = None) -> None:
    for who, client in outsiders.items():
        assert is_shut(getattr(client, method)(path, data)), (who, path)


def staff(user) -> Client:
    """Somebody of the admin: Wagtail writes a profile at the first visit."""
    client = Client(headers={"host": HOSTS["pedatech"]})
    client.force_login(user)
    return client


def is_shut(response) -> bool:
    """302 to the log-in, 403 or 404, and not a word of the space."""
    if SECRET.lower() in _text(response).lower():
        return False
    if response.status_code == 302:
        return response["Location"].startswith(("/connexion/?next=", "/gestion/login/"))
    return response.status_code in (403, 404)


def _text(response) -> str:
    body = b"".join(response) if response.streaming else response.content
    # The address that was asked comes back in the link to the log-in.
    return re.sub(r"/espaces/formation-xylophone", "", body.decode("utf-8", "replace"))


# --- Channels, one test each --------------------------------------------------------------------


def test_channel_page(space, outsiders):
    shut_to(outsiders, space.get_url())
    shut_to(outsiders, space.get_url(), "post", {"action": "message", "message-text": "x"})
    assert space.messages.count() == 1


def test_channel_custom_routes(space, outsiders, document):
    file = space.shared_files.get()
    for route in (f"fichiers/{document.pk}/", f"depots/{file.pk}/", "zip/", "membres/"):
        shut_to(outsiders, space.get_url() + route)
        shut_to(outsiders, space.get_url() + route, "post", {"action": "retirer", "pk": "1"})


def test_channel_remove_file(space, outsiders):
    shut_to(
        outsiders, f"{space.get_url()}depots/{space.shared_files.get().pk}/retirer/", "post", {}
    )
    assert space.shared_files.count() == 1


def test_channel_files_through_another_space(space, document, sites):
    """A member of another space asks for our files below the address of his own."""
    other = space_page(home_of(sites), "Un autre espace")
    client = visitor(member(other, "equipe"))
    for path in (f"fichiers/{document.pk}/", f"depots/{space.shared_files.get().pk}/"):
        assert is_shut(client.get(other.get_url() + path))
    assert client.get(f"{other.get_url()}zip/").status_code == 200
    assert is_shut(client.post(f"{other.get_url()}depots/{space.shared_files.get().pk}/retirer/"))
    outside = space.memberships.create(user=UserFactory())
    client.post(f"{other.get_url()}membres/", {"action": "retirer", "pk": outside.pk})
    outside.refresh_from_db()
    assert outside.is_active


def test_channel_document_address(space, outsiders, document):
    """The address that every document of Wagtail has."""
    shut_to(outsiders, document.url)


def test_channel_image_and_renditions(space, outsiders, picture):
    addresses = [picture.file.url, *(each.url for each in picture.renditions.all())]
    assert len(addresses) >= 4
    for address in addresses:
        shut_to(outsiders, address)


def test_channel_private_files_have_no_address(space, settings, outsiders):
    found = space.shared_files.get()
    assert not str(found.file.path).startswith(str(settings.MEDIA_ROOT))
    with pytest.raises(ValueError, match="has no address"):
        _ = found.file.url
    shut_to(outsiders, f"/media/{found.file.name}")


def test_channel_search(space, outsiders):
    """Results, counts, excerpts: as if the space were not there."""
    asked = [
        f"/recherche/?q={words}&sites={scope}"
        for words in (SECRET, "formation")
        for scope in ("", "tous")
    ]
    before = {
        (who, url): client.get(url).content.decode()
        for who, client in outsiders.items()
        for url in asked
    }
    for text in before.values():
        assert f"Formation {SECRET}" not in text
        assert f"Une description {SECRET}" not in text
    space.delete()
    for (who, url), text in before.items():
        after = outsiders[who].get(url).content.decode()
        assert _without_nonce(after) == _without_nonce(text), (who, url)


def _without_nonce(text: str) -> str:
    text = re.sub(r'nonce="[^"]*"', "", text)
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", text)


OTHER_ADDRESSES = (
    "/", "/catalogue/", "/catalogue/?q=Xylophone", "/sitemap.xml", "/robots.txt", "/flux.xml",
    "/catalogue/flux.xml", "/recherche/suggestions/?q=Xylo", "/api/suggestions/?q=Xylo",
    "/api/recherche/?q=Xylo", "/api/v2/pages/", "/api/v2/documents/", "/api/v2/images/",
    "/oembed/?url=/espaces/", "/espaces/",
)  # fmt: skip


def test_channel_lists_feeds_maps_and_apis(space, outsiders):
    """Whatever these addresses answer, now or later, no word of the space is in it."""
    for path in OTHER_ADDRESSES:
        for who, client in outsiders.items():
            response = client.get(path)
            assert response.status_code < 500
            text = _text(response).lower()
            for what in (f"formation {SECRET}", f"description {SECRET}", "formation-xylophone"):
                assert what.lower() not in text, (who, path)


def test_channel_lists_on_the_other_sites(space):
    for site in ("cisp", "interfede"):
        client = PublicClient(HOSTS[site])
        for path in ("/", "/sitemap.xml", f"/recherche/?q={SECRET}&sites=tous", "/flux.xml"):
            assert f"Formation {SECRET}" not in _text(client.get(path))
        assert client.get("/espaces/formation-xylophone/").status_code == 404


def test_channel_menu_and_breadcrumbs(space, outsiders, sites):
    """In the menus it is asked for, and yet nobody sees it there."""
    page = text_page(home_of(sites), "Une page")
    for client in outsiders.values():
        assert SECRET not in client.get(page.get_url()).content.decode()


def test_channel_cards_of_chosen_pages(space, outsiders, sites):
    """An editor chose the space by mistake for a block of cards on a public page."""
    page = text_page(
        home_of(sites), "Une page", body=[("pages", {"title": "À lire", "pages": [space]})]
    )
    for who, client in outsiders.items():
        assert SECRET not in client.get(page.get_url()).content.decode(), who


def test_channel_preview_and_admin(space, outsiders):
    for path in (
        f"/gestion/pages/{space.pk}/",
        f"/gestion/pages/{space.pk}/edit/",
        f"/gestion/pages/{space.pk}/edit/preview/?mode=",
        f"/gestion/pages/{space.pk}/view_draft/",
        f"/gestion/pages/{space.pk}/history/",
        f"/gestion/pages/{space.pk}/revisions/{space.latest_revision_id}/view/",
        f"/gestion/pages/search/?q={SECRET}",
        f"/gestion/reports/site-history/?object={SECRET}",
        "/gestion/propositions/",
    ):
        shut_to(outsiders, path)


def test_channel_public_queries(space):
    """What every list is made from."""
    public = Page.objects.live().public()
    assert not public.filter(pk=space.pk).exists()
    assert not public.filter(pk=space.get_parent().pk).exists()


def test_what_leaves_a_space_is_not_indexed(space, insider):
    response = visitor(insider).get(space.get_url())
    assert Html(response).meta("robots") == "noindex, nofollow"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


def test_the_restriction_cannot_be_taken_off(space):
    """An editor opens the padlock: it shuts again, on the space and on the list."""
    for page in (space, space.get_parent()):
        PageViewRestriction.objects.get(page=page).delete()
        assert PageViewRestriction.objects.filter(page=page).exists()
        PageViewRestriction.objects.filter(page=page).delete()
        assert PageViewRestriction.objects.filter(page=page).exists()
    space.delete()
    assert not SpacePage.objects.exists()


# --- Members ------------------------------------------------------------------------------------


def test_a_member_reads_everything(space, insider, document):
    client = visitor(insider)
    text = client.get(space.get_url()).content.decode()
    for words in (f"Bienvenue {SECRET}", f"Message {SECRET}", f"{SECRET} du formateur", SECRET):
        assert words in text
    assert _body(client.get(f"{space.get_url()}fichiers/{document.pk}/")) == b"secret"
    answer = client.get(f"{space.get_url()}depots/{space.shared_files.get().pk}/")
    assert _body(answer) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="cours.pdf"'
    zipped = zipfile.ZipFile(io.BytesIO(_body(client.get(f"{space.get_url()}zip/"))))
    assert sorted(zipped.namelist()) == ["cours.pdf", "secret.txt"]


def _body(response) -> bytes:
    assert response.status_code == 200
    return b"".join(response)


def test_my_spaces_are_mine(space, insider, sites):
    other = space_page(home_of(sites), "Un autre espace")
    text = visitor(insider).get("/espaces/").content.decode()
    assert space.title in text
    assert other.title not in text
    assert visitor().get("/espaces/")["Location"].startswith("/connexion/")


@pytest.mark.parametrize("size", [1, 20])
def test_the_list_asks_the_same_number_of_queries(sites, size):
    user = UserFactory()
    for number in range(size):
        each = space_page(home_of(sites), f"Espace {number}")
        each.memberships.create(user=user)
    client = visitor(user)
    client.get("/espaces/")
    client.get("/espaces/")
    known = test_the_list_asks_the_same_number_of_queries.__dict__.setdefault("known", set())
    known.add(len(client.queries))
    assert len(known) == 1, known
    assert len(client.queries) <= 15


def test_a_participant_does_not_write(space, insider):
    client = visitor(insider)
    assert "Ajouter un fichier" not in client.get(space.get_url()).content.decode()
    assert client.post(space.get_url(), {"message-text": "x"}).status_code == 403
    assert client.get(f"{space.get_url()}membres/").status_code == 403


def test_a_trainer_adds_files_and_messages(space):
    trainer = member(space, "formateur", first_name="Ada", last_name="Essai")
    client = visitor(trainer)
    file = SimpleUploadedFile("plan.pdf", PDF)
    data = {"action": "fichier", "fichier-title": "Plan du jour", "fichier-file": file}
    assert client.post(space.get_url(), data).status_code == 302
    text = client.get(space.get_url()).content.decode()
    assert "Plan du jour" in text
    assert "Ada Essai" in text
    client.post(space.get_url(), {"action": "message", "message-text": "<b>Bonjour</b>"})
    assert "&lt;b&gt;Bonjour&lt;/b&gt;" in client.get(space.get_url()).content.decode()
    own = SpaceFile.objects.get(title="Plan du jour")
    path = own.file.path
    client.post(f"{space.get_url()}depots/{own.pk}/retirer/")
    assert not SpaceFile.objects.filter(pk=own.pk).exists()
    import os

    assert not os.path.exists(path)
    others = space.shared_files.get()
    assert client.post(f"{space.get_url()}depots/{others.pk}/retirer/").status_code == 403


BAD_FILES = {
    "page.html": b"<script>alert(1)</script>",
    "dessin.svg": b"<svg onload='x'/>",
    "programme.exe": b"MZ",
    "cours.pdf": b"<html>",
    "cours.docx": b"PK\x03\x04nothing",
    "image.png": b"GIF89a",
    "vide.pdf": b"",
    "notes.txt": b"\x00\x01",
    "page.txt": b"<!DOCTYPE html><script>",
    "sans-extension": b"x",
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_gets_a_message_and_what_was_typed_stays(space, name):
    client = visitor(member(space, "formateur"))
    file = SimpleUploadedFile(name, BAD_FILES[name])
    data = {"action": "fichier", "fichier-title": "Un titre tapé", "fichier-file": file}
    answer = client.post(space.get_url(), data)
    assert answer.status_code == 422
    html = Html(answer)
    assert html.one("input", name="fichier-title").attrs["value"] == "Un titre tapé"
    assert html.one(id="id_fichier-file_error").text
    assert space.shared_files.count() == 1


# --- Time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 12, 5), 12, date(2026, 12, 5)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
    ],
)
def test_months(day, months, expected):
    assert add_months(day, months) == expected


def test_a_space_closes_by_itself(space, insider):
    trainer = member(space, "formateur")
    today = timezone.localdate()

    def ended(months_ago: int) -> SpacePage:
        day = add_months(today, -months_ago)
        SpacePage.objects.filter(pk=space.pk).update(ends_on=day)
        return SpacePage.objects.get(pk=space.pk)

    assert ended(11).state == SpacePage.State.OPEN
    assert visitor(trainer).post(space.get_url(), {"message-text": "x"}).status_code == 302
    assert ended(13).state == SpacePage.State.READ_ONLY
    text = visitor(insider).get(space.get_url()).content.decode()
    assert "ouvert à la lecture" in text
    assert visitor(trainer).post(space.get_url(), {"message-text": "x"}).status_code == 403
    assert ended(25).state == SpacePage.State.ARCHIVED
    assert visitor(insider).get(space.get_url()).status_code == 403
    assert space.title not in visitor(insider).get("/espaces/").content.decode()
    assert staff(UserFactory(is_superuser=True)).get(space.get_url()).status_code == 200


# --- Invitations ----------------------------------------------------------------------------------


@pytest.fixture
def team(space):
    return member(space, "equipe")


def invite(space, client, text: str, role: str = "participant"):
    data = {"action": "inviter", "addresses": text, "role": role}
    return client.post(f"{space.get_url()}membres/", data)


def sent_link(number: int = -1) -> str:
    return re.search(r"http://[^/\s]+(/espaces/invitation/\S+)", mail.outbox[number].body)[1]


def test_an_invitation_opens_once(space, team):
    assert invite(space, visitor(team), "Ada <Ada@Example.org>").status_code == 302
    assert mail.outbox[0].to == ["ada@example.org"]
    link = sent_link()
    guest = visitor()
    assert guest.get(link).status_code == 200  # and again: a mail scanner opens links
    assert guest.get(link).status_code == 200
    bad = {"first_name": "Ada", "last_name": "", "password": "court", "password_again": "autre"}
    answer = guest.post(link, bad)
    assert answer.status_code == 422
    assert Html(answer).one("input", name="first_name").attrs["value"] == "Ada"
    good = "une phrase assez longue"
    data = {"first_name": "Ada", "last_name": "Essai", "password": good, "password_again": good}
    answer = guest.post(link, data)
    assert answer["Location"] == "/espaces/formation-xylophone/"
    assert SECRET in guest.get(answer["Location"]).content.decode()
    replay = visitor()
    again = replay.get(link)
    assert again.status_code == 410
    assert "déjà servi" in again.content.decode()
    assert replay.post(link, data).status_code == 410
    membership = space.memberships.get(user__email="ada@example.org")
    assert (membership.role, membership.origin) == ("participant", "invitation")


def test_an_expired_link_can_be_renewed(space, team):
    invite(space, visitor(team), "ada@example.org")
    link = sent_link()
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=15))
    answer = visitor().get(link)
    assert answer.status_code == 410
    html = Html(answer)
    form = next(each for each in html.all("form") if "nouveau-lien" in each.attrs["action"])
    assert "Demander un nouveau lien" in answer.content.decode()
    assert visitor().post(form.attrs["action"]).status_code == 200
    assert mail.outbox[-1].to == ["ada@example.org"]
    assert visitor().get(link).status_code == 410
    assert visitor().get(sent_link()).status_code == 200


def test_asking_for_links_is_braked(space, team):
    invite(space, visitor(team), "ada@example.org")
    for _ in range(6):
        Invitation.objects.update(sent_at=timezone.now() - timedelta(days=15))
        token = invitations.make_token(Invitation.objects.get())
        visitor().post(reverse("pedatech_ask_new_link", args=[token]))
    assert len(mail.outbox) == 1 + 3


def test_a_link_taken_back_or_forged_opens_nothing(space, team):
    client = visitor(team)
    invite(space, client, "ada@example.org")
    link = sent_link()
    pk = Invitation.objects.get().pk
    client.post(f"{space.get_url()}membres/", {"action": "annuler", "pk": pk})
    answer = visitor().get(link)
    assert answer.status_code == 410
    assert "annulée" in answer.content.decode()
    assert visitor().get("/espaces/invitation/nimporte:quoi:x/").status_code == 410
    token = invitations.make_token(Invitation.objects.get())
    assert visitor().post(reverse("pedatech_ask_new_link", args=[token])).status_code == 410
    assert len(mail.outbox) == 1


def test_sending_again_ends_the_first_link(space, team):
    client = visitor(team)
    invite(space, client, "ada@example.org")
    first = sent_link()
    client.post(
        f"{space.get_url()}membres/", {"action": "renvoyer", "pk": Invitation.objects.get().pk}
    )
    assert visitor().get(first).status_code == 410
    assert visitor().get(sent_link()).status_code == 200


def test_one_bad_address_and_nothing_goes(space, team):
    answer = invite(space, visitor(team), "ada@example.org, pas une adresse\nbob@example.org")
    assert answer.status_code == 422
    html = Html(answer)
    assert "« pas une adresse »" in html.one(id="id_addresses_error").text
    assert "ada@example.org" in html.one("textarea", name="addresses").text
    assert mail.outbox == []
    assert not Invitation.objects.exists()


def test_a_mail_server_that_is_down_leaves_nothing(space, team, settings):
    settings.EMAIL_BACKEND = "tests.pedatech.test_spaces.BrokenBackend"
    answer = invite(space, visitor(team), "ada@example.org bob@example.org".replace(" ", "\n"))
    assert answer.status_code == 422
    assert "Aucune invitation n’est partie" in answer.content.decode()
    assert not Invitation.objects.exists()


class BrokenBackend:
    def __init__(self, **kwargs):
        pass

    def send_messages(self, messages):
        raise OSError("no mail today")


def test_many_at_once_and_those_who_are_in(space, team, insider):
    text = f"ada@example.org; bob@example.org, ADA@example.org\n{insider.email}"
    client = visitor(team)
    assert invite(space, client, text, "formateur").status_code == 302
    assert sorted(each.to[0] for each in mail.outbox) == ["ada@example.org", "bob@example.org"]
    assert set(Invitation.objects.values_list("role", flat=True)) == {"formateur"}
    text = client.get(f"{space.get_url()}membres/").content.decode()
    assert "2 invitations sont parties" in text
    assert f"Déjà membre : {insider.email}" in text


def test_an_account_that_exists_signs_in_first(space, team):
    user = UserFactory(email="ada@example.org")
    invite(space, visitor(team), "ada@example.org")
    link = sent_link()
    guest = visitor()
    answer = guest.get(link)
    assert f"/connexion/?next={link}" in answer.content.decode()
    # No form: a link must not set the password of an account that exists.
    assert not Html(answer).all("input", name="password")
    data = dict.fromkeys(("password", "password_again"), "une phrase assez longue")
    assert guest.post(link, {"first_name": "A", "last_name": "B", **data}).status_code == 200
    assert not space.memberships.filter(user=user).exists()
    guest.force_login(user)
    assert guest.post(link).status_code == 302
    assert guest.get(space.get_url()).status_code == 200


def test_two_clicks_at_once_use_a_link_once(space, team):
    invite(space, visitor(team), "ada@example.org")
    invitation = Invitation.objects.get()
    stale = Invitation.objects.get()
    assert invitations.accept(invitation, UserFactory()) is not None
    assert invitations.accept(stale, UserFactory()) is None
    assert space.memberships.filter(origin="invitation").count() == 1


def test_the_team_removes_somebody_who_is_reading(space, team, insider):
    reading = visitor(insider)
    assert reading.get(space.get_url()).status_code == 200
    pk = space.memberships.get(user=insider).pk
    visitor(team).post(f"{space.get_url()}membres/", {"action": "retirer", "pk": pk})
    assert reading.get(space.get_url()).status_code == 403
    # A registration that comes back opens it again.
    invitations.grant(space, insider, "participant", origin="inscription")
    assert reading.get(space.get_url()).status_code == 200


def test_staff_with_the_right_look_after_all_spaces(space, sites):
    editor = UserFactory(groups=[Group.objects.get(name="Publication pedatechcisp.be")])
    other = UserFactory(groups=[Group.objects.get(name="Publication interfede.be")])
    assert staff(editor).get(f"{space.get_url()}membres/").status_code == 200
    assert staff(other).get(space.get_url()).status_code == 403


# --- Log-in ------------------------------------------------------------------------------------


def log_in(client, name: str, password: str, **more):
    return client.post("/connexion/", {"username": name, "password": password, **more})


def test_log_in_with_an_address_and_come_back(space, insider):
    insider.set_password("une phrase assez longue")
    insider.save()
    client = visitor()
    asked = client.get(space.get_url())["Location"]
    assert asked == "/connexion/?next=/espaces/formation-xylophone/"
    assert client.get(asked).status_code == 200
    answer = log_in(
        client,
        insider.email.upper(),
        "une phrase assez longue",
        next="/espaces/formation-xylophone/",
    )
    assert answer["Location"] == "/espaces/formation-xylophone/"
    foreign = log_in(
        visitor(), insider.email, "une phrase assez longue", next="https://mechant.example/"
    )
    assert foreign["Location"] == "/espaces/"


def test_log_in_pauses_after_five_failures(insider):
    insider.set_password("une phrase assez longue")
    insider.save()
    client = visitor()
    for _ in range(5):
        answer = log_in(client, insider.email, "faux")
        assert "ne sont pas justes" in answer.content.decode()
    answer = log_in(client, insider.email, "une phrase assez longue")
    assert "Trop d’essais" in answer.content.decode()


def test_a_forgotten_password(insider):
    client = visitor()
    insider.set_password("une phrase assez longue")
    insider.save()
    for address in (insider.email, "personne@example.org"):
        answer = client.post("/mot-de-passe/", {"email": address})
        assert answer["Location"] == "/mot-de-passe/envoye/"
    assert len(mail.outbox) == 1
    link = re.search(r"http://[^/]+(/mot-de-passe/\S+)", mail.outbox[0].body)[1]
    client = visitor()
    # Django keeps the token of the link in the session.
    client.request = super(PublicClient, client).request
    form = client.get(link)["Location"]
    assert client.get(form).status_code == 200
    new = "une autre phrase assez longue"
    answer = client.post(form, {"new_password1": new, "new_password2": new})
    assert answer["Location"] == "/espaces/"
    assert client.get(link).status_code == 200  # it says that it no longer serves
    assert "ne sert plus" in client.get(link).content.decode()


def test_these_addresses_are_of_one_site(clients, sites):
    for site in ("cisp", "interfede"):
        for path in ("/mot-de-passe/", "/proposer/", "/espaces/invitation/x/"):
            assert clients[site].get(path).status_code == 404
        # A private page of another site is for editors: they sign in where they always do.
        assert clients[site].get("/connexion/")["Location"].startswith("/gestion/login/")
