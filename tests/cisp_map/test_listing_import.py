"""The listing against the pages: what it adds, changes, keeps and refuses (C-26, C-27)."""

from __future__ import annotations

import io
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision

from cisp_map import nominatim
from cisp_map.demo import load_vocabulary
from cisp_map.listing import runs
from cisp_map.listing.checking import format_phone
from cisp_map.listing.plan import Decisions
from cisp_map.models import (
    Centre,
    FoundAddress,
    ListedSite,
    ListingImport,
    ListingLine,
    Locality,
    Offer,
    TrainingSitePage,
)
from cisp_map.points import Point
from home.demo import load_organisations
from search.models import IndexedPage
from tests.factories import TrainingSitePageFactory, UserFactory
from tests.factories.listing import LISTING, as_csv, as_xlsx, row, rows, table_of
from tests.support import read_aloud

State = ListingImport.State
NOBODY = Decisions()
PLACES_IN_THE_LISTING = 50
"""Of 56 rows: five name no locality, one is closed."""


@pytest.fixture
def world(finder):
    """The three sites with the real vocabulary and no training site."""
    load_organisations()
    load_vocabulary()
    return finder


@pytest.fixture
def editor(db):
    return UserFactory(is_superuser=True)


def simulate(content: bytes, name: str = "listing.csv", user=None) -> ListingImport:
    run = runs.receive(content, name, user)
    runs.prepare(run)
    run.refresh_from_db()
    return run


def run_import(content: bytes, decisions: Decisions = NOBODY, user=None) -> ListingImport:
    name = "listing.xlsx" if content.startswith(b"PK") else "listing.csv"
    run = simulate(content, name, user)
    assert run.state == State.READY, run.problem
    runs.confirm(run, decisions)
    runs.apply(run)
    run.refresh_from_db()
    assert run.state == State.DONE, run.problem
    return run


def told(run: ListingImport, kind: str = "") -> list[tuple[str, int | None, str, str]]:
    """`(kind, row, column, reason)` of every cell of the report."""
    lines = run.lines.filter(kind=kind) if kind else run.lines.all()
    return [
        (line.kind, line.row_number, cell["column"], cell["reason"])
        for line in lines
        for cell in line.cells
    ]


def site(reference: str = "X1") -> TrainingSitePage:
    return ListedSite.objects.get(reference=reference).page


def fingerprint() -> list:
    """Everything of the pages that an import could change."""
    return [
        list(TrainingSitePage.objects.order_by("pk").values()),
        list(Offer.objects.order_by("pk").values()),
        list(Centre.objects.order_by("pk").values()),
        list(ListedSite.objects.order_by("pk").values()),
        Revision.objects.count(),
    ]


# --- The given listing -------------------------------------------------------------------------


def test_the_given_listing_then_again(world, editor):
    run = run_import(LISTING.read_bytes(), user=editor)
    assert (run.counts["crees"], run.counts["refus"]) == (PLACES_IN_THE_LISTING, 5)
    assert {(row, column) for _, row, column, _ in told(run, "refus")} == {
        (number, column)
        for number in (13, 27, 55, 56, 57)
        for column in ("D (postal_code)", "E (locality)")
    }
    assert not ListedSite.objects.filter(reference="S053").exists()  # closed
    assert not site("S034").live  # to be verified
    assert site("S006").in_prison
    assert site("S008").centre == site("S009").centre
    shown = site("S001")
    assert shown.slug == "le-germoir-monceau-sur-sambre"
    assert shown.offers.first().trade.name.startswith("Technicien·ne")
    assert {offer.method for offer in shown.offers.all()} == {"EFT"}
    assert (shown.centre.federation.acronym, shown.owner) == ("AID", editor)

    before = fingerprint()
    again = run_import(LISTING.read_bytes(), user=editor)
    assert (again.counts["a-changer"], again.counts["identique"]) == (0, PLACES_IN_THE_LISTING)
    assert (again.counts["crees"], again.counts["changes"]) == (0, 0)
    assert fingerprint() == before


