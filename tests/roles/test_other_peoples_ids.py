"""A centre asks for what is not its own, by every address of the admin that takes a number (R-07).

All addresses of the admin are read from the URL configuration and asked with the numbers of other
people's records. What answers 200 must hold none of their secrets; nothing may have been written.
"""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.core.files.base import ContentFile
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import Page, Revision
from wagtail.snippets.models import get_snippet_models

from cisp_map.models import Campaign, CampaignLink, ErrorReport, RomeDecision, SiteAccess
from config.roles import BY_KEY, collection_of, page_at
from essor.models import IssuePage, ReviewLink
from home.models import SiteDocument, StandardPage, User
from pedatech.models import Invitation, Membership
from tests.factories import TradeFactory, UserFactory
from tests.pedatech.space_helpers import space_page
from tests.roles.people import client_of, make_world, person

pytestmark = pytest.mark.any_database

SECRET = "zzsecretzz"


@pytest.fixture
def world(sites):
    return make_world()


@pytest.fixture
def centre(world):
    """A browser of the person of a centre."""
    return client_of(person(BY_KEY["centre"], world))


@pytest.fixture
def secrets(world, settings):
    """Records of others whose texts hold SECRET: drafts, files, people, links."""
    trade = TradeFactory()
    foreign = world.pages["formations"]
    foreign.offers.create(trade=trade)
    foreign.opening_hours = f"brouillon {SECRET}"
    foreign.save_revision()
    draft = StandardPage(title=f"Brouillon {SECRET}", slug="brouillon", live=False)
    page_at("interfede").add_child(instance=draft)
    draft.save_revision()
    document = SiteDocument.objects.create(
        title=f"Note {SECRET}",
        file=ContentFile(b"x", name="note.txt"),
        collection=collection_of("interfede"),
    )
    issue = IssuePage.objects.get()
    link = ReviewLink.objects.create(issue=issue, reader=f"Personne {SECRET}")
    space = space_page(page_at("pedatech"), title=f"Espace {SECRET}")
    member = UserFactory(username=f"membre{SECRET}", email=f"membre@{SECRET}.example")
    return {
        "foreign": foreign,
        "draft": draft,
        "document": document,
        "link": link,
        "space": space,
        "membership": Membership.objects.create(space=space, user=member),
        "invitation": Invitation.objects.create(space=space, email=f"invitee@{SECRET}.example"),
        "report": ErrorReport.objects.create(page=foreign, subject="autre", text=SECRET),
        "campaign": Campaign.objects.create(name=f"Campagne {SECRET}"),
        "trade": trade,
        "user": member,
    }


def admin_patterns(resolver=None, prefix=""):
    """(name with namespaces, names of the parameters) of every address below /gestion/."""
    if resolver is None:
        resolver = next(
            each
            for each in get_resolver().url_patterns
            if isinstance(each, URLResolver) and str(each.pattern) == "gestion/"
        )
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            inner = f"{prefix}{each.namespace}:" if each.namespace else prefix
            yield from admin_patterns(each, inner)
        elif isinstance(each, URLPattern) and each.name:
            yield (
                f"{prefix}{each.name}",
                tuple(each.pattern.converters) or tuple(each.pattern.regex.groupindex),
            )


def addresses(secrets):
    """Every address of the admin with a number in it, filled with the numbers of the secrets."""
    draft, foreign = secrets["draft"], secrets["foreign"]
    revisions = {
        str(each.object_id): each.pk
        for each in Revision.objects.filter(object_id__in=[str(draft.pk), str(foreign.pk)])
    }
    # The root of the tree is nobody's record.
    numbers = sorted({each.pk for each in secrets.values()} - {1})
    found = set()
    for name, parameters in admin_patterns():
        if not parameters or "logout" in name:
            continue
        if len(parameters) == 1:
            candidates = [(number,) for number in numbers]
        elif "revision_id" in parameters and "page_id" in parameters:
            candidates = [(int(page), revision) for page, revision in revisions.items()]
        elif set(parameters) == {"page_id", "revision_id_a", "revision_id_b"}:
            candidates = [(int(page), "live", "latest") for page in revisions]
        else:
            candidates = list(product([draft.pk, foreign.pk], repeat=len(parameters)))
        for values in candidates:
            for how in ({"args": values}, {"kwargs": dict(zip(parameters, values, strict=False))}):
                try:
                    found.add(reverse(name, **how))
                    break
                except (NoReverseMatch, KeyError, TypeError):
                    continue
    return sorted(found)


