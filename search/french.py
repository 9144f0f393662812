"""French analysis shared by every search of the three sites: fold, split, stem.

Pure Python, no Django, no database. Everything works on *folded* text (lower case, no accents),
because people type «electricite» as often as «électricité»: folding comes before stemming, so that
both spellings always meet. What Snowball loses without its accents (feminine of trades, some
plurals) is put back by the small rules of :func:`masculine` and by ``STEM_EXCEPTIONS``.
"""

import re
import unicodedata
from functools import lru_cache

from snowballstemmer.french_stemmer import FrenchStemmer


def word_set(text: str) -> frozenset[str]:
    """The words of a readable list."""
    return frozenset(text.split())


# Longer "words" are noise (pasted addresses, random bytes): cutting them bounds the work.
MAX_WORD = 40

_FOLD_TABLE = str.maketrans(
    {
        "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l",
        # Apostrophes: typographic, modifier letter, prime, acute and grave accents used as one.
        "’": "'", "‘": "'", "ʼ": "'", "′": "'", "´": "'", "`": "'", "‛": "'", "＇": "'",
        # Hyphens and dashes; the soft hyphen is invisible and simply goes.
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "\u00ad": "",
        # Middle dots of inclusive writing.
        "•": "·", "‧": "·", "∙": "·", "⋅": "·", "・": "·",
        # Zero-width characters split words invisibly.
        "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "",
    }
)  # fmt: skip

# Endings that inclusive writing adds after a separator: formateur·rice, technicien·ne, vendeur(se).
_ENDINGS = (
    "trices?|rices?|ices?|ieres?|eres?|euses?|ennes?|iennes?|onnes?|elles?|esses?|ives?|"
    "nes?|les?|ses?|tes?|ves?|res?|fes?|ches?|es?|e|trs?|x"
)
# «.», «-» and «/» also separate ordinary words, so they only take the endings nothing else has.
_SAFE_ENDINGS = "trices?|rices?|ieres?|eres?|euses?|ennes?|iennes?|onnes?|ives?|nes?|ves?|ses?|es?"
_INCLUSIVE = re.compile(
    rf"(?<=[a-z]{{3}})(?:·(?:{_ENDINGS})|\((?:{_ENDINGS})\)|[./-](?:{_SAFE_ENDINGS}))"
    r"(?:[·./-]?s)?(?![a-z0-9])"
)
# «(ex)détenus», «(ré)insertion»: the bracket is a prefix; the word itself must be found.
_BRACKET_PREFIX = re.compile(r"\([a-z]{1,6}-?\)(?=[a-z]{3})")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_ELIDED = word_set("l d j n s m t c qu jusqu lorsqu puisqu quoiqu quelqu presqu")
# Words whose apostrophe is part of them.
_SOLID = {"aujourd'hui": "aujourdhui", "prud'homme": "prudhomme", "prud'hommes": "prudhommes"}

# Pure grammar: never carries a meaning in a search.
GRAMMAR = word_set(
    """
    le la les un une des du de au aux et ou a en dans sur sous pour par avec sans vers chez entre
    ce cet cette ces ca cela celui celle ceux celles
    je tu il elle on nous vous ils elles me te se moi toi lui leur leurs eux soi
    mon ma mes ton ta tes sa ses notre nos votre vos
    ne ni que qui dont ainsi donc or si y
    est sont suis es etes sommes etait etaient sera seront etre ai as avons avez ont avait avoir
    """
)
# «son» (sound), «car» (coach), «tour», «bar» are missing on purpose: they are also trades' words.
STOP_WORDS = GRAMMAR | word_set(
    """
    quoi quel quelle quels quelles quand comment combien pourquoi
    mais comme aussi alors puis encore deja tres trop bien pas plus rien jamais toujours
    tout toute tous toutes autre autres meme memes
    peu peut fait faire quelque quelques chaque ici etc via afin ex svp merci bonjour
    """
)

