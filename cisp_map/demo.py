"""Demo content of cisp.be: the vocabulary, the real centres, and fictional ones up to 300 sites.

Facts of real centres come from `data/centres.csv` (public sources; only what may be shown). A
fictional centre is called «Centre de démonstration …», and its pages say so. Everything is drawn
from one seed: two machines make the same sites.
"""

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Locale, Page

from cisp_map.cards import card_text
from cisp_map.gazetteer.boundaries import in_area
from cisp_map.models import (
    Category,
    Centre,
    FinderPage,
    HelpPoint,
    HelpPointIndexPage,
    Locality,
    Method,
    Offer,
    RomeCode,
    Schedule,
    StartKind,
    Trade,
    TradeFamily,
    TrainingSitePage,
)
from cisp_map.places import resolve_place
from cisp_map.points import Point
from cisp_map.trade_words import format_synonyms, seed_entries
from home.languages import FRENCH
from home.models import Federation, HomePage

DATA = Path(__file__).parent / "data"
SITES = 300
SEED = 2025
CATEGORIES = {
    "orientation professionnelle": Category.ORIENTATION,
    "formation de base": Category.BASIC,
    "formation professionnalisante": Category.VOCATIONAL,
}
DURATIONS = ("3 mois", "6 mois", "9 mois", "12 mois", "de 6 à 18 mois")
CONDITIONS = (
    "Avoir plus de 18 ans. Aucun diplôme demandé.",
    "Être inscrit au Forem. Aucun diplôme demandé.",
    "Comprendre le français parlé.",
)
HOURS = ("Du lundi au vendredi, de 8 h 30 à 16 h", "Du lundi au jeudi, de 9 h à 15 h 30")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load_vocabulary() -> None:
    """Families, trades with their words, ROME codes, federations, help points. Idempotent.

    What exists is left as it is: an editor's words win.
    """
    entries = {entry.name: entry for entry in seed_entries()}
    for row in _rows("filieres.csv"):
        family, _ = TradeFamily.objects.in_french().get_or_create(
            name=row["family"],
            defaults={
                "slug": slugify(row["family"]),
                "sort_order": TradeFamily.objects.in_french().count(),
            },
        )
        entry = entries[row["filiere"]]
        trade, created = Trade.objects.in_french().get_or_create(
            name=row["filiere"],
            defaults={
                "slug": slugify(row["filiere"]),
                "family": family,
                "category": CATEGORIES[row["category"]],
                "words": format_synonyms(entry.synonyms),
                "neighbours": format_synonyms(entry.related),
            },
        )
        if created and row["rome_v3"]:
            for code, label in zip(
                row["rome_v3"].split("|"), row["rome_label"].split("|"), strict=True
            ):
                rome, _ = RomeCode.objects.get_or_create(code=code, defaults={"label": label})
                trade.rome_codes.add(rome)
    for row in _rows("cdm.csv"):
        result = resolve_place(row["locality"])
        place = result.place or result.candidates[0]
        kind = HelpPoint.Kind.CITE if row["kind"].startswith("Cité") else HelpPoint.Kind.CARREFOUR
        HelpPoint.objects.get_or_create(kind=kind, locality=Locality.objects.get(slug=place.slug))


def load_vocabulary_translations() -> None:
    """Names and words of families and trades in German, Dutch and English. Idempotent."""
    locales = {each.language_code: each for each in Locale.objects.exclude(language_code=FRENCH)}
    families = {each.name: each for each in TradeFamily.objects.in_french()}
    trades = {each.name: each for each in Trade.objects.in_french()}
    there = set(Trade.objects.values_list("translation_key", "locale_id"))
    there |= set(TradeFamily.objects.values_list("translation_key", "locale_id"))
    for row in _rows("filieres_traductions.csv"):
        locale = locales.get(row["language"])
        known = families if row["kind"] == "famille" else trades
        source = known.get(row["french"])
        if locale is None or source is None or (source.translation_key, locale.pk) in there:
            continue
        copy = source.copy_for_translation(locale)
        copy.name = row["name"]
        if isinstance(copy, Trade):
            copy.words = row["words"].replace("|", "\n")
        copy.save()


def load_help_point_page(home: HomePage) -> int:
    """The page of the Carrefours et Cités des Métiers below a home page; 1 when it was made."""
    slug = "carrefours-et-cites-des-metiers"
    if Page.objects.child_of(home).filter(slug=slug).exists():
        return 0
    page = HelpPointIndexPage(
        title="Carrefours et Cités des Métiers",
        slug=slug,
        introduction="Onze lieux de Wallonie où l’on vous aide, gratuitement, à choisir un métier "
        "ou une formation.",
        how_to_reach="Leurs numéros de téléphone ne sont pas encore ici. L’Interfédé vous met en "
        "contact avec le lieu le plus proche de chez vous :",
        search_description="Arlon, Charleroi, Huy, La Louvière, Liège, Marche, Mons, Namur, "
        "Nivelles, Tournai, Verviers : où se faire aider à choisir une formation.",
    )
    home.add_child(instance=page)
    page.save_revision().publish()
    return 1