def test_no_address_of_the_admin_tells_a_secret(centre, secrets):
    asked = addresses(secrets)
    assert len(asked) > 300
    told, broken = [], []
    centre.raise_request_exception = False
    for address in asked:
        response = centre.get(address)
        body = (
            b"".join(response.streaming_content) if response.streaming else response.content
        ).decode(errors="replace")
        if SECRET in body.replace(address, "") and response.status_code == 200:
            told.append(address)
        if response.status_code >= 500:
            broken.append(address)
    assert (told, broken) == ([], [])


def test_posts_to_what_is_not_ones_own_write_nothing(centre, secrets):
    foreign, draft = secrets["foreign"], secrets["draft"]
    keys = f"{foreign.pk}-{secrets['trade'].pk}"

    def state():
        return (
            list(Page.objects.order_by("pk").values("pk", "live", "latest_revision", "path")),
            RomeDecision.objects.count(),
            list(ErrorReport.objects.values("done_at")),
            list(CampaignLink.objects.values()),
            User.objects.count(),
        )

    before = state()
    posts = [
        (reverse("cisp_map_verified", args=[foreign.pk]), {}),
        (reverse("cisp_map_rome_decide"), {"course": keys, "codes": "G1602"}),
        (reverse("cisp_map_rome_decide"), {"course": keys, "accept_all": "1"}),
        (reverse("cisp_map_report_done", args=[secrets["report"].pk]), {}),
        (reverse("cisp_map_campaign_envoyer", args=[secrets["campaign"].pk]), {}),
        (reverse("cisp_map_campaigns"), {"name": "x", "subject": "x", "message": "x"}),
    ]
    for page in (foreign, draft):
        for verb in ("edit", "delete", "unpublish", "copy", "lock", "unlock"):
            posts.append((reverse(f"wagtailadmin_pages:{verb}", args=[page.pk]), {"title": "Pris"}))
        posts.append(
            (reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]), {"title": "x"})
        )
    for address, data in posts:
        assert centre.post(address, data).status_code in (302, 403, 404, 405), address
    assert state() == before


def test_lists_and_files_of_a_centre_hold_its_own_sites_alone(centre, world, secrets):
    other = world.pages["formations"].title
    for name in ("cisp_map_quality", "cisp_map_quality_csv", "cisp_map_rome", "cisp_map_rome_csv"):
        text = centre.get(reverse(name)).content.decode()
        assert other not in text, name
    assert SECRET not in centre.get(reverse("cisp_map_reports")).content.decode()
    assert world.pages["own"].title in centre.get(reverse("cisp_map_quality")).content.decode()


def test_the_page_chooser_shows_no_draft_of_others(centre, world, secrets):
    home = page_at("interfede")
    for address in (
        reverse("wagtailadmin_choose_page_child", args=[home.pk]),
        f"{reverse('wagtailadmin_choose_page_search')}?q={SECRET}",
    ):
        response = centre.get(address)
        assert response.status_code == 200
        assert f"Brouillon {SECRET}" not in response.content.decode()
    refused = centre.get(reverse("wagtailadmin_choose_page_child", args=[secrets["draft"].pk]))
    assert refused.status_code in (302, 403)
    editor = client_of(person(BY_KEY["redaction-interfede"], world))
    page = editor.get(reverse("wagtailadmin_choose_page_child", args=[home.pk]))
    assert f"Brouillon {SECRET}" in page.content.decode()


