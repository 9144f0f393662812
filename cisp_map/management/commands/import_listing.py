"""Import the yearly listing of centres, sites and courses (C-26)."""

from argparse import SUPPRESS
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cisp_map.listing import reading, runs
from cisp_map.listing.columns import BY_KEY, guess, missing
from cisp_map.listing.plan import Decisions, Plan
from cisp_map.listing.reading import Table, UnreadableListing
from cisp_map.listing.report import as_csv, as_xlsx
from cisp_map.models import FinderPage, ListingImport, ListingLine

ALL = "tous"
State = ListingImport.State


class Command(BaseCommand):
    """`import_listing FICHIER`: says what would change; `--confirm` writes it, all or nothing."""

    help = (
        "Importe le listing annuel des centres (.xlsx ou .csv). Sans --confirm, dit seulement ce "
        "qui changerait. Interrompu, il se relance par la même commande."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument("--dry-run", action="store_true", help="ne rien écrire (par défaut)")
        parser.add_argument(
            "--confirm",
            "--write",
            nargs="*",
            default=None,
            metavar="IDENTIFIANT",
            help="écrire ; les lieux absents nommés ici (ou « tous ») sont mis hors ligne",
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="CHAMP=EN-TÊTE",
            help=f"colonne d’un champ ({', '.join(BY_KEY)}) ; se répète",
        )
        parser.add_argument("--report", type=Path, help="fichier .csv ou .xlsx du rapport")
        parser.add_argument("--user", default=None, help="nom de la personne qui importe")
        parser.add_argument("--quiet", action="store_true", help=SUPPRESS)

    def handle(self, *_args: Any, file: Path, **options: Any) -> None:
        try:
            if file.stat().st_size > reading.MAX_BYTES:
                raise CommandError(f"{file.name} : {reading.TOO_LARGE}")
            content = file.read_bytes()
            table = reading.read(content, file.name)
        except OSError as error:
            raise CommandError(f"Fichier illisible : {file} ({error.strerror}).") from error
        except UnreadableListing as error:
            raise CommandError(f"{file.name} : {error}") from error
        mapping = self._mapping(table, options["column"])
        confirmed = options["confirm"]
        if options["dry_run"] or confirmed is None:
            plan = runs.simulate(self._finder(), table, mapping)
            self._tell(plan, options)
            self.stdout.write("Simulation : rien n’a été écrit. --confirm écrit.")
            return
        self._write(content, file.name, mapping, options)

    @staticmethod
    def _finder() -> FinderPage:
        try:
            return runs.finder_page()
        except UnreadableListing as error:
            raise CommandError(str(error)) from error

    def _mapping(self, table: Table, columns: list[str]) -> dict[str, int]:
        mapping = guess(table.headers)
        for each in columns:
            key, _, header = each.partition("=")
            if key not in BY_KEY:
                raise CommandError(f"--column {each} : champ inconnu « {key} ».")
            if header not in table.headers:
                raise CommandError(f"--column {each} : pas d’en-tête « {header} ».")
            mapping[key] = table.headers.index(header)
        if lacking := missing(mapping):
            raise CommandError(
                f"Colonnes non reconnues : {', '.join(lacking)}. "
                f"En-têtes : {', '.join(filter(None, table.headers))}. Voyez --column."
            )
        return mapping

    def _write(self, content: bytes, name: str, mapping: dict[str, int], options: dict) -> None:
        """Take up the import of this file that was interrupted, else begin one."""
        user = None
        if options["user"]:
            user = get_user_model().objects.filter(username=options["user"]).first()
            if user is None:
                raise CommandError(f"Personne ne s’appelle « {options['user']} ».")
        run = ListingImport.objects.filter(
            state__in=(State.PREPARING, State.APPLYING), content=content, mapping=mapping
        ).first()
        if run is None or not runs.is_interrupted(run):
            run = ListingImport.objects.create(
                file_name=name[:255],
                content=content,
                mapping=mapping,
                created_by=user,
                state=State.PREPARING,
            )
        else:
            self.stdout.write("Un import interrompu de ce fichier est repris.")
            run.state = State.PREPARING
            run.save(update_fields=["state"])
        runs.prepare(run)
        run.refresh_from_db()
        if run.state != State.READY:
            raise CommandError(run.problem or "L’import a échoué.")
        self._tell_lines(run.lines.all(), run.counts, options)
        named = set(options["confirm"])
        missing_lines = run.lines.filter(kind=ListingLine.Kind.MISSING)
        known = set(missing_lines.values_list("reference", flat=True))
        if unknown := sorted(named - known - {ALL}):
            runs._end(run, State.CANCELLED, "Identifiants inconnus.")
            raise CommandError(f"Pas parmi les absents : {', '.join(unknown)}. Rien n’est écrit.")
        try:
            runs.confirm(run, Decisions(withdraw=frozenset(known if ALL in named else named)))
        except runs.Busy as error:
            runs._end(run, State.CANCELLED, str(error))
            raise CommandError(str(error)) from error
        runs.apply(run)
        run.refresh_from_db()
        if run.state != State.DONE:
            raise CommandError(run.problem or runs.FAILED)
        counts = run.counts
        self.stdout.write(
            f"Importé : {counts['crees']} pages créées, {counts['changes']} changées, "
            f"{counts['retires']} mises hors ligne."
        )

    def _tell(self, plan: Plan, options: dict) -> None:
        lines = [
            ListingLine(
                kind=line.kind,
                row_number=line.row,
                reference=line.reference,
                title=line.title,
                cells=[cell.as_dict() for cell in line.cells],
            )
            for line in plan.lines
        ]
        self._tell_lines(lines, {**plan.counts, "a-changer": plan.changes}, options)

    def _tell_lines(self, lines: Any, counts: dict[str, int], options: dict) -> None:
        found = list(lines)
        for line in [] if options["quiet"] else found:
            where = f"ligne {line.row_number}" if line.row_number else "absent du fichier"
            self.stdout.write(
                f"{line.get_kind_display()} · {where} · {line.reference} {line.title}"
            )
            for cell in line.cells:
                change = " → ".join(filter(None, (cell["before"], cell["after"])))
                said = " : ".join(filter(None, (cell["column"], change)))
                self.stdout.write(f"    {' — '.join(filter(None, (said, cell['reason'])))}")
        labels = {kind.value: kind.label for kind in ListingLine.Kind}
        told = ", ".join(f"{labels[key].lower()} {counts[key]}" for key in labels)
        self.stdout.write(
            f"{counts['total']} lignes lues : {told}, identique {counts['identique']}. "
            f"{counts['a-changer']} changements."
        )
        if path := options["report"]:
            path.write_bytes(as_xlsx(found) if path.suffix == ".xlsx" else as_csv(found))