# Folded word → stem, where rules or Snowball would join what must stay apart or part what belongs
# together. The stem only has to be the same for both; it is never shown.
STEM_EXCEPTIONS: dict[str, str] = {
    # Snowball gives format/format/form/form…: a course is not a shape, a trainer is not a format.
    "formation": "formation", "formations": "formation",
    "format": "format", "formats": "format",
    "formateur": "formateur", "formatrice": "formateur",
    "formateurs": "formateur", "formatrices": "formateur",
    "forme": "forme", "formes": "forme",
    # Irregular plurals.
    "travaux": "travail", "travail": "travail", "travails": "travail",
    "vitraux": "vitrail", "yeux": "oeil", "oeil": "oeil", "messieurs": "monsieur",
    # Irregular feminine.
    "hotesse": "hote", "hotesses": "hote", "hote": "hote", "hotes": "hote",
    "maitresse": "maitre", "maitresses": "maitre", "maitre": "maitre", "maitres": "maitre",
    "copine": "copain", "copines": "copain", "copain": "copain", "copains": "copain",
    "steward": "steward", "stewardess": "steward",
    # Verbs whose stem changes.
    "nettoie": "nettoi", "nettoies": "nettoi", "nettoient": "nettoi",
    "couds": "coudr", "coud": "coudr", "cousons": "coudr", "cousent": "coudr", "cousu": "coudr",
    "lis": "lir", "lisent": "lir", "lisons": "lir", "lu": "lir",
    "ecris": "ecrir", "ecrit": "ecrir", "ecrivent": "ecrir", "ecrits": "ecrir",
    "conduis": "conduir", "conduit": "conduir", "conduisent": "conduir", "conduite": "conduir",
    "vends": "vendr", "vend": "vendr", "vendent": "vendr",
    "construis": "construir", "construit": "construir", "construisent": "construir",
    "peins": "peindr", "peint": "peindr", "peignent": "peindr",
    "sais": "savoir", "sait": "savoir", "savent": "savoir", "savoir": "savoir", "sai": "savoir",
    "savoirs": "savoir-nom",
    "veux": "vouloir", "veut": "vouloir", "voudrais": "vouloir", "vouloir": "vouloir",
    "cuisiniste": "cuisiniste", "cuisinistes": "cuisiniste",
    # Words that Snowball joins although they have nothing in common.
    "portable": "portable", "portables": "portable",
    "general": "general", "generale": "general", "generation": "generation",
    "marche": "marche", "marches": "marche", "marcher": "marcher",
    "cours": "cours", "cour": "cour", "course": "course", "courses": "course",
    "bois": "bois", "boire": "boire",
    "bouche": "bouche", "bouches": "bouche",
    "personnel": "personnel", "personnelle": "personnel",
    "personnels": "personnel", "personnelles": "personnel",
    "agee": "age", "agees": "age", "ages": "age", "age": "age",
    "corps": "corps", "temps": "temps", "sens": "sens", "pays": "pays", "bras": "bras",
    "gaz": "gaz", "prix": "prix", "choix": "choix", "voix": "voix", "noix": "noix",
    "bus": "bus", "gros": "gros", "grosse": "gros", "grosses": "gros",
    "animation": "animation", "animateur": "animateur", "animatrice": "animateur",
    "station": "station", "stations": "station", "stationner": "stationner",
    "stationnement": "stationner", "vente": "vente", "ventes": "vente", "nation": "nation", "ration": "ration",
    "police": "police", "policier": "policier", "politique": "politique", "poli": "poli",
    "organe": "organe", "organes": "organe",
    "commune": "commune", "communes": "commune", "communal": "commune", "communale": "commune",
    "communique": "communique", "communiques": "communique",
    "arrete": "arrete", "arretes": "arrete", "plombieres": "plombieres",
    "environnement": "environnement", "environnements": "environnement",
    "communication": "communication", "communications": "communication",
    "faute": "faute", "fautes": "faute", "defi": "defi", "defis": "defi",
    "refugie": "refugie", "refugies": "refugie", "refugiee": "refugie", "refugiees": "refugie",
    "ambulance": "ambulance", "ambulances": "ambulance",
    "crepe": "crepe", "crepes": "crepe",
    "chassis": "chassis", "chasse": "chasse",
    "cheminee": "cheminee", "cheminees": "cheminee",
    "elevateur": "elevateur", "elevateurs": "elevateur",
    "collecte": "collecte", "collectes": "collecte", "collection": "collection",
    "collections": "collection", "collective": "collectif",
    "berge": "berge", "berges": "berge",
    "traitement": "traitement", "traitements": "traitement",
    "planter": "planter", "plante": "plante", "plantes": "plante", "plant": "plante",
    "plants": "plante", "cable": "cable", "cables": "cable",
    "voirie": "voirie", "voir": "voir",
    "isolement": "isolement",
    # To restore a house is not to run a restaurant; «restauration» alone means the latter.
    "restaurer": "restaurer", "restaure": "restaurer",
    "restaurant": "restaurant", "restaurants": "restaurant", "restauration": "restaurant",
    "restaurateur": "restaurant", "restauratrice": "restaurant",
    "portier": "portier", "porter": "porter", "porte": "porte", "portes": "porte",
    "mode": "mode", "modes": "mode", "modele": "modele", "modeles": "modele",
    "moder": "moder", "moderne": "moderne",
}  # fmt: skip
# Nouns in -eux that are plurals of -eu (jeux), not adjectives (heureux, heureuse).
_PLURAL_EUX = word_set("jeux lieux feux milieux cheveux neveux voeux adieux aveux enjeux")
_AU_PLURAL = word_set("tuyaux noyaux joyaux boyaux landaus etaux")