def test_new_pages_are_pages_like_any_other(world, cisp_client):
    run_import(LISTING.read_bytes())
    assert Page.find_problems() == ([], [], [], [], [])
    world.refresh_from_db()
    assert world.numchild == PLACES_IN_THE_LISTING
    for page in TrainingSitePage.objects.live():
        page.full_clean()
        status = cisp_client.get(page.get_url()).status_code
        assert status == (404 if page.in_prison else 200), page.title
        assert page.latest_revision.as_object().offers.count() == page.offers.count()
        assert PageLogEntry.objects.get(page=page.pk).action == "wagtail.create"
    found = set(IndexedPage.objects.values_list("pk", flat=True))
    live = TrainingSitePage.objects.live()
    assert set(live.filter(in_prison=False).values_list("pk", flat=True)) <= found
    assert not found & set(live.filter(in_prison=True).values_list("pk", flat=True))
    names = ("object_id", "to_object_id", "model_path", "content_path", "content_path_hash")
    before = set(ReferenceIndex.objects.values_list(*names))
    for each in (*TrainingSitePage.objects.all(), *Centre.objects.all()):
        ReferenceIndex.create_or_update_for_object(each)
    assert set(ReferenceIndex.objects.values_list(*names)) == before


def test_the_finder_and_the_search_find_what_was_imported(world, cisp_client):
    run_import(LISTING.read_bytes())
    listed = cisp_client.get("/formations/?lieu=4340-awans&q=maraichage").content.decode()
    assert "La Bourrache" in listed
    assert "La Bourrache" in read_aloud(cisp_client.get("/recherche/?q=bourrache"))


# --- Planted faults ----------------------------------------------------------------------------


def plant(**changes: dict[str, object]) -> list[dict[str, object]]:
    """The rows of the listing with these cells of these references changed."""
    found = [dict(each) for each in rows()]
    for each in found:
        each.update(changes.get(each["site_id"], {}))
    return found


FAULTS: dict[str, tuple[dict[str, object], str, str]] = {
    "code postal faux": ({"postal_code": "5999"}, "D (postal_code)", "n’existe"),
    "code d’ailleurs": ({"postal_code": "4000"}, "D (postal_code)", "n’est pas celui de"),
    "0,0": ({"lat": "0", "lon": "0"}, "O (lat)", "0, 0 n’est pas un lieu"),
    "inversées": ({"lat": "4.8675", "lon": "50.4669"}, "O (lat)", "inversées"),
    "en Flandre": ({"lat": "51.0543", "lon": "3.7174"}, "O (lat)", "ni en Wallonie"),
    "trop loin": ({"lat": "50.6326", "lon": "5.5797"}, "O (lat)", "km de Namur"),
    "double": ({"site_id": "S013"}, "A (site_id)", "déjà celui de la ligne 14"),
    "sans nom": ({"name": " "}, "B (name)", "Le nom du lieu manque"),
    "formule": ({"phone": "=081+74"}, "H (phone)", "formule"),
    "métier inconnu": ({"filieres": "Alphabétisassion"}, "N (filieres)", "Vouliez-vous dire"),
    "code flamand": ({"postal_code": "9000"}, "D (postal_code)", "en Flandre"),
    "fédération": ({"federation": "FBI"}, "J (federation)", "Fédération inconnue"),
    "type": ({"type": "université"}, "L (type)", "EFT ou DéFI"),
    "téléphone": ({"phone": "appelez-nous"}, "H (phone)", "numéro de téléphone"),
    "site": ({"website": "pas un site"}, "I (website)", "site web"),
}


@pytest.mark.parametrize("as_file", ["csv", "xlsx"])
def test_planted_faults_are_told_and_the_right_rows_imported(world, as_file):
    """Each fault in a row of its own, all in one file."""
    # Rows of Namur and others without coordinates; S016 and S045 stay right.
    victims = ["S016", "S014", "S049", "S048", "S022", "S045", "S017", "S018", "S015", "S019",
               "S020", "S021", "S023", "S043", "S044"]  # fmt: skip
    faults = list(FAULTS.values())
    planted, wanted = {}, {}
    number_of = {each["site_id"]: number for number, each in enumerate(rows(), start=2)}
    for reference, (change, column, reason) in zip(victims, faults, strict=True):
        planted[reference] = change
        wanted[number_of[reference]] = (column, reason)
    lines = plant(**planted)
    content = as_csv(lines) if as_file == "csv" else as_xlsx(table_of(lines))
    run = run_import(content)
    refused = {row: (column, reason) for _, row, column, reason in told(run, "refus")}
    for number, (column, reason) in wanted.items():
        assert refused[number][0] == column, (number, refused[number])
        assert reason in refused[number][1], (number, refused[number])
    assert run.counts["refus"] == len(faults) + 5
    assert run.counts["crees"] == PLACES_IN_THE_LISTING - len(faults)
    assert TrainingSitePage.objects.count() == PLACES_IN_THE_LISTING - len(faults)
    before = fingerprint()
    assert run_import(content).counts["a-changer"] == 0
    assert fingerprint() == before


