"""L'essor: pages, addresses, citation, rhythm, workflow."""

from __future__ import annotations

import re
from datetime import date

import bibtexparser
import pytest
import rispy
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from wagtail.models import PageViewRestriction, Task, Workflow

from essor.bootstrap.magazine import COMMITTEE, PUBLISHERS, STEPS, WORKFLOW
from essor.magazine.notes import link_notes
from essor.memorandum import outline
from essor.models import (
    ArticlePage,
    IssueLink,
    IssuePage,
    MagazineRhythm,
    MemorandumPage,
    Rubric,
)
from home.models import StandardPage
from tests.essor.magazine import magazine, make_article, make_issue, picture
from tests.factories import UserFactory
from tests.factories.publications import PublicationPageFactory
from tests.files import make_document
from tests.support import ROOT, Html, PublicClient


@pytest.fixture(autouse=True)
def _sites(sites):
    """The three sites, with the magazine."""


def path(page) -> str:
    return page.get_url().replace("http://interfede.localhost", "")


# --- Pages -------------------------------------------------------------------------------------


def test_rubrics_stand_in_the_order_of_the_articles(interfede_client: PublicClient):
    issue = make_issue(articles=0)
    tools, work = Rubric.objects.get(slug="nos-outils"), Rubric.objects.get(slug="nos-metiers")
    for title, rubric in (("A", tools), ("B", work), ("C", tools)):
        make_article(issue, title, rubric=rubric)
    issue.get_latest_revision().publish()
    html = Html(interfede_client.get(path(issue)))
    assert [each.text for each in html.all("h2") if each.inside(class_="rubric")] == [
        "Nos outils",
        "Nos métiers",
    ]
    rows = [each.text for each in html.all("h3") if each.inside(class_="article-rows")]
    assert rows == ["A", "C", "B"]


def test_previous_and_next_follow_the_issue(interfede_client: PublicClient):
    issue = make_issue(articles=3, live=True)
    pages = list(ArticlePage.objects.child_of(issue).order_by("path"))
    seen = []
    for page in pages:
        html = Html(interfede_client.get(path(page)))
        seen.append(
            [
                next((a.attrs["href"] for a in html.all("a", rel=rel)), None)
                for rel in ("prev", "next")
            ]
        )
    urls = [path(page) for page in pages]
    assert seen == [[None, urls[1]], [urls[0], urls[2]], [urls[1], None]]


def test_a_related_page_is_shown_on_both_sides(sites, interfede_client: PublicClient):
    episode = StandardPage(title="Épisode")
    sites["interfede"].root_page.add_child(instance=episode)
    issue = make_issue()
    issue.links = [IssueLink(page=episode)]
    issue.save_revision().publish()
    assert "Épisode" in interfede_client.get(path(issue)).content.decode()
    assert [page.pk for page in episode.named_by] == [issue.pk]
    episode.unpublish()
    assert "Épisode" not in interfede_client.get(path(issue)).content.decode()


def test_a_publication_shows_the_issue_that_names_it(interfede_client: PublicClient):
    study = PublicationPageFactory(title="Étude liée")
    issue = make_issue(12)
    issue.links = [IssueLink(page=study)]
    issue.save_revision().publish()
    html = Html(interfede_client.get(path(study)))
    shown = [each for each in html.all("a") if each.inside(class_="named-by")]
    assert [each.attrs["href"] for each in shown] == [path(issue)]
    IssuePage.objects.get(pk=issue.pk).unpublish()
    html = Html(interfede_client.get(path(study)))
    assert not [each for each in html.all("a") if each.inside(class_="named-by")]


def test_an_issue_shows_the_memorandum_itself(interfede_client: PublicClient, demo):
    memorandum = MemorandumPage.objects.get()
    issue = IssuePage.objects.get(number=106)
    html = Html(interfede_client.get(path(issue)))
    links = {each.attrs["href"] for each in html.all("a") if each.inside(class_="subject__axes")}
    anchors = {each.anchor for axis in outline(memorandum) for each in (axis, *axis.measures)}
    assert len(anchors) == 4 + 12
    # It is the object of the issue, and not once more one of the pages that go with it.
    assert [each.text for each in html.all("a")].count(memorandum.title) == 1
    assert links == {f"{path(memorandum)}#{anchor}" for anchor in anchors}


def test_a_private_object_of_an_issue_is_not_told(interfede_client: PublicClient):
    study = PublicationPageFactory(title="Étude réservée")
    issue = make_issue(13, subject=study, live=True)
    assert "Étude réservée" in interfede_client.get(path(issue)).content.decode()
    PageViewRestriction.objects.create(page=study, restriction_type=PageViewRestriction.LOGIN)
    assert "Étude réservée" not in interfede_client.get(path(issue)).content.decode()