# Endings of one word family (boulanger, boulangerie), longest first; used by :func:`root` only.
_FAMILY_ENDINGS = (
    "isation", "iculture", "ication", "icienne", "icien", "icite", "ation", "ateur", "ement",
    "erie", "iste", "ique", "aire", "eur", "age", "ure", "ier", "ien", "ion", "ant", "ial",
    "er", "ir", "re", "ee", "e",
)  # fmt: skip
_ROOT_MIN = 4


def fold(text: str) -> str:
    """Lower case without accents, ligatures, typographic apostrophes, dashes or control signs.

    Apostrophes stay as ``'``, hyphens as ``-``, middle dots as ``·``; white space is collapsed.
    """
    text = unicodedata.normalize("NFKD", text.translate(_FOLD_TABLE).lower())
    # Twice: compatibility forms (full-width signs, mathematical letters) bring capitals, ligatures
    # and special signs back.
    text = unicodedata.normalize("NFKD", text.translate(_FOLD_TABLE).lower())
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def words(text: str) -> list[str]:
    """All folded words of a text in order, with grammar, without elided «l’ d’ qu’ j’…».

    Hyphens split (auto-école → auto, ecole); inclusive forms give one word (technicien·ne →
    technicien, vendeur(se) → vendeur). Letters that may be an elided word go («l electricite»).
    """
    folded = _INCLUSIVE.sub("", fold(text))
    folded = _BRACKET_PREFIX.sub("", folded)
    result: list[str] = []
    for match in _WORD.findall(folded):
        if match in _SOLID:
            result.append(_SOLID[match])
            continue
        parts = match.split("'")
        result += [
            part[:MAX_WORD]
            for position, part in enumerate(parts)
            if not (part in _ELIDED and position < len(parts) - 1)
            and (len(part) > 1 or part not in _ELIDED)
        ]
    return result


def tokens(text: str) -> list[str]:
    """Folded words that carry a meaning, in order: :func:`words` without stop words."""
    return [word for word in words(text) if word not in STOP_WORDS]


def singular(word: str) -> str:
    """Folded word without its plural mark (bureaux → bureau); words under 4 letters unchanged."""
    if len(word) < 4 or word.endswith("ss"):
        return word
    if word.endswith("eaux") or word in _PLURAL_EUX or word in _AU_PLURAL or word.endswith("oux"):
        return word[:-1]
    if word.endswith("aux") and len(word) > 4:
        return word[:-2] + "l"
    if word.endswith("eux"):
        # heureux and heureuse both become «heureur» further on; only sameness counts.
        return word[:-1] + "r"
    return word[:-1] if word.endswith("s") else word