def test_what_a_spreadsheet_spoils_is_put_right_and_told(world):
    lines = plant(S016={"phone": 81741004}, S015={"postal_code": 6800})
    table = [["Listing des CISP 2026"], *table_of(lines), *[[None] * 3] * 4]
    run = run_import(as_xlsx(table, ["A1:V1"]))
    found = {(row, column): reason for _, row, column, reason in told(run, "remarque")}
    assert "081 74 10 04" in found[18, "H (phone)"]
    assert "fusionnées" in found[1, "A"]
    assert site("S016").phone == "081 74 10 04"
    assert run.counts["crees"] == PLACES_IN_THE_LISTING
    assert run_import(as_xlsx(table, ["A1:V1"])).counts["a-changer"] == 0


def test_a_windows_file_with_trailing_blank_rows(world):
    blank = dict.fromkeys(rows()[0], "")
    western = as_csv([*rows(), blank, blank], ";", "cp1252")
    run = run_import(western)
    found = {(row, column): reason for _, row, column, reason in told(run, "remarque")}
    assert "Windows-1252" in found[2, "K"]
    assert "Lignes vides" in found[58, "toutes"]
    assert site("S045").title == "L’Îlon – Le Perron de l’Ilon"
    assert run_import(LISTING.read_bytes()).counts["a-changer"] == 0


def test_a_column_that_is_not_known_is_told(world):
    run = simulate(as_csv([row(couleur="vert")]))
    assert (
        "remarque",
        1,
        "E (couleur)",
        "Cette colonne n’est pas reconnue : elle n’est pas lue.",
    ) in (told(run))


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("021234567", "02 123 45 67"),
        ("043441234", "04 344 12 34"),
        ("0470123456", "0470 12 34 56"),
        ("081743200", "081 74 32 00"),
    ],
)
def test_numbers_are_grouped_as_usual(digits, shown):
    assert format_phone(digits) == shown


def test_a_number_that_lost_its_digits_is_refused(world):
    run = simulate(as_csv([row(phone="8,17E+07")]))
    assert [column for _, _, column, _ in told(run, "refus")] == ["E (phone)"]


# --- Changes and corrections -------------------------------------------------------------------

PHONE, OTHER = "081 11 11 11", "081 22 22 22"


def edit(page: TrainingSitePage, **values: object) -> None:
    """What an editor does: change and publish."""
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_what_the_file_changes_changes_the_page(world, editor):
    run_import(as_csv([row(phone=PHONE, filieres="Menuiserie", type="EFT", address="Rue A 1")]))
    changed = row(
        phone=OTHER, filieres="Menuiserie|Carrelage", type="DéFI", name="Atelier neuf", address=""
    )
    run = run_import(as_csv([changed]), user=editor)
    page = site()
    assert (page.phone, page.title, page.address, page.slug) == (
        OTHER,
        "Atelier neuf",
        "",
        "atelier-du-pont-namur",
    )
    assert {(each.trade.name, each.method) for each in page.offers.all()} == {
        ("Menuiserie", "DéFI"),
        ("Carrelage", "DéFI"),
    }
    assert page.search_description == "Menuiserie, Carrelage à Namur"
    assert (page.latest_revision.user, page.has_unpublished_changes) == (editor, False)
    assert run.counts["changes"] == 1
    assert run_import(as_csv([changed])).counts["a-changer"] == 0


def test_a_correction_by_hand_wins_and_is_shown(world):
    run_import(as_csv([row(phone=PHONE)]))
    edit(site(), phone=OTHER)
    for said in (PHONE, "081 33 33 33", "081 33 33 33"):
        run = run_import(as_csv([row(phone=said)]))
        assert site().phone == OTHER
        assert run.counts["a-changer"] == 0
        assert [cell[2] for cell in told(run, "conflit")] == ["Téléphone"]
    assert run_import(as_csv([row(phone=OTHER)])).counts["conflit"] == 0


