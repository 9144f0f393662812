"""Everyday words → trades (feature C-05; typing mistakes: Q-04)."""

import random
import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisp_map.trade_words import (
    FILLERS,
    MAX_WORDS,
    ROLE_WORDS,
    TradeEntry,
    TradeWords,
    format_synonyms,
    parse_synonyms,
    seed_entries,
    seed_lexicon,
)
from search import french
from tests.support import examples

PLACES = [
    "Namur",
    "Charleroi",
    "La Louvière",
    "Bois-de-Villers",
    "Soignies",
    "Ans",
    "Liège",
    "Marche",
]

ALPHA = "Alphabétisation"
FLE = "Français langue étrangère (FLE)"
ORIENTATION = "Orientation socioprofessionnelle"
BASIC_IT = "Initiation informatique / numérique"
KITCHEN = "Commis de cuisine"
WAITER = "Commis / serveur de salle"
CANTEEN = "Cuisine de collectivité / plonge"
GARDEN = "Parcs et jardins"
CHILDREN = "Auxiliaire de l’enfance / accueil d’enfants"
CARE = "Aide familial·e / aide-soignant·e (préparation)"
CLEANING = "Technicien·ne de surface / nettoyage"
HOME_HELP = "Aide-ménagère / titres-services"
ELECTRICITY = "Électricité du bâtiment"
BUILDING = "Maçonnerie / gros œuvre"
LICENCE = "Permis de conduire théorique"
DRIVER = "Transport / chauffeur-livreur"
MECHANIC = "Mécanique auto / vélo"
OFFICE = "Employé·e administratif·ve / secrétariat"
WAREHOUSE = "Logistique / magasinier"


@pytest.fixture(scope="module")
def words():
    correct_words, not_taught = seed_lexicon()
    return TradeWords(
        seed_entries(), names=PLACES, correct_words=correct_words, not_taught=not_taught
    )


def keys(resolution):
    return [match.key for match in resolution.matches]


@pytest.mark.parametrize(
    ("text", "trade"),
    [
        ("jardinier", GARDEN), ("mécano", MECHANIC), ("nettoyage", CLEANING),
        ("apprendre à lire", ALPHA), ("permis", LICENCE), ("cuisine", KITCHEN),
        ("faire à manger", KITCHEN),
    ],
)  # fmt: skip
def test_examples_of_the_feature_list(words, text, trade):
    assert trade in keys(words.resolve(text))[:3]


@pytest.mark.parametrize(
    ("text", "trade"),
    [
        # Gender, number, accents, inclusive forms.
        ("serveuse", WAITER), ("Boulangères", "Boulangerie-pâtisserie"), ("ELECTRICIENNE", ELECTRICITY),
        ("technicien·ne de surface", CLEANING), ("aide-soignant(e)", CARE),
        ("employé.e administratif.ve", OFFICE), ("les légumes", "Maraîchage biologique"),
        # Elision, hyphens, compounds.
        ("l'électricité", ELECTRICITY), ("femme d’ouvrage", CLEANING), ("auto école", LICENCE),
        ("autoécole", LICENCE), ("titres services", HOME_HELP), ("info graphie", "Web, graphisme et multimédia"),
        # Sentences.
        ("je voudrais travailler avec des enfants", CHILDREN),
        ("formation pour devenir électricien à Namur", ELECTRICITY),
        ("j'aime cuisiner", KITCHEN), ("je cherche un stage dans un garage", MECHANIC),
        ("j'ai envie de m'occuper de personnes âgées", CARE),
        ("comment apprendre le français ?", FLE), ("cours de français", FLE),
        ("je ne sais pas quoi faire", ORIENTATION), ("je sais pas koi faire", ORIENTATION),
        ("je ne sais pas lire", ALPHA), ("trouver un taf", ORIENTATION),
        ("j'aimerais bosser dans le bâtiment", BUILDING),
        # Places, tools, products, needs.
        ("crèche", CHILDREN), ("maison de repos", CARE), ("clark", WAREHOUSE), ("cantine", CANTEEN),
        ("Excel", "Bureautique (Word, Excel…)"), ("gsm", BASIC_IT),
        ("reprendre confiance", "Développement personnel et confiance en soi"),
        ("tondeuse", GARDEN), ("ardoisier", "Toiture / couverture"),
        # The other word says what it is about.
        ("réparer des vélos", MECHANIC), ("vendeuse en boulangerie", "Vente"),
        ("technicien du son", "Technicien du spectacle / régisseur"),
        ("ouvrier agricole", "Élevage / agriculture sociale"),
    ],
)  # fmt: skip
def test_first_trade(words, text, trade):
    assert keys(words.resolve(text))[0] == trade


