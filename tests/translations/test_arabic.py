"""Arabic is prepared: pages run from right to left, what is French in them is marked and runs from
left to right, and its letters have a face of ours.
"""

import re

import pytest
from wagtail.models import Locale, Page

from home.models import HomePage, StandardPage
from tests.support import ROOT, PublicClient
from tests.translations.french import Texts, _is_french, _plain, sentences

pytestmark = pytest.mark.django_db

ARABIC = re.compile(r"[\u0600-\u06ff]")
TITLE, FREE = "كيف يعمل؟", "التدريب مجاني."


@pytest.fixture
def arabic(demo) -> Locale:
    """The home page, the finder and a text in Arabic."""
    locale = Locale.objects.create(language_code="ar")
    home = HomePage.objects.get(locale__language_code="fr", slug="cisp")
    text = StandardPage.objects.get(locale__language_code="fr", slug="comment-ca-se-passe")
    for page, title in ((home, "cisp.be"), (demo, "دورات تدريبية"), (text, TITLE)):
        translated = page.copy_for_translation(locale)
        translated.title = translated.seo_title = title
        if page.pk != home.pk:
            translated.slug = f"ar-{page.slug}"
        translated.introduction = FREE
        if page.pk == text.pk:
            translated.body = [("text", f"<p>{FREE}</p>")]
        translated.save_revision().publish()
    return locale


PATHS = (
    "/ar/",
    "/ar/ar-comment-ca-se-passe/",
    "/ar/ar-formations/",
    "/ar/ar-formations/?q=cuisine&lieu=Namur",
    "/ar/recherche/",
    "/ar/recherche/?q=xyzzyq",
    "/ar/xyzzyq/",
)


@pytest.mark.parametrize("path", PATHS)
def test_the_page_is_arabic_and_its_french_is_marked(arabic, cisp_client: PublicClient, path: str):
    html = cisp_client.get(path).content.decode()
    assert '<html lang="ar" dir="rtl"' in html
    parser = Texts()
    # The title of the window names the search as it was understood, in French.
    parser.feed(re.sub("<title.*?</title>", "", html, flags=re.DOTALL))
    left = [
        plain
        for language, text in parser.texts
        if language == "ar"
        and (plain := _plain(text))
        and not ARABIC.search(plain)
        and (plain in sentences("de") or _is_french(plain, "ar"))
    ]
    assert not left


def test_what_is_arabic_is_not_marked_as_french(arabic, cisp_client: PublicClient):
    html = cisp_client.get("/ar/ar-comment-ca-se-passe/").content.decode()
    parser = Texts()
    parser.feed(html)
    said = [language for language, text in parser.texts if TITLE in text or FREE in text]
    assert len(said) >= 4
    assert set(said) == {"ar"}
    # The menu names the pages of the language.
    assert html.count(TITLE) >= 2


def test_french_blocks_run_from_left_to_right(arabic, cisp_client: PublicClient):
    html = cisp_client.get("/ar/ar-formations/", {"q": "cuisine"}).content.decode()
    assert '<div class="wrap finder" lang="fr" dir="ltr">' in html
    german = cisp_client.get("/de/kurse/", {"q": "Küche"}).content.decode()
    assert 'dir="ltr"' not in german[german.index("<main") :]


def test_arabic_ends_with_its_home_page(arabic, cisp_client: PublicClient):
    assert cisp_client.get("/ar/").status_code == 200
    Page.objects.get(locale=arabic, depth=2).unpublish()
    assert cisp_client.get("/ar/").status_code == 404


def test_the_style_sheets_of_cisp_know_no_left_and_right():
    """What is drawn from the left alone would stand on the wrong side."""
    side = re.compile(
        r"(?:margin|padding|border)-(?:left|right)\b|text-align:\s*(?:left|right)|"
        r"float:\s*(?:left|right)|^\s*(?:left|right):",
        re.MULTILINE,
    )
    for name in ("site", "search"):
        css = (ROOT / f"static/css/{name}.css").read_text(encoding="utf-8")
        assert not side.findall(css), name


def test_the_face_of_arabic_is_our_own_and_fetched_for_arabic_alone():
    css = (ROOT / "static/css/site.css").read_text(encoding="utf-8")
    faces = [each for each in re.findall(r"@font-face \{.*?\}", css, re.DOTALL) if "Arabic" in each]
    assert len(faces) == 2
    for face in faces:
        (file,) = re.findall(r'url\("\.\./(fonts/[^"]+)"\)', face)
        assert (ROOT / "static" / file).stat().st_size < 15_000
        assert "unicode-range: U+0600-06FF" in face
    # Elsewhere the name of Arabic in the switcher is set in a face of the system.
    named = re.findall(r"([^{}]+)\{[^{}]*Noto Sans Arabic[^{}]*\}", css)
    assert [
        each.strip().splitlines()[-1].strip() for each in named if "@font-face" not in each
    ] == [":root:lang(ar)"]
