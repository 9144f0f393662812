"""What `load_demo` does not make and the journeys need; prints what they must know as JSON.

Run as a program, with the settings of the server under test (see `conftest.built`):
the tests themselves never open a database.
"""

import json
from datetime import time, timedelta

import django

LONG_TITLE = (
    "Centre d’insertion socioprofessionnelle et d’accompagnement vers l’emploi durable "
    "«Anticonstitutionnellement» de l’arrondissement de Dinant-Philippeville"
)
WITHOUT_POINT = "Atelier sans adresse exacte"
EDITOR = ("journeys", "journeys-and-nothing-else")


def add_events(homes) -> dict[str, str]:
    """A coming event on each site, and a past one on cisp.be."""
    from django.utils import timezone

    from home.documents import process
    from home.models import EventPage
    from tests.files import make_document

    document = make_document(title="Plan d’accès et programme complet de la journée")
    process(document)
    image = add_picture()
    image.decorative, image.contextual_alt_text = False, "Un atelier de menuiserie"
    soon = timezone.now() + timedelta(days=30)
    paths = {}
    for theme, home in homes.items():
        event = EventPage(
            title="Portes ouvertes des centres",
            slug="portes-ouvertes",
            introduction="Venez voir les ateliers et poser vos questions.",
            starts_at=soon,
            ends_at=soon + timedelta(hours=5),
            place="Namur, rue Marie-Henriette 19",
            body=[("text", "<p>L’entrée est gratuite.</p>")],
            registration_url="https://www.wallonie.be/",
            speakers="Une formatrice, centre de démonstration\nUn stagiaire",
            programme=[
                ("item", {"time": time(9, 30), "title": "Accueil", "speaker": ""}),
                ("item", {"time": None, "title": "Visite des ateliers", "speaker": "Une équipe"}),
            ],
            documents=[("document", document)],
            album=[("photo", {"image": image, "caption": "Un atelier"}) for _ in range(3)],
        )
        home.add_child(instance=event)
        paths[theme] = event.get_url()
    past = EventPage(title="Journée passée", slug="passee", starts_at=soon - timedelta(days=90))
    homes["cisp"].add_child(instance=past)
    paths["past"] = past.get_url()
    return paths


def add_picture():
    """An image of one colour with its description and its credit."""
    from io import BytesIO

    from django.core.files.base import ContentFile
    from PIL import Image

    from home.models import SiteImage

    png = BytesIO()
    Image.new("RGB", (1200, 750), "#0b6a70").save(png, "PNG")
    return SiteImage.objects.create(
        title="Atelier",
        description="Un atelier de menuiserie",
        credit="Pillow",
        file=ContentFile(png.getvalue(), name="atelier.png"),
    )


def add_every_block(homes) -> dict[str, str]:
    """A standard page with every block of the body, on each site."""
    from django.core.files.base import ContentFile
    from wagtail.blocks.stream_block import StreamValue

    from home.models import SiteDocument, StandardPage

    image = add_picture()
    document = SiteDocument(
        title="Brochure du secteur", file=ContentFile(b"Se former.\n" * 200, name="brochure.txt")
    )
    document.file_size = document.file.size
    document.save()

    raw = [
        ("heading", {"text": "Un titre dans le texte", "level": "2"}),
        (
            "text",
            "<p>Un texte avec <b>du gras</b>, un <a href='https://www.wallonie.be/'>lien</a> et un "
            "mot interminable : anticonstitutionnellement-anticonstitutionnellement.</p>"
            "<ul><li>Un point</li><li>Un autre</li></ul>",
        ),
        ("heading", {"text": "Un sous-titre", "level": "3"}),
        (
            "figure",
            {
                "image": {
                    "image": image.pk,
                    "alt_text": "Un atelier de menuiserie",
                    "decorative": False,
                },
                "caption": "Un atelier à Namur",
            },
        ),
        ("quote", {"quote": "J’ai repris confiance.", "source": "Une stagiaire"}),
        ("steps", {"steps": [{"title": "Appeler", "text": "Le centre répond."}] * 3}),
        ("notice", {"title": "À savoir", "text": "<p>La formation est gratuite.</p>"}),
        ("button", {"label": "Aller à l’accueil", "page": None, "url": "https://www.forem.be/"}),
        ("files", {"title": "À télécharger", "files": [document.pk]}),
        (
            "facts",
            {
                "facts": [{"value": "14 345", "label": "stagiaires", "year": "2023"}] * 3,
                "source": "Rapport d’activités",
            },
        ),
        (
            "questions",
            {"questions": [{"question": "C’est payant ?", "answer": "<p>Non.</p>"}] * 2},
        ),
        (
            "table",
            {
                "columns": [
                    {"type": "text", "heading": "Province"},
                    {"type": "number", "heading": "Lieux"},
                ],
                "rows": [{"values": ["Namur", 42]}, {"values": ["Liège", 73]}],
                "caption": "Lieux par province",
            },
        ),
    ]
    paths = {}
    for theme, home in homes.items():
        pages = ("pages", {"title": "À lire aussi", "pages": [home.pk]})
        page = StandardPage(
            title="Tous les blocs", slug="tous-les-blocs", introduction="Chaque bloc une fois."
        )
        page.body = StreamValue(
            page.body.stream_block,
            [{"type": kind, "value": value} for kind, value in [*raw, pages]],
            is_lazy=True,
        )
        home.add_child(instance=page)
        paths[theme] = page.get_url()
    return paths


