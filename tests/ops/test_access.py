"""Who is let in (R-07, R-08), at which hour (R-21), and two at once (R-22)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Revision, Site
from wagtail.test.utils.form_data import nested_form_data, streamfield

from home.logins import RESETS_OF_ADDRESS
from home.models import Organisation, StandardPage
from pedatech.models import Contribution, Invitation, Membership, ResourcePage
from pedatech.models.contributions import GROUP
from pedatech.spaces import invitations
from tests.factories import UserFactory
from tests.files import make_pdf
from tests.ops.hostile_requests import VALUES, doors
from tests.ops.test_fuzz import own_screens
from tests.pedatech.space_helpers import home_of, space_page
from tests.support import HOSTS, PublicClient, plant_roots

pytestmark = pytest.mark.any_database

PASSWORD = "un long mot de passe"


def browser(host: str = "interfede", user: object = None) -> Client:
    client = Client(headers={"host": HOSTS[host]})
    if user:
        client.force_login(user)
    return client


# --- The admin opens for nobody else --------------------------------------------------------------


def addresses() -> list[str]:
    """Every screen of ours, with numbers where it wants some."""
    return [
        re.sub(r"<(?:(\w+):)?\w+>", lambda found: VALUES.get(found[1] or "str", ("1",))[0], each)
        for each in sorted(set(own_screens(filled=False)))
    ]


def test_no_screen_of_ours_answers_a_visitor_or_a_member(demo):
    member = UserFactory(groups=[Group.objects.get(name=GROUP)])
    wrong = []
    screens = addresses()
    assert len(screens) >= 20
    for who in (None, member):
        for method in ("get", "post"):
            client = browser(user=who)
            for path in screens:
                answer = getattr(client, method)(path)
                allowed = answer.status_code in (403, 404, 405) or (
                    answer.status_code == 302 and "/login/" in answer["Location"]
                )
                if not allowed:
                    wrong.append(f"{method} {path} {who}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("theme", HOSTS)
def test_drafts_and_previews_answer_nobody(demo, theme):
    root = Site.objects.get(hostname=HOSTS[theme]).root_page
    page = root.get_children().live().first()
    for name in ("view_draft", "edit", "preview_on_edit", "history"):
        answer = browser(theme).get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


def test_no_route_of_a_private_page_opens(demo, clients):
    """Every address of one page of each type: the page, its routes, its feeds, its exports."""
    import random

    known = doors(clients, random.Random(1).choice)
    routes: dict[tuple[str, str], list[str]] = {}
    for door in known:
        for origin in door.origins:
            if re.match(r"[A-Z]\w+Page\b(?! form)", origin):
                routes.setdefault((door.theme, origin.partition(" ")[0]), []).append(door.path)
    assert len(routes) > 25
    wrong = []
    for (theme, kind), paths in routes.items():
        root = Site.objects.get(hostname=HOSTS[theme]).root_page
        base = min(paths, key=len)
        page = root.get_descendants(inclusive=True).live().filter(
            url_path=root.url_path + base.lstrip("/")
        ).first()  # fmt: skip
        assert page, (theme, kind, base)
        rule = PageViewRestriction.objects.create(
            page=page, restriction_type=PageViewRestriction.LOGIN
        )
        for path in paths:
            status = clients[theme].get(path).status_code
            if status not in (302, 403, 404):
                wrong.append(f"{theme} {kind} {path}: {status}")
        rule.delete()
    assert not wrong, "\n".join(wrong)


# --- Passwords ------------------------------------------------------------------------------------

RESETS = [("interfede", "/gestion/password_reset/"), ("pedatech", "/mot-de-passe/")]


@pytest.fixture
def person(sites):
    user = UserFactory(email="autrice@example.org", is_superuser=True)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.mark.parametrize(("host", "path"), RESETS)
def test_the_link_of_a_forgotten_password_serves_once(person, host, path):
    elsewhere = browser(host, person)
    visitor = browser(host)
    visitor.post(path, {"email": person.email})
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[0].body)[1]
    form = visitor.get(link, follow=True)
    new = {"new_password1": "une autre longue phrase", "new_password2": "une autre longue phrase"}
    assert visitor.post(form.request["PATH_INFO"], new).status_code == 302
    person.refresh_from_db()
    assert person.check_password(new["new_password1"])
    # The link is used up, for whoever finds it later; sessions of before are over.
    again = browser(host)
    late = again.get(link, follow=True)
    other = dict.fromkeys(new, "encore une autre phrase")
    again.post(late.request["PATH_INFO"], other)
    person.refresh_from_db()
    assert person.check_password(new["new_password1"])
    assert elsewhere.get("/gestion/").status_code == 302


@pytest.mark.parametrize(("host", "path"), RESETS)
def test_a_forgotten_password_tells_nothing_and_sends_no_flood(person, host, path):
    told = set()
    for address in (person.email, "personne@example.org"):
        answer = browser(host).post(path, {"email": address})
        told.add((answer.status_code, answer["Location"], answer.content))
    assert len(told) == 1
    for _ in range(RESETS_OF_ADDRESS + 5):
        browser(host).post(path, {"email": person.email})
    assert len(mail.outbox) <= RESETS_OF_ADDRESS


def test_a_log_in_changes_the_session_and_a_log_out_ends_it(person):
    client = browser()
    client.get("/gestion/login/")
    client.post("/gestion/login/", {"username": person.username, "password": PASSWORD})
    inside = client.cookies["sessionid"].value
    assert client.get("/gestion/").status_code == 200
    client.post("/gestion/logout/")
    thief = browser()
    thief.cookies["sessionid"] = inside
    assert thief.get("/gestion/").status_code == 302


# --- Hours ----------------------------------------------------------------------------------------


@pytest.fixture
def schedule(sites) -> Callable:
    """`schedule(text)` types an hour into the form of a page; the answer and the page."""
    home = sites["interfede"].root_page
    page = home.add_child(instance=StandardPage(title="Annonce", slug="annonce", live=False))
    page.save_revision()
    client = browser(user=UserFactory(is_superuser=True))

    def typed(text: str):
        data = nested_form_data({"title": "Annonce", "slug": "annonce", "body": streamfield([])})
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        form = client.get(address).context["form"]
        initial = {
            bound.html_name: "" if (value := bound.value()) in (None, False) else value
            for bound in form
            if bound.name != "body"
        }
        for formset in form.formsets.values():
            data |= {
                f"{formset.prefix}-{name}": "0"
                for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
            }
        data = {**initial, **data, "go_live_at": text, "action-publish": "1"}
        return client.post(address, data), page

    return typed


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2027-03-27 10:00", datetime(2027, 3, 27, 9, 0, tzinfo=UTC)),
        ("2027-03-28 10:00", datetime(2027, 3, 28, 8, 0, tzinfo=UTC)),
        ("2027-10-30 10:00", datetime(2027, 10, 30, 8, 0, tzinfo=UTC)),
        ("2027-10-31 10:00", datetime(2027, 10, 31, 9, 0, tzinfo=UTC)),
    ],
)
def test_an_hour_is_that_of_brussels_in_summer_and_in_winter(schedule, monkeypatch, typed, instant):
    answer, page = schedule(typed)
    assert answer.status_code == 302, answer.context["form"].errors
    revision = Revision.objects.for_instance(page).exclude(approved_go_live_at=None).get()
    assert revision.approved_go_live_at == instant
    visitor = browser()
    for minutes, live in ((-1, False), (1, True)):
        moment = instant + (timezone.timedelta(minutes=minutes))
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        call_command("publish_scheduled", verbosity=0)
        page.refresh_from_db()
        assert page.live is live
    assert visitor.get("/annonce/").status_code == 200


@pytest.mark.parametrize("typed", ["2027-03-28 02:30", "2027-10-31 02:30"])
def test_an_hour_that_does_not_exist_or_exists_twice_is_refused_beside_the_field(schedule, typed):
    answer, page = schedule(typed)
    assert answer.status_code == 200
    assert answer.context["form"].errors.get("go_live_at")
    assert not Revision.objects.for_instance(page).exclude(approved_go_live_at=None).exists()


# --- Two at once ----------------------------------------------------------------------------------


@pytest.fixture
def open_sites(transactional_db):
    """The sites in tables that a test before may have emptied; what is written is seen by all."""
    from io import StringIO

    from wagtail.models import Site

    plant_roots()
    call_command("bootstrap_sites", port=80, stdout=StringIO())
    return {site.sitebranding.theme: site for site in Site.objects.select_related("sitebranding")}


def at_once(*works: Callable) -> list:
    """Run all at the same moment, each in a thread with its own connection; the answers."""
    gate = threading.Barrier(len(works))
    answers: list = [None] * len(works)

    def run(number: int, work: Callable) -> None:
        gate.wait(10)
        try:
            answers[number] = work()
        except Exception as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    failed = [each for each in answers if isinstance(each, Exception)]
    assert not failed, failed
    return answers


def test_two_at_once(open_sites, settings, tmp_path):
    """One test: the tables are emptied after it, which takes longer than what it looks at."""
    settings.PRIVATE_ROOT = tmp_path / "private"
    team = UserFactory(is_superuser=True)
    contributor = UserFactory(groups=[Group.objects.get(name=GROUP)])

    # The same proposal sent twice, by a double click.
    def propose():
        data = {
            "title": "Jeu", "organisation": "CE", "kind": "outil", "theme": "x", "summary": "y",
            "link": "", "licence_accepted": "on",
            "attachments": SimpleUploadedFile("jeu.pdf", make_pdf()),
        }  # fmt: skip
        return browser("pedatech", contributor).post("/proposer/nouvelle/", data).status_code

    assert at_once(propose, propose, propose) == [302, 302, 302]
    proposal = Contribution.objects.get()

    # Two moderators accept it.
    producer = Organisation.objects.create(acronym="CE", slug="ce", name="Centre")

    def accept():
        data = {"action": "accepter", "producer": producer.pk}
        return browser("pedatech", team).post(f"/gestion/propositions/{proposal.pk}/", data).status_code  # fmt: skip

    assert sorted(at_once(accept, accept)) in ([200, 302], [302, 404])
    assert ResourcePage.objects.filter(title="Jeu").count() == 1

    # One invitation opened in two windows.
    space = space_page(home_of(open_sites))
    invitations.invite(space, ["a@example.org"], "participant", team, open_sites["pedatech"])
    invitation = Invitation.objects.get()
    first, second = UserFactory(), UserFactory()
    won = at_once(
        lambda: invitations.accept(invitation, first) is not None,
        lambda: invitations.accept(invitation, second) is not None,
    )
    assert sorted(won) == [False, True]
    assert Membership.objects.count() == 1

    # Two editors publish the same page: both versions are in the history, one is on line.
    page = open_sites["interfede"].root_page.add_child(
        instance=StandardPage(title="Départ", slug="deux")
    )

    def publish(title: str):
        mine = StandardPage.objects.get(pk=page.pk)
        mine.title = title
        mine.save_revision(user=team).publish()
        return title

    at_once(lambda: publish("Une"), lambda: publish("Deux"))
    titles = [each.content["title"] for each in Revision.objects.for_instance(page)]
    assert {"Une", "Deux"} <= set(titles)
    page.refresh_from_db()
    assert page.title in ("Une", "Deux")
    shown = PublicClient(HOSTS["interfede"]).get("/deux/").content.decode()
    assert page.title in shown

    # Two pages of the same address: one is there, the other is refused, the tree stays right.
    def add():
        parent = Page.objects.get(pk=open_sites["interfede"].root_page_id)
        try:
            parent.add_child(instance=StandardPage(title="Même", slug="meme"))
        except Exception as error:
            return type(error).__name__
        return "added"

    at_once(add, add)
    assert Page.objects.filter(slug="meme").count() >= 1
    assert Page.find_problems() == ([], [], [], [], [])
