"""Everyday words → trades («filières»): what a person types becomes the trades that teach it.

Plain Python over plain records: no Django, no database, no global state. ``TradeWords`` is built
once from ``TradeEntry`` records (name, weighted synonyms, ROME labels, neighbouring trades) and
answers ``resolve(text)`` in well under 5 ms.

How a text is read (docs/decisions/2026-11-24-words-to-trades.md says why):

1. words, folded and stemmed by ``search.french``; job-seeker fillers («je voudrais une formation
   pour…») weigh nothing, unless a whole phrase is made of them («je ne sais pas quoi faire»);
2. each word is looked up: exact stem, compound («autoécole»), spelling by ear, typing mistake,
   word family, beginning of a word. Each of them costs a little quality;
3. each trade scores by the share of the text's words its phrases explain (rare words count more),
   times the weight of those phrases. A whole phrase met word for word counts fully;
4. trades named as neighbours of a found trade follow it, at a fraction of its score.
"""

import csv
import math
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from itertools import pairwise

from rapidfuzz.distance import OSA

from search import french, languages

# A query is a few words: what is beyond these bounds is not read, so that the work is bounded.
MAX_CHARACTERS = 200
MAX_WORDS = 20

# Best possible score by how a word was recognised.
QUALITY_EXACT = 1.0
QUALITY_COMPOUND = 0.97
QUALITY_SOUND = 0.92
QUALITY_ONE_EDIT = 0.9
# Beside a word that is understood, the other one is more often another word than a mistake.
QUALITY_ONE_EDIT_BESIDE = 0.65
QUALITY_TWO_EDITS = 0.8
QUALITY_FAMILY = 0.75
QUALITY_BEGINNING = 0.7

# Weights of the phrases that are not synonyms.
WEIGHT_NAME = 1.0
WEIGHT_FAMILY = 0.4
WEIGHT_CATEGORY = 0.3
WEIGHT_ROME = 0.4

# A trade below this score, or below this share of the best score, is noise.
MIN_SCORE = 0.12
MIN_SHARE_OF_BEST = 0.18
# A word of a function counts for this share of what its rarity would give it.
ROLE_SHARE = 0.5
# A word that means nothing here (a place, a name) weighs this much of a rare known word: enough to
# lower the score, never enough to hide the trade.
UNKNOWN_WORD_SHARE = 0.25
# A job that the sector does not teach takes the query over: «coiffeuse à domicile» is not a home help.
NOT_TAUGHT_FACTOR = 0.3
# What a filler counts for inside a phrase: «français pour le travail» is not just «français».
FILLER_VALUE = 0.8
# A partly met phrase («machine» for «machine à coudre») counts by its met share to this power.
PARTIAL_POWER = 1.6