def test_a_person_may_decide_a_conflict_for_the_file(world):
    run_import(as_csv([row(phone=PHONE)]))
    edit(site(), phone=OTHER)
    run_import(as_csv([row(phone=PHONE)]), Decisions(prefer_file=frozenset(["X1 phone"])))
    assert site().phone == PHONE
    assert run_import(as_csv([row(phone=PHONE)])).counts["conflit"] == 0


def test_what_an_editor_added_is_never_emptied(world):
    run_import(as_csv([row(phone="", email="")]))
    edit(site(), phone=OTHER, email="a@exemple.be", opening_hours="Le matin")
    run = run_import(as_csv([row(phone="", email="")]))
    assert (site().phone, site().email, site().opening_hours) == (OTHER, "a@exemple.be", "Le matin")
    assert (run.counts["conflit"], run.counts["a-changer"]) == (0, 0)


def test_a_draft_of_an_editor_stays_a_draft(world):
    run_import(as_csv([row(phone=PHONE, address="Rue A 1")]))
    page = site()
    page.phone = OTHER
    page.save_revision()
    run = run_import(as_csv([row(phone="081 33 33 33", address="Rue B 2")]))
    page = site()
    draft = page.get_latest_revision_as_object()
    assert (page.phone, page.address, page.has_unpublished_changes) == (PHONE, "Rue B 2", True)
    assert (draft.phone, draft.address) == (OTHER, "Rue B 2")
    assert run.counts["conflit"] == 1


def test_trades_by_hand_and_by_file(world):
    run_import(as_csv([row(filieres="Menuiserie|Carrelage|Peinture", type="EFT")]))
    page = site()
    kept = page.offers.get(trade__name="Carrelage")
    kept.duration = "6 mois"
    page.offers = [kept, page.offers.get(trade__name="Menuiserie")]  # Peinture taken away by hand
    edit(page)
    run = run_import(as_csv([row(filieres="Peinture|Soudure", type="EFT")]))
    assert {each.trade.name for each in site().offers.all()} == {"Carrelage", "Soudure"}
    assert site().offers.get(trade__name="Carrelage").duration == "6 mois"
    [conflict] = run.lines.filter(kind="conflit")
    assert [(cell["before"], cell["after"]) for cell in conflict.cells] == [
        ("Carrelage", "Peinture")
    ]


def test_a_locked_page_is_left_alone(world, editor):
    run_import(as_csv([row(phone=PHONE)]))
    TrainingSitePage.objects.update(locked=True, locked_by=editor, locked_at=timezone.now())
    run = run_import(as_csv([row(phone=OTHER)]))
    assert site().phone == PHONE
    assert "verrouillée" in told(run, "conflit")[0][3]


def test_a_page_made_by_hand_is_recognised_and_completed(world):
    page = TrainingSitePageFactory(title="Atelier du Pont", parent=world, phone=PHONE)
    run = run_import(as_csv([row(phone=OTHER, email="a@exemple.be", filieres="Menuiserie")]))
    page.refresh_from_db()
    assert site() == page
    assert (page.phone, page.email, page.offers.count()) == (PHONE, "a@exemple.be", 1)
    assert (run.counts["crees"], run.counts["changes"], run.counts["conflit"]) == (0, 1, 1)
    assert run_import(as_csv([row(phone=OTHER, email="a@exemple.be")])).counts["a-changer"] == 0


def test_a_page_deleted_by_hand_comes_back_only_with_a_tick(world):
    run_import(as_csv([row()]))
    site().delete()
    run = run_import(as_csv([row()]))
    assert (TrainingSitePage.objects.count(), run.counts["conflit"]) == (0, 1)
    run_import(as_csv([row()]), Decisions(prefer_file=frozenset(["X1 page"])))
    assert site().live


def test_without_identifier_name_and_code_are_one(world):
    lines = [row(), row(name="Autre atelier")]
    for each in lines:
        del each["site_id"]
    assert run_import(as_csv(lines)).counts["crees"] == 2
    assert run_import(as_csv(lines)).counts["a-changer"] == 0
    run = simulate(as_csv([*lines, lines[0]]))
    assert "déjà celui de la ligne 2" in told(run, "refus")[0][3]


