"""Analysis by language: French by search.french, German, Dutch and English by Snowball.

A page is indexed in its own language, and a query is read in the language of the visitor's page, so
that «Häuser» finds «Haus». Pure Python, no Django: the same on every engine.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from snowballstemmer.dutch_stemmer import DutchStemmer
from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.german_stemmer import GermanStemmer

from search import french

FRENCH = "fr"
STEMMERS: dict[str, Callable[[], Any]] = {
    "de": GermanStemmer,
    "nl": DutchStemmer,
    "en": EnglishStemmer,
}
STOP_WORDS = {
    "de": french.word_set(
        """
        der die das den dem des ein eine einen einem einer eines und oder aber in im an am auf aus
        bei mit nach von vom zu zum zur für um über unter ist sind war waren sein wird werden hat
        haben ich du er sie es wir ihr mich mir dich dir uns sich nicht auch als wie was wer wo
        """
    ),
    "nl": french.word_set(
        """
        de het een en of maar in op aan uit bij met naar van voor tot te ten ter om over onder is
        zijn was waren wordt worden heeft hebben ik jij je hij zij ze wij we u mij me jou ons zich
        niet ook als dan dat die dit deze wat wie waar
        """
    ),
    "en": french.word_set(
        """
        the a an and or but in on at of for to from with by about is are was were be been has have
        had i you he she it we they me him her us them not also as than that this these those what
        who where
        """
    ),
}
_WORD = re.compile(r"[^\W_]+(?:'s\b)?")
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'"})


def stems(text: str, language: str = FRENCH) -> list[str]:
    """Stems of the words that carry a meaning, in order; an unknown language is read as French."""
    if language not in STEMMERS:
        return french.stems(text)
    return [
        stemmed for word in _WORD.findall(_lower(text)) if (stemmed := _stem_of(word, language))
    ]


def stem(word: str, language: str = FRENCH) -> str:
    """Stem of one word as it stands in a text; "" for grammar."""
    if language not in STEMMERS:
        return "" if word.lower() in french.STOP_WORDS else french.stem(word)
    return _stem_of(_lower(word), language)


def _lower(text: str) -> str:
    return text.translate(_APOSTROPHES).lower()


@lru_cache(maxsize=50_000)
def _stem_of(word: str, language: str) -> str:
    """Stem before folding: a German or Dutch stemmer needs the umlauts."""
    word = word[: french.MAX_WORD].removesuffix("'s")
    if word in STOP_WORDS[language]:
        return ""
    return french.fold(STEMMERS[language]().stemWord(word))
