"""How easy a French text is to read: Flesch's formula with the weights of Kandel and Moles (1958).

    207 − 1.015 × words per sentence − 73.6 × syllables per word

From 0 (very hard) to 100 (very easy); 60 to 70 is plain French. Syllables are counted by their
vowels as one says them, a silent «e» left out. textstat would bring nltk and hyphenation points
instead of syllables, for one formula: see docs/decisions.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from wagtail.blocks import ListBlock, RichTextBlock, StreamValue, StructBlock
from wagtail.blocks.field_block import CharBlock, TextBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page
from wagtail.rich_text import RichText

ASK_BELOW = 60
"""Publishing a page of cisp.be below this asks for a confirmation."""
AIM = 70
"""Our own texts reach this (a test)."""
FEWEST_WORDS = 30
"""Of fewer words the formula says nothing."""

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$|[»”\")])|\n+")
_VOWELS = re.compile(
    # Vowels that are said as one, the longest first.
    r"(?:eau|oeu|œu|oui|oue|ouai|ieu|yeu|ien|oin|ion|iai|ai|aî|au|ay|ei|eî|eu|eû|ey|oi|oî|ou|où|oû|oy|"
    r"ui|uî|ie|ié|iè|ia|io|[aàâäeéèêëiîïoôöuùûüyœæ])"
)
_SILENT_ENDING = re.compile(r"(?<=[^aàâäeéèêëiîïoôöuùûüyœæ])(?:e|es|ent)$")
_TAG_ENDS = re.compile(r"</(?:p|li|h[1-6]|td|th|div)>|<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True)
class Score:
    """What was counted in a text."""

    words: int
    sentences: int
    syllables: int
    longest: tuple[str, ...] = ()
    """the three longest sentences of more than twenty words"""

    @property
    def flesch(self) -> float:
        """0 to 100; 100 for a text too short to say."""
        if self.words < FEWEST_WORDS:
            return 100.0
        value = 207 - 1.015 * self.words / self.sentences - 73.6 * self.syllables / self.words
        return max(0.0, min(100.0, value))

    @property
    def rounded(self) -> int:
        """As one reads it."""
        return round(self.flesch)


def syllables(word: str) -> int:
    """How many are said: «formation» 3, «centre» 1, «lieu» 1; at least one."""
    return sum(_of_part(part) for part in re.split(r"[’'-]", word.lower()) if part) or 1


def _of_part(part: str) -> int:
    if (
        part.isascii()
        and len(part) <= 2
        and part.endswith(("l", "d", "c", "j", "n", "s", "t", "m", "qu"))
    ):
        return 0 if len(part) == 1 else 1
    bare = part.replace("qu", "k").replace("gue", "ge").replace("gui", "gi")
    # «parlent» but not «présent»: no list of verbs can tell, so «ent» counts except after «m»…
    ending = bare if bare.endswith("ent") else _SILENT_ENDING.sub("", bare)
    return len(_VOWELS.findall(ending)) or 1


def score(text: str) -> Score:
    """Count words, sentences and syllables; a line that ends is a sentence that ends."""
    sentences = [
        (sentence.strip(), _WORD.findall(sentence)) for sentence in _SENTENCE_END.split(text)
    ]
    sentences = [(sentence, words) for sentence, words in sentences if words]
    words = [word for _sentence, each in sentences for word in each]
    long = sorted((each for each in sentences if len(each[1]) > 20), key=lambda each: -len(each[1]))
    return Score(
        words=len(words),
        sentences=max(len(sentences), 1),
        syllables=sum(syllables(word) for word in words),
        longest=tuple(sentence for sentence, _words in long[:3]),
    )


def score_of(page: Page) -> Score:
    """The text of a page, in the state that it is given in; titles and lists of names left out."""
    return score("\n".join(texts_of(page)))


def texts_of(page: Page) -> list[str]:
    """Its own running text: introductions, texts, answers, steps. No titles, no labels."""
    texts: list[str] = []
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            texts += _of_stream(getattr(page, field.name))
        elif isinstance(field, RichTextField):
            texts.append(plain(getattr(page, field.name)))
        elif isinstance(field, models.TextField) and field.model is not Page:
            texts.append(getattr(page, field.name) or "")
    return [text for text in texts if text.strip()]


def plain(html: Any) -> str:
    """Rich text without its tags; a paragraph or an item of a list ends a line."""
    source = html.source if isinstance(html, RichText) else str(html or "")
    return strip_tags(_TAG_ENDS.sub("\n", source)).replace("&nbsp;", " ").replace("\xa0", " ")


def _of_stream(value: StreamValue | None) -> list[str]:
    return [text for child in value or () for text in _of_block(child.block, child.value)]


def _of_block(block: Any, value: Any) -> list[str]:
    if isinstance(block, RichTextBlock):
        return [plain(value)]
    if isinstance(block, TextBlock):
        return [value or ""]
    # The value of a block with an image is that image; its description is no running text.
    if isinstance(block, StructBlock) and not isinstance(block, ImageBlock):
        return [
            text
            for name, child in block.child_blocks.items()
            if not isinstance(child, CharBlock)
            for text in _of_block(child, value.get(name))
        ]
    if isinstance(block, ListBlock):
        return [text for each in value or () for text in _of_block(block.child_block, each)]
    if isinstance(value, StreamValue):
        return _of_stream(value)
    return []