def test_choosers_of_people_and_links_are_closed(centre, secrets):
    closed = set()
    for model in get_snippet_models():
        name = model.snippet_viewset.chooser_viewset.get_url_name("choose")
        response = centre.get(reverse(name))
        if response.status_code != 200:
            closed.add(model.__name__)
        else:
            assert SECRET not in response.content.decode(), model
    assert {"Membership", "Invitation", "ReviewLink", "ReviewComment", "SiteAccess"} <= closed


def test_the_form_of_a_centre_has_no_field_that_is_not_its_own(centre, world):
    own = world.pages["own"]
    html = centre.get(reverse("wagtailadmin_pages:edit", args=[own.pk])).content.decode()
    names = set(re.findall(r'name="([\w-]+)"', html))
    assert {"title", "phone", "opening_hours"} <= names
    assert not names & {"centre", "slug", "in_prison", "verified_on", "seo_title", "go_live_at"}
    assert "action-publish" not in names
    assert "action-submit" in html or "Soumettre" in html
    assert SiteAccess.objects.count() == 1


def test_a_centre_saves_a_draft_and_cannot_give_itself_a_site(centre, world):
    own = world.pages["own"]
    address = reverse("wagtailadmin_pages:edit", args=[own.pk])
    data = {
        "title": own.title,
        "phone": "081 11 22 33",
        "locality": own.locality_id,
        "location": own.location,
        "access_notes": "null",
        "centre": world.other.pk,
        "action-publish": "1",
        "offers-TOTAL_FORMS": 0,
        "offers-INITIAL_FORMS": 0,
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
    }
    response = centre.post(address, data)
    assert response.status_code in (200, 302)
    own.refresh_from_db()
    assert own.centre == world.own
    assert own.phone != "081 11 22 33"
    latest = own.get_latest_revision_as_object()
    assert latest.phone == "081 11 22 33"
    assert latest.centre == world.own


def test_the_centre_of_the_database_counts_not_that_of_a_draft(centre, world):
    foreign = world.pages["formations"]
    foreign.centre = world.own
    foreign.save_revision()  # an editor prepares a change that nobody has published
    address = reverse("wagtailadmin_pages:edit", args=[foreign.pk])
    assert centre.get(address).status_code == 302


@pytest.mark.parametrize("verb", ["set_privacy", "copy", "move", "delete", "unpublish"])
def test_on_its_own_site_a_centre_edits_and_no_more(centre, world, verb):
    own = world.pages["own"]
    address = reverse(f"wagtailadmin_pages:{verb}", args=[own.pk])
    assert centre.get(address).status_code == 302
    assert centre.post(address, {"restriction_type": "login"}).status_code == 302
    own.refresh_from_db()
    assert own.live
    assert not own.view_restrictions.exists()


@pytest.mark.parametrize("action", ["publish", "unpublish", "delete", "move"])
def test_actions_on_many_pages_leave_its_own_site_alone(centre, world, action):
    own = world.pages["own"]
    before = Page.objects.values("path", "live", "latest_revision").get(pk=own.pk)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    centre.post(f"{address}?id={own.pk}", {"chooser": page_at("cisp").pk})
    assert Page.objects.values("path", "live", "latest_revision").get(pk=own.pk) == before


def test_a_centre_does_not_approve_its_own_change(centre, world):
    own = world.pages["own"]
    own.opening_hours = "Nouvel horaire"
    own.save_revision()
    own.get_workflow().start(own, user=None)
    state = own.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[own.pk, "approve", state.pk])
    assert centre.post(address).status_code in (302, 403)
    own = type(own).objects.get(pk=own.pk)
    assert own.opening_hours == ""
    assert own.workflow_in_progress
    publisher = client_of(person(BY_KEY["publication-cisp"], world))
    assert publisher.post(address).status_code == 302
    assert type(own).objects.get(pk=own.pk).opening_hours == "Nouvel horaire"


def test_a_federation_edits_the_sites_of_its_centres(world):
    client = client_of(person(BY_KEY["federation"], world))
    text = client.get(reverse("cisp_map_quality")).content.decode()
    assert world.pages["own"].title in text
    assert world.pages["formations"].title not in text