# What job seekers write around the trade. Known words, no meaning of their own.
FILLERS = french.word_set(
    """
    veux voudrais voudrait veut aimerais aimerait souhaite souhaiterais desire envie besoin cherche
    recherche chercher rechercher trouve trouver aime adore prefere interesse interessee interesser
    interet passion passionne passionnee reve peux pourrais peut pouvoir dois faut falloir vais va
    aller vouloir savoir sais sait bosser bosse
    jaime jveux jsuis jai jaimerais jcherche chui suis
    formation formations former forme stage stages stagiaire stagiaires cours apprendre apprends
    apprentissage apprenti apprentie etudier etudes etude ecole devenir deviens travailler
    travaille travail metier metiers emploi emplois job jobs boulot taf taff poste carriere
    profession professionnel professionnelle professionnels professionnelles secteur domaine
    filiere filieres branche qualifie qualifiee qualifiante qualification diplome certificat brevet
    inscription inscrire inscris commencer suivre obtenir avoir donner faire fais fait
    pouvoir savoir vivre gagner
    quoi quel quelle quels quelles comment ou quand pourquoi combien
    pas plus rien jamais tres bien trop beaucoup peu juste vraiment seulement encore aussi alors
    comme mais parce puis deja tout toute tous toutes autre autres quelque chose choses truc trucs
    pres proche autour region coin ville village commune province quartier ici environs alentours
    belgique wallonie gratuit gratuite gratuitement remunere remuneree paye payee payer
    merci bonjour bonsoir svp salut aidez etc via
    homme femme hommes femmes dame monsieur personne gens adulte adultes jeune jeunes
    mois an ans annee annees jour jours soir semaine temps partiel plein
    nouveau nouvelle bon bonne petit petite petits petites super rapide rapidement court courte
    long longue facile facilement simple
    cisp eft defi oisp asbl centre centres forem onem
    """
)
# Words of a function rather than of a trade: in «producteur de tomates», «technicien du son» or
# «réparer un vélo», the other word says what it is about.
ROLE_WORDS = french.word_set(
    """
    agent technicien ouvrier operateur conducteur chef employe gestionnaire preparateur assistant
    monteur installateur reparateur poseur producteur ingenieur createur responsable directeur
    charge conseiller specialiste specialise moniteur concepteur controleur fabricant fabricateur
    commis maitre second premier artisan adjoint apprenti patron manager coordinateur conservateur
    delegue prepose collaborateur auxiliaire aide intervenant entrepreneur depanneur
    aider reparer poser installer monter fabriquer creer preparer utiliser occuper entretenir
    reparation fabrication installation pose preparation montage placer placement refaire changer
    mettre remplir realiser
    equipe equipier machine production atelier entreprise service travaux technique
    """
)
# Written as in messages, or said as in the street: the word that each stands for.
_SHORT_FORMS = {
    "koi": "quoi", "kwa": "quoi", "pr": "pour", "ds": "dans", "ke": "que", "ki": "qui", "pa": "pas",
    "kelle": "quelle", "kel": "quel", "bcp": "beaucoup", "tjs": "toujours", "qq": "quelque",
    "jsais": "sais", "jsai": "sais", "jc": "sais", "sai": "sais", "jveux": "veux",
    "boulot": "travail", "taf": "travail", "taff": "travail", "job": "travail", "jobs": "travail",
    "bosser": "travailler", "taffer": "travailler",
}  # fmt: skip

_POSTAL_CODE_LENGTH = 4
_NAME_PARTS = re.compile(r"\s*[/(),…]\s*")
_FAMILY_PARTS = re.compile(r"\s*(?:,| et | und | en | and |/)\s*")
_CHUNK = re.compile(r"\S+")


def _nothing(word: str) -> str:  # noqa: ARG001
    return ""


@dataclass(frozen=True)
class TradeEntry:
    """One trade as the resolver sees it.

    ``synonyms``: phrases, each alone (weight 1) or with its weight in (0, 1]: 1 the trade itself,
    0.6 close, 0.3 marginal. ``related``: names of neighbouring trades with their weight.
    ``rome_labels``: job names of the official ROME file.
    """

    key: Hashable
    name: str
    family: str = ""
    category: str = ""
    synonyms: tuple[str | tuple[str, float], ...] = ()
    rome_labels: tuple[str, ...] = ()
    related: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class TradeMatch:
    """A trade found. ``score`` in (0, 1]; ``related``: only found as the neighbour of another."""

    key: Hashable
    score: float
    related: bool = False


@dataclass(frozen=True)
class TradeResolution:
    """What a text means in trades.

    ``matches`` best first. ``matched_words``: folded words that led to them. ``unknown_words``:
    folded words without meaning here (places, names of centres). ``leftover``: the same as typed,
    with the article before («Le Germoir», «La Louvière», «5000»), for the place or the full text.
    ``suggestions``: «vouliez-vous dire», French to display, best first; empty when all was well
    written. ``not_taught``: job names that the sector does not teach.
    """

    matches: tuple[TradeMatch, ...] = ()
    matched_words: tuple[str, ...] = ()
    unknown_words: tuple[str, ...] = ()
    leftover: str = ""
    suggestions: tuple[str, ...] = ()
    not_taught: tuple[str, ...] = ()

    @property
    def direct(self) -> tuple[TradeMatch, ...]:
        """The matches that the words themselves name, without their neighbours."""
        return tuple(match for match in self.matches if not match.related)


@dataclass(frozen=True)
class _Phrase:
    trade: int
    weight: float
    stems: frozenset[str]  # what is to be met: all words but grammar, fillers too
    sequence: tuple[str, ...]  # all but grammar, in order


@dataclass
class _Word:
    """One word of the query: what it was typed as and the known stems it stands for."""

    typed: str
    position: int
    stem: str
    named: bool = False  # a proper name, or a part of one
    filler: bool = False
    known: dict[str, float] = field(default_factory=dict)  # known stem → quality
    correction: str = ""  # displayable word, when it was mistyped