def test_two_federations_of_one_centre_are_refused(world):
    lines = [
        row(centre="Le Pont", federation="AID"),
        row(site_id="X2", name="B", centre="le pont", federation="CAIPS"),
    ]
    run = run_import(as_csv(lines))
    assert [(row, column) for _, row, column, _ in told(run, "refus")] == [(3, "F (federation)")]
    assert site().centre.federation.acronym == "AID"


# --- Missing, closed ---------------------------------------------------------------------------


def test_nothing_is_unpublished_without_a_tick(world):
    run_import(as_csv([row(), row(site_id="X2", name="B"), row(site_id="X3", name="C")]))
    TrainingSitePageFactory(title="Fait à la main", parent=world)
    second = as_csv([row(), row(site_id="X3", name="C", status="fermé (2026)")])
    run = run_import(second)
    assert {each.reference for each in run.lines.filter(kind="absent")} == {"X2", "X3"}
    assert (site("X2").live, site("X3").live) == (True, True)
    run_import(second, Decisions(withdraw=frozenset(["X2", "X3", "nobody"])))
    assert (site("X1").live, site("X2").live, site("X3").live) == (True, False, False)
    assert TrainingSitePage.objects.live().count() == 2
    again = run_import(second)
    assert (again.counts["absent"], again.counts["a-changer"]) == (0, 0)


def test_a_refused_row_is_not_missing(world):
    run_import(as_csv([row()]))
    run = run_import(as_csv([row(postal_code="9000"), row(site_id="X9", name="Z")]))
    assert (run.counts["refus"], run.counts["absent"], site().live) == (1, 0, True)


# --- Points ------------------------------------------------------------------------------------


@pytest.fixture
def streets(settings, monkeypatch) -> Callable[[dict[str, tuple[float, float] | None]], list[str]]:
    """A geocoder that knows these streets; returns what it was asked."""
    settings.GEOCODER = "nominatim"

    def know(points: dict[str, tuple[float, float] | None]) -> list[str]:
        asked: list[str] = []

        def look_up(address: str) -> tuple[float, float] | None:
            asked.append(address)
            return next(
                (point for start, point in points.items() if address.startswith(start)), None
            )

        monkeypatch.setattr(nominatim, "look_up", look_up)
        return asked

    return know


def test_points_of_the_file_of_the_street_and_of_the_locality(world, streets):
    asked = streets({"Rue de Fer 1": (50.4660, 4.8640), "Rue de Loin": (50.5200, 4.9300),
                     "Rue de Gand": (51.05, 3.72)})  # fmt: skip
    lines = [
        row(lat="50,4669", lon="4,8675"),
        row(site_id="X2", name="B", address="Rue de Fer 1"),
        row(site_id="X3", name="C", address="Rue de Loin 2"),
        row(site_id="X4", name="D", address="Rue de Gand 3"),
        row(site_id="X5", name="E", address="Rue inconnue 4"),
        row(site_id="X6", name="F", address="Gare du Nord"),
    ]
    run = run_import(as_csv(lines))
    assert len(asked) == 4  # neither the point of the file nor what names no street
    assert (run.points_done, run.points_total) == (4, 4)
    found = {each.reference: each for each in ListedSite.objects.all()}
    assert [found[f"X{number}"].confidence for number in range(1, 7)] == [
        "fichier", "rue", "loin", "localite", "localite", "localite",
    ]  # fmt: skip
    centre = Locality.objects.get(slug="5000-namur")
    assert site("X2").point == Point(50.4660, 4.8640)
    assert site("X4").point == Point(centre.lat, centre.lng)
    assert "hors de Wallonie" in found["X4"].point_note
    assert {each.reference for each in ListedSite.objects.with_doubtful_point()} == {
        "X3", "X4", "X5", "X6",
    }  # fmt: skip
    again = run_import(as_csv(lines))
    assert (len(asked), again.counts["a-changer"]) == (4, 0)  # the answers were kept
    assert FoundAddress.objects.count() == 4


def test_a_service_that_is_down_is_asked_three_times_and_again_the_next_time(
    world, streets, monkeypatch
):
    asked = streets({})
    monkeypatch.setattr(nominatim, "has_failed", lambda _: True)
    lines = [row(site_id=f"X{n}", name=f"L{n}", address=f"Rue de Fer {n}") for n in range(1, 8)]
    run_import(as_csv(lines))
    assert (len(asked), FoundAddress.objects.count()) == (3, 0)
    run_import(as_csv(lines))
    assert len(asked) == 6


