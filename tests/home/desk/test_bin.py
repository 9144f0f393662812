"""The bin: gone at once, back as it was, by those who may (S-04)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, PageLogEntry, Site

from essor.models import ArticlePage, IssuePage
from home.desk import bin as page_bin
from home.models import BinEntry, BinPage, SiteImage, StandardPage
from home.visibility import is_public
from tests.factories import UserFactory
from tests.home.desk.conftest import member, signed_in
from tests.support import Html

PUBLISHER = "Publication interfede.be"
WRITER = "Rédaction interfede.be"


@pytest.fixture
def section(sites):
    """A live page with a live and a draft page below, between two others."""
    home = sites["interfede"].root_page
    home.add_child(instance=StandardPage(title="Avant", slug="avant"))
    section = home.add_child(instance=StandardPage(title="Rubrique", slug="rubrique"))
    home.add_child(instance=StandardPage(title="Après", slug="apres"))
    section.add_child(instance=StandardPage(title="Visible", slug="visible"))
    section.add_child(instance=StandardPage(title="Brouillon", slug="brouillon", live=False))
    return section


def delete(client, page, **data):
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), data, follow=True)


def titles_below(page):
    return list(Page.objects.get(pk=page.pk).get_children().values_list("title", flat=True))


def test_a_deleted_page_is_gone_for_visitors_at_once(section, admin, interfede_client):
    assert interfede_client.get("/rubrique/visible/").status_code == 200
    response = delete(admin, section)
    assert "corbeille" in response.content.decode()
    for path in ("/rubrique/", "/rubrique/visible/"):
        assert interfede_client.get(path).status_code == 404
    assert "/rubrique/" not in interfede_client.get("/sitemap.xml").content.decode()
    found = interfede_client.get("/recherche/", {"q": "Rubrique"}).content.decode()
    assert 'href="/rubrique/"' not in found
    assert not Page.objects.live().filter(pk__in=[section.pk]).exists()
    assert BinEntry.objects.get().page_count == 3


def test_two_clicks_bring_it_back_as_it_was(section, admin, interfede_client):
    home = section.get_parent()
    order = titles_below(home)
    delete(admin, section)
    listed = Html(admin.get(reverse("home_bin")))
    form = next(each for each in listed.all("form") if "retablir" in each.attrs.get("action", ""))
    response = admin.post(form.attrs["action"], follow=True)
    assert "de nouveau à sa place" in response.content.decode()
    assert interfede_client.get("/rubrique/").status_code == 200
    assert interfede_client.get("/rubrique/visible/").status_code == 200
    assert interfede_client.get("/rubrique/brouillon/").status_code == 404
    assert titles_below(home) == order
    assert not BinEntry.objects.exists()


def test_neither_way_leaves_redirects(section, admin):
    before = set(Redirect.objects.values_list("pk", flat=True))
    delete(admin, section)
    page_bin.restore(BinEntry.objects.get(), None)
    assert set(Redirect.objects.values_list("pk", flat=True)) == before


def test_unsaved_work_and_the_live_version_are_both_kept(section, admin_user, interfede_client):
    page = section.get_children().get(slug="visible").specific
    page.introduction = "La version publiée."
    page.save_revision().publish()
    page = StandardPage.objects.get(pk=page.pk)
    page.introduction = "Le brouillon."
    page.save_revision()
    before = Page.objects.values("live_revision_id", "has_unpublished_changes").get(pk=page.pk)
    restored = page_bin.restore(page_bin.put(page, admin_user), admin_user)
    after = Page.objects.values("live_revision_id", "has_unpublished_changes").get(pk=page.pk)
    assert after == before
    assert after["has_unpublished_changes"]
    assert "La version publiée." in interfede_client.get("/rubrique/visible/").content.decode()
    assert restored.specific.get_latest_revision_as_object().introduction == "Le brouillon."


def test_an_image_of_a_deleted_page_is_private(section):
    image = SiteImage.objects.create(title="Image", file=get_test_image_file())
    section.teaser_image = image
    section.save()
    assert is_public(image)
    entry = page_bin.put(section, None)
    assert not is_public(image)
    page_bin.restore(entry, None)
    assert is_public(image)


def test_a_taken_address_gives_another_one(section, admin, interfede_client):
    home = section.get_parent()
    delete(admin, section)
    home.refresh_from_db()
    home.add_child(instance=StandardPage(title="Neuve", slug="rubrique"))
    entry = BinEntry.objects.get()
    response = admin.post(reverse("home_bin_restore", args=[entry.pk]), follow=True)
    assert "rubrique-2" in response.content.decode()
    assert interfede_client.get("/rubrique-2/visible/").status_code == 200
    assert "Neuve" in interfede_client.get("/rubrique/").content.decode()


def test_a_page_of_a_deleted_section_waits_for_it(section, admin):
    child = section.get_children().get(slug="visible")
    delete(admin, child)
    delete(admin, Page.objects.get(pk=section.pk))
    entry = BinEntry.objects.get(page=child)
    response = admin.post(reverse("home_bin_restore", args=[entry.pk]), follow=True)
    assert "rétablissez-la d’abord" in response.content.decode()
    page_bin.restore(BinEntry.objects.get(page=section.pk), None)
    page_bin.restore(BinEntry.objects.get(page=child), None)
    assert Page.objects.get(pk=child.pk).live


def test_the_home_page_of_a_site_stays(sites, admin):
    home = sites["interfede"].root_page
    response = delete(admin, home, confirm_site_name="Interfédé")
    assert "La page d’accueil d’un site ne se supprime pas." in response.content.decode()
    assert Site.objects.filter(root_page=home).exists()


def test_several_pages_of_a_list_go_together(section, admin):
    children = list(section.get_children())
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    query = "&".join(f"id={child.pk}" for child in children)
    response = admin.post(f"{address}?{query}&next=/gestion/pages/", follow=True)
    assert "2 pages sont dans la corbeille" in response.content.decode()
    assert BinEntry.objects.count() == 2


def test_what_lies_in_the_bin_can_be_deleted_for_good(section, admin):
    delete(admin, section)
    delete(admin, Page.objects.get(pk=section.pk))
    assert not Page.objects.filter(pk=section.pk).exists()
    assert not BinEntry.objects.exists()


def test_thirty_days_later_it_is_deleted(section):
    entry = page_bin.put(section, None)
    assert page_bin.purge() == 0
    assert Page.objects.filter(pk=section.pk).exists()
    entry.deleted_at = timezone.now() - timedelta(days=31)
    entry.save()
    assert page_bin.purge(write=False) == 3
    assert Page.objects.filter(pk=section.pk).exists()
    assert page_bin.purge() == 3
    assert not Page.objects.filter(pk=section.pk).exists()
    assert BinPage.objects.count() == 1


def test_a_scheduled_page_does_not_come_out_of_the_bin(section):
    hour = timezone.now() + timedelta(hours=1)
    page = section.get_children().get(slug="brouillon").specific
    page.go_live_at = hour
    page.save()
    page.save_revision(approved_go_live_at=hour)
    entry = page_bin.put(page, None)
    assert not page.revisions.filter(approved_go_live_at__isnull=False).exists()
    page_bin.restore(entry, None)
    assert page.revisions.get(approved_go_live_at__isnull=False).approved_go_live_at == hour


def test_a_page_whose_last_day_passed_meanwhile_stays_a_draft(section):
    page = section.get_children().get(slug="visible").specific
    entry = page_bin.put(page, None)
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    page_bin.restore(entry, None)
    assert not Page.objects.get(pk=page.pk).live


def test_the_history_tells_both(section, admin_user):
    page_bin.restore(page_bin.put(section, admin_user), admin_user)
    actions = set(PageLogEntry.objects.filter(page=section.pk).values_list("action", flat=True))
    assert {"home.bin", "home.restore"} <= actions


# --- Who may -----------------------------------------------------------------------------------


def test_who_may_publish_there_restores(section):
    publisher = member(PUBLISHER)
    entry = page_bin.put(section.get_children().get(slug="visible"), publisher)
    assert page_bin.may_restore(publisher, entry)
    assert not page_bin.may_restore(member(WRITER), entry)
    assert not page_bin.may_restore(member("Publication cisp.be"), entry)


def test_a_writer_restores_a_draft(section):
    entry = page_bin.put(section.get_children().get(slug="brouillon"), None)
    assert page_bin.may_restore(member(WRITER), entry)
    assert not page_bin.may_restore(member("Rédaction pedatechcisp.be"), entry)


def test_others_neither_see_nor_restore(section):
    entry = page_bin.put(section, None)
    stranger = signed_in(member("Publication cisp.be"))
    assert "Rubrique" not in Html(stranger.get(reverse("home_bin"))).one("main").text
    response = stranger.post(reverse("home_bin_restore", args=[entry.pk]))
    assert response["Location"] == "/gestion/"  # Wagtail's answer to what one may not do
    assert BinEntry.objects.filter(pk=entry.pk).exists()


def test_a_visitor_is_sent_to_the_login_and_a_get_restores_nothing(section, admin, client):
    entry = page_bin.put(section, None)
    address = reverse("home_bin_restore", args=[entry.pk])
    assert admin.get(address).status_code == 405
    visitor = signed_in(UserFactory())
    assert visitor.get(reverse("home_bin")).status_code == 302
    assert visitor.post(address).status_code == 302
    assert BinEntry.objects.exists()


def test_an_unknown_entry_is_not_found(sites, admin):
    assert admin.post(reverse("home_bin_restore", args=[987_654])).status_code == 404


def test_the_bin_is_shown_nowhere_else(section, admin):
    section.title = "Tulipes"
    section.save()
    choose = reverse("wagtailadmin_choose_page_search")
    assert "Tulipes" in admin.get(choose, {"q": "Tulipes"}).content.decode()
    page_bin.put(section, None)
    root = Page.objects.get(depth=1)
    explorer = admin.get(reverse("wagtailadmin_explore", args=[root.pk])).content.decode()
    assert f"/gestion/pages/{BinPage.objects.get().pk}/" not in explorer
    chooser = admin.get(choose, {"q": "Tulipes"}).content.decode()
    assert "Tulipes" not in chooser


# --- Rooms with rules of their own ---------------------------------------------------------------


def test_an_issue_of_lessor_comes_back_with_its_articles(demo, interfede_client):
    issue = IssuePage.objects.live().filter(numchild__gt=1).first()
    articles = list(ArticlePage.objects.child_of(issue).order_by("path").values_list("pk", "live"))
    address = issue.get_url()
    entry = page_bin.put(issue, None)
    assert interfede_client.get(address).status_code == 404
    assert not ArticlePage.objects.live().filter(pk__in=[pk for pk, _live in articles]).exists()
    restored = page_bin.restore(entry, None)
    assert interfede_client.get(address).status_code == 200
    assert (
        list(ArticlePage.objects.child_of(restored).order_by("path").values_list("pk", "live"))
        == articles
    )