@dataclass(frozen=True)
class Reading:
    """How the words of a language are read: folded words in, folded stems out."""

    stem: Callable[[str], str]
    grammar: frozenset[str]
    fillers: frozenset[str]
    roles: frozenset[str] = frozenset()
    short_forms: Mapping[str, str] = field(default_factory=dict)
    # Ways to guess at a mistyped word; another language than French has edits alone.
    sound: Callable[[str], str] = _nothing
    root: Callable[[str], str] = _nothing
    singular: Callable[[str], str] = str


def _reading(language: str, fillers: str) -> Reading:
    def stem(word: str) -> str:
        return languages.stem(word, language) or word

    grammar = frozenset(french.fold(word) for word in languages.STOP_WORDS[language])
    return Reading(stem, grammar, french.word_set(fillers))


READINGS = {
    languages.FRENCH: Reading(
        french.stem,
        french.GRAMMAR,
        FILLERS,
        ROLE_WORDS,
        _SHORT_FORMS,
        french.sound,
        french.root,
        french.singular,
    ),
    "de": _reading(
        "de",
        """
        mochte will wollen suche suchen finden finde lernen lerne lernt ausbildung ausbildungen
        kurs kurse weiterbildung umschulung beruf berufe arbeit arbeiten arbeite job jobs stelle
        werden als gern gerne kann konnen machen mache nahe kostenlos gratis etwas bitte hallo
        """,
    ),
    "nl": _reading(
        "nl",
        """
        wil willen zoek zoeken vinden vind leren leer opleiding opleidingen cursus cursussen les
        lessen beroep beroepen werk werken job jobs vak worden graag kan kunnen doen dichtbij
        gratis iets alstublieft hallo
        """,
    ),
    "en": _reading(
        "en",
        """
        want would like looking look find learn learning training course courses class classes job
        jobs work working become how can near free something please hello trade
        """,
    ),
}