def test_a_person_may_go_on_without_the_other_addresses(world, streets, monkeypatch):
    asked = streets({})
    lines = [row(site_id=f"X{n}", name=f"L{n}", address=f"Rue de Fer {n}") for n in range(1, 8)]
    run = runs.receive(as_csv(lines), "x.csv", None)
    look_up = nominatim.look_up

    def impatient(address: str):
        ListingImport.objects.filter(pk=run.pk).update(decisions={"skip_points": True})
        return look_up(address)

    monkeypatch.setattr(nominatim, "look_up", impatient)
    runs.prepare(run)
    run.refresh_from_db()
    assert (len(asked), run.state) == (1, State.READY)


def test_a_marker_moved_by_hand_stays(world):
    run_import(as_csv([row(address="Rue de Fer 1")]))
    moved = Point(50.47, 4.87).to_location()
    edit(site(), location=moved)
    run = run_import(as_csv([row(address="Rue de Fer 2")]))
    assert (site().location, site().address) == (moved, "Rue de Fer 2")
    assert ListedSite.objects.get().confidence == "main"
    assert run.counts["conflit"] == 0
    conflict = run_import(as_csv([row(address="Rue de Fer 2", lat="50.4660", lon="4.8640")]))
    assert [cell[2] for cell in told(conflict, "conflit")] == ["Point sur la carte"]
    assert site().location == moved


def test_a_place_does_not_leave_its_point_behind(world):
    run_import(as_csv([row()]))
    run_import(as_csv([row(postal_code="4000", locality="Liège")]))
    page = site()
    assert (page.locality.slug, page.point) == (
        "4000-liege",
        Point(page.locality.lat, page.locality.lng),
    )
    edit(page, location=Point(50.64, 5.58).to_location())
    run = run_import(as_csv([row()]))
    assert site().locality.slug == "4000-liege"
    assert "km de Namur" in told(run, "conflit")[0][3]


# --- At once, and not at all -------------------------------------------------------------------


def test_two_editors_at_once(world, editor):
    first, second = simulate(as_csv([row()])), simulate(as_csv([row(phone=PHONE)]))
    runs.confirm(first, NOBODY)
    with pytest.raises(runs.Busy, match=r"Un autre import est en cours : « listing\.csv »"):
        runs.confirm(second, NOBODY)
    assert TrainingSitePage.objects.count() == 0
    runs.apply(first)
    # The second saw no such page: it sees it now, and nothing is written unseen.
    runs.confirm(second, NOBODY)
    runs.apply(second)
    second.refresh_from_db()
    assert (second.state, second.problem) == (State.READY, runs.CHANGED_MEANWHILE)
    assert (site().phone, second.counts["changement"]) == ("", 1)
    runs.confirm(second, NOBODY)
    runs.apply(second)
    assert site().phone == PHONE


def test_a_page_changed_since_the_simulation(world):
    run_import(as_csv([row(phone=PHONE)]))
    run = simulate(as_csv([row(phone="081 33 33 33")]))
    edit(site(), phone=OTHER)
    runs.confirm(run, NOBODY)
    runs.apply(run)
    run.refresh_from_db()
    assert (run.state, run.problem, site().phone) == (State.READY, runs.CHANGED_MEANWHILE, OTHER)
    assert run.counts["conflit"] == 1


def test_an_error_in_the_middle_leaves_nothing(world, monkeypatch):
    from cisp_map.listing import apply

    run = simulate(LISTING.read_bytes())
    before = fingerprint()
    runs.confirm(run, NOBODY)
    monkeypatch.setattr(apply._Writer, "remember", lambda *_: 1 / 0)
    runs.apply(run)
    run.refresh_from_db()
    assert (run.state, run.problem) == (State.READY, runs.FAILED)
    assert fingerprint() == before
    monkeypatch.undo()
    runs.confirm(run, NOBODY)
    runs.apply(run)
    assert TrainingSitePage.objects.count() == PLACES_IN_THE_LISTING


