"""Translations of the demo pages: made as an editor would, field by field, and published.

They say of themselves that nobody has checked them (components/translation_note.html): no person
published them. Made once; what an editor changed since then stays.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from wagtail.models import Locale, Page
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

LANGUAGES = ("de", "nl", "en")


def read_texts(path: Path) -> dict[str, dict[str, str]]:
    """French text → language → text, of a CSV with the columns fr, de, nl, en."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["fr"]: {each: row[each] for each in LANGUAGES} for row in csv.DictReader(file)}


def _plain(text: str) -> str:
    """The text with simple blanks: the file has no others."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def translate(pages: Iterable[Page], texts: dict[str, dict[str, str]]) -> int:
    """Make the missing translations of `pages`, parents first; returns how many were made."""
    made = 0
    locales = {
        each.language_code: each for each in Locale.objects.filter(language_code__in=LANGUAGES)
    }
    for page in pages:
        there = set(page.get_translations().values_list("locale__language_code", flat=True))
        missing = [each for each in LANGUAGES if each in locales and each not in there]
        if not missing:
            continue
        source, _created = TranslationSource.get_or_create_from_instance(page.specific)
        segments = list(
            StringSegment.objects.filter(source=source).select_related("string", "context")
        )
        for language in missing:
            locale = locales[language]
            StringTranslation.objects.bulk_create(
                [
                    StringTranslation(
                        translation_of=segment.string,
                        locale=locale,
                        context=segment.context,
                        data=texts[_plain(segment.string.data)][language],
                        translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
                    )
                    for segment in segments
                    if _plain(segment.string.data) in texts
                ],
                ignore_conflicts=True,
            )
            translation = Translation.objects.create(source=source, target_locale=locale)
            # Published here: `save_target` would do so at the end of the transaction, with the
            # number of children that the page had before its own were made.
            translation.save_target(publish=False)
            translation.get_target_instance().get_latest_revision().publish()
            made += 1
    return made