class TradeWords:
    """Index over trades; immutable once built, safe to share between threads.

    ``names``: proper names (localities, centres). A name of several words is read as one and means
    no trade («Bois-de-Villers»); a word of a name is never bent towards a trade («Soignies»).
    ``correct_words``: common words never taken for a typing mistake.
    ``not_taught``: job names that the sector does not teach. ``language``: of entries and queries.
    """

    def __init__(
        self,
        entries: Iterable[TradeEntry],
        *,
        names: Iterable[str] = (),
        correct_words: Iterable[str] = (),
        not_taught: Iterable[str] = (),
        language: str = languages.FRENCH,
    ) -> None:
        self._reading = reading = READINGS.get(language, READINGS[languages.FRENCH])
        self._entries = list(entries)
        self._phrases: list[_Phrase] = []
        # Stem → phrases that hold it, of content words and of phrases of fillers.
        self._content: dict[str, list[int]] = defaultdict(list)
        self._fillers: dict[str, list[int]] = defaultdict(list)
        # (trade, content stems) → weight of the phrase that is just these words.
        self._exact: dict[tuple[int, frozenset[str]], float] = {}
        # Folded surface word → (stem, displayable form); and the ways to guess at a surface word.
        self._surface: dict[str, tuple[str, str]] = {}
        self._by_sound: dict[str, set[str]] = defaultdict(set)
        self._by_root: dict[str, set[str]] = defaultdict(set)
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        self._compounds: dict[str, tuple[str, ...]] = {}
        self._filler_stems = frozenset(self._reading.stem(word) for word in reading.fillers)
        self._role_stems = frozenset(self._reading.stem(word) for word in reading.roles)
        split_names = {tuple(french.words(name)) for name in names}
        self._names = {name for name in split_names if len(name) > 1}
        self._longest_name = max(map(len, self._names), default=0)
        self._correct = {word for text in correct_words for word in french.words(text)}
        self._correct |= {word for name in split_names for word in name}
        self._single_names = {name[0] for name in split_names if len(name) == 1}
        self._not_taught = {
            self._reading.stem(w) for text in not_taught for w in french.words(text)
        }

        for number, entry in enumerate(self._entries):
            for phrase, weight in _phrases_of(entry):
                self._add(number, phrase, weight)
        self._not_taught -= self._content.keys()
        self._correct -= self._surface.keys()
        self._single_names -= self._surface.keys()
        for word in self._surface:
            self._by_letter[word[0]].append(word)
        self._idf = self._rarity()
        # An unknown word is compared with the rarest words, which have the highest value.
        self._rarest = max(self._idf.values(), default=1.0)
        numbers = {entry.name: number for number, entry in enumerate(self._entries)}
        self._related = [
            [(numbers[name], weight) for name, weight in entry.related if name in numbers]
            for entry in self._entries
        ]

    # -- building ---------------------------------------------------------------------------

    def _add(self, trade: int, phrase: str, weight: float) -> None:
        """Indexes one phrase of a trade."""
        kept = [word for word in french.words(phrase) if word not in self._reading.grammar]
        if not kept:
            return
        sequence = tuple(self._reading.stem(word) for word in kept)
        content = frozenset(s for s in sequence if s not in self._filler_stems)
        number = len(self._phrases)
        self._phrases.append(_Phrase(trade, weight, frozenset(sequence), sequence))
        if content == self._phrases[-1].stems:
            said = self._exact.get((trade, content), 0.0)
            self._exact[trade, content] = max(weight, said)
        for item in content:
            self._content[item].append(number)
        for item in frozenset(sequence) if not content else ():
            self._fillers[item].append(number)
        if not content:
            return
        displayable = _display_forms(phrase)
        for word in kept:
            item = self._reading.stem(word)
            if item not in content or word in self._surface:
                continue
            display = displayable.get(word, word)
            self._surface[word] = (item, display)
            if heard := self._reading.sound(display):
                self._by_sound[heard].add(word)
            if family := self._reading.root(word):
                self._by_root[family].add(word)
        for first, second in pairwise(kept):
            self._compounds.setdefault(first + second, (first, second))

    def _rarity(self) -> dict[str, float]:
        """Stem → how much it tells: log of trades in all over trades that use it (by weight)."""
        share: dict[str, dict[int, float]] = defaultdict(dict)
        for item, numbers in self._content.items():
            for number in numbers:
                phrase = self._phrases[number]
                # A word of a long phrase is used less than a word that is a synonym by itself.
                used = phrase.weight / math.sqrt(len(phrase.stems))
                share[item][phrase.trade] = max(share[item].get(phrase.trade, 0.0), used)
        total = len(self._entries) + 1
        return {
            item: max(math.log(total / (sum(trades.values()) + 0.5)), 0.4)
            * (ROLE_SHARE if item in self._role_stems else 1.0)
            for item, trades in share.items()
        }

    # -- reading ----------------------------------------------------------------------------

    def resolve(self, text: str) -> TradeResolution:
        """Reads a typed text. Any text is allowed; empty or meaningless ones give no match."""
        text = text[:MAX_CHARACTERS]
        typed = french.words(text)[:MAX_WORDS]
        query = self._read(typed)
        if all(len(word.typed) == 1 for word in query):
            return TradeResolution()
        scores = self._score(query)
        matched, unknown, foreign = self._sort_words(query)
        if foreign:
            scores = {trade: s * NOT_TAUGHT_FACTOR for trade, s in scores.items()}
        matches = self._cut(scores)
        corrections = {word.typed: word.correction for word in query if word.correction}
        return TradeResolution(
            matches=matches,
            matched_words=tuple(dict.fromkeys(matched)),
            unknown_words=tuple(dict.fromkeys(unknown)),
            leftover=_leftover(text, set(unknown) | set(foreign)),
            suggestions=self._suggest(text, corrections, unknown, bool(matches)),
            not_taught=tuple(dict.fromkeys(foreign)),
        )

    def _read(self, typed: list[str]) -> list[_Word]:
        """The words of a query with the known stems they stand for."""
        typed = [self._reading.short_forms.get(word, word) for word in typed]
        named = self._named(typed)
        query: list[_Word] = []
        for place, word in enumerate(typed):
            if word in self._reading.grammar:
                continue
            item = self._reading.stem(word)
            entry = _Word(word, len(query), item, named=place in named)
            query.append(entry)
            # «Ans» is a town, except in «25 ans».
            if word in self._single_names and not (place and typed[place - 1].isdigit()):
                entry.named = True
            if entry.named:
                continue
            entry.filler = (
                word in FILLERS
                or (item in self._filler_stems and word not in self._correct)
                or (item in self._role_stems and item not in self._content)
            )
            if not entry.filler and item in self._content and word not in self._correct:
                entry.known = {item: QUALITY_EXACT}
        self._join(query)
        open_words = [e for e in query if not (e.known or e.filler or e.named or e.typed.isdigit())]
        beside = any(entry.known for entry in query)
        for entry in open_words:
            self._guess(entry, last=entry.position == len(query) - 1, beside=beside)
        # Beside a word that is understood, a far guess would more often harm than help: the other
        # word is a place or a name («électricien La Louvière» has nothing to do with «lumière»).
        if not any(entry.known for entry in query):
            for entry in open_words:
                if not self._is_settled(entry.typed, entry.stem):
                    self._accept(entry, self._typos(entry.typed, 2), QUALITY_TWO_EDITS)
        return query

    def _named(self, typed: list[str]) -> set[int]:
        """Positions of the words that make a name of several words, longest names first."""
        found: set[int] = set()
        for start in range(len(typed)):
            for length in range(min(self._longest_name, len(typed) - start), 1, -1):
                if start not in found and tuple(typed[start : start + length]) in self._names:
                    found.update(range(start, start + length))
        return found

    def _is_settled(self, word: str, item: str) -> bool:
        """Whether a word is known to be right although it names no trade."""
        return (
            item in self._not_taught
            or word in self._correct
            or self._reading.singular(word) in self._correct
        )

    def _join(self, query: list[_Word]) -> None:
        """Compounds written as one («autoécole») or in two («info graphie»)."""
        for entry in query:
            if entry.known or entry.filler or entry.named:
                continue
            for part in self._compounds.get(entry.typed, ()):
                item = self._reading.stem(part)
                if item in self._content:
                    entry.known[item] = QUALITY_COMPOUND
        for first, second in pairwise(query):
            if first.named or second.named or (first.known and second.known):
                continue
            joined = self._reading.stem(first.typed + second.typed)
            if joined in self._content:
                first.known = second.known = {joined: QUALITY_COMPOUND}

    def _guess(self, entry: _Word, *, last: bool, beside: bool) -> None:
        """What an unknown word may stand for, near guesses only: the surest one."""
        word = entry.typed
        if self._is_settled(word, entry.stem):
            return
        heard = self._by_sound.get(self._reading.sound(word), ()) if len(word) >= 5 else ()
        if heard and self._accept(entry, heard, QUALITY_SOUND):
            return
        # A word of a known family («tricoteur») is no mistake: nothing to correct in it.
        family = self._by_root.get(self._reading.root(word), ())
        nearness = {known: OSA.normalized_similarity(word, known) for known in family}
        for known, near in nearness.items():
            item = self._surface[known][0]
            quality = QUALITY_FAMILY * near / max(nearness.values())
            entry.known[item] = max(entry.known.get(item, 0.0), quality)
        if entry.known:
            return
        near = QUALITY_ONE_EDIT_BESIDE if beside else QUALITY_ONE_EDIT
        if self._accept(entry, self._typos(word, 1), near):
            return
        if last and len(word) >= 4:
            for known in self._by_letter.get(word[0], ()):
                if known.startswith(word):
                    entry.known[self._surface[known][0]] = QUALITY_BEGINNING

    def _typos(self, word: str, edits: int) -> list[str]:
        """Known words within so many typing mistakes, nearest first. Never for short words.

        One edit (a swap counts as one) from 5 letters, two from 8. The first letter must be right,
        unless the word is long and has one mistake.
        """
        if len(word) < (5 if edits == 1 else 8):
            return []
        # A swap of the first two letters leaves the first letter among the first two.
        letters = set(word[:2]) if len(word) < 8 else self._by_letter.keys()
        found = []
        for letter in sorted(letters):
            for known in self._by_letter.get(letter, ()):
                # A short known word is too near to too many others.
                if len(known) < 5 or abs(len(known) - len(word)) > edits:
                    continue
                distance = OSA.distance(word, known, score_cutoff=edits)
                if distance > edits or (distance == 2 and known[0] != word[0]):
                    continue
                if known[0] != word[0] and sorted(known[:2]) != sorted(word[:2]) and len(word) < 8:
                    continue
                found.append((distance, known[0] != word[0], known))
        return [known for _, _, known in sorted(found)[:3]]

    def _accept(self, entry: _Word, known_words: Iterable[str], quality: float) -> bool:
        """Takes the nearest known words for what a mistyped word means; says whether there is one."""
        ordered = sorted(known_words, key=lambda w: (OSA.distance(entry.typed, w), w))
        for rank, known in enumerate(ordered[:3]):
            item, display = self._surface[known]
            # The second best may be what was meant, but less probably.
            entry.known.setdefault(item, quality if rank == 0 else quality * 0.7)
            if rank == 0:
                entry.correction = display
        return bool(ordered)

    # -- scoring ----------------------------------------------------------------------------

    def _score(self, query: list[_Word]) -> dict[int, float]:
        """Trade number → score of the words themselves."""
        # Postal codes and proper names say where or who, not what.
        content = [
            word
            for word in query
            if not (word.filler or word.named or word.typed.isdigit()) or word.known
        ]
        met = {word.stem: QUALITY_EXACT for word in query if word.filler}
        for word in query:
            for item, quality in word.known.items():
                met[item] = max(met.get(item, 0.0), quality)
        strength = self._strengths(met)
        # When only a function was understood («conducteur de télécabine»), the unknown word is the
        # very subject.
        subject = any(word.known.keys() - self._role_stems for word in content)
        unknown = self._rarest * (UNKNOWN_WORD_SHARE if subject else 1.0)
        # A word that was guessed at weighs less than one that was understood.
        values = [
            max(
                (self._idf[item] * quality for item, quality in word.known.items()), default=unknown
            )
            for word in content
        ]
        total = sum(values) or 1.0
        scores: dict[int, float] = defaultdict(float)
        for word, value in zip(content, values, strict=True):
            best: dict[int, float] = {}
            for item, quality in word.known.items():
                for trade, credit in strength.get(item, {}).items():
                    best[trade] = max(best.get(trade, 0.0), credit * quality)
            for trade, credit in best.items():
                scores[trade] += value * credit / total
        self._score_fillers(query, bool(content), scores)
        return scores

    def _strengths(self, met: Mapping[str, float]) -> dict[str, dict[int, float]]:
        """Stem → trade → how strongly the best phrase with this stem is met by the query."""
        strength: dict[str, dict[int, float]] = defaultdict(dict)
        seen: set[int] = set()
        for item in met:
            for number in self._content.get(item, ()):
                if number in seen:
                    continue
                seen.add(number)
                phrase = self._phrases[number]
                whole = sum(self._idf.get(s, FILLER_VALUE) for s in phrase.stems)
                found = sum(self._idf.get(s, FILLER_VALUE) for s in phrase.stems if s in met)
                credit = phrase.weight * (found / whole) ** PARTIAL_POWER
                here = frozenset(phrase.stems & met.keys())
                # What an editor says of just these words wins over a part of a longer phrase:
                # «ordinateur» at 0.3 is not lifted by «réparer un ordinateur».
                said = self._exact.get((phrase.trade, here - self._filler_stems))
                if said is not None and len(here) < len(phrase.stems):
                    credit = min(credit, said)
                for s in here:
                    if credit > strength[s].get(phrase.trade, 0.0):
                        strength[s][phrase.trade] = credit
        return strength

    def _score_fillers(
        self, query: list[_Word], has_content: bool, scores: dict[int, float]
    ) -> None:
        """Phrases made of fillers («je ne sais pas quoi faire»), met in order in the query."""
        sequence = [word.stem for word in query]
        candidates = {n for word in query for n in self._fillers.get(word.stem, ())}
        for number in candidates:
            phrase = self._phrases[number]
            length = len(phrase.sequence)
            # One word alone («métiers») must be all there is: it is in every other sentence. Two
            # («chercher du travail») must not stand beside a trade: they only introduce it.
            if (length == 1 and len(sequence) > 1) or (length == 2 and has_content):
                continue
            # The words must stand together, with one word between them at most.
            share = (
                max(
                    _in_order(phrase.sequence, sequence[start : start + length + 1])
                    for start in range(len(sequence))
                )
                / length
            )
            # One missing word out of four is forgiven; shorter phrases must be whole.
            if share < (0.75 if length >= 4 else 1.0):
                continue
            score = phrase.weight * share * (0.7 if has_content else 1.0)
            scores[phrase.trade] = max(scores.get(phrase.trade, 0.0), score)

    def _cut(self, scores: Mapping[int, float]) -> tuple[TradeMatch, ...]:
        """Matches best first, with the neighbours of each and without the noise."""
        if not scores:
            return ()
        direct = {trade: min(score, 1.0) for trade, score in scores.items()}
        best = max(direct.values())
        floor = max(MIN_SCORE, MIN_SHARE_OF_BEST * best)
        direct = {trade: score for trade, score in direct.items() if score >= floor}
        final = dict(direct)
        for trade, score in direct.items():
            for neighbour, weight in self._related[trade]:
                if score * weight > final.get(neighbour, 0.0) and score * weight >= floor:
                    final[neighbour] = score * weight
        ordered = sorted(final.items(), key=lambda item: (-item[1], self._entries[item[0]].name))
        return tuple(
            TradeMatch(self._entries[trade].key, round(score, 4), trade not in direct)
            for trade, score in ordered
        )

    # -- words for the page -----------------------------------------------------------------

    def _sort_words(self, query: list[_Word]) -> tuple[list[str], list[str], list[str]]:
        """Typed words that were understood, that were not, and jobs that are not taught."""
        matched, unknown, foreign = [], [], []
        for word in query:
            if word.known:
                matched.append(word.typed)
            elif word.filler:
                continue
            elif word.stem in self._not_taught:
                foreign.append(word.typed)
            elif not word.typed.isdigit() or len(word.typed) == _POSTAL_CODE_LENGTH:
                unknown.append(word.typed)
        return matched, unknown, foreign

    def _suggest(
        self, text: str, corrections: Mapping[str, str], unknown: list[str], found: bool
    ) -> tuple[str, ...]:
        """«Vouliez-vous dire»: the text with its mistyped words put right."""
        if corrections:
            return (_replace_words(text, corrections),)
        if found:
            return ()
        # Nothing was found: the nearest words, wider than what is corrected silently.
        near: list[tuple[float, str]] = []
        for word in unknown:
            if len(word) < 5 or word in self._correct:
                continue
            for known in self._by_letter.get(word[0], ()):
                nearness = OSA.normalized_similarity(word, known, score_cutoff=0.75)
                if nearness and len(known) >= 5:
                    near.append((-nearness, self._surface[known][1]))
        return tuple(dict.fromkeys(display for _, display in sorted(near)))[:3]