@pytest.mark.parametrize(
    ("text", "trade"),
    [
        ("menuisrie", "Menuiserie"), ("electrcien", ELECTRICITY), ("menusier", "Menuiserie"),
        ("plombié", "Chauffage / sanitaire"), ("boulangé", "Boulangerie-pâtisserie"),
        ("mekanik", MECHANIC), ("informatic", BASIC_IT), ("segretaire", OFFICE),
        ("jardinnier", GARDEN), ("cuisinnier", KITCHEN), ("nettoiyage", CLEANING),
        ("secrétaria", OFFICE), ("travailler avec les anfants", CHILDREN),
        ("conptabilité", OFFICE), ("souderu", "Soudure"), ("ferronerie", "Tôlerie / métallerie"),
        ("menuis", "Menuiserie"), ("couvreu", "Toiture / couverture"), ("boulan", "Boulangerie-pâtisserie"),
        ("charpantier", "Toiture / couverture"),
    ],
)  # fmt: skip
def test_typing_mistakes_and_unfinished_words(words, text, trade):
    assert trade in keys(words.resolve(text))[:2]


def test_random_typing_mistakes(words):
    """One mistake in a word of at least 5 letters: the right word is meant in 9 of 10 cases."""
    vocabulary = sorted(
        {
            word
            for entry in seed_entries()
            for phrase in (entry.name, *(text for text, _ in entry.synonyms))
            for word in french.tokens(phrase)
            if len(word) >= 5 and not {word, french.singular(word)} & (FILLERS | ROLE_WORDS)
        }
    )
    chance = random.Random(3)
    right = 0
    sample = chance.sample(vocabulary, 300)
    for word in sample:
        at = chance.randrange(1, len(word))
        letter = chance.choice(string.ascii_lowercase)
        typed = chance.choice(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            ]
        )
        found, wanted = words.resolve(typed), words.resolve(word)
        suggested = found.suggestions and french.stem(found.suggestions[0]) == french.stem(word)
        understood = not found.suggestions and keys(found)[:1] == keys(wanted)[:1]
        right += bool(suggested or understood)
    assert right / len(sample) >= 0.9


def test_no_suggestion_for_what_is_well_written(words):
    for entry in seed_entries():
        for phrase in (entry.name, *(text for text, weight in entry.synonyms if weight == 1)):
            assert words.resolve(phrase).suggestions == (), phrase


def test_every_trade_is_found_by_its_name_and_its_synonyms(words):
    for entry in seed_entries():
        assert keys(words.resolve(entry.name))[0] == entry.name
        for phrase, weight in entry.synonyms:
            if weight == 1:
                assert entry.name in keys(words.resolve(phrase))[:6], phrase


def test_suggestion_is_displayable_french(words):
    assert words.resolve("je cherche electrcien à Namur").suggestions == (
        "je cherche électricien à Namur",
    )
    assert words.resolve("l'electrcité").suggestions == ("l'électricité",)
    assert words.resolve("menuisrie").suggestions == ("menuiserie",)


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "asdfgh", "qwertyuiop zxcvb", "xyz 123", "!!!", "🙂🙂", "\x00", "e", "l'",
        "' OR 1=1 --", "<script>", "Le Germoir", "FUNOC", "5000", "Namur", "Soignies", "Liège",
        "je cherche une formation gratuite", "où ?", "marche", "Bois-de-Villers",
        "coiffeuse", "avocat", "médecin", "policier", "مدرسة", "хлеб",
    ],
)  # fmt: skip
def test_no_trade_is_better_than_a_wrong_one(words, text):
    assert words.resolve(text).matches == ()


def test_a_job_that_is_not_taught_is_said(words):
    resolution = words.resolve("coiffeuse à domicile")
    assert resolution.not_taught == ("coiffeuse",)
    assert all(match.score < 0.3 for match in resolution.matches)


@pytest.mark.parametrize(
    "text",
    ["acheteur", "caviste", "couleur", "poète", "propriété", "teinture", "comédie", "mariage"],
)
def test_a_right_word_is_not_bent_towards_a_trade(words, text):
    resolution = words.resolve(text)
    assert resolution.matches == ()
    assert resolution.suggestions == ()


@pytest.mark.parametrize(
    ("text", "leftover"),
    [
        ("jardinier namur", "namur"), ("électricien à La Louvière", "La Louvière"),
        ("Le Germoir", "Le Germoir"), ("nettoyage au Germoir", "Germoir"), ("5000", "5000"),
        ("cuisine, 4000 Liège", "4000 Liège"), ("menuisier Bois-de-Villers", "Bois-de-Villers"),
        ("formation à Ans", "Ans"), ("j'ai 25 ans, je veux souder", ""), ("jardinier", ""),
    ],
)  # fmt: skip
def test_what_is_left_for_the_place_and_the_full_text(words, text, leftover):
    assert words.resolve(text).leftover == leftover


def test_a_place_takes_nothing_from_the_trade(words):
    alone = words.resolve("électricien").matches[0]
    with_place = words.resolve("électricien à Bois-de-Villers").matches[0]
    assert with_place == alone
    assert alone.score == 1