def masculine(word: str) -> str:
    """Folded singular in its masculine form where the ending tells (serveuse → serveur)."""
    if len(word) < 6:
        return word
    for feminine, replacement in (
        ("trice", "teur"),
        ("euse", "eur"),
        ("ienne", "ien"),
        ("onne", "on"),
        ("iere", "ier"),
        ("chere", "cher"),
        ("gere", "ger"),
        ("elle", "el"),
        ("aise", "ai"),
        ("oise", "oi"),
        ("ive", "if"),
        ("ee", "e"),
    ):
        if word.endswith(feminine):
            return word[: -len(feminine)] + replacement
    return word


@lru_cache(maxsize=50_000)
def stem(token: str) -> str:
    """Stem of one word, the same for its plural, feminine and unaccented spellings.

    Snowball's French stemmer on the folded word, after our plural and feminine rules (so that
    boulangère and boulangers meet boulanger, serveuse meets serveur) and our exceptions.
    """
    word = fold(token)[:MAX_WORD]
    if word in STEM_EXCEPTIONS:
        return STEM_EXCEPTIONS[word]
    word = singular(word)
    if word in STEM_EXCEPTIONS:
        return STEM_EXCEPTIONS[word]
    # Snowball sees a past subjunctive («qu’il surfasse») where people only write nouns (coulisse).
    if word.endswith(("asse", "isse")):
        return word[:-1]
    # A stemmer holds the word it works on: a fresh one per call is safe between threads, and the
    # cache makes it cheap.
    stemmed: str = FrenchStemmer().stemWord(masculine(word))
    return stemmed


def stems(text: str) -> list[str]:
    """Stems of the words that carry a meaning, in order."""
    return [stem(token) for token in tokens(text)]


@lru_cache(maxsize=50_000)
def root(token: str) -> str:
    """Family of a word: souder, soudeur, soudure and soudage share «soud»; "" when unsure.

    Much coarser than :func:`stem`: only for guessing at a word that nothing else explains.
    """
    word = fold(token)[:MAX_WORD]
    if word in STEM_EXCEPTIONS:
        return ""
    word = masculine(singular(word))
    for ending in _FAMILY_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _ROOT_MIN:
            word = word[: -len(ending)]
            break
    if len(word) > _ROOT_MIN and word[-1] == word[-2]:
        word = word[:-1]
    return word if len(word) >= _ROOT_MIN else ""


_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"ph", "f"),
        (r"sch|sh", "ch"),
        (r"(?<!c)h", ""),
        (r"tion", "sion"),
        (r"qu|q|c(?=[aoulrtk]|c)|c$", "k"),
        (r"sc(?=[eiy])|c(?=[eiy])|ss+", "s"),
        (r"ge(?=[ao])|g(?=[eiy])", "j"),
        (r"gu(?=[eiy])", "g"),
        (r"w", "v"),
        (r"y", "i"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"eau|au", "o"),
        (r"oeu|eu", "ø"),
        (r"ai|ei|oe", "e"),
        (r"([aeiou])m(?=[bpm])", r"\1n"),
        (r"en(?=[^aeiouyn])|em(?=[bp])", "an"),
        (r"ill|ll", "l"),
        (r"(.)\1+", r"\1"),
        (r"(?:er|es|et|ee|e|s|t|d|ks|p)$", ""),
    )
)


@lru_cache(maxsize=50_000)
def sound(token: str) -> str:
    """Rough French pronunciation of one word, for spelling by ear (mekanik, boulangé, fotograf).

    Rules, not a dictionary: two words with the same sound are *candidates* for each other.
    Words of four sounds or fewer give "" (too many would be alike).
    """
    # Folding would turn the «ç» of maçon into a hard «c».
    word = singular(fold(token.lower().replace("ç", "ss"))[:MAX_WORD])
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word if len(word) >= 4 else ""
