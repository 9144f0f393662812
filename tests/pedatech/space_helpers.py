"""Records for the tests of trees, packages, proposals and spaces."""

import io
import json
import zipfile
from datetime import timedelta

from django.utils import timezone
from wagtail.models import Page

from home.models import StandardPage
from pedatech.models import (
    DecisionTreePage,
    InteractivePackage,
    Membership,
    SpaceIndexPage,
    SpacePage,
)
from pedatech.packages.store import store
from tests.factories import UserFactory

H5P = {
    "title": "Un quiz",
    "mainLibrary": "Interfede.Quiz",
    "preloadedDependencies": [
        {"machineName": "Interfede.Quiz", "majorVersion": 1, "minorVersion": 0}
    ],
}


def zip_of(files: dict[str, str | bytes]) -> io.BytesIO:
    """A zip with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    out.seek(0)
    return out


def h5p_files(**more: str | bytes) -> dict[str, str | bytes]:
    """The files of a small content that is right."""
    return {
        "h5p.json": json.dumps(H5P),
        "content/content.json": "{}",
        "Interfede.Quiz-1.0/library.json": "{}",
        "Interfede.Quiz-1.0/quiz.js": "var quiz = 1;",
        **more,
    }


def store_bytes(file: io.BytesIO):
    return store(file, file.getbuffer().nbytes)


def package_of(files: dict[str, str | bytes], title: str = "Activité") -> InteractivePackage:
    package = InteractivePackage(title=title)
    package.keep(store_bytes(zip_of(files)))
    package.save()
    return package


def home_of(sites) -> Page:
    return sites["pedatech"].root_page.specific


def text_page(home: Page, title: str, **fields) -> StandardPage:
    page = StandardPage(title=title, search_description="Une page.", **fields)
    home.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def space_page(home: Page, title: str = "Former aux outils numériques", **fields) -> SpacePage:
    index = SpaceIndexPage.objects.child_of(home).get()
    today = timezone.localdate()
    fields.setdefault("starts_on", today - timedelta(days=10))
    fields.setdefault("ends_on", today + timedelta(days=20))
    page = SpacePage(title=title, **fields)
    index.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def member(space: SpacePage, role: str = "participant", **fields):
    """A user with a membership; returns the user."""
    user = UserFactory(**fields)
    Membership.objects.create(space=space, user=user, role=role)
    return user


def question(code: str, *answers: tuple[str, object], text: str = "") -> tuple[str, dict]:
    """A question of a tree: answers are (label, code of a question) or (label, [pages])."""
    return (
        "question",
        {
            "code": code,
            "text": text or f"Question {code} ?",
            "help": "",
            "answers": [
                {
                    "label": label,
                    "next_code": to if isinstance(to, str) else "",
                    "targets": [
                        {"page": page, "priority": rank, "reason": ""}
                        for rank, page in enumerate([] if isinstance(to, str) else to, 1)
                    ],
                }
                for label, to in answers
            ],
        },
    )


def tree_page(home: Page, *questions, title: str = "Quel référentiel ?", live: bool = True):
    raw = json.dumps([{"type": name, "value": value} for name, value in questions])
    page = DecisionTreePage(title=title, questions=raw, live=False)
    home.add_child(instance=page)
    revision = page.save_revision(clean=False)
    if live:
        revision.publish()
        page.refresh_from_db()
    return page
