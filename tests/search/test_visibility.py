"""Who sees what in the search: a line each (Q-11, Q-12)."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from search.lexicon import current_lexicon
from search.models import IndexedPage
from tests.factories import StandardPageFactory
from tests.support import Html


@pytest.fixture
def section(sites):
    return StandardPageFactory(title="Rubrique", parent=sites["interfede"].root_page)


@pytest.fixture
def page(section):
    return StandardPageFactory(
        title="Secretissime", parent=section, search_description="Un texte très confidentielle"
    )


@pytest.fixture
def is_found(interfede_client, pedatech_client):
    """Whether the page shows in results, counts, suggestions or snippets, on its site or another."""

    def ask():
        texts = []
        for client in (interfede_client, pedatech_client):
            for query in ("secretissime", "confidentielle"):
                for sites in ("", "&sites=tous"):
                    response = client.get(f"/recherche/?q={query}{sites}")
                    texts.append(response.content.decode().replace(f"q={query}", ""))
            texts.append(client.get("/api/suggestions/?q=secret").content.decode())
            texts.append(client.get("/recherche/?q=secretisime").content.decode())
        traces = [text for text in texts if "<h3" in text or "Secretissime" in text]
        html = Html(interfede_client.get("/recherche/?q=secretissime&sites=tous"))
        counted = any(each.text[:1] not in "0R" for each in html.all("span", "chip__count"))
        assert bool(traces) == counted
        return bool(traces)

    return ask


def test_a_live_public_page_is_found(page, is_found):
    assert is_found()


def test_a_draft_is_not(sites, is_found):
    StandardPageFactory(title="Secretissime", parent=sites["interfede"].root_page, live=False)
    assert not is_found()


def test_words_of_a_draft_of_a_live_page_are_not(page, is_found, interfede_client):
    page.title = "Autre titre"
    page.save_revision()
    assert is_found()
    assert not Html(interfede_client.get("/recherche/?q=autre+titre")).all("h3")


def test_unpublishing_hides_and_publishing_shows(page, is_found):
    page.unpublish()
    assert not is_found()
    page.save_revision().publish()
    assert is_found()


def test_a_private_section_hides_what_is_below(section, page, is_found):
    restriction = PageViewRestriction.objects.create(
        page=section, restriction_type=PageViewRestriction.LOGIN
    )
    assert not is_found()
    restriction.delete()
    assert is_found()


def test_a_section_for_a_group_hides_too(section, page, is_found):
    restriction = PageViewRestriction.objects.create(
        page=section, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.set([Group.objects.first()])
    assert not is_found()


def test_a_page_made_in_a_private_section_is_not_found(section, is_found):
    PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.LOGIN)
    StandardPageFactory(title="Secretissime", parent=section)
    assert not is_found()


def test_moving_into_a_private_section_hides(sites, section, page, is_found):
    private = StandardPageFactory(title="Réservé", parent=sites["interfede"].root_page)
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    section.move(private, pos="last-child")
    assert not is_found()


def test_moving_changes_site_and_address(sites, section, page, pedatech_client):
    section.refresh_from_db()
    section.move(sites["pedatech"].root_page, pos="last-child")
    html = Html(pedatech_client.get("/recherche/?q=secretissime"))
    assert [each.attrs["href"] for each in html.all("a", data_result="")] == [
        "/rubrique/secretissime/"
    ]


def test_a_new_slug_changes_the_addresses_below(section, page, interfede_client):
    section.refresh_from_db()
    section.slug = "nouvelle-rubrique"
    section.save()
    section.save_revision().publish()
    html = Html(interfede_client.get("/recherche/?q=secretissime"))
    assert [each.attrs["href"] for each in html.all("a", data_result="")] == [
        "/nouvelle-rubrique/secretissime/"
    ]


def test_deleting_removes(section, page, is_found):
    section.delete()
    assert not is_found()
    assert not IndexedPage.objects.filter(title="Secretissime").exists()


def test_an_index_that_lags_behind_shows_nothing(page, is_found):
    """The second lock: what may be seen is asked again at each search."""
    type(page).objects.filter(pk=page.pk).update(live=False)
    assert not is_found()


def test_another_language_is_not_found(page, is_found):
    IndexedPage.objects.filter(pk=page.pk).update(language="de")
    assert not is_found()


def test_a_page_outside_every_site_is_not_found(page, is_found):
    from wagtail.models import Page

    root = Page.objects.get(depth=1)
    page.move(root, pos="last-child")
    assert not is_found()


def test_suggestions_forget_at_once(page):
    assert [each.label for each in current_lexicon().suggest("secr", "interfede")] == [
        "Secretissime"
    ]
    page.unpublish()
    assert current_lexicon().suggest("secr", "interfede") == []
