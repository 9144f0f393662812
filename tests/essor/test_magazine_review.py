"""A reader without an account: one issue, for a time, and nothing else (I-25)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from essor.magazine import review
from essor.models import ArticlePage, ReviewComment, ReviewLink
from tests.essor.magazine import make_article, make_issue, picture
from tests.files import make_document
from tests.support import PublicClient


@pytest.fixture(autouse=True)
def _sites(sites):
    """The three sites, with the magazine."""


@pytest.fixture
def issue():
    cover, photo = picture("Couverture"), picture("Atelier")
    made = make_issue(300, articles=1, cover=cover, pdf=make_document(name="essor-300.pdf"))
    make_article(made, "Avec image", images=(photo,))
    return made


@pytest.fixture
def link(issue) -> ReviewLink:
    return ReviewLink.objects.create(issue=issue, reader="Une fédération")


def base(link: ReviewLink) -> str:
    return f"/relecture/{link.token}/"


def test_the_link_shows_the_draft_issue_and_its_articles(interfede_client: PublicClient, link):
    page = interfede_client.get(base(link))
    html = page.content.decode()
    assert page.status_code == 200
    assert "Article 300.1" in html
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Cache-Control"] == "private, no-store"
    for article in ArticlePage.objects.child_of(link.issue):
        address = f"{base(link)}{article.pk}/"
        assert f'href="{address}"' in html
        assert interfede_client.get(address).status_code == 200
        assert interfede_client.get(article.get_url()).status_code == 404


def test_every_file_of_the_draft_opens_through_the_link_only(interfede_client: PublicClient, link):
    addresses = set()
    pages = [base(link)] + [
        f"{base(link)}{article.pk}/" for article in ArticlePage.objects.child_of(link.issue)
    ]
    for page in pages:
        html = interfede_client.get(page).content.decode()
        assert 'src="/media/' not in html
        addresses |= set(
            re.findall(r'(?:src|href)="(/relecture/[^"]+/(?:image/[^"]+|pdf/))"', html)
        )
    assert len(addresses) >= 3
    for address in addresses:
        assert interfede_client.get(address).status_code == 200
        plain = re.sub(r"^/relecture/[^/]+/image/", "/media/", address)
        if plain != address:
            assert interfede_client.get(plain).status_code == 404
    assert interfede_client.get(link.issue.pdf.url).status_code == 404


def test_it_opens_nothing_else(interfede_client: PublicClient, link):
    other = make_issue(301, articles=1, pdf=make_document(name="autre.pdf"))
    article = ArticlePage.objects.child_of(other).get()
    stranger = picture("Ailleurs")
    rendition = stranger.renditions.first()
    assert interfede_client.get(f"{base(link)}{article.pk}/").status_code == 404
    assert interfede_client.get(f"{base(link)}{other.pk}/").status_code == 404
    for name in (rendition.file.name, stranger.file.name, "../db.sqlite3", "documents/autre.pdf"):
        assert interfede_client.get(f"{base(link)}image/{name}").status_code == 404
    assert interfede_client.get(other.get_url()).status_code == 404
    assert interfede_client.get(f"/gestion/pages/{other.pk}/edit/").status_code == 302
    assert "sessionid" not in interfede_client.cookies


def test_a_changed_signature_is_no_link(interfede_client: PublicClient, link):
    key, signature = link.token.rsplit(".", 1)
    for token in (f"{key}.{signature[:-1]}_", f"x{link.token}", key, "x"):
        assert interfede_client.get(f"/relecture/{token}/").status_code == 404


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_a_closed_link_answers_410_in_french_everywhere(interfede_client: PublicClient, link, how):
    article = ArticlePage.objects.child_of(link.issue).first()
    image = link.issue.cover.renditions.first().file.name
    addresses = ["", f"{article.pk}/", f"image/{image}", "pdf/"]
    assert {interfede_client.get(base(link) + each).status_code for each in addresses} == {200}
    if how == "revoked":
        link.revoked = True
    else:
        link.expires_at = timezone.now() - timedelta(minutes=1)
    link.save()
    for each in addresses:
        answer = interfede_client.get(base(link) + each)
        assert answer.status_code == 410
        assert "Ce lien de relecture est fermé" in answer.content.decode()
    posted = interfede_client.post(base(link), {"name": "A", "text": "Encore"})
    assert posted.status_code == 410
    assert not ReviewComment.objects.exists()


def test_a_comment_reaches_the_editors(interfede_client: PublicClient, link):
    article = ArticlePage.objects.child_of(link.issue).first()
    address = f"{base(link)}{article.pk}/"
    answer = interfede_client.post(
        address, {"name": "Une lectrice", "text": "<script>x</script> Très bien.", "paragraph": "2"}
    )
    assert answer.status_code == 302
    comment = ReviewComment.objects.get()
    assert (comment.page_id, comment.name, comment.paragraph) == (article.pk, "Une lectrice", 2)
    html = interfede_client.get(answer["Location"]).content.decode()
    assert "&lt;script&gt;" in html
    assert "la rédaction a reçu" in html


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Écrivez votre nom."),
        ({"name": "A"}, "Écrivez votre commentaire."),
        ({"name": "A", "text": "x" * 3001}, "3 000 signes"),
        ({"name": "A", "text": "x", "paragraph": "-1"}, "nombre"),
        ({"name": "A", "text": "x", "paragraph": "deux"}, "Écrivez un nombre."),
        ({"name": "A", "text": "x", "site": "http://spam.example"}, "n’a pas pu être envoyé"),
    ],
)
def test_bad_input_gets_a_sentence(interfede_client: PublicClient, link, data, message):
    answer = interfede_client.post(base(link), data)
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert not ReviewComment.objects.exists()


def test_too_many_comments_are_refused(interfede_client: PublicClient, link, monkeypatch):
    monkeypatch.setattr(review, "COMMENTS_AN_HOUR", 2)
    codes = [
        interfede_client.post(base(link), {"name": "A", "text": str(n)}).status_code
        for n in range(4)
    ]
    assert codes == [302, 302, 400, 400]
    assert ReviewComment.objects.count() == 2


def test_a_comment_needs_the_token_of_its_form(link):
    client = Client(enforce_csrf_checks=True, headers={"host": "interfede.localhost"})
    assert client.post(base(link), {"name": "A", "text": "x"}).status_code == 403


def test_the_table_holds_no_address(link):
    stored = [str(getattr(link, field.attname)) for field in ReviewLink._meta.fields]
    assert link.token not in " ".join(stored)