def test_an_unknown_word_lowers_but_does_not_hide(words):
    resolution = words.resolve("cours de soudure chez Gribouille")
    assert keys(resolution)[0] == "Soudure"
    assert 0.5 < resolution.matches[0].score < 1


def test_neighbours_follow_and_say_so(words):
    matches = {match.key: match for match in words.resolve("tondeuse").matches}
    assert not matches[GARDEN].related
    assert matches["Maraîchage biologique"].related
    assert matches["Maraîchage biologique"].score < 0.5 * matches[GARDEN].score
    direct = words.resolve("tondeuse").direct
    assert [match.key for match in direct] == [GARDEN]


def test_weights_order_the_trades():
    words = TradeWords(
        [
            TradeEntry("a", "Apiculture", synonyms=(("miel", 1.0),)),
            TradeEntry("b", "Boulange", synonyms=(("miel", 0.3), "pain d'épices")),
        ]
    )
    resolution = words.resolve("miel")
    assert keys(resolution) == ["a", "b"]
    assert resolution.matches[0].score == 1
    assert resolution.matches[1].score == pytest.approx(0.3)


def test_rome_labels_are_searched_below_synonyms():
    words = TradeWords(
        [
            TradeEntry(1, "Vente", rome_labels=("Vendeur / Vendeuse en primeurs",)),
            TradeEntry(2, "X"),
        ]
    )
    match = words.resolve("vendeuse de primeurs").matches[0]
    assert match.key == 1
    assert 0.3 < match.score < 0.6


def test_no_entries_at_all():
    assert TradeWords([]).resolve("cuisine").matches == ()


def test_editable_synonyms_round_trip():
    text = "serveuse\nhoreca : 0,6\n\nGarde d'enfants : 1"
    synonyms = parse_synonyms(text)
    assert synonyms == (("serveuse", 1.0), ("horeca", 0.6), ("Garde d'enfants", 1.0))
    assert parse_synonyms(format_synonyms(synonyms)) == synonyms


@pytest.mark.parametrize(
    "text", ["mot : 0", "mot : 1,5", "mot : beaucoup", "mot : -1", "mot : nan"]
)
def test_a_bad_weight_is_named(text):
    with pytest.raises(ValueError, match="Ligne 2"):
        parse_synonyms("serveuse\n" + text)


def test_all_seed_synonyms_round_trip():
    for entry in seed_entries():
        assert parse_synonyms(format_synonyms(entry.synonyms)) == entry.synonyms
        assert parse_synonyms(format_synonyms(entry.related)) == entry.related


def test_seed_neighbours_are_trades():
    names = {entry.name for entry in seed_entries()}
    assert len(names) == 56
    for entry in seed_entries():
        assert {name for name, _ in entry.related} <= names - {entry.name}
        assert len(entry.synonyms) >= 15, entry.name


@settings(max_examples=examples(300), deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_answered(words, text):
    check_bounds(words.resolve(text))


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "je",
                "cherche",
                "formation",
                "cuisine",
                "mécano",
                "electrcien",
                "namur",
                "l'enfant",
                "pas",
                "quoi",
                "faire",
                "lire",
                "aide-soignant·e",
                "5000",
                "\x00",
                "'",
                "--",
                "vélo",
                "horeca",
                "(ex)détenu",
                "web",
                "Ⅷ",
                "ﬁ",
            ]
        ),
        max_size=40,
    )
)
def test_any_sentence_is_answered(words, parts):
    check_bounds(words.resolve(" ".join(parts)))


def check_bounds(resolution):
    scores = [match.score for match in resolution.matches]
    assert all(0 < score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)
    assert len(set(keys(resolution))) == len(scores) <= 56
    assert len(resolution.unknown_words) <= MAX_WORDS
    assert len(resolution.suggestions) <= 3


@pytest.mark.parametrize(
    "text",
    [
        "menuisiere " * 1000, "x" * 10_000, "électrissien " * 900, "é" * 10_000, "'" * 10_000,
        "·e" * 5_000, "(" * 10_000, "a-" * 5_000, "\u0300" * 10_000, "🙂" * 10_000,
        " ".join(f"mot{n}inconnu" for n in range(1000)),
    ],
)  # fmt: skip
def test_a_very_long_text_costs_little(words, text):
    start = time.perf_counter()
    check_bounds(words.resolve(text))
    assert time.perf_counter() - start < 0.25


def test_typical_queries_take_under_five_milliseconds(words):
    queries = ["cuisine", "je voudrais travailler avec des enfants à Namur", "electrcien", "xyzzy"]
    for query in queries:
        words.resolve(query)
    start = time.perf_counter()
    for _ in range(25):
        for query in queries:
            words.resolve(query)
    assert (time.perf_counter() - start) / 100 < 0.005
