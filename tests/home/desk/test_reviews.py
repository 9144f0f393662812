"""Review dates: on the page, in the list, by mail once a month (S-08)."""

from __future__ import annotations

from datetime import date, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, get_page_models

from home.checks import check_page_types
from home.desk import bin as page_bin
from home.desk import reviews
from home.models import BasePage, PageReview, StandardPage
from tests.factories import UserFactory
from tests.support import Html

TODAY = date(2026, 11, 24)


@pytest.fixture
def page(sites):
    owner = UserFactory(email="Autrice@example.org")
    home = sites["interfede"].root_page
    return home.add_child(instance=StandardPage(title="Prix", slug="prix", owner=owner))


def save(client, page, **data):
    fields = {
        "title": page.title,
        "slug": page.slug,
        "introduction": "",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), fields | data)


@pytest.mark.parametrize(
    "model",
    [each for each in get_page_models() if issubclass(each, BasePage)],
    ids=lambda model: model.__name__,
)
def test_every_type_has_the_form(model):
    assert issubclass(model.base_form_class, reviews.BasePageForm)
    assert [error for error in check_page_types() if error.id == "home.E002"] == []


@pytest.mark.parametrize("action", [{}, {"action-publish": "1"}])
def test_the_date_is_written_with_the_page(page, admin, action):
    save(admin, page, review_on="2027-03-31", **action)
    assert PageReview.objects.get(page=page.pk).review_on == date(2027, 3, 31)
    form = Html(admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
    assert form.one("input", name="review_on").attrs["value"] == "2027-03-31"
    save(admin, page, review_on="", **action)
    assert not PageReview.objects.exists()


def test_a_new_page_has_its_date(sites, admin):
    home = sites["interfede"].root_page
    address = reverse("wagtailadmin_pages:add", args=["home", "standardpage", home.pk])
    admin.post(
        address,
        {
            "title": "Neuve",
            "slug": "neuve",
            "introduction": "",
            "body-count": "0",
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
            "review_on": "2027-01-01",
        },
    )
    assert PageReview.objects.get(page=Page.objects.get(slug="neuve")).review_on.year == 2027


def test_a_form_that_says_nothing_changes_nothing(page, admin):
    PageReview.objects.create(page=page, review_on=TODAY)
    save(admin, page)
    assert PageReview.objects.exists()


def test_a_date_that_is_none_is_said_beside_the_field(page, admin):
    response = save(admin, page, review_on="demain")
    assert "Écrivez une date" in response.content.decode()
    assert not PageReview.objects.exists()


def test_due_is_what_has_come_and_is_not_in_the_bin(page):
    review = PageReview.objects.create(page=page, review_on=TODAY)
    assert list(reviews.due(TODAY)) == [review]
    assert list(reviews.due(TODAY - timedelta(days=1))) == []
    page_bin.put(page, None)
    assert list(reviews.due(TODAY)) == []


def test_one_mail_a_month_and_owner(page, mailoutbox):
    other = page.get_parent().add_child(
        instance=StandardPage(title="Horaires", slug="horaires", owner=page.owner)
    )
    for each in (page, other):
        PageReview.objects.create(page=each, review_on=TODAY)
    assert reviews.remind(TODAY) == 1
    assert reviews.remind(TODAY + timedelta(days=3)) == 0
    (mail,) = mailoutbox
    assert mail.to == ["autrice@example.org"]
    assert mail.subject == "2 pages à relire"
    assert "Prix" in mail.body
    assert f"/gestion/pages/{other.pk}/edit/" in mail.body
    assert reviews.remind(date(2026, 12, 1)) == 1


def test_a_mail_that_fails_is_sent_the_next_night(page, monkeypatch, mailoutbox):
    PageReview.objects.create(page=page, review_on=TODAY)
    other = StandardPage(title="Autre", slug="autre", owner=UserFactory(email="z@example.org"))
    page.get_parent().add_child(instance=other)
    PageReview.objects.create(page=other, review_on=TODAY)
    send = reviews.send_mail

    def fail_for_one(subject, body, sender, to):
        if to == ["autrice@example.org"]:
            raise SMTPRecipientsRefused({})
        return send(subject, body, sender, to)

    with monkeypatch.context() as patch:
        patch.setattr(reviews, "send_mail", fail_for_one)
        assert reviews.remind(TODAY) == 1
    assert [mail.to for mail in mailoutbox] == [["z@example.org"]]
    assert reviews.remind(TODAY) == 1
    assert mailoutbox[-1].to == ["autrice@example.org"]


@pytest.mark.parametrize("who", [None, {"is_active": False}, {"email": ""}])
def test_nobody_to_write_to(page, mailoutbox, who):
    page.owner = UserFactory(**who) if who else None
    page.save()
    PageReview.objects.create(page=page, review_on=timezone.localdate())
    assert reviews.remind() == 0
    assert mailoutbox == []