def load_real_sites(finder: FinderPage) -> int:
    """The real centres that may be shown; returns the number of pages made."""
    trades = {trade.name: trade for trade in Trade.objects.in_french()}
    federations = {each.acronym: each for each in Federation.objects.all()}
    made = 0
    for row in _rows("centres.csv"):
        locality = _locality(row["postal_code"], row["locality"])
        slug = _slug(row["title"], locality)
        if TrainingSitePage.objects.child_of(finder).filter(slug=slug).exists():
            continue
        centre, _ = Centre.objects.get_or_create(
            name=row["centre"],
            defaults={
                "federation": federations.get(row["federation"]),
                "website": row["website"],
            },
        )
        page = TrainingSitePage(
            title=row["title"],
            slug=slug,
            centre=centre,
            locality=locality,
            address=row["address"],
            location=Point(locality.lat, locality.lng).to_location(),
            phone=row["phone"],
            website=row["website"],
            audience=row["audience"],
        )
        page.offers = [
            Offer(trade=trades[name], method=row["method"])
            for name in row["trades"].split("|")
            if name
        ]
        page.search_description = _card_text(page)
        finder.add_child(instance=page)
        made += 1
    return made


def load_fictional_sites(finder: FinderPage, total: int = SITES) -> int:
    """Fictional sites until the finder has `total` pages; returns the number of pages made."""
    existing = set(TrainingSitePage.objects.child_of(finder).values_list("slug", flat=True))
    missing = total - len(existing)
    made = 0
    today = timezone.localdate()
    for page in fictional_sites(max(total, 0), today):
        if made >= missing:
            break
        if page.slug in existing:
            continue
        page.centre = _saved_centre(page.centre)
        page.search_description = _card_text(page)
        finder.add_child(instance=page)
        made += 1
    return made


def fictional_sites(number: int, today: date) -> Iterator[TrainingSitePage]:
    """Unsaved pages with unsaved centres and their offers, always the same for a seed.

    Localities are drawn in proportion to the population of their communes.
    """
    draw = random.Random(SEED)  # noqa: S311
    communes: dict[str, list[Locality]] = {}
    population: dict[str, int] = {}
    rows = Locality.objects.filter(region=Locality.Region.WALLONIA).order_by("slug")
    for locality in rows:
        communes.setdefault(locality.commune, []).append(locality)
        population[locality.commune] = max(
            population.get(locality.commune, 0), locality.population or 3000
        )
    trades = list(Trade.objects.in_french().select_related("family").order_by("pk"))
    federations = list(Federation.objects.order_by("pk"))
    names = list(communes)
    weights = [population[name] for name in names]
    for index in range(number):
        commune = draw.choices(names, weights)[0]
        main = [each for each in communes[commune] if each.kind == Locality.Kind.COMMUNE]
        locality = main[0] if main and draw.random() < 0.6 else draw.choice(communes[commune])
        title = f"Centre de démonstration {index + 1} – {locality.name}"
        centre = Centre(
            name=f"Centre de démonstration {index + 1}",
            federation=draw.choice(federations) if federations else None,
            digistart=draw.random() < 0.3,
            is_demo=True,
        )
        page = TrainingSitePage(
            title=title,
            slug=_slug(title, locality),
            centre=centre,
            locality=locality,
            address=f"Rue de l’Exemple, {draw.randint(1, 120)}",
            location=_near(locality, draw).to_location(),
            # No subscriber's number starts with 0: this one rings nowhere.
            phone=f"081 0{draw.randint(0, 9)} {draw.randint(10, 99)} {draw.randint(10, 99)}",
            opening_hours=draw.choice(HOURS),
            access_notes="<p>Ce lieu est inventé : il montre comment le site fonctionne.</p>",
            wheelchair=draw.random() < 0.5,
            verified_on=today.replace(day=1) - timedelta(days=30 * draw.randint(0, 8)),
        )
        page.offers = [
            _offer(trade, draw, today) for trade in draw.sample(trades, draw.choice((1, 2, 2, 3)))
        ]
        yield page


def _offer(trade: Trade, draw: random.Random, today: date) -> Offer:
    vocational = trade.category == Category.VOCATIONAL
    method = Method.EFT if vocational and draw.random() < 0.7 else Method.DEFI
    kind = draw.choice((StartKind.ANY_TIME, StartKind.ON_DATE, StartKind.WAITING_LIST))
    on_date = kind == StartKind.ON_DATE
    return Offer(
        trade=trade,
        method=method,
        schedule=draw.choice((Schedule.FULL_TIME, Schedule.FULL_TIME, Schedule.PART_TIME)),
        duration=draw.choice(DURATIONS),
        start_kind=kind,
        starts_on=today.replace(day=1) + timedelta(days=draw.randint(40, 160)) if on_date else None,
        start_confirmed_on=today if on_date else None,
        conditions=draw.choice(CONDITIONS),
    )


def _near(locality: Locality, draw: random.Random) -> Point:
    """A point within about a kilometre of the centre of a locality, inside the area."""
    for _ in range(20):
        lat = round(locality.lat + draw.uniform(-0.009, 0.009), 5)
        lng = round(locality.lng + draw.uniform(-0.013, 0.013), 5)
        if in_area(lat, lng):
            return Point(lat, lng)
    return Point(locality.lat, locality.lng)


def _locality(postal_code: str, name: str) -> Locality:
    result = resolve_place(f"{postal_code} {name}")
    place = result.place or result.candidates[0]
    return Locality.objects.get(slug=place.slug)


def _slug(title: str, locality: Locality) -> str:
    slug, town = slugify(title), slugify(locality.name)
    return slug if town in slug else f"{slug}-{town}"


def _saved_centre(centre: Centre) -> Centre:
    found = Centre.objects.filter(name=centre.name).first()
    if found is None:
        centre.save()
    return found or centre


def _card_text(page: TrainingSitePage) -> str:
    return card_text([offer.trade.name for offer in page.offers.all()], page.locality.name)
