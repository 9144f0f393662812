"""An issue goes out whole, at its hour, or not at all (I-26)."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from essor.magazine import bundle
from essor.models import ArticlePage, IssueLink, IssuePage
from home.models import StandardPage
from tests.essor.magazine import magazine, make_article, make_issue, picture
from tests.factories import UserFactory
from tests.files import make_document
from tests.support import PublicClient

pytestmark = pytest.mark.any_database

HOST = "interfede.localhost"


@pytest.fixture(autouse=True)
def _sites(sites):
    """The three sites, with the magazine."""


@pytest.fixture
def editor(db, client):
    user = UserFactory(is_superuser=True, is_staff=True)
    client.force_login(user)
    return client


def lives(issue: IssuePage) -> list[bool]:
    """Whether the issue and its articles are live."""
    pages = [issue, *issue.get_children().order_by("path")]
    return [Page.objects.get(pk=page.pk).live for page in pages]


def clock() -> None:
    call_command("publish_scheduled", stdout=StringIO())


def schedule(issue: IssuePage, hours: float) -> None:
    issue.go_live_at = timezone.now() + timedelta(hours=hours)
    issue.save_revision().publish()


def turn_the_clock(issue: IssuePage) -> None:
    """Make the hour of a scheduled issue pass."""
    past = timezone.now() - timedelta(minutes=1)
    revision = issue.scheduled_revision
    revision.approved_go_live_at = past
    revision.content["go_live_at"] = past.isoformat()
    revision.save()


def break_article(issue: IssuePage) -> ArticlePage:
    """An article that cannot be published: its rubric is missing."""
    article = ArticlePage.objects.child_of(issue).last()
    article.rubric = None
    article.save_revision(clean=False)
    return article


def test_publishing_an_issue_publishes_its_articles():
    issue = make_issue()
    assert lives(issue) == [False] * 4
    issue.get_latest_revision().publish()
    assert lives(issue) == [True] * 4


def test_articles_go_out_in_their_last_version():
    issue = make_issue(articles=1)
    article = ArticlePage.objects.child_of(issue).get()
    article.title = "Titre corrigé"
    article.save_revision()
    issue.get_latest_revision().publish()
    assert ArticlePage.objects.child_of(issue).get().title == "Titre corrigé"


def test_an_article_held_back_stays_a_draft():
    issue = make_issue(articles=2)
    article = ArticlePage.objects.child_of(issue).last()
    article.held_back = True
    article.save_revision()
    issue.get_latest_revision().publish()
    assert lives(issue) == [True, True, False]


def test_one_broken_article_keeps_everything_back():
    issue = make_issue()
    break_article(issue)
    with pytest.raises(ValidationError, match="rubrique"):
        issue.get_latest_revision().publish()
    assert lives(issue) == [False] * 4
    assert IssuePage.objects.get(pk=issue.pk).first_published_at is None


def test_a_failure_in_the_middle_rolls_back_what_was_published_before(monkeypatch):
    issue = make_issue()
    last = ArticlePage.objects.child_of(issue).last()
    save = ArticlePage.save

    def failing(self, *args, **kwargs):
        if self.pk == last.pk and self.live:
            raise RuntimeError("disk full")
        save(self, *args, **kwargs)

    monkeypatch.setattr(ArticlePage, "save", failing)
    with pytest.raises(RuntimeError):
        issue.get_latest_revision().publish()
    assert lives(issue) == [False] * 4
    assert not PageLogEntry.objects.filter(
        action="wagtail.publish", page_id__in=[issue.pk]
    ).exists()


def test_the_clock_publishes_the_whole_and_a_failure_keeps_the_schedule():
    issue = make_issue()
    schedule(issue, 2)
    clock()
    assert lives(issue) == [False] * 4
    turn_the_clock(issue)
    broken = break_article(issue)
    with pytest.raises(ValidationError):
        clock()
    assert lives(issue) == [False] * 4
    assert IssuePage.objects.get(pk=issue.pk).scheduled_revision is not None
    broken.rubric = ArticlePage.objects.child_of(issue).first().rubric
    broken.save_revision()
    clock()
    assert lives(issue) == [True] * 4


def test_an_embargo_in_the_past_publishes_at_once_and_whole():
    issue = make_issue()
    schedule(issue, -1)
    assert lives(issue) == [True] * 4


def test_unpublishing_takes_everything_back():
    issue = make_issue(live=True)
    issue.unpublish()
    assert lives(issue) == [False] * 4


def test_an_issue_that_expires_takes_its_articles_along():
    issue = make_issue(live=True)
    Page.objects.filter(pk=issue.pk).update(expire_at=timezone.now() - timedelta(hours=1))
    clock()
    assert lives(issue) == [False] * 4


@pytest.mark.parametrize("together", [True, False])
def test_a_linked_page_goes_out_with_the_issue_when_it_says_so(sites, together):
    episode = StandardPage(title="Épisode", live=False)
    sites["interfede"].root_page.add_child(instance=episode)
    episode.save_revision()
    issue = make_issue()
    issue.links = [IssueLink(page=episode, goes_out_together=together)]
    issue.save_revision().publish()
    episode.refresh_from_db()
    assert episode.live is together
    IssuePage.objects.get(pk=issue.pk).unpublish()
    episode.refresh_from_db()
    assert not episode.live


def test_a_linked_page_that_cannot_go_out_keeps_the_issue_back(sites):
    event_page = StandardPage(title="Épisode", live=False)
    sites["interfede"].root_page.add_child(instance=event_page)
    event_page.title = ""
    event_page.save_revision(clean=False)
    issue = make_issue()
    issue.links = [IssueLink(page=event_page, goes_out_together=True)]
    with pytest.raises(ValidationError):
        issue.save_revision().publish()
    assert lives(issue) == [False] * 4


# --- An article alone --------------------------------------------------------------------------


def test_an_article_is_never_live_before_its_issue():
    issue = make_issue(articles=0)
    article = ArticlePage(title="Seul", rubric_id=None)  # `live` is true by default
    issue.add_child(instance=article)
    assert not ArticlePage.objects.get(pk=article.pk).live
    article = make_article(issue)
    article.get_latest_revision().publish()
    assert not ArticlePage.objects.get(pk=article.pk).live


def test_an_article_has_no_hour_of_its_own():
    article = make_article(make_issue(articles=0))
    article.go_live_at = timezone.now() + timedelta(days=1)
    with pytest.raises(ValidationError, match="programmez le numéro"):
        article.full_clean()


def test_an_article_moved_to_a_draft_issue_goes_off_line():
    article = ArticlePage.objects.child_of(make_issue(201, live=True)).first()
    article.move(make_issue(202, articles=0), pos="last-child")
    assert not ArticlePage.objects.get(pk=article.pk).live


def test_the_articles_of_a_scheduled_issue_are_locked():
    issue = make_issue()
    article = ArticlePage.objects.child_of(issue).first()
    assert article.get_lock() is None
    schedule(issue, 2)
    lock = article.get_lock()
    assert lock.for_user(UserFactory())
    assert "programmé" in lock.get_message(None)


# --- Images ------------------------------------------------------------------------------------


def test_an_image_with_reserved_rights_needs_a_credit():
    image = picture("Portrait d’atelier")
    type(image).objects.filter(pk=image.pk).update(rights_reserved=True)
    issue = make_issue(articles=0)
    make_article(issue, images=(image,))
    with pytest.raises(ValidationError, match="crédit"):
        issue.get_latest_revision().publish()
    type(image).objects.filter(pk=image.pk).update(credit="Une photographe")
    issue.get_latest_revision().publish()
    assert lives(issue) == [True, True]


def test_a_cover_says_what_it_shows():
    issue = make_issue(articles=0, cover=picture("Couverture", description=""))
    assert "texte alternatif" in bundle.problems(issue)[0]


# --- The admin ---------------------------------------------------------------------------------


def form_of(client, issue: IssuePage) -> dict:
    """What the edit form of an issue would send as it stands."""
    from wagtail.test.utils.form_data import querydict_from_html

    html = client.get(f"/gestion/pages/{issue.pk}/edit/", headers={"host": HOST}).content.decode()
    return querydict_from_html(html, form_id="page-edit-form").dict()


def test_the_button_of_the_admin_publishes_the_whole(editor):
    issue = make_issue()
    data = form_of(editor, issue) | {"action-publish": "1"}
    answer = editor.post(f"/gestion/pages/{issue.pk}/edit/", data, headers={"host": HOST})
    assert answer.status_code == 302
    assert lives(issue) == [True] * 4


def test_the_button_of_the_admin_refuses_a_broken_article_in_french(editor):
    issue = make_issue()
    break_article(issue)
    data = form_of(editor, issue) | {"action-publish": "1"}
    answer = editor.post(
        f"/gestion/pages/{issue.pk}/edit/", data, headers={"host": HOST}, follow=True
    )
    assert "Rien n’est publié" in answer.content.decode()
    assert "rubrique" in answer.content.decode()
    assert lives(issue) == [False] * 4


def test_a_failure_behind_the_button_publishes_nothing(editor, monkeypatch):
    issue = make_issue()
    break_article(issue)
    monkeypatch.setattr(bundle, "problems", lambda issue: [])
    data = form_of(editor, issue) | {"action-publish": "1"}
    with pytest.raises(ValidationError):
        editor.post(f"/gestion/pages/{issue.pk}/edit/", data, headers={"host": HOST})
    assert lives(issue) == [False] * 4


def test_no_button_publishes_an_article_before_its_issue(editor):
    article = ArticlePage.objects.child_of(make_issue()).first()
    url = f"/gestion/pages/{article.pk}/edit/"
    assert 'name="action-publish"' not in editor.get(url, headers={"host": HOST}).content.decode()
    article.get_issue().get_latest_revision().publish()
    assert 'name="action-publish"' in editor.get(url, headers={"host": HOST}).content.decode()


def test_a_number_used_twice_is_refused_in_french(editor):
    make_issue(300)
    issue = make_issue(301)
    data = form_of(editor, issue) | {"number": "300"}
    html = editor.post(f"/gestion/pages/{issue.pk}/edit/", data, headers={"host": HOST})
    assert "Le numéro 300 existe déjà" in html.content.decode()
    with pytest.raises(ValidationError, match="existe déjà"):
        make_issue(300, title="Encore", live=True)


# --- Before and after the hour: every address ----------------------------------------------------


def test_before_the_hour_every_address_is_closed(interfede_client: PublicClient):
    cover, photo = picture("Couverture"), picture("Atelier")
    document = make_document(name="essor-400.pdf", title="L’essor 400")
    issue = make_issue(400, articles=1, cover=cover, pdf=document, title="Serrurerie zythologique")
    article = make_article(issue, "Zythologie appliquée", images=(photo,))
    issue.save_revision()
    pages = [
        issue.get_url(),
        article.get_url(),
        f"{magazine().get_url()}400/",
        "/e/400",
        "/e/400-2",
    ]
    pages = [address.replace(f"http://{HOST}", "") for address in pages]
    files = [document.url]
    for image in (cover, photo):
        files += [image.file.url, *(each.url for each in image.renditions.all())]
    assert len(files) >= 9

    def statuses(addresses: list[str]) -> set[int]:
        return {interfede_client.get(each).status_code for each in addresses}

    def mentions() -> list[bool]:
        feed = interfede_client.get("/flux.xml")
        listing = [
            interfede_client.get(each).content.decode()
            for each in ("/recherche/?q=zythologie", "/recherche/?q=serrurerie", "/sitemap.xml")
        ]
        sources = [*listing, interfede_client.get(magazine().get_url()).content.decode()]
        if feed.status_code == 200:
            sources.append(feed.content.decode())
        return [each in source for source in sources for each in (f"/{issue.slug}/",)]

    schedule(issue, 2)
    clock()
    assert statuses(pages + files) == {404}
    assert not any(mentions())
    turn_the_clock(issue)
    clock()
    assert statuses(pages[:2] + files) == {200}
    assert statuses(pages[2:]) == {301}
    found = mentions()
    assert all(found[1:])
    IssuePage.objects.get(pk=issue.pk).unpublish()
    assert statuses(pages + files) == {404}
    assert not any(mentions())
