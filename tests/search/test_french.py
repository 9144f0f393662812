"""French analysis: what must meet, what must stay apart (feature Q-02)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.french import MAX_WORD, fold, root, sound, stem, stems, tokens, words

# (what is typed, what stands in the text): every stem typed must be in the text.
MEET = [
    # Accents, case, ligatures, cedilla.
    ("electricite", "électricité"), ("ÉLECTRICITÉ", "électricité"), ("macon", "maçon"),
    ("maconnerie", "Maçonnerie"), ("gros oeuvre", "gros œuvre"), ("coeur", "cœur"),
    ("Ex aequo", "ex æquo"), ("francais", "français"), ("pâtisserie", "patisserie"),
    ("MÉTIER", "métier"), ("theatre", "théâtre"), ("eco-construction", "éco‑construction"),
    # Apostrophes and elision.
    ("orientation", "l’orientation"), ("accueil", "agent d'accueil"), ("enfance", "de l’enfance"),
    ("l'électricité", "électricité"), ("l electricite", "électricité"), ("ouvrage", "femme d´ouvrage"),
    ("aujourd'hui", "aujourd’hui"), ("atelier", "qu'atelier"), ("entretien", "d`entretien"),
    # Hyphens and dashes.
    ("auto école", "auto-école"), ("titres services", "titres‑services"),
    ("aide-soignante", "aide soignante"), ("boulangerie pâtisserie", "boulangerie–pâtisserie"),
    ("éco construction", "éco-construction"), ("chauffeur livreur", "chauffeur-livreur"),
    # Plural.
    ("formation", "formations"), ("formations", "formation"), ("bureau", "bureaux"),
    ("animal", "animaux"), ("animaux", "animal"), ("cheval", "chevaux"), ("gâteaux", "gâteau"),
    ("travaux", "travail"), ("châssis", "chassis"), ("hôpital", "hôpitaux"), ("jeu", "jeux"),
    ("bijoux", "bijou"), ("tuyau", "tuyaux"), ("vidéo", "vidéos"), ("toit", "toits"),
    ("personne âgée", "personnes âgées"), ("panneaux solaires", "panneau solaire"),
    ("outil numérique", "outils numériques"), ("métal", "métaux"), ("page", "pages"),
    ("vitraux", "vitrail"), ("social", "sociaux"),
    # Feminine and masculine of trades.
    ("boulangère", "boulanger"), ("boulangères", "boulanger"), ("boulanger", "boulangers"),
    ("serveuse", "serveur"), ("serveuses", "serveurs"), ("coiffeuse", "coiffeur"),
    ("infirmière", "infirmier"), ("cuisinière", "cuisinier"), ("vendeuse", "vendeur"),
    ("technicienne", "technicien"), ("électricienne", "électricien"), ("formatrice", "formateur"),
    ("formatrices", "formateurs"), ("conductrice", "conducteur"), ("couturière", "couturier"),
    ("bouchère", "boucher"), ("maraîchère", "maraîcher"), ("bûcheronne", "bûcheron"),
    ("hôtesse", "hôte"), ("agente", "agent"), ("employée", "employé"), ("ouvrière", "ouvrier"),
    ("puéricultrice", "puériculteur"), ("administrative", "administratif"),
    ("professionnelle", "professionnel"), ("étrangère", "étranger"), ("accueillante", "accueillant"),
    ("heureuse", "heureux"), ("sociale", "social"), ("assistante", "assistant"),
    ("directrice", "directeur"), ("mécanicienne", "mécanicien"), ("française", "français"),
    # Inclusive forms.
    ("formatrice", "formateur·rice"), ("formateur", "formateur·rice"),
    ("formateurs", "formateur·rice·s"), ("formatrices", "formateurs·rices"),
    ("formatrice", "formateur-rice"), ("formatrice", "formateur.rice"),
    ("technicienne", "technicien·ne"), ("employée administrative", "Employé·e administratif·ve"),
    ("vendeuse", "vendeur(se)"), ("vendeuse", "vendeur/euse"), ("ouvrière", "ouvrier·ère"),
    ("aide-ménagère sociale", "aide-ménager·e social·e"), ("boulangère", "boulanger(ère)"),
    ("détenus", "(ex)détenus"), ("insertion", "(ré)insertion"), ("étudiants", "étudiant(e)s"),
    ("stagiaire", "stagiaires"), ("participante", "participant•e•s"), ("coiffeuse", "coiffeur‧se"),
    # Verbs.
    ("cuisiner", "cuisine"), ("souder", "je soude"), ("nettoyer", "je nettoie"),
    ("coudre", "je couds"), ("lire", "je lis"), ("écrire", "j'écris"), ("conduire", "il conduit"),
    ("réparer", "réparation"), ("garder", "garde"), ("jardiner", "jardin"),
]  # fmt: skip

APART = [
    ("formation", "formulaire"), ("formation", "forme"), ("formation", "format"),
    ("formateur", "format"), ("formateur", "forme"), ("formation", "formateur"),
    ("cours", "cour"), ("cours", "courses"), ("bois", "boire"), ("porte", "portier"),
    ("agent", "agenda"), ("police", "politique"), ("mode", "modèle"), ("mode", "moderne"),
    ("environnement", "environs"), ("communication", "commune"), ("faute", "il faut"),
    ("réfugié", "refuge"), ("saucisse", "sauce"), ("terrasse", "terre"), ("berge", "berger"),
    ("ambulance", "ambulant"), ("crêpe", "crépi"), ("châssis", "chasse"), ("élever", "élévateur"),
    ("collecte", "collection"), ("traitement", "traite"), ("animation", "animaux"),
    ("personne", "personnel"), ("général", "génération"), ("station", "stationner"),
    ("orientation", "original"), ("cuisinière", "cuisse"), ("restaurer", "restaurant"),
    ("salle", "sale"), ("toit", "toilette"), ("peinture", "peine"), ("plombier", "plomb"),
    ("vente", "vent"), ("chauffeur", "chauffage"), ("mécanicien", "mécanisme"), ("bouche", "boucher"),
]  # fmt: skip


def meets(query, text):
    wanted = stems(query)
    return bool(wanted) and set(wanted) <= set(stems(text))


@pytest.mark.parametrize(("query", "text"), MEET)
def test_meet(query, text):
    assert meets(query, text), (stems(query), stems(text))


@pytest.mark.parametrize(("query", "text"), APART)
def test_stay_apart(query, text):
    assert not meets(query, text), (stems(query), stems(text))


def test_the_tables_are_as_long_as_the_feature_asks():
    assert len(MEET) >= 80
    assert len(APART) >= 30


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L’Électricité", "l'electricite"),
        ("Œuvre  d´art\u00a0: 3 €", "oeuvre d'art : 3 €"),
        ("éco‑construction", "eco-construction"),
        ("A\x00B\tC\nD", "a b c d"),
        ("ﬁn Ｎａｍｕｒ", "fin namur"),
        ("jardi\u00adnage", "jardinage"),
        ("", ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


def test_words_keep_grammar_and_tokens_do_not():
    assert words("Je ne sais pas lire l’heure") == ["je", "ne", "sais", "pas", "lire", "heure"]
    assert tokens("Où trouver une formation près de chez moi ?") == ["trouver", "formation", "pres"]


def test_the_letter_of_a_licence_stays_but_an_elided_one_goes():
    assert words("permis B") == ["permis", "b"]
    assert words("d electricien") == ["electricien"]


def test_ordinary_hyphens_dots_and_slashes_are_no_inclusive_forms():
    assert words("porte-fenêtre") == ["porte", "fenetre"]
    assert words("sous-sol") == ["sous", "sol"]
    assert words("bois.Peinture") == ["bois", "peinture"]
    assert words("aide-soignante") == ["aide", "soignante"]


@pytest.mark.parametrize(
    "family",
    [
        ("souder", "soudeur", "soudure", "soudage"),
        ("menuisier", "menuiserie"),
        ("carreleur", "carrelage"),
        ("électricien", "électricité", "électrique"),
        ("maçon", "maçonnerie"),
        ("jardin", "jardinier", "jardinage"),
        ("plafonneur", "plafonnage"),
        ("peintre", "peinture"),
    ],
)
def test_root_joins_a_family(family):
    assert len({root(word) for word in family}) == 1


@pytest.mark.parametrize(
    ("heard", "right"),
    [
        ("boulangé", "boulanger"), ("plombié", "plombier"), ("mekanik", "mécanique"),
        ("fotografe", "photographe"), ("informatic", "informatique"), ("masson", "maçon"),
        ("elektricien", "électricien"), ("mecanisien", "mécanicien"), ("couturrière", "couturière"),
        ("chofeur", "chauffeur"), ("anfant", "enfant"), ("conptabilité", "comptabilité"),
        ("jardinié", "jardinier"), ("kuisine", "cuisine"),
    ],
)  # fmt: skip
def test_spelling_by_ear(heard, right):
    assert sound(heard) == sound(right) != ""


@given(st.text(max_size=300))
def test_any_text_is_analysed(text):
    for token in tokens(text):
        assert 0 < len(token) <= MAX_WORD
        assert stem(token)
        root(token)
        sound(token)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Z"]), max_size=60))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.sampled_from([query for query, _ in MEET]))
def test_case_and_surrounding_space_do_not_matter(query):
    assert stems(f"  {query.upper()}\n") == stems(query)
