"""Demo content that belongs to no room: texts of the three sites, from public facts.

Each page is made once; what an editor changed since then stays.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.text import slugify
from wagtail.models import Page

from home.desk import redirect_import
from home.models import HomePage, Organisation, SiteBranding, StandardPage
from home.themes import Theme

DATA = Path(__file__).parent / "data"
Block = tuple[str, Any]


@dataclass(frozen=True)
class Text:
    """A page of text: where it stands, what it says."""

    parent: str
    """slug of the parent page, "" for the home page"""
    slug: str
    title: str
    introduction: str
    body: Sequence[Block] = field(default_factory=tuple)
    in_menu: bool = True
    seo_title: str = ""


def _p(*paragraphs: str) -> Block:
    return ("text", "".join(f"<p>{each}</p>" for each in paragraphs))


def _h(text: str, level: str = "2") -> Block:
    return ("heading", {"text": text, "level": level})


def _list(*items: str) -> Block:
    return ("text", "<ul>" + "".join(f"<li>{each}</li>" for each in items) + "</ul>")


def _steps(*steps: tuple[str, str]) -> Block:
    return ("steps", {"steps": [{"title": title, "text": text} for title, text in steps]})


# The foot of every text page of cisp.be says whom to call.
HELP_LINK = '<p><a href="#aide">Parler à quelqu’un</a></p>'


def _questions(*questions: tuple[str, str]) -> Block:
    return (
        "questions",
        {
            "questions": [
                {"question": question, "answer": f"<p>{answer}</p>{HELP_LINK}"}
                for question, answer in questions
            ]
        },
    )


def _facts(source: str, *facts: tuple[str, str, str]) -> Block:
    return (
        "facts",
        {
            "facts": [
                {"value": value, "label": label, "year": year} for value, label, year in facts
            ],
            "source": source,
        },
    )


SECTOR_FACTS = _facts(
    "Interfédé, rapport d’activités 2024 et chiffres-clés 2023",
    ("157", "centres agréés", "2024"),
    ("près de 300", "lieux de formation", "2025"),
    ("14 345", "stagiaires sous contrat", "2023"),
    ("472", "formations différentes", "2023"),
)

CISP_TEXTS = (
    Text(
        "",
        "comment-ca-se-passe",
        "Comment ça se passe ?",
        "De l’appel au premier jour : les étapes, l’argent, et ce que vous recevez à la fin.",
        (
            _steps(
                (
                    "Vous cherchez un lieu",
                    "Tapez votre commune. Choisissez ce que vous voulez apprendre.",
                ),
                (
                    "Vous appelez le centre",
                    "Dites que vous cherchez une formation. On vous donne un rendez-vous.",
                ),
                (
                    "Vous visitez le centre",
                    "Vous voyez les lieux. Vous posez vos questions. C’est gratuit.",
                ),
                (
                    "Vous signez un contrat",
                    "Le contrat de formation dit vos heures, vos droits et vos devoirs.",
                ),
                (
                    "Vous apprenez",
                    "En petit groupe, à votre rythme. Une personne vous suit pendant la formation.",
                ),
                (
                    "Vous préparez la suite",
                    "Le centre vous aide à trouver un emploi ou une autre formation.",
                ),
            ),
            _h("EFT ou DéFI ?"),
            _p(
                "Il y a deux façons d’apprendre dans un CISP.",
                "<b>EFT</b> : vous apprenez en travaillant. Vous faites de vrais chantiers ou "
                "de vrais services, avec un formateur.",
                "<b>DéFI</b> : vous apprenez en groupe, en classe ou en atelier.",
            ),
            _h("Ce que vous recevez"),
            _p(
                "À la fin, le centre vous donne une attestation de fin de formation. "
                "Ce n’est pas un diplôme. Avec elle, vous pouvez demander à faire reconnaître "
                "vos compétences : c’est la validation des compétences.",
            ),
        ),
    ),
    Text(
        "",
        "est-ce-pour-moi",
        "Est-ce pour moi ?",
        "Vous avez plus de 18 ans et vous cherchez un emploi ? Les CISP sont là pour vous.",
        (
            _p("Les formations sont gratuites. Aucun diplôme n’est demandé pour la plupart."),
            _questions(
                (
                    "Je suis au chômage. Est-ce que je garde mes allocations ?",
                    "Cela dépend de votre situation. Demandez-le au centre avant de commencer. "
                    "Le Forem et le CPAS peuvent aussi vous répondre.",
                ),
                (
                    "Je suis à la mutuelle. Est-ce possible ?",
                    "Souvent oui, avec l’accord du médecin-conseil. Appelez le centre : "
                    "il connaît les démarches.",
                ),
                (
                    "Je reçois un revenu du CPAS.",
                    "Parlez de votre projet à votre assistante sociale. Le centre peut l’appeler "
                    "avec vous.",
                ),
                (
                    "Je n’ai ni allocation ni revenu.",
                    "Vous pouvez vous former aussi. Appelez le centre le plus proche.",
                ),
                (
                    "Je lis ou je parle mal le français.",
                    "Il y a des formations pour apprendre à lire, à écrire et à parler français.",
                ),
            ),
            (
                "notice",
                {
                    "title": "Vous avez un doute ?",
                    "text": "<p>Appelez. Personne ne vous dira non au téléphone sans vous proposer "
                    "une autre aide. Les Carrefours et Cités des Métiers vous aident gratuitement."
                    "</p>",
                },
            ),
            _p("Page relue en novembre 2026. Les règles peuvent changer : demandez au centre."),
        ),
        # What people ask: it stands in the window's title, and the search reads it.
        seo_title="Ai-je droit à une formation ? Chômage, mutuelle, CPAS, sans revenu",
    ),
    Text(
        "infos",
        "formations-en-prison",
        "Formations en prison",
        "Des CISP forment aussi des personnes détenues.",
        (
            _p(
                "Ces formations se donnent à l’intérieur des prisons. On ne peut pas les visiter : "
                "elles ne sont donc ni dans la liste, ni sur la carte.",
                "Vous êtes détenu et vous voulez vous former ? Parlez-en au service de la prison "
                "qui s’occupe des formations. Vous préparez votre sortie ? Appelez le centre le "
                "plus proche de chez vous.",
            ),
        ),
    ),
)

INTERFEDE_TEXTS = (
    Text(
        "",
        "a-propos",
        "L’Interfédé",
        "L’Interfédération des centres d’insertion socioprofessionnelle (CISP) réunit les cinq "
        "fédérations du secteur en Wallonie.",
        (
            _p(
                "Les CISP forment des adultes éloignés de l’emploi. Ils proposent trois types de "
                "formation : orientation, formation de base et formation à un métier.",
                "Il y a deux sortes de centres. Dans une EFT (entreprise de formation par le "
                "travail), on apprend en travaillant. Dans une DéFI (démarche de formation et "
                "d’insertion), on apprend en groupe.",
            ),
            SECTOR_FACTS,
            _h("Cinq fédérations"),
            _list(
                "AID – Action intégrée de développement",
                "ALEAP – Association libre soutenant l’émancipation, les apprentissages et la "
                "professionnalisation",
                "CAIPS – Concertation des ateliers d’insertion professionnelle et sociale",
                "Lire et Écrire en Wallonie",
                "UNESSA – Fédération de l’accueil, l’accompagnement, l’aide et les soins aux "
                "personnes",
            ),
            _h("Nous contacter"),
            _p("Rue Marie-Henriette, 19-21, 5000 Namur", "081 74 32 00 – secretariat@interfede.be"),
        ),
    ),
)

PEDATECH_TEXTS = (
    Text(
        "",
        "a-propos",
        "La Péda Tech",
        "La Péda Tech rassemble en un seul lieu le contenu pédagogique du secteur CISP.",
        (
            _h("Ce que vous y trouverez"),
            _list(
                "des outils pédagogiques et des outils d’orientation",
                "des formations en ligne et des kits de formation",
                "une bibliothèque de ressources du secteur et d’articles de recherche",
                "les référentiels du SFMQ et les quinze référentiels de l’Interfédé",
            ),
            _h("Pour qui ?"),
            _p(
                "Pour les formatrices et formateurs des centres, et pour toute personne qui forme "
                "des adultes.",
            ),
        ),
    ),
)

HOME_BODIES: dict[Theme, tuple[str, tuple[Block, ...]]] = {
    Theme.CISP: (
        "<p>Les formations des CISP sont gratuites. Aucun diplôme n’est demandé pour la plupart."
        "</p>",
        (),
    ),
    Theme.INTERFEDE: (
        "<p>L’Interfédé réunit les cinq fédérations des centres d’insertion socioprofessionnelle "
        "de Wallonie : elle les représente, les outille et fait connaître leur travail.</p>",
        (
            _h("Le secteur en chiffres"),
            SECTOR_FACTS,
        ),
    ),
    Theme.PEDATECH: (
        "<p>Outils, référentiels et formations en ligne, choisis pour les formatrices et "
        "formateurs des CISP.</p>",
        (),
    ),
}


def _privacy(
    own: Sequence[str] = (), kept: Sequence[str] = (), cookies: str = "", embeds: str = ""
) -> Text:
    """«Vie privée et cookies»: what every site does, and what this one does beside.

    True of the code: home.visits, search.recorded, config.retention. Whoever changes these changes
    this text.
    """
    return Text(
        "infos",
        "vie-privee",
        "Vie privée et cookies",
        "Ce site ne vous suit pas.",
        (
            _h("Pendant votre visite"),
            _list(
                f"Aucun cookie n’est déposé tant que vous lisez ou cherchez.{cookies}",
                "Aucune autre entreprise ne reçoit votre adresse : textes, cartes, images et sons "
                f"viennent de notre serveur.{embeds}",
                *own,
            ),
            _h("Ce que nous comptons"),
            _p(
                "Pour savoir ce qui sert, nous comptons par jour et par site : les pages lues, les "
                "fichiers téléchargés, les recherches et les numéros de téléphone touchés.",
                "Un compte dit un jour et une page, rien d’autre : ni votre adresse, ni l’heure, ni "
                "un numéro qui vous suivrait. Nous ne savons donc pas combien de personnes viennent.",
                "Votre navigateur peut demander de ne pas être suivi (« Global Privacy Control » ou "
                "« Do Not Track ») : alors, votre visite n’est même pas comptée.",
            ),
            _h("Combien de temps"),
            _list(
                "Les mots cherchés : 90 jours. Ce qui ressemble à une adresse ou à un numéro n’est "
                "pas gardé.",
                "Le journal technique ne contient ni adresse, ni mots cherchés, ni position.",
                *kept,
                "Les copies de secours : 12 mois au plus.",
            ),
            _h("Vos droits"),
            _p(
                "Vous pouvez demander ce que nous savons de vous, le faire corriger ou effacer. "
                "Écrivez à secretariat@interfede.be ou appelez le 081 74 32 00. Nous répondons dans "
                "le mois.",
                "Vous n’êtes pas d’accord avec notre réponse ? L’Autorité de protection des données "
                "reçoit les plaintes : "
                '<a href="https://www.autoriteprotectiondonnees.be/">autoriteprotectiondonnees.be</a>.',
                "Responsable : l’Interfédération des CISP, rue Marie-Henriette, 19-21, 5000 Namur.",
            ),
        ),
    )


FORM_COOKIE = " Quelques formulaires en déposent un, qui les protège et ne sert à rien d’autre."
PRIVACY = {
    Theme.CISP: _privacy(
        own=(
            "« Autour de moi » utilise votre position une seule fois, arrondie à cent mètres environ. "
            "Nous ne la gardons pas.",
        ),
    ),
    Theme.INTERFEDE: _privacy(
        cookies=FORM_COOKIE,
        kept=(
            "Les commentaires des relectrices et relecteurs de L’essor : six mois après la fin de "
            "leur lien.",
        ),
    ),
    Theme.PEDATECH: _privacy(
        cookies=f"{FORM_COOKIE} Si vous vous connectez, un autre garde votre connexion.",
        embeds=" Une vidéo ou un contenu d’un autre site ne se charge que si vous le demandez.",
        own=(
            "Votre liste de ressources et ce que vous notez dans une grille restent dans votre "
            "navigateur ; la liste aussi dans votre compte, si vous en avez un.",
        ),
        kept=(
            "Votre compte : votre nom, votre adresse e-mail, vos espaces de formation, jusqu’à ce "
            "que vous demandiez de l’effacer.",
            "Votre avancement dans une activité : 24 mois sans y revenir.",
            "Une invitation à un espace : six mois après son usage ou sa fin.",
            "Une proposition de ressource : 12 mois après un refus, 24 mois après l’accord. La page "
            "publiée reste.",
        ),
    ),
}

LEGAL = (
    Text(
        "infos",
        "accessibilite",
        "Accessibilité",
        "Nous voulons que chacun puisse lire et utiliser ce site.",
        (
            _p(
                "Nous visons la norme WCAG 2.2, niveau AA. Le site s’utilise au clavier, avec un "
                "lecteur d’écran, sur un petit écran et sans JavaScript.",
            ),
            _h("Ce que nous savons encore imparfait"),
            _list(
                "La carte est difficile à lire sans la vue : la liste donne les mêmes "
                "informations.",
                "Des fichiers PDF anciens ne sont pas accessibles : demandez-nous leur contenu.",
            ),
            _h("Un problème ?"),
            _p("Écrivez à secretariat@interfede.be ou appelez le 081 74 32 00."),
            _p("Déclaration écrite en novembre 2026."),
        ),
    ),
    Text(
        "infos",
        "contact",
        "Contact et mentions légales",
        "Ce site est publié par l’Interfédération des centres d’insertion socioprofessionnelle.",
        (
            _p(
                "Rue Marie-Henriette, 19-21, 5000 Namur",
                "Téléphone : 081 74 32 00",
                "E-mail : secretariat@interfede.be",
            ),
        ),
    ),
)

TEXTS: dict[Theme, tuple[Text, ...]] = {
    Theme.CISP: (*CISP_TEXTS, PRIVACY[Theme.CISP], *LEGAL),
    Theme.INTERFEDE: (*INTERFEDE_TEXTS, PRIVACY[Theme.INTERFEDE], *LEGAL),
    Theme.PEDATECH: (*PEDATECH_TEXTS, PRIVACY[Theme.PEDATECH], *LEGAL),
}


def load_organisations() -> None:
    """The federations, Interfédé and the bodies that publications name."""
    with (DATA / "organisations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            acronym = row.pop("acronym")
            Organisation.objects.get_or_create(
                acronym=acronym, defaults={**row, "slug": slugify(acronym.replace("’", " "))}
            )


def load() -> int:
    """Make the missing texts of the three sites; returns the number of pages made."""
    made = 0
    for branding in SiteBranding.objects.select_related("site__root_page"):
        theme = Theme(branding.theme)
        home = branding.site.root_page.specific
        _fill_home(home, theme)
        for text in TEXTS[theme]:
            made += add_text(home, text)
    return made


def _fill_home(home: HomePage, theme: Theme) -> None:
    if home.introduction or home.body:
        return
    home.introduction, body = HOME_BODIES[theme]
    home.body = list(body)
    home.save_revision().publish()


def add_text(home: Page, text: Text) -> bool:
    """Make one text under the home page or under one of its children; False when it exists."""
    parent = home
    if text.parent:
        parent = home.get_children().get(slug=text.parent)
    if parent.get_children().filter(slug=text.slug).exists():
        return False
    page = StandardPage(
        title=text.title,
        slug=text.slug,
        introduction=text.introduction,
        search_description=text.introduction[:300],
        show_in_menus=text.in_menu,
        seo_title=text.seo_title,
    )
    page.body = list(text.body)
    parent.add_child(instance=page)
    page.save_revision().publish()
    return True


OLD_ADDRESSES = DATA / "redirections.csv"


def load_redirects() -> int:
    """The addresses of today's sites that others link to, led to the pages that took their place;
    those that stand already are left alone. Called when every room has its pages.
    """
    planned = redirect_import.plan(redirect_import.read(OLD_ADDRESSES.read_bytes()), None)
    added = [each for each in planned if each.effect is redirect_import.Effect.ADD]
    return redirect_import.apply(added, None)