def seed_entries() -> list[TradeEntry]:
    """The trades of the files in ``cisp_map/data``, keyed by name, without ROME labels.

    Synonyms are those of filieres.csv (weight 1) and of synonymes.csv, whose weight wins when
    both have a phrase. Used to fill the database, and by the evaluation of the bare files.
    """
    weights: dict[str, dict[str, tuple[str, float]]] = defaultdict(dict)
    trades = list(_rows("filieres.csv"))
    for row in trades:
        for phrase in row["synonyms_everyday"].split("|"):
            weights[row["filiere"]][french.fold(phrase)] = (phrase.strip(), 1.0)
    for row in _rows("synonymes.csv"):
        phrase = row["phrase"]
        weights[row["trade"]][french.fold(phrase)] = (phrase, float(row["weight"]))
    related: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in _rows("filieres_proches.csv"):
        related[row["trade"]].append((row["neighbour"], float(row["weight"])))
    return [
        TradeEntry(
            key=row["filiere"],
            name=row["filiere"],
            family=row["family"],
            category=row["category"],
            synonyms=tuple(weights[row["filiere"]].values()),
            related=tuple(related[row["filiere"]]),
        )
        for row in trades
    ]


def seed_lexicon() -> tuple[frozenset[str], frozenset[str]]:
    """``(correct_words, not_taught)`` of ``cisp_map/data/autres_mots.csv`` for ``TradeWords``."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for row in _rows("autres_mots.csv"):
        by_kind[row["kind"]].add(row["word"])
    return frozenset(by_kind["mot courant"]), frozenset(by_kind["métier non enseigné"])


def parse_synonyms(text: str) -> tuple[tuple[str, float], ...]:
    """Editable text → weighted phrases: one phrase a line, «phrase» or «phrase : 0,6».

    Raises ``ValueError`` with a French message that names the line when a weight is not in ]0, 1].
    """
    found: dict[str, tuple[str, float]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        phrase, separator, raw = line.strip().rpartition(" : ")
        if not separator:
            phrase, raw = line.strip(), "1"
        if not phrase:
            continue
        try:
            weight = float(raw.replace(",", "."))
        except ValueError:
            weight = 0.0
        if not 0 < weight <= 1:
            raise ValueError(
                f"Ligne {number} : après « : », écrivez un poids entre 0,1 et 1 (« {phrase} : 0,6 »)."
            )
        found[french.fold(phrase)] = (phrase, weight)
    return tuple(found.values())


def format_synonyms(synonyms: Iterable[str | tuple[str, float]]) -> str:
    """Phrases with or without weight → the text that :func:`parse_synonyms` reads."""
    lines = []
    for phrase, weight in map(_weighted, synonyms):
        # The comma is for the weight alone: a phrase keeps its full stops.
        lines.append(phrase if weight == 1 else f"{phrase} : {f'{weight:g}'.replace('.', ',')}")
    return "\n".join(lines)


def _weighted(synonym: str | tuple[str, float]) -> tuple[str, float]:
    """A synonym with its weight; 1 when it comes alone."""
    return (synonym, 1.0) if isinstance(synonym, str) else synonym


def _rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of one CSV file of ``cisp_map/data``."""
    with resources.files("cisp_map").joinpath("data", name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _phrases_of(entry: TradeEntry) -> Iterator[tuple[str, float]]:
    """All phrases of a trade with their weight: name and its parts, synonyms, family, ROME."""
    yield entry.name, WEIGHT_NAME
    for part in _NAME_PARTS.split(entry.name):
        if part and part != entry.name:
            yield part, WEIGHT_NAME
    for synonym in entry.synonyms:
        phrase, weight = _weighted(synonym)
        yield phrase, min(max(weight, 0.01), 1.0)
    for part in _FAMILY_PARTS.split(entry.family):
        yield part, WEIGHT_FAMILY
    if entry.category != "formation professionnalisante":
        yield entry.category, WEIGHT_CATEGORY
    for label in entry.rome_labels:
        yield label, WEIGHT_ROME


def _display_forms(phrase: str) -> dict[str, str]:
    """Folded word → the word as written, for one phrase."""
    forms: dict[str, str] = {}
    for chunk in re.split(r"[\s'’\-/(),]+", phrase):
        folded = french.words(chunk)
        if len(folded) == 1:
            forms[folded[0]] = chunk.strip(".…»«").lower()
    return forms


def _in_order(wanted: tuple[str, ...], sequence: list[str]) -> int:
    """How many items of ``wanted`` are met in order in ``sequence`` (longest common subsequence)."""
    row = [0] * (len(sequence) + 1)
    for item in wanted:
        previous = 0
        for position, other in enumerate(sequence, start=1):
            kept = row[position]
            row[position] = previous + 1 if item == other else max(kept, row[position - 1])
            previous = kept
    return row[-1]


def _leftover(text: str, unknown: set[str]) -> str:
    """The typed words that mean nothing here, as typed, each with the article just before it."""
    result: list[str] = []
    article = ""
    for chunk in _CHUNK.findall(text):
        folded = french.words(chunk)
        if any(word in unknown for word in folded):
            result += [article, chunk] if article else [chunk]
            article = ""
        else:
            article = chunk if french.fold(chunk) in {"le", "la", "les"} else ""
    return " ".join(chunk.strip(',;:!?«»"') for chunk in result).strip()


def _replace_words(text: str, corrections: Mapping[str, str]) -> str:
    """The text with its mistyped words replaced; the rest stays as typed."""
    result = []
    for chunk in _CHUNK.findall(text):
        folded = french.words(chunk)
        if len(folded) == 1 and folded[0] in corrections:
            core = chunk.strip(',;:!?.«»"()')
            # «l'electrcien»: the elided article stays.
            elided = re.match(r"^(?:[a-zA-Z]|qu)['’]", core)
            prefix = elided.group() if elided else ""
            result.append(chunk.replace(core, prefix + corrections[folded[0]], 1))
        else:
            result.append(chunk)
    return " ".join(result)