def test_special_issues_are_marked_and_grouped_by_year(interfede_client: PublicClient):
    make_issue(1, published="2006-05", issue_kind=IssuePage.Kind.SPECIAL, live=True)
    make_issue(2, published="2024", live=True)
    html = Html(interfede_client.get(path(magazine())))
    assert [each.text for each in html.all("h3") if each.inside(class_="year")] == ["2024", "2006"]
    assert [each.text for each in html.all("span", "tag")] == ["Numéro spécial"]
    assert html.one("h2", id="une").text == "Thème 2"


def test_the_editors_choose_what_leads(interfede_client: PublicClient):
    first = make_issue(1, live=True)
    make_issue(2, live=True)
    page = magazine()
    page.headline_issue = first
    page.save_revision().publish()
    html = Html(interfede_client.get(path(page)))
    assert html.one("h2", id="une").text == "Thème 1"


@pytest.mark.parametrize("kind", ["magazine", "issue"])
def test_queries_do_not_grow_with_the_list(interfede_client: PublicClient, kind):
    issue = make_issue(1, articles=1, cover=picture("a"), live=True)
    address = path(issue if kind == "issue" else magazine())
    interfede_client.get(address)
    interfede_client.get(address)
    few = len(interfede_client.queries)
    for number in range(2, 6):
        make_issue(number, articles=1, cover=picture(f"c{number}"), live=True, published="2020")
    for order in range(19):
        make_article(issue, f"Encore {order}").get_latest_revision().publish()
    interfede_client.get(address)
    assert len(interfede_client.queries) - few in (0, 1) if kind == "issue" else True
    # The neighbour that now exists costs none: it was asked for in vain before.
    assert len(interfede_client.queries) <= few + 1
    print(kind, few, len(interfede_client.queries))


def test_an_issue_without_articles_says_where_to_read_it(interfede_client: PublicClient):
    issue = make_issue(36, articles=0, pdf=make_document(), live=True)
    html = interfede_client.get(path(issue)).content.decode()
    assert "se lit dans son PDF" in html


# --- Addresses -----------------------------------------------------------------------------------


def test_short_addresses_lead_in_one_step(interfede_client: PublicClient):
    issue = make_issue(108, title="Formation des (ex)détenus", live=True)
    article = ArticlePage.objects.child_of(issue).order_by("path")[1]
    assert issue.slug == "108-formation-des-exdetenus"
    for short, page in (
        ("/publications/lessor/108/", issue),
        ("/e/108", issue),
        ("/e/108/", issue),
        ("/e/108-2", article),
    ):
        answer = interfede_client.get(short)
        assert (answer.status_code, answer["Location"]) == (301, page.full_url)
    for nothing in (
        "/publications/lessor/999/",
        "/e/999",
        "/e/108-9",
        "/e/0",
        "/publications/lessor/²/",
    ):
        assert interfede_client.get(nothing).status_code == 404


def test_the_printed_number_of_an_article_never_changes():
    issue = make_issue(articles=3, live=True)
    first, _, last = ArticlePage.objects.child_of(issue).order_by("path")
    last.move(first, pos="left")
    numbers = ArticlePage.objects.child_of(issue).order_by("path").values_list("print_number")
    assert [number for (number,) in numbers] == [3, 1, 2]
    first.delete()
    assert make_article(issue).print_number == 4


# --- Citation ------------------------------------------------------------------------------------


def test_an_article_can_be_cited(interfede_client: PublicClient):
    page = magazine()
    page.issn_online = "1234-5678"
    page.save_revision().publish()
    issue = make_issue(108, published="2024-04", live=True)
    article = ArticlePage.objects.child_of(issue).first()
    [ris] = rispy.loads(interfede_client.get(f"{path(article)}citation.ris").content.decode())
    assert (ris["secondary_title"], ris["number"], ris["year"]) == ("L’essor", "108", "2024")
    bib = bibtexparser.parse_string(
        interfede_client.get(f"{path(article)}citation.bib").content.decode()
    )
    assert bib.failed_blocks == []
    assert bib.entries[0]["journal"] == "L’essor"
    html = Html(interfede_client.get(path(article)))
    assert html.meta("citation_issn") == "1234-5678"
    assert html.meta("citation_issue") == "108"
    assert html.meta("citation_author") == "La rédaction"


# --- Notes ---------------------------------------------------------------------------------------