def add_sites(finder) -> dict[str, object]:
    """A site with everything and a very long title, one without a point, both in Namur."""
    from django.utils import timezone

    from cisp_map.models import Centre, Locality, Offer, Trade, TrainingSitePage

    today = timezone.localdate()
    namur = Locality.objects.get(slug="5000-namur")
    centre = Centre.objects.order_by("pk").first()
    trades = list(Trade.objects.order_by("pk")[:3])
    full = TrainingSitePage(
        title=LONG_TITLE,
        slug="tout-namur",
        centre=centre,
        address="Avenue du Bourgmestre Jean Materne 123 bte 4",
        locality=namur,
        location=f"SRID=4326;POINT({namur.lng + 0.004} {namur.lat - 0.003})",
        phone="081 74 32 00",
        email="une.adresse.vraiment.tres.longue.pour.un.centre@centre-de-demonstration.example",
        website="https://www.centre-de-demonstration.example/une/adresse/vraiment/longue/",
        opening_hours="Lundi au vendredi : 9 h à 16 h\nFermé le mercredi après-midi",
        access_notes="<p>Bus 4, arrêt <b>Jambes</b>.</p>",
        audience="Toute personne de plus de 18 ans, sans diplôme",
        wheelchair=True,
        verified_on=today,
    )
    bare = TrainingSitePage(
        title=WITHOUT_POINT, slug="sans-point-namur", centre=centre, locality=namur
    )
    for page in (full, bare):
        finder.add_child(instance=page)
    starts = ("toute-annee", "liste", "date")
    for order, (trade, start) in enumerate(zip(trades, starts, strict=True)):
        full.offers.add(
            Offer(
                trade=trade,
                method="EFT" if order else "DéFI",
                schedule="temps-plein",
                duration="6 à 18 mois",
                start_kind=start,
                starts_on=today + timedelta(days=40) if start == "date" else None,
                start_confirmed_on=today if start == "date" else None,
                conditions="Avoir 18 ans",
                sort_order=order,
            )
        )
    bare.offers.add(Offer(trade=trades[0], method="EFT"))
    for page in (full, bare):
        page.save_revision().publish()
    empty = TrainingSitePage.objects.filter(offers__isnull=True, live=True).first()
    return {
        "full": {"id": full.pk, "path": full.get_url(), "course": trades[0].slug},
        "bare": {"id": bare.pk, "path": bare.get_url()},
        "empty": {"id": empty.pk, "path": empty.get_url()},
    }


def untranslated(home) -> dict:
    """A French page of cisp.be that nobody has translated, and a trade that some place teaches."""
    from cisp_map.models import FinderPage, Offer, Trade, TradeFamily

    page = home.get_descendants().get(slug="accessibilite")
    trade = Trade.objects.create(
        locale=home.locale,
        name="Ferblanterie",
        slug="ferblanterie",
        family=TradeFamily.objects.in_french().get(slug="metal-et-industrie"),
        category="professionnalisante",
        words="ferblantier",
    )
    place = FinderPage.source().get_children().live().order_by("path").last().specific
    Offer.objects.create(page=place, trade=trade, sort_order=99)
    return {"id": page.pk, "trade": trade.pk}


def main() -> None:
    """Add everything; print the manifest."""
    django.setup()
    from django.contrib.auth import get_user_model
    from django.db import transaction
    from wagtail.models import Site

    from cisp_map.models import FinderPage
    from tests.journeys import desk
    from tests.journeys.states import ROOMS

    with transaction.atomic():
        homes = {site.sitebranding.theme: site.root_page.specific for site in Site.objects.all()}
        name, password = EDITOR
        get_user_model().objects.create_superuser(name, password=password)
        manifest = {
            "events": add_events(homes),
            "blocks": add_every_block(homes),
            "sites": add_sites(FinderPage.source()),
            "editor": EDITOR,
            "translation": untranslated(homes["cisp"]),
        }
        themes = ("interfede", "interfede", "pedatech", "interfede", "cisp")
        for room, theme in zip(ROOMS, themes, strict=True):
            manifest[room.NAME] = room.seed(homes[theme])
        manifest["desk"] = desk.seed(homes, manifest["translation"]["id"])
    # Wagtail gives whole addresses when there are several sites: keep the paths.
    manifest = _paths(manifest)
    manifest["page_types"] = page_types(manifest, homes)
    print(json.dumps(manifest))


def page_types(manifest, homes) -> dict[str, list[str]]:
    """Type of page → the states that show one: `{"home.StandardPage": ["cisp/a-propos", …]}`."""
    from django.http import Http404
    from django.test import RequestFactory

    from tests.journeys.states import all_states

    found: dict[str, list[str]] = {}
    for state in all_states(manifest):
        path = str(state.parameters.get("next", state.path))
        if state.status != 200 or state.prepared_status:
            continue
        parts = [part for part in path.split("/") if part]
        try:
            page, _args, _kwargs = homes[state.site].route(RequestFactory().get(path), parts)
        except Http404:
            continue  # a view, no page
        label = page.specific_class._meta.label
        found.setdefault(label, []).append(f"{state.site}/{state.name}")
    return found


def _paths(value):
    if isinstance(value, dict):
        return {key: _paths(each) for key, each in value.items()}
    if isinstance(value, str) and value.startswith("http"):
        return "/" + value.split("/", 3)[3]
    return value


if __name__ == "__main__":
    main()