def test_an_import_is_written_once(world):
    run = run_import(as_csv([row()]))
    before = fingerprint()
    runs.apply(run)
    assert fingerprint() == before
    with pytest.raises(runs.Busy, match="n’attend plus"):
        runs.confirm(run, NOBODY)


def test_a_dead_import_is_known_as_such(world):
    run = simulate(as_csv([row()]))
    runs.confirm(run, NOBODY)
    assert not runs.is_interrupted(run)
    host = runs.process_name().rpartition(":")[0]
    run.process = f"{host}:999999999"
    run.save()
    assert runs.is_interrupted(run)
    other = simulate(as_csv([row(phone=PHONE)]))
    runs.confirm(other, NOBODY)  # a dead one is in nobody's way
    run.process, run.step_at = "elsewhere:1", timezone.now()
    assert not runs.is_interrupted(run)
    run.step_at -= runs.SILENT_AFTER * 2
    assert runs.is_interrupted(run)


def test_files_of_old_imports_are_forgotten_and_their_reports_kept(world, monkeypatch):
    monkeypatch.setattr(runs, "KEPT_FILES", 1)
    first, second = run_import(as_csv([row()])), run_import(as_csv([row()]))
    sizes = {each.pk: len(bytes(each.content)) for each in ListingImport.objects.all()}
    assert sizes[first.pk] == 0
    assert sizes[second.pk] > 0
    assert ListingLine.objects.filter(listing=first).exists()


# --- The command -------------------------------------------------------------------------------


def command(path, *arguments: str) -> str:
    output = StringIO()
    call_command("import_listing", str(path), *arguments, stdout=output)
    return output.getvalue()


def test_the_command_only_tells_until_it_is_confirmed(world, tmp_path):
    before = fingerprint()
    said = command(LISTING, "--dry-run")
    assert "Nouveau · ligne 2 · S001 Le Germoir" in said
    assert "56 lignes lues : nouveau 50," in said
    assert fingerprint() == before
    assert not ListingImport.objects.exists()
    report = tmp_path / "rapport.csv"
    said = command(LISTING, "--confirm", "--report", str(report))
    assert "Importé : 50 pages créées, 0 changées, 0 mises hors ligne." in said
    assert "S001" in report.read_text("utf-8-sig")
    assert "0 changements." in command(LISTING, "--confirm")


def test_the_command_takes_places_offline_by_name(world, tmp_path):
    path = tmp_path / "listing.csv"
    path.write_bytes(as_csv([row(), row(site_id="X2", name="B"), row(site_id="X3", name="C")]))
    command(path, "--confirm")
    path.write_bytes(as_csv([row()]))
    with pytest.raises(CommandError, match="Pas parmi les absents : X9"):
        command(path, "--confirm", "X9")
    command(path, "--confirm", "X2")
    assert (site("X2").live, site("X3").live) == (False, True)
    command(path, "--confirm", "tous")
    assert not site("X3").live


def test_the_command_says_what_is_wrong(world, tmp_path):
    path = tmp_path / "listing.csv"
    with pytest.raises(CommandError, match="illisible"):
        command(path)
    path.write_bytes(b"")
    with pytest.raises(CommandError, match="vide"):
        command(path)
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(CommandError, match="trop lourd"):
        command(path)
    path.write_bytes(as_csv([{"Qui": "Atelier", "Où": "Namur", "Zone": "5000"}]))
    with pytest.raises(CommandError, match="Colonnes non reconnues : Nom du lieu"):
        command(path)
    with pytest.raises(CommandError, match="champ inconnu"):
        command(path, "--column", "quoi=Qui")
    with pytest.raises(CommandError, match="pas d’en-tête"):
        command(path, "--column", "name=Quoi")
    columns = ["--column", "name=Qui", "--column", "locality=Où", "--column", "postal_code=Zone"]
    assert "nouveau 1" in command(path, *columns)
    with pytest.raises(CommandError, match="Personne ne s’appelle"):
        command(path, *columns, "--confirm", "--user", "nobody")


def test_the_workbook_of_a_report_opens(world, tmp_path):
    from openpyxl import load_workbook

    path = tmp_path / "rapport.xlsx"
    command(LISTING, "--report", str(path), "--quiet")
    sheet = load_workbook(io.BytesIO(path.read_bytes())).active
    assert sheet["A1"].value == "ligne"
    assert sheet.max_row > 100