def test_calls_of_notes_become_links_there_and_back():
    html = '<p>Un [1] et [1], puis [2].</p><a title="[1]">x</a><li id="note-1">'
    linked = link_notes(html)
    assert linked.count('href="#note-1"') == 2
    assert linked.count('id="appel-1"') == 1
    assert "[2]" in linked
    assert 'title="[1]"' in linked


# --- Rhythm --------------------------------------------------------------------------------------


def test_frequency_and_print_run_are_settings_with_a_date(interfede_client: PublicClient):
    page = magazine()
    MagazineRhythm.objects.create(
        magazine=page, since=date(2000, 1, 1), frequency="six fois par an", print_run=1234
    )
    MagazineRhythm.objects.create(
        magazine=page, since=date(2020, 1, 1), frequency="deux fois par an", print_run=None
    )
    assert page.rhythm_on(date(2010, 1, 1)).frequency == "six fois par an"
    assert page.rhythm_on(date(1999, 1, 1)) is None
    assert "Paraît deux fois par an" in interfede_client.get(path(page)).content.decode()
    issue = make_issue(published="2006-05", live=True)
    html = interfede_client.get(path(issue)).content.decode()
    assert "six fois par an, à 1\u00a0234&nbsp;exemplaires" in html


def test_no_template_knows_the_rhythm():
    said = re.compile(r"trimestriel|1[\s\u00a0.]?300|quatre fois", re.IGNORECASE)
    for folder in ("essor/templates", "site/templates", "home/templates"):
        for template in (ROOT / folder).rglob("*.html"):
            assert not said.search(template.read_text("utf-8")), template


# --- Workflow ------------------------------------------------------------------------------------


def member(group: str):
    return UserFactory(groups=[Group.objects.get(name=group)])


def test_draft_then_committee_then_sign_off():
    issue = make_issue(articles=2)
    workflow = issue.get_workflow()
    assert workflow.name == WORKFLOW
    assert [task.name for task in workflow.tasks] == [name for name, _group in STEPS]
    reader, publisher = member(COMMITTEE), member(PUBLISHERS)

    def may(user) -> bool:
        return bool(issue.current_workflow_task.specific.get_actions(issue, user))

    state = workflow.start(issue, reader)
    assert (may(reader), may(publisher)) == (True, False)
    assert issue.get_lock().for_user(UserFactory())
    assert not issue.get_lock().for_user(reader)
    state.current_task_state.specific.approve(user=reader)
    issue = IssuePage.objects.get(pk=issue.pk)
    assert (may(reader), may(publisher)) == (False, True)
    assert not issue.live
    state.refresh_from_db()
    state.current_task_state.specific.approve(user=publisher)
    assert IssuePage.objects.get(pk=issue.pk).live
    assert all(page.live for page in issue.get_children())


def test_the_committee_cannot_publish_and_sees_no_other_section(sites):
    reader = member(COMMITTEE)
    issue = make_issue()
    assert issue.permissions_for_user(reader).can_edit()
    assert not issue.permissions_for_user(reader).can_publish()
    assert not sites["interfede"].root_page.permissions_for_user(reader).can_edit()


def test_an_approved_article_waits_for_its_issue():
    issue = make_issue(articles=1)
    article = ArticlePage.objects.child_of(issue).get()
    publisher = member(PUBLISHERS)
    state = article.get_workflow().start(article, publisher)
    for user in (member(COMMITTEE), publisher):
        state.refresh_from_db()
        state.current_task_state.specific.approve(user=user)
    article = ArticlePage.objects.get(pk=article.pk)
    assert state.status == "approved" or not article.live
    assert not article.live


def test_nobody_publishes_alone_where_two_are_asked():
    page = magazine()
    page.needs_two = True
    page.save_revision().publish()
    issue = make_issue()
    writer, other = member(PUBLISHERS), member(PUBLISHERS)
    revision = issue.save_revision(user=writer)
    issue = IssuePage.objects.get(pk=issue.pk)
    assert not issue.permissions_for_user(writer).can_publish()
    assert issue.permissions_for_user(other).can_publish()
    with pytest.raises(PermissionDenied):
        revision.publish(user=writer)
    revision.publish(user=other)
    assert IssuePage.objects.get(pk=issue.pk).live


def test_bootstrap_makes_the_workflow_once():
    from essor.bootstrap.magazine import make_pages
    from home.models import HomePage

    make_pages(HomePage.objects.get(slug="interfede"))
    assert Workflow.objects.filter(name=WORKFLOW).count() == 1
    assert Task.objects.filter(name__in=[name for name, _ in STEPS]).count() == 2
