"""Demo decision trees, online trainings and spaces. Safe to run again: what exists stays."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Page

from home.models import HomePage, StandardPage
from pedatech.models import (
    DecisionTreePage,
    InteractivePackage,
    Membership,
    ReferentialPage,
    ResourceActivity,
    ResourcePage,
    SpaceIndexPage,
    SpaceMessage,
    SpacePage,
)
from pedatech.models.contributions import GROUP
from pedatech.models.spaces import add_months
from pedatech.packages.store import store

DATA = Path(__file__).resolve().parents[1] / "data" / "paquets"
GUIDE = "guide-de-prise-en-main-de-la-methodologie-referentielle"
WORDS = "vocabulaire-specifique-a-la-demarche-referentielle"
BASICS = "guide-grille-generique-des-savoirs-de-base-en-situation-professionnelle"
ORIENTATION = "ressources-utiles-dans-le-domaine-de-l-orientation"
COPROFOR = "guide-d-accompagnement-a-la-coprofor"
ACCOUNTS = (
    ("participant-demo", "Participant", Membership.Role.PARTICIPANT),
    ("formatrice-demo", "Formatrice", Membership.Role.TRAINER),
)


def load(home: HomePage) -> int:
    """Trees, packages and spaces; returns the number of pages made."""
    packages = load_packages()
    return load_trees(home) + load_spaces(home, packages)


# --- Packages ------------------------------------------------------------------------------------


def pack(name: str) -> io.BytesIO:
    """A package of `data/paquets/` as the zip that an editor would send; the same bytes each time."""
    out = io.BytesIO()
    folder = DATA / name
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            info = zipfile.ZipInfo(str(path.relative_to(folder)), (2026, 1, 1, 0, 0, 0))
            archive.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED)
    out.seek(0)
    return out


def load_packages() -> dict[str, InteractivePackage]:
    """The quiz and the visit, each on a resource of the catalogue."""
    made = {}
    for name, title, slug in (
        ("quiz", "", WORDS),
        ("visite", "Visite d’un centre imaginaire", "cisp-quesako"),
    ):
        file = pack(name)
        stored = store(file, file.getbuffer().nbytes)
        package = InteractivePackage.objects.filter(sha256=stored.sha256).first()
        if package is None:
            package = InteractivePackage(title=title)
            package.keep(stored)
            package.save()
        made[name] = package
        page = ResourcePage.objects.live().filter(slug=slug).first()
        if page and not page.activities.filter(package=package).exists():
            page.activities.add(ResourceActivity(package=package))
            page.save_revision().publish()
    return made


# --- Trees -----------------------------------------------------------------------------------------


class _Targets:
    """Pages of the catalogue by their slug; what is not there is left out."""

    def __init__(self) -> None:
        resources = ResourcePage.objects.live().public()
        self.by_slug = dict(resources.values_list("slug", "pk"))
        referentials = ReferentialPage.objects.live().public().order_by("title", "pk")
        self.referentials = dict(referentials.values_list("title", "pk"))

    def of(self, *wanted: tuple[str, str]) -> list[dict[str, Any]]:
        """`(slug or beginning of the title of a référentiel, reason)`, the first comes first."""
        found: list[dict[str, Any]] = []
        for name, reason in wanted:
            page = self.by_slug.get(name) or next(
                (pk for title, pk in self.referentials.items() if name in title), None
            )
            if page:
                found.append({"page": page, "priority": len(found) + 1, "reason": reason})
        return found or [
            {
                "page": self.by_slug[GUIDE],
                "priority": 1,
                "reason": "Pour commencer, quel que soit le métier.",
            }
        ]


def _question(code: str, text: str, help_text: str, *answers: tuple[str, Any]) -> dict[str, Any]:
    return {
        "type": "question",
        "value": {
            "code": code,
            "text": text,
            "help": help_text,
            "answers": [
                {
                    "label": label,
                    "next_code": to if isinstance(to, str) else "",
                    "targets": [] if isinstance(to, str) else to,
                }
                for label, to in answers
            ],
        },
    }


def load_trees(home: HomePage) -> int:
    """The two logigrams, from neutral content."""
    targets = _Targets()
    if GUIDE not in targets.by_slug:
        return 0
    to = targets.of
    professional = (
        _question(
            "metier",
            "Le métier que vous visez a-t-il un référentiel ?",
            "La liste des référentiels est dans le catalogue.",
            ("Oui", "edition"),
            ("Non", "proche"),
            ("Je ne sais pas", to((WORDS, "Pour savoir ce qu’est un référentiel."), (GUIDE, ""))),
        ),
        _question(
            "edition",
            "Votre programme suit-il déjà ce référentiel ?",
            "",
            ("Oui, en entier", to((COPROFOR, "Pour faire reconnaître la formation."), (GUIDE, ""))),
            ("En partie", "epreuve"),
            ("Non", to((GUIDE, "Pour bâtir le programme pas à pas."), (WORDS, "Pour les mots."))),
        ),
        _question(
            "epreuve",
            "Préparez-vous à une épreuve de validation des compétences ?",
            "",
            (
                "Oui",
                to(
                    ("se-preparer-a-une-epreuve-exemple", "Une fiche pour les stagiaires."),
                    (GUIDE, "Pour situer l’épreuve dans le programme."),
                ),
            ),
            ("Non", to((GUIDE, "Pour compléter le programme."), (BASICS, ""))),
        ),
        _question(
            "proche",
            "Y a-t-il un métier proche qui en a un ?",
            "Par exemple un métier de la même famille.",
            ("Oui", "edition"),
            (
                "Non",
                to(
                    (GUIDE, "Pour écrire votre propre cadre."),
                    (BASICS, "Pour les savoirs de base."),
                ),
            ),
        ),
    )
    basic = (
        _question(
            "but",
            "Que veut la personne d’abord ?",
            "Une seule réponse : ce qui compte le plus pour elle aujourd’hui.",
            ("Mieux lire, écrire, compter", "situation"),
            ("Se servir du numérique", "niveau"),
            ("Trouver sa voie", to((ORIENTATION, "Des outils pour faire le point."))),
        ),
        _question(
            "situation",
            "A-t-elle un projet de métier ?",
            "",
            (
                "Oui",
                to(
                    (BASICS, "Les savoirs de base dans les gestes du métier."),
                    ("calculer-une-surface-au-chantier-exemple", "Un exemple."),
                ),
            ),
            (
                "Pas encore",
                to(
                    ("lire-un-horaire-de-bus-exemple", "Pour la vie de tous les jours."),
                    (ORIENTATION, "Pour préparer la suite."),
                ),
            ),
        ),
        _question(
            "niveau",
            "A-t-elle déjà un usage seul de l’ordinateur ou du téléphone ?",
            "",
            (
                "Oui",
                to(("canva", "Pour créer avec un outil."), ("genially", "Pour aller plus loin.")),
            ),
            ("Non", to((BASICS, "Pour commencer par des situations simples."))),
        ),
    )
    made = 0
    for title, slug, introduction, questions in (
        (
            "Logigramme sur la formation professionnalisante",
            "logigramme-formation-professionnalisante",
            "Quelques questions pour arriver au bon référentiel quand on prépare à un métier. "
            "Les questions sont une démonstration.",
            professional,
        ),
        (
            "Logigramme sur la formation de base",
            "logigramme-formation-de-base",
            "Quelques questions pour choisir une ressource de formation de base. "
            "Les questions sont une démonstration.",
            basic,
        ),
    ):
        if Page.objects.child_of(home).filter(slug=slug).exists():
            continue
        page = DecisionTreePage(
            title=title,
            slug=slug,
            introduction=introduction,
            search_description=introduction,
            questions=json.dumps(questions),
        )
        home.add_child(instance=page)
        page.save_revision().publish()
        made += 1
    return made + _page_of_trees(home)


def _page_of_trees(home: HomePage) -> int:
    """« Choisir un référentiel », in the menu: cards of the two trees."""
    if Page.objects.child_of(home).filter(slug="choisir").exists():
        return 0
    trees = list(DecisionTreePage.objects.child_of(home).live().order_by("-title"))
    introduction = "Quelques questions, et vous arrivez à la ressource qu’il vous faut."
    page = StandardPage(
        title="Choisir un référentiel",
        slug="choisir",
        show_in_menus=True,
        introduction=introduction,
        search_description=introduction,
        body=[("pages", {"title": "Les logigrammes", "pages": trees})],
    )
    home.add_child(instance=page)
    page.save_revision().publish()
    return 1


# --- Spaces ------------------------------------------------------------------------------------------


def load_spaces(home: HomePage, packages: dict[str, InteractivePackage]) -> int:
    """One space under way, one that is finished and read-only."""
    index = SpaceIndexPage.objects.child_of(home).get()
    today = timezone.localdate()
    first = today - timedelta(days=7)
    guide = ResourcePage.objects.live().filter(slug=GUIDE).first()
    content: list[tuple[str, Any]] = [
        ("text", "<p>Une démonstration : les textes de cet espace ne viennent de personne.</p>")
    ]
    if guide:
        content.append(
            ("resource", {"page": guide, "note": "À parcourir avant la première séance."})
        )
    made = _space(
        index,
        "Prendre en main la démarche référentielle",
        starts_on=first,
        ends_on=first + timedelta(days=28),
        place="Namur",
        introduction="Le programme, les fichiers et les messages de la formation.",
        programme=[
            (
                "session",
                {"day": first, "hours": "9 h – 16 h", "place": "Namur", "subject": "Les mots"},
            ),
            (
                "session",
                {
                    "day": first + timedelta(days=28),
                    "hours": "9 h – 16 h",
                    "place": "Namur",
                    "subject": "Bâtir un programme",
                },
            ),
        ],
        content=[*content, ("activity", packages["quiz"])],
    )
    ended = add_months(today, -14)
    made += _space(
        index,
        "Animer avec des outils numériques",
        starts_on=ended - timedelta(days=30),
        ends_on=ended,
        place="Charleroi",
        introduction="Une formation finie : on peut encore lire.",
        content=content[:1],
    )
    _accounts(index)
    return made


def _space(index: SpaceIndexPage, title: str, **fields: Any) -> int:
    if SpacePage.objects.child_of(index).filter(title=title).exists():
        return 0
    page = SpacePage(title=title, search_description="Espace réservé aux participants.", **fields)
    index.add_child(instance=page)
    page.save_revision().publish()
    SpaceMessage.objects.create(
        space=page, text="Bienvenue. Ce message est une démonstration : il n’a pas d’auteur."
    )
    return 1


def _accounts(index: SpaceIndexPage) -> Sequence[str]:
    """Demo members, only where the settings name a demo log-in (never in production)."""
    login = getattr(settings, "DEMO_LOGIN", None)
    if not login:
        return ()
    for name, first_name, role in ACCOUNTS:
        user, created = get_user_model().objects.get_or_create(
            username=name,
            defaults={
                "first_name": first_name,
                "last_name": "de démonstration",
                "email": f"{name}@example.org",
            },
        )
        if created:
            user.set_password(login[1])
            user.save()
            user.groups.add(*Group.objects.filter(name=GROUP))
        for space in SpacePage.objects.child_of(index):
            Membership.objects.get_or_create(
                space=space, user=user, defaults={"role": role, "origin": "démonstration"}
            )
    return [name for name, _first, _role in ACCOUNTS]
